"""Write the folder that the service loads: the graphs, sentencepiece.model, seen-names.tsv where the model reads the gazetteer, and model.json.

    export --checkpoint CHECKPOINT --out models/mine --name mine --warm-up "وصل سامي الخطيب إلى تونس."

The first --output is the model's default. The warm-up sentence is one in which the model finds a name: the service refuses to serve a model that
does not find it again.

With --int8 a second graph, of the same weights in static integers, is written beside model.onnx: two to three times faster on CPUs with VNNI or an Arm
dot product. Where the numbers lie that flow through it is measured on --calibration, text like that which will be read. --weight-bits 7 makes one for
CPUs with AVX2 alone: their instruction adds two products in 16 bits, which weights of 8 bits overflow.
"""
import hashlib
import json
import os
import random
import shutil

import onnx

from . import checkpoint, conll, graph, windows
from .errors import RecipeError
from .gazetteer import Gazetteer
from .labels import PRODUCT
from .session import ModelFolder
from .subwords import BEGIN, END, MAX_SUBWORDS_PER_WORD, PAD, UNKNOWN, SubwordEncoder

SCHEMA_VERSION = 1
_FP32_GRAPH = {"name": graph.FP32, "file": "model.onnx"}
# By the bits of the weights, the fastest first: the service takes the first graph whose need the processor meets.
_INTEGER_GRAPHS = {8: {"name": graph.INT8, "file": "model.int8.onnx", "needs": "int8-dot-product"},
                   7: {"name": "int8-7-bit-weights", "file": "model.int8-7.onnx"}}
_SHORTEST_CALIBRATION = 5       # words: shorter sentences are headings and noise


def add_options(parser):
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", help="default: the name of the folder")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--description", default="")
    parser.add_argument("--license", default="")
    parser.add_argument("--output", action="append", metavar="NAME=SCHEME",
                        help="an output of the graph and the head it comes from (default: logits=product, or the only head there is)")
    parser.add_argument("--bits", type=int, default=8, choices=(32, 8), help="in which model.onnx stores its weights; it computes with 32")
    parser.add_argument("--int8", action="store_true", help="write a graph in static integers too")
    parser.add_argument("--weight-bits", type=int, nargs="+", default=[8], choices=sorted(_INTEGER_GRAPHS), help="a graph in integers for each")
    parser.add_argument("--calibration", nargs="+", default=[], metavar="CONLL", help="text to calibrate graphs in integers on; tags are ignored")
    parser.add_argument("--calibration-sentences", type=int, default=500)
    parser.add_argument("--gazetteer", metavar="FOLDER", help="lists that the model is told of in calibration and warm-up")
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
    if options.int8 and not options.calibration:
        raise RecipeError("--int8 needs --calibration: a few hundred sentences like those that will be read")
    os.makedirs(options.out, exist_ok=True)
    graphs = _write_graphs(options, source, {name: (scheme, len(source.heads[scheme])) for name, scheme in outputs.items()})
    files = [entry["file"] for entry in graphs] + [checkpoint.TOKENIZER]
    shutil.copyfile(source.tokenizer, os.path.join(options.out, checkpoint.TOKENIZER))
    if source.features and source.seen_names:
        files.append(checkpoint.SEEN_NAMES)
        shutil.copyfile(source.seen_names, os.path.join(options.out, checkpoint.SEEN_NAMES))

    manifest = _manifest(options, source, outputs, graphs, files)
    _write(options.out, manifest)
    # The warm-up's answer is the exported graph's own, so the manifest is written a second time, with it.
    found = ModelFolder(options.out, options.gazetteer).entities(options.warm_up)
    if not found:
        os.remove(os.path.join(options.out, "model.json"))
        raise RecipeError(f"the default output finds no name in the warm-up sentence {options.warm_up!r}: give one with a name that the model knows")
    manifest["warmUp"]["expect"] = [{"text": text, "type": kind} for text, kind in found]
    _write(options.out, manifest)
    sizes = ", ".join(f"{entry['file']} {os.path.getsize(os.path.join(options.out, entry['file'])) / 1e6:.1f} MB" for entry in graphs)
    print(f"{options.out}: {sizes}; outputs {', '.join(outputs)}; warm-up finds {', '.join(f'{t} ({k})' for t, k in found)}")


def _write_graphs(options, source, heads):
    """The manifest's list of them, the fastest first."""
    written = []
    if options.int8:
        from . import int8                  # PyTorch, which a graph in 32 bits does not need
        batches = list(_calibration(options, source))
        for bits in sorted(set(options.weight_bits), reverse=True):
            model = graph.build(source.shape, source.weights, heads, integers=int8.prepare(source, batches, bits))
            onnx.save(model, os.path.join(options.out, _INTEGER_GRAPHS[bits]["file"]))
            written.append(_INTEGER_GRAPHS[bits])
    onnx.save(graph.build(source.shape, source.weights, heads, options.bits), os.path.join(options.out, _FP32_GRAPH["file"]))
    return written + [_FP32_GRAPH]


def _calibration(options, source):
    """(ids, mask, features) of sentences drawn from the calibration text."""
    from .batches import grouped, padded, padded_features
    sentences = [sentence.words for path in options.calibration for document in conll.read_documents(path) for sentence in document
                 if len(sentence.words) >= _SHORTEST_CALIBRATION]
    encode, rng = SubwordEncoder(source.tokenizer), random.Random(0)
    gazetteer = Gazetteer.read(options.gazetteer, source.seen_names) if options.gazetteer and source.features else None
    items = []
    for words in rng.sample(sentences, min(options.calibration_sentences, len(sentences))):
        subwords = [encode(word) for word in words]
        _, end = windows.overlapping([len(s) for s in subwords], options.window, options.overlap)[0]
        ids, firsts = windows.flatten(subwords[:end])
        items.append((ids, windows.at_firsts(gazetteer.features(words), firsts, len(ids)) if gazetteer else None))
    if not items:
        raise RecipeError(f"{', '.join(options.calibration)}: no sentence has {_SHORTEST_CALIBRATION} words to calibrate on")
    for group in grouped(items, tokens=2048):
        ids, mask = padded([ids for ids, _ in group])
        yield ids, mask, padded_features([features for _, features in group], ids.shape[1])


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


def _manifest(options, source, outputs, graphs, files):
    inputs = {"inputIds": graph.INPUT_IDS, "attentionMask": graph.ATTENTION_MASK}
    told = {}
    if source.features:
        inputs["gazetteerFeatures"] = graph.GAZETTEER_FEATURES
        told = {"gazetteerFeatures": {"bits": source.features, **({"seenNames": checkpoint.SEEN_NAMES} if checkpoint.SEEN_NAMES in files else {})}}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "name": options.name or os.path.basename(os.path.abspath(options.out)),
        "version": options.version,
        "description": options.description,
        "license": options.license,
        "files": {name: {"sha256": sha256(os.path.join(options.out, name))} for name in files},
        "onnx": {"graphs": graphs, "inputs": inputs, "maxPositions": source.shape["max_positions"]},
        "outputs": {name: source.heads[scheme] for name, scheme in outputs.items()},
        "defaultOutput": next(iter(outputs)),
        "tokenizer": {"kind": "sentencepiece-unigram", "file": checkpoint.TOKENIZER, "beginId": BEGIN, "padId": PAD, "endId": END,
                      "unknownId": UNKNOWN, "maxSubwordsPerWord": MAX_SUBWORDS_PER_WORD},
        "folding": "model",
        "window": {"size": options.window, "overlap": options.overlap},
        **told,
        "warmUp": {"text": options.warm_up, "expect": []},
        "provenance": {"recipe": "models/training", "baseModel": options.base_model, "data": options.data, "heads": outputs,
                       "encoder": {_camel_case(name): value for name, value in source.shape.items()}},
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
