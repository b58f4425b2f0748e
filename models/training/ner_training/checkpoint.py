"""A checkpoint: a folder with config.json, weights.npz, sentencepiece.model, and seen-names.tsv where the model reads the gazetteer. Any step reads
one and most write one.

`load` also reads a model folder that `export` wrote, so that anyone can train on from a published model: its weights are those of the graph with
floating-point arithmetic, unpacked from their 8 bits.
"""
import json
import os
import shutil
from dataclasses import dataclass, field

import numpy as np

from .errors import RecipeError
from .gazetteer import FEATURES
from .labels import PRODUCT, PRODUCT_TYPES, bio_labels

CONFIG, WEIGHTS, TOKENIZER, SEEN_NAMES = "config.json", "weights.npz", "sentencepiece.model", "seen-names.tsv"


@dataclass
class Checkpoint:
    shape: dict             # the fields of encoder.EncoderShape
    heads: dict             # {scheme: labels}; empty for a bare encoder
    weights: dict           # {parameter name in encoder.Tagger: float32 array}
    tokenizer: str          # path of its SentencePiece model
    features: list = field(default_factory=list)        # names of what it reads of the gazetteer: gazetteer.FEATURES, or nothing
    seen_names: str = None  # path of the names of its training text, if it has them

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
    seen_names = os.path.join(folder, SEEN_NAMES)
    return Checkpoint(config["shape"], config["heads"], weights, os.path.join(folder, TOKENIZER), _known(config.get("features", []), folder),
                      seen_names if os.path.exists(seen_names) else None)


def save(folder, checkpoint):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, CONFIG), "w", encoding="utf-8") as file:
        json.dump({"shape": checkpoint.shape, "heads": checkpoint.heads, "features": checkpoint.features}, file, ensure_ascii=False, indent=2)
        file.write("\n")
    np.savez(os.path.join(folder, WEIGHTS), **checkpoint.weights)
    for name, path in ((TOKENIZER, checkpoint.tokenizer), (SEEN_NAMES, checkpoint.seen_names)):
        target = os.path.join(folder, name)
        if path and os.path.abspath(target) != os.path.abspath(path):
            shutil.copyfile(path, target)


def _known(features, folder):
    if features and tuple(features) != FEATURES:
        raise RecipeError(f"{folder} reads the features {', '.join(features)}; this recipe makes {', '.join(FEATURES)}")
    return list(features)


def _load_model_folder(folder, dither):
    import onnx
    from . import graph
    with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    # Of several graphs of the same weights, that with floating-point products keeps them best.
    file = next((entry["file"] for entry in manifest["onnx"]["graphs"] if entry["name"] == graph.FP32), None)
    if file is None:
        raise RecipeError(f"{folder} has no graph called {graph.FP32}, the one whose weights can be read back")
    shape, weights = graph.read_weights(onnx.load(os.path.join(folder, file)), dither)
    heads = {}
    for output, labels in manifest["outputs"].items():
        scheme = scheme_of_output(manifest, output)
        heads[scheme] = labels
        weights[f"heads.{scheme}.weight"], weights[f"heads.{scheme}.bias"] = weights.pop(f"{output}.weight"), weights.pop(f"{output}.bias")
    told = manifest.get("gazetteerFeatures") or {}
    seen_names = os.path.join(folder, told["seenNames"]) if told.get("seenNames") else None
    return Checkpoint(shape, heads, weights, os.path.join(folder, manifest["tokenizer"]["file"]), _known(told.get("bits", []), folder), seen_names)


def scheme_of_output(manifest, output):
    """The head an output was made from: as the provenance says, else by the naming rule of `export`."""
    named = manifest.get("provenance", {}).get("heads", {}).get(output)
    return named or (PRODUCT if output == "logits" else output[len("logits_"):] if output.startswith("logits_") else output)


# The first layout, in which the weights of arabic-news are kept: other names, nine labels in every head, and the token-type embedding and the offset
# of positions not yet folded into the position table.
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
        if family == "gaz":
            renamed["encoder.gazetteer"] = array
        elif family == "enc":
            renamed[".".join(["encoder", *(_FIRST_NAMES.get(part, part) for part in parts)])] = array
        else:
            scheme = _FIRST_SCHEMES.get(parts[0], parts[0])
            renamed[f"heads.{scheme}.{parts[1]}"] = array[:len(product_labels)] if scheme == PRODUCT else array
    heads = {_FIRST_SCHEMES.get(scheme, scheme): product_labels if scheme == PRODUCT else config["labels"] for scheme in config["schemes"]}
    shape = {"vocabulary": config["vocab"], "width": config["d"], "layers": config["layers"], "attention_heads": config["heads"],
             "feed_forward": config["ff"], "max_positions": length}
    return {"shape": shape, "heads": heads, "features": config.get("features", [])}, renamed
