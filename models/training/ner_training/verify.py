"""Check a model folder. Exits with 1 when any check fails.

Always: the sums in model.json, the graphs' inputs and outputs against it, the tokenizer's ids, the warm-up sentence, a padded text against the same
text alone, PyTorch with the fp32 graph's own weights against it, and each graph in integers against fp32: the labels, and on --dev files F1. With
--checkpoint also PyTorch with the weights before they were stored in bytes. With --golden the vectors of a file; --write-golden makes one.
"""
import os

import onnx

from . import agreement, checkpoint, conll, export
from .graph import FP32
from .labels import types_of
from .session import ModelFolder, read_manifest
from .subwords import BEGIN, END, PAD, UNKNOWN
from .text import split_words

_SENTENCES = (
    "وصل وزير الخارجية إلى القاهرة أمس.",
    "قالت الباحثة إن جامعة القرويين في فاس من أقدم جامعات العالم، وإنها زارتها مرتين في العام الماضي مع وفد كبير من الطلاب.",
    "الجو جميل اليوم.",
    "وُلِدَ العالِمُ في البَصْرَةِ",
)
_SAME_WEIGHTS = 2e-3            # PyTorch and the graph on the same weights: two orders of summation
_FP32_GOLDEN, _INTEGER_GOLDEN = 0.01, 0.3       # kernels differ a little between instruction sets, and a rounding may then go another way
_SAME_LABELS, _F1_APART = 0.995, 0.3


def add_options(parser):
    parser.add_argument("model", help="model folder")
    parser.add_argument("--gazetteer", metavar="FOLDER", help="lists of names that the model is told of (default: none, as if there were no match)")
    parser.add_argument("--checkpoint", help="the checkpoint it was exported from")
    parser.add_argument("--sentences", help="texts to compare on, one a line, or a .conll file (default: four of the recipe's own)")
    parser.add_argument("--dev", nargs="+", default=[], metavar="CONLL", help="files with the tags of the default output")
    parser.add_argument("--golden", help="file of golden vectors to compare with")
    parser.add_argument("--write-golden", help="write golden vectors of the sentences")
    parser.add_argument("--tolerance", type=float,
                        help=f"largest difference of logits from the golden ones (default: {_FP32_GOLDEN}; of graphs in integers {_INTEGER_GOLDEN})")


def run(options):
    failures = []

    def check(title, problem, note=""):
        print(f"{'FAILED' if problem else 'ok'}: {title}{f' ({note})' if note else ''}{f': {problem}' if problem else ''}")
        if problem:
            failures.append(title)

    check("sums", check_sums(options.model))
    if failures:
        return 1                                # nothing else can be said of files that are not the manifest's
    check("graphs and manifest", check_graphs(options.model))
    if failures:
        return 1
    names = [graph["name"] for graph in read_manifest(options.model)["onnx"]["graphs"]]
    models = {name: ModelFolder(options.model, options.gazetteer, name) for name in sorted(names, key=lambda name: name != FP32)}
    exact = next(iter(models.values()))
    texts = read_texts(options.sentences)
    print(f"engine: {exact.engine}; {len(texts)} texts")

    check("tokenizer", check_tokenizer(exact))
    for name, model in models.items():
        check(f"{name}: warm-up sentence", check_warm_up(model))
        check(f"{name}: padded and alone", *agreement.alone_and_padded(model, texts))
        if model is exact:
            own = checkpoint.load(options.model)
            check(f"{name}: PyTorch with the graph's weights", *agreement.torch_and_graph(model, own, texts, _SAME_WEIGHTS))
            if options.checkpoint:
                source = checkpoint.load(options.checkpoint)
                check(f"{name}: PyTorch with the checkpoint's weights", *agreement.checkpoint_and_graph(model, source, texts))
        else:
            check(f"{name}: labels of {FP32}", *agreement.graphs_label_alike(model, exact, texts, _SAME_LABELS))
            if options.dev:
                types = sorted(types_of(exact.manifest["outputs"][exact.manifest["defaultOutput"]]))
                check(f"{name}: F1 of {FP32}", *agreement.graphs_score_alike(model, exact, options.dev, types, _F1_APART))
        if options.golden:
            tolerance = options.tolerance or (_FP32_GOLDEN if model is exact else _INTEGER_GOLDEN)
            check(f"{name}: golden vectors", *agreement.golden_and_graph(model, options.golden, tolerance))
    if options.write_golden:
        agreement.write_golden(list(models.values()), texts, options.write_golden)
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
    manifest = read_manifest(folder)
    needed = {graph["file"] for graph in manifest["onnx"]["graphs"]} | {manifest["tokenizer"]["file"]}
    if (manifest.get("gazetteerFeatures") or {}).get("seenNames"):
        needed.add(manifest["gazetteerFeatures"]["seenNames"])
    problems = [f"{name} has no sum" for name in sorted(needed - set(manifest["files"]))]
    for name, expected in manifest["files"].items():
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            problems.append(f"{name} is missing")
        elif export.sha256(path) != expected["sha256"]:
            problems.append(f"{name} has the sum {export.sha256(path)}, not {expected['sha256']}")
    return "; ".join(problems)


def check_graphs(folder):
    manifest = read_manifest(folder)
    problems = []
    for entry in manifest["onnx"]["graphs"]:
        graph = onnx.load(os.path.join(folder, entry["file"])).graph
        expected = {name for name in manifest["onnx"]["inputs"].values() if name}
        inputs = {value.name: _width(value) for value in graph.input}
        if set(inputs) != expected:
            problems.append(f"{entry['file']}: its inputs are {sorted(inputs)}")
        told, bits = manifest["onnx"]["inputs"].get("gazetteerFeatures"), (manifest.get("gazetteerFeatures") or {}).get("bits", [])
        if told in inputs and inputs[told] != len(bits):
            problems.append(f"{entry['file']}: {told} has {inputs[told]} numbers for {len(bits)} bits")
        outputs = {value.name: _width(value) for value in graph.output}
        for name, labels in manifest["outputs"].items():
            if outputs.get(name) != len(labels):
                problems.append(f"{entry['file']}: output {name} has {outputs.get(name)} scores a word for {len(labels)} labels")
    for name, labels in manifest["outputs"].items():
        if labels[0] != "O" or any(f"B-{kind}" not in labels or f"I-{kind}" not in labels for kind in types_of(labels)):
            problems.append(f"output {name}: labels must begin with O and hold B- and I- of each type")
    if manifest["defaultOutput"] not in manifest["outputs"]:
        problems.append(f"the default output {manifest['defaultOutput']} is not among the outputs")
    if manifest["window"]["size"] + 2 > manifest["onnx"]["maxPositions"]:
        problems.append("a window does not fit the encoder's positions")
    return "; ".join(problems)


def _width(value):
    return value.type.tensor_type.shape.dim[-1].dim_value


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
