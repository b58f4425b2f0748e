"""Check a model folder. Exits with 1 when any check fails.

Always: the sums in model.json, the graph's inputs and outputs against it, the tokenizer's ids, the warm-up sentence, a padded text against the same
text alone, and PyTorch with the graph's own weights against the graph. With --checkpoint also PyTorch with the weights before they were
quantised: there the labels must agree wherever the checkpoint is sure. With --golden the vectors of a file; --write-golden makes one.
"""
import json
import os

import numpy as np
import onnx

from . import checkpoint, conll, export, windows
from .batches import padded
from .errors import RecipeError
from .labels import types_of
from .session import ModelFolder, alone
from .subwords import BEGIN, END, PAD, UNKNOWN
from .text import fold, split_words

_SENTENCES = (
    "وصل وزير الخارجية إلى القاهرة أمس.",
    "قالت الباحثة إن جامعة القرويين في فاس من أقدم جامعات العالم، وإنها زارتها مرتين في العام الماضي مع وفد كبير من الطلاب.",
    "الجو جميل اليوم.",
    "وُلِدَ العالِمُ في البَصْرَةِ",
)
_SAME_WEIGHTS = 2e-3            # PyTorch and the graph on the same weights: two orders of summation
_INTEGER_KERNELS = 0.1          # integer kernels also quantise what flows between the matrices
_SURE = 1.0                     # a checkpoint is sure of a word when its best label leads by so much


def add_options(parser):
    parser.add_argument("model", help="model folder")
    parser.add_argument("--checkpoint", help="the checkpoint it was exported from")
    parser.add_argument("--sentences", help="texts to compare on, one a line, or a .conll file (default: four of the recipe's own)")
    parser.add_argument("--golden", help="file of golden vectors to compare with")
    parser.add_argument("--write-golden", help="write golden vectors of the sentences")
    parser.add_argument("--tolerance", type=float, help="largest difference of logits from the golden ones (default: 0.01; 0.1 with integer kernels)")


def run(options):
    failures = []

    def check(title, problem, note=""):
        print(f"{'FAILED' if problem else 'ok'}: {title}{f' ({note})' if note else ''}{f': {problem}' if problem else ''}")
        if problem:
            failures.append(title)

    check("sums", check_sums(options.model))
    if failures:
        return 1                                # nothing else can be said of files that are not the manifest's
    check("graph and manifest", check_graph(options.model))
    if failures:
        return 1
    model = ModelFolder(options.model)
    texts = read_texts(options.sentences)
    integer = any(node.op_type == "MatMulNBits" for node in _graph(options.model).graph.node)
    tolerance = options.tolerance or (_INTEGER_KERNELS if integer else 0.01)
    print(f"engine: {model.engine}; {len(texts)} texts")

    check("tokenizer", check_tokenizer(model))
    check("warm-up sentence", check_warm_up(model))
    check("padded and alone", *check_padding(model, texts))
    check("PyTorch with the graph's weights", *check_torch(model, checkpoint.load(options.model), texts, tolerance if integer else _SAME_WEIGHTS))
    if options.checkpoint:
        check("PyTorch with the checkpoint's weights", *check_checkpoint(model, checkpoint.load(options.checkpoint), texts))
    if options.golden:
        check("golden vectors", *check_golden(model, options.golden, tolerance))
    if options.write_golden:
        write_golden(model, texts, options.write_golden)
    return 1 if failures else 0


def read_texts(path):
    """Lists of words."""
    if path and path.endswith(".conll"):
        return [sentence.words for document in conll.read_documents(path) for sentence in document]
    if path:
        with open(path, encoding="utf-8") as lines:
            sentences = [line.strip() for line in lines if line.strip()]
    else:
        sentences = _SENTENCES
    return [[text[start:end] for start, end in split_words(text)] for text in sentences]


def check_sums(folder):
    try:
        with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
            manifest = json.load(file)
    except (OSError, ValueError) as problem:
        raise RecipeError(f"{folder} has no readable model.json: {problem}") from problem
    problems = []
    for name in sorted({manifest["onnx"]["file"], manifest["tokenizer"]["file"]} - set(manifest["files"])):
        problems.append(f"{name} has no sum")
    for name, expected in manifest["files"].items():
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            problems.append(f"{name} is missing")
        elif export.sha256(path) != expected["sha256"]:
            problems.append(f"{name} has the sum {export.sha256(path)}, not {expected['sha256']}")
    return "; ".join(problems)


def _graph(folder):
    with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
        return onnx.load(os.path.join(folder, json.load(file)["onnx"]["file"]))


def check_graph(folder):
    with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    graph = _graph(folder).graph
    expected_inputs = {name for name in manifest["onnx"]["inputs"].values() if name}
    inputs = {value.name for value in graph.input}
    widths = {value.name: value.type.tensor_type.shape.dim[-1].dim_value for value in graph.output}
    problems = [] if inputs == expected_inputs else [f"the graph's inputs are {sorted(inputs)}"]
    for name, labels in manifest["outputs"].items():
        if widths.get(name) != len(labels):
            problems.append(f"output {name} has {widths.get(name)} scores a word for {len(labels)} labels")
        if labels[0] != "O" or any(f"B-{kind}" not in labels or f"I-{kind}" not in labels for kind in types_of(labels)):
            problems.append(f"output {name}: labels must begin with O and hold B- and I- of each type")
    if manifest["defaultOutput"] not in manifest["outputs"]:
        problems.append(f"the default output {manifest['defaultOutput']} is not among the outputs")
    if manifest["window"]["size"] + 2 > manifest["onnx"]["maxPositions"]:
        problems.append("a window does not fit the encoder's positions")
    return "; ".join(problems)


def check_tokenizer(model):
    stated = tuple(model.manifest["tokenizer"][name] for name in ("beginId", "padId", "endId", "unknownId"))
    if stated != (BEGIN, PAD, END, UNKNOWN):
        return f"model.json states the ids {stated}"
    rows = checkpoint.load(model.folder).shape["vocabulary"]
    return "" if rows == len(model.encode) else f"{len(model.encode)} pieces for {rows} rows of the embedding"


def check_warm_up(model):
    expected = [(entity["text"], entity["type"]) for entity in model.manifest["warmUp"]["expect"]]
    found = model.entities(model.manifest["warmUp"]["text"])
    missed = [entity for entity in expected if entity not in found]
    return f"finds {found}, and not {missed}" if missed or not expected else ""


def check_padding(model, texts):
    """(problem, note). The reference's sums may change with a batch's shape by a rounding; ONNX Runtime's do not."""
    allowed, worst = (0.0 if model.engine.startswith("ONNX") else 1e-4), 0.0
    items = [windows.flatten([model.encode(word) for word in words])[0] for words in texts[:32]]
    ids, mask = (tensor.numpy() for tensor in padded(items))
    for output in model.manifest["outputs"]:
        together = model.run(output, ids, mask)
        for row, own in zip(together, items):
            worst = max(worst, float(np.abs(row[:len(own)] - model.run(output, *alone(own))[0]).max()))
    return ("" if worst <= allowed else f"differ by {worst:.2g}"), f"largest difference {worst:.2g}"


def check_torch(model, source, texts, tolerance):
    worst, _, _ = _compare(model, source, texts)
    return ("" if worst <= tolerance else f"logits differ by {worst:.2g}, more than {tolerance}"), f"largest difference {worst:.2g}"


def check_checkpoint(model, source, texts):
    worst, different, words = _compare(model, source, texts)
    return (f"{different} of {words} sure words have another label" if different else ""), f"{words} sure words; logits differ by up to {worst:.2g}"


def _compare(model, source, texts):
    """(largest difference of logits, words of which PyTorch is sure and whose label differs, words of which it is sure)."""
    import torch
    from .encoder import EncoderShape, Tagger
    tagger = Tagger(EncoderShape(**source.shape), source.heads)
    tagger.load_state_dict({name: torch.from_numpy(array) for name, array in source.weights.items()})
    tagger.eval()
    worst, different, sure_words = 0.0, 0, 0
    for output in model.manifest["outputs"]:
        scheme = checkpoint.scheme_of_output(model.manifest, output)
        if scheme not in source.heads:
            raise RecipeError(f"the checkpoint has no head {scheme!r}, from which {output} was made; it has {', '.join(source.heads)}")

        def run_torch(ids, mask, scheme=scheme):
            with torch.no_grad():
                return tagger(torch.from_numpy(ids), torch.from_numpy(mask), [scheme])[scheme].numpy()

        for words in texts:
            expected = windows.word_logits(words, model.encode, run_torch, model.window, model.overlap)
            found = model.word_logits(words, output)
            worst = max(worst, float(np.abs(expected - found).max()))
            ordered = np.sort(expected, -1)
            sure = ordered[:, -1] - ordered[:, -2] > _SURE
            sure_words += int(sure.sum())
            different += int((sure & (expected.argmax(-1) != found.argmax(-1))).sum())
    return worst, different, sure_words


def check_golden(model, path, tolerance):
    worst, problems, count = 0.0, [], 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            golden = json.loads(line)
            count += 1
            if [fold(word) for word in golden["words"]] != golden["folded"]:
                problems.append(f"line {number}: folding")
            if [model.encode(word) for word in golden["words"]] != golden["ids"]:
                problems.append(f"line {number}: subwords")
                continue
            worst = max(worst, float(np.abs(_golden_logits(model, golden["ids"]) - np.array(golden["logits"])).max()))
    if worst > tolerance:
        problems.append(f"logits differ by {worst:.2g}, more than {tolerance}")
    return "; ".join(problems[:5]), f"{count} lines, largest difference {worst:.2g}"


def write_golden(model, texts, path):
    """Words, folded forms, subwords and logits, of texts that fit one window."""
    with open(path, "w", encoding="utf-8") as out:
        for words in texts:
            subwords = [model.encode(word) for word in words]
            if words and sum(map(len, subwords)) <= model.window:
                logits = [[round(float(value), 4) for value in row] for row in _golden_logits(model, subwords)]
                out.write(json.dumps({"words": words, "folded": [fold(word) for word in words], "ids": subwords, "logits": logits},
                                     ensure_ascii=False) + "\n")
    print(f"written: {path}")


def _golden_logits(model, subwords):
    ids, firsts = windows.flatten(subwords)
    return model.run(model.manifest["defaultOutput"], *alone(ids))[0][firsts]
