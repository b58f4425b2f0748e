"""How far two ways of computing one model agree: PyTorch and a graph, a text alone and in a batch, two graphs, a graph and golden vectors.

Each function returns (problem or "", note).
"""
import json
import os

import numpy as np

from . import checkpoint, windows
from .batches import padded, padded_features
from .errors import RecipeError
from .graph import FP32, INT8
from .scoring import score
from .score import labels_of_file
from .text import fold

SURE = 1.0                      # the best label leads by so much


def alone_and_padded(model, texts):
    """The reference's sums may change with a batch's shape by a rounding, and by a step of an integer; ONNX Runtime's do not."""
    allowed, worst = (0.0 if model.engine.startswith("ONNX") else 0.05 if _is_integer(model) else 1e-4), 0.0
    items = []
    for words in texts[:32]:
        ids, firsts = windows.flatten([model.encode(word) for word in words])
        features = model.features(words)
        items.append((ids, None if features is None else windows.at_firsts(features, firsts, len(ids))))
    ids, mask = (tensor.numpy() for tensor in padded([ids for ids, _ in items]))
    features = padded_features([features for _, features in items], ids.shape[1])
    for output in model.manifest["outputs"]:
        together = model.run(output, ids, mask, None if features is None else features.numpy())
        for row, (own, told) in zip(together, items):
            worst = max(worst, float(np.abs(row[:len(own)] - model.run(output, *_alone(own, told))[0]).max()))
    return ("" if worst <= allowed else f"differ by {worst:.2g}"), f"largest difference {worst:.2g}"


def torch_and_graph(model, source, texts, tolerance):
    """PyTorch on the very weights of the graph."""
    worst, _, _ = _compare_with_torch(model, source, texts)
    return ("" if worst <= tolerance else f"logits differ by {worst:.2g}, more than {tolerance}"), f"largest difference {worst:.2g}"


def checkpoint_and_graph(model, source, texts):
    """PyTorch on the weights before they were stored in bytes: labels agree wherever it is sure."""
    worst, different, words = _compare_with_torch(model, source, texts)
    return (f"{different} of {words} sure words have another label" if different else ""), f"{words} sure words; logits differ by up to {worst:.2g}"


def graphs_label_alike(model, exact, texts, least):
    """model, exact: two graphs of one folder; least: share of the words that must have the same label."""
    same = words = 0
    for text in texts:
        labels = list(zip(model.label(text), exact.label(text)))
        words, same = words + len(labels), same + sum(one == other for one, other in labels)
    note = f"{same} of {words} words have the same label"
    return ("" if same >= least * words else f"fewer than {100 * least:.1f} %: {note}"), note


def graphs_score_alike(model, exact, paths, types, most):
    """most: points of F1 that the two may lie apart on all files together; in a short one a few names are a point."""
    labels = [[labels_of_file(m, path, m.manifest["defaultOutput"]) for path in paths] for m in (model, exact)]

    def f1(which):
        return [score([s for gold, _ in files for s in gold], [s for _, found in files for s in found], types)["f1"] for files in which]

    together = f1(labels)
    notes = [f"{os.path.basename(path)} {one} and {other}" for path, one, other in zip(paths, *(f1([[file] for file in files]) for files in labels))]
    note = f"F1 {together[0]} and {together[1]}: {', '.join(notes)}"
    return (f"more than {most} apart" if abs(together[0] - together[1]) > most else ""), note


def golden_and_graph(model, path, tolerance):
    """A file of golden vectors holds the logits of each graph of the model that it was made with."""
    key, worst, problems, count = _golden_key(model), 0.0, [], 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            golden = json.loads(line)
            count += 1
            if [fold(word) for word in golden["words"]] != golden["folded"]:
                problems.append(f"line {number}: folding")
            features = model.features(golden["words"])
            if features is not None and [np.flatnonzero(row).tolist() for row in features] != golden["features"]:
                problems.append(f"line {number}: gazetteer features")
            if [model.encode(word) for word in golden["words"]] != golden["ids"]:
                problems.append(f"line {number}: subwords")
            elif key in golden:
                worst = max(worst, float(np.abs(_golden_logits(model, golden["ids"], golden.get("features")) - np.array(golden[key])).max()))
    if worst > tolerance:
        problems.append(f"logits differ by {worst:.2g}, more than {tolerance}")
    return "; ".join(problems[:5]), f"{count} lines, largest difference {worst:.2g}"


def write_golden(models, texts, path):
    """Words, folded forms, subwords, features and logits of each graph, of texts that fit one window."""
    first = models[0]
    with open(path, "w", encoding="utf-8") as out:
        for words in texts:
            subwords = [first.encode(word) for word in words]
            if not words or sum(map(len, subwords)) > first.window:
                continue
            line = {"words": words, "folded": [fold(word) for word in words], "ids": subwords}
            if first.feature_count:
                features = first.features(words)
                line["features"] = [[] for _ in words] if features is None else [np.flatnonzero(row).tolist() for row in features]
            for model in models:
                logits = _golden_logits(model, subwords, line.get("features"))
                line[_golden_key(model)] = [[round(float(value), 4) for value in row] for row in logits]
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(f"written: {path}")


def _golden_key(model):
    return "logits" if model.graph["name"] == FP32 else "logits_" + model.graph["name"].replace("-", "_")


def _golden_logits(model, subwords, features):
    ids, firsts = windows.flatten(subwords)
    told = None
    if model.feature_count and features is not None:
        told = np.zeros((len(ids), model.feature_count), np.float32)
        for first, bits in zip(firsts, features):
            told[first, bits] = 1
    return model.run(model.manifest["defaultOutput"], *_alone(ids, told))[0][firsts]


def _compare_with_torch(model, source, texts):
    """(largest difference of logits, words of which PyTorch is sure and whose label differs, words of which it is sure)."""
    import torch
    from .encoder import Tagger
    tagger = Tagger.of(source)
    worst, different, sure_words = 0.0, 0, 0
    for output in model.manifest["outputs"]:
        scheme = checkpoint.scheme_of_output(model.manifest, output)
        if scheme not in source.heads:
            raise RecipeError(f"the checkpoint has no head {scheme!r}, from which {output} was made; it has {', '.join(source.heads)}")

        def run_torch(ids, mask, features, scheme=scheme):
            with torch.no_grad():
                told = None if features is None else torch.from_numpy(features)
                return tagger(torch.from_numpy(ids), torch.from_numpy(mask), told, scheme).numpy()

        for words in texts:
            expected = windows.word_logits(words, model.encode, run_torch, model.window, model.overlap, model.features(words))
            found = model.word_logits(words, output)
            worst = max(worst, float(np.abs(expected - found).max()))
            ordered = np.sort(expected, -1)
            sure = ordered[:, -1] - ordered[:, -2] > SURE
            sure_words += int(sure.sum())
            different += int((sure & (expected.argmax(-1) != found.argmax(-1))).sum())
    return worst, different, sure_words


def _is_integer(model):
    return model.graph["name"].startswith(INT8)


def _alone(ids, features):
    """A batch of one, without padding."""
    return np.array([ids], np.int64), np.ones((1, len(ids)), np.int64), None if features is None else features[None]
