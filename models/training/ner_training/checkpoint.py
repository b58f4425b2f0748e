"""A checkpoint: a folder with config.json, weights.npz and sentencepiece.model. Any step reads one and most write one.

`load` also reads a model folder that `export` wrote, so that anyone can train on from a published model: its weights are those of the graph,
unpacked from their 8 or 4 bits.
"""
import json
import os
import shutil
from dataclasses import dataclass

import numpy as np

from .errors import RecipeError
from .labels import PRODUCT, PRODUCT_TYPES, bio_labels

CONFIG, WEIGHTS, TOKENIZER = "config.json", "weights.npz", "sentencepiece.model"


@dataclass
class Checkpoint:
    shape: dict             # the fields of encoder.EncoderShape
    heads: dict             # {scheme: labels}; empty for a bare encoder
    weights: dict           # {parameter name in encoder.Tagger: float32 array}
    tokenizer: str          # path of its SentencePiece model

    def encoder_weights(self):
        """The encoder's own, without the prefix that Tagger gives them."""
        return {name[len("encoder."):]: array for name, array in self.weights.items() if name.startswith("encoder.")}


def load(folder, dither=None):
    """dither: see graph.read_weights; for weights that will be trained. A checkpoint's own are never on a grid."""
    if os.path.exists(os.path.join(folder, "model.json")):
        return _load_model_folder(folder, dither)
    config_path, weights_path = os.path.join(folder, CONFIG), os.path.join(folder, WEIGHTS)
    if not (os.path.exists(config_path) and os.path.exists(weights_path)):
        raise RecipeError(f"{folder} is neither a checkpoint ({CONFIG}, {WEIGHTS}, {TOKENIZER}) nor a model folder (model.json)")
    with open(config_path, encoding="utf-8") as file:
        config = json.load(file)
    with np.load(weights_path) as arrays:
        weights = {name: arrays[name].astype(np.float32) for name in arrays.files}
    if "schemes" in config:
        config, weights = _from_first_layout(config, weights)
    return Checkpoint(config["shape"], config["heads"], weights, os.path.join(folder, TOKENIZER))


def save(folder, checkpoint):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, CONFIG), "w", encoding="utf-8") as file:
        json.dump({"shape": checkpoint.shape, "heads": checkpoint.heads}, file, ensure_ascii=False, indent=2)
        file.write("\n")
    np.savez(os.path.join(folder, WEIGHTS), **checkpoint.weights)
    target = os.path.join(folder, TOKENIZER)
    if os.path.abspath(target) != os.path.abspath(checkpoint.tokenizer):
        shutil.copyfile(checkpoint.tokenizer, target)


def _load_model_folder(folder, dither):
    import onnx
    from . import graph
    with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    model = onnx.load(os.path.join(folder, manifest["onnx"]["file"]))
    shape, weights = graph.read_weights(model, dither)
    heads = {}
    for output, labels in manifest["outputs"].items():
        scheme = scheme_of_output(manifest, output)
        heads[scheme] = labels
        weights[f"heads.{scheme}.weight"], weights[f"heads.{scheme}.bias"] = weights.pop(f"{output}.weight"), weights.pop(f"{output}.bias")
    return Checkpoint(shape, heads, weights, os.path.join(folder, manifest["tokenizer"]["file"]))


def scheme_of_output(manifest, output):
    """The head an output was made from: as the provenance says, else by the naming rule of `export`."""
    named = manifest.get("provenance", {}).get("heads", {}).get(output)
    return named or (PRODUCT if output == "logits" else output[len("logits_"):] if output.startswith("logits_") else output)


# The first layout, in which the weights of arabic-news 1.0.0 were kept: other names, nine labels in every head, and the token-type embedding and
# the offset of positions not yet folded into the position table.
_FIRST_NAMES = {"word": "words", "q": "query", "k": "key", "v": "value", "o": "attention_out", "n1": "attention_norm", "f1": "feed_in",
                "f2": "feed_out", "n2": "feed_norm"}
_FIRST_SCHEMES = {"aner": "anercorp"}


def _from_first_layout(config, weights):
    offset, length = config["pos_offset"], config["max_pos"]
    positions = weights.pop("enc.pos.weight")[offset:offset + length] + weights.pop("enc.segment")
    product_labels = bio_labels(PRODUCT_TYPES)
    renamed = {"encoder.positions.weight": positions}
    for name, array in weights.items():
        family, *parts = name.split(".")
        if family == "enc":
            renamed[".".join(["encoder", *(_FIRST_NAMES.get(part, part) for part in parts)])] = array
        else:
            scheme = _FIRST_SCHEMES.get(parts[0], parts[0])
            renamed[f"heads.{scheme}.{parts[1]}"] = array[:len(product_labels)] if scheme == PRODUCT else array
    heads = {_FIRST_SCHEMES.get(scheme, scheme): product_labels if scheme == PRODUCT else config["labels"] for scheme in config["schemes"]}
    shape = {"vocabulary": config["vocab"], "width": config["d"], "layers": config["layers"], "attention_heads": config["heads"],
             "feed_forward": config["ff"], "max_positions": length}
    return {"shape": shape, "heads": heads}, renamed
