"""Write the folder that the service loads: model.onnx, sentencepiece.model and model.json.

    export --checkpoint CHECKPOINT --out models/mine --name mine --warm-up "وصل سامي الخطيب إلى تونس."

The first --output is the model's default. The warm-up sentence is one in which the model finds a person, place or organization: the service refuses
to serve a model that does not find them again.
"""
import hashlib
import json
import os
import shutil

import onnx

from . import checkpoint, graph
from .errors import RecipeError
from .labels import PRODUCT, PRODUCT_TYPES
from .session import ModelFolder
from .subwords import BEGIN, END, MAX_SUBWORDS_PER_WORD, PAD, UNKNOWN

ONNX_FILE = "model.onnx"
SCHEMA_VERSION = 1


def add_options(parser):
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", help="default: the name of the folder")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--description", default="")
    parser.add_argument("--license", default="")
    parser.add_argument("--output", action="append", metavar="NAME=SCHEME",
                        help="an output of the graph and the head it comes from (default: logits=product, or the only head there is)")
    parser.add_argument("--bits", type=int, default=8, choices=(32, 8, 4))
    parser.add_argument("--integer-kernels", action="store_true", help="compute with the 8 or 4 bits, instead of unfolding them at load")
    parser.add_argument("--window", type=int, default=200, help="subwords in a window of a long text")
    parser.add_argument("--overlap", type=int, default=60)
    parser.add_argument("--warm-up", required=True, metavar="TEXT")
    parser.add_argument("--base-model", default="", help="for the provenance: the pretrained encoder")
    parser.add_argument("--data", action="append", default=[], help="for the provenance: a corpus and its licence")


def run(options):
    source = checkpoint.load(options.checkpoint)
    outputs = _outputs(options.output, source.heads)
    needed = options.window + 2
    if needed > source.shape["max_positions"] or max(2 * options.overlap, options.overlap + MAX_SUBWORDS_PER_WORD) > options.window:
        raise RecipeError(f"--window {options.window} --overlap {options.overlap}: a window needs {needed} of the encoder's "
                          f"{source.shape['max_positions']} positions, and must hold its overlap twice, and once with a word of "
                          f"{MAX_SUBWORDS_PER_WORD} subwords")
    os.makedirs(options.out, exist_ok=True)
    heads = {name: (scheme, len(source.heads[scheme])) for name, scheme in outputs.items()}
    model = graph.build(source.shape, source.weights, heads, options.bits, options.integer_kernels)
    onnx.save(model, os.path.join(options.out, ONNX_FILE))
    shutil.copyfile(source.tokenizer, os.path.join(options.out, checkpoint.TOKENIZER))

    manifest = _manifest(options, source, outputs)
    _write(options.out, manifest)
    # The warm-up's answer is the exported graph's own, so the manifest is written a second time, with it.
    found = [entity for entity in ModelFolder(options.out).entities(options.warm_up) if entity[1] in PRODUCT_TYPES]
    if not found:
        os.remove(os.path.join(options.out, "model.json"))
        raise RecipeError(f"the default output finds no {', '.join(PRODUCT_TYPES)} in the warm-up sentence {options.warm_up!r}: give one with a name "
                          "that the model knows")
    manifest["warmUp"]["expect"] = [{"text": text, "type": kind} for text, kind in found]
    _write(options.out, manifest)
    size = os.path.getsize(os.path.join(options.out, ONNX_FILE))
    print(f"{options.out}: {size / 1e6:.1f} MB, outputs {', '.join(outputs)}; warm-up finds {', '.join(f'{t} ({k})' for t, k in found)}")


def _outputs(texts, heads):
    if not texts:
        scheme = PRODUCT if PRODUCT in heads else next(iter(heads)) if len(heads) == 1 else None
        if scheme is None:
            raise RecipeError(f"which head is `logits`? Say --output logits=SCHEME, one of {', '.join(heads) or '(the checkpoint has no head)'}")
        return {"logits": scheme}
    outputs = dict(text.split("=", 1) for text in texts)
    unknown = sorted(set(outputs.values()) - set(heads))
    if unknown:
        raise RecipeError(f"the checkpoint has no head called {', '.join(unknown)}; there are {', '.join(heads)}")
    return outputs


def _manifest(options, source, outputs):
    storage = "32 bits" if options.bits == 32 else f"{options.bits}-bit blocks of {graph.BLOCK}, " + (
        "computed with integer kernels" if options.integer_kernels else "unfolded to 32 bits at load")
    files = [ONNX_FILE, checkpoint.TOKENIZER]
    return {
        "schemaVersion": SCHEMA_VERSION,
        "name": options.name or os.path.basename(os.path.abspath(options.out)),
        "version": options.version,
        "description": options.description,
        "license": options.license,
        "files": {name: {"sha256": sha256(os.path.join(options.out, name))} for name in files},
        "onnx": {"file": ONNX_FILE,
                 "inputs": {"inputIds": graph.INPUT_IDS, "attentionMask": graph.ATTENTION_MASK, "tokenTypeIds": None},
                 "maxPositions": source.shape["max_positions"]},
        "outputs": {name: source.heads[scheme] for name, scheme in outputs.items()},
        "defaultOutput": next(iter(outputs)),
        "tokenizer": {"kind": "sentencepiece-unigram", "file": checkpoint.TOKENIZER, "beginId": BEGIN, "padId": PAD, "endId": END,
                      "unknownId": UNKNOWN, "maxSubwordsPerWord": MAX_SUBWORDS_PER_WORD},
        "folding": "model",
        "window": {"size": options.window, "overlap": options.overlap},
        "warmUp": {"text": options.warm_up, "expect": []},
        "provenance": {"recipe": "models/training", "baseModel": options.base_model, "data": options.data, "heads": outputs,
                       "encoder": {_camel_case(name): value for name, value in source.shape.items()}, "weights": storage},
        "scores": [],
    }


def _camel_case(name):
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _write(folder, manifest):
    with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=2)
        file.write("\n")
