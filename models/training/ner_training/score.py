"""Strict span scores of a model folder on CoNLL files, read as the service reads text: words in, overlapping windows, constrained decoding.

Labels of the output that are not asked for are decoded, then left out: ANERcorp's MISC competes with the other types, but is not scored. A word with
the tag `_` is nobody's mistake.
"""
import json
import os

from . import conll, session
from .errors import RecipeError
from .labels import NO_SIGNAL, OUTSIDE, PRODUCT_TYPES
from .scoring import score


def add_options(parser):
    session.add_options(parser)
    parser.add_argument("files", nargs="+", help="two columns, word and gold tag")
    parser.add_argument("--output", help="output of the graph (default: the model's)")
    parser.add_argument("--types", nargs="+", default=list(PRODUCT_TYPES))
    parser.add_argument("--unit", choices=("sentence", "document"), default="sentence", help="what the model reads at once")
    parser.add_argument("--record", action="store_true", help="put the scores into model.json")


def run(options):
    model = session.ModelFolder(options.model, options.gazetteer, options.graph)
    output = options.output or model.manifest["defaultOutput"]
    if output not in model.manifest["outputs"]:
        raise RecipeError(f"{options.model} has no output {output!r}; there are {', '.join(model.manifest['outputs'])}")
    results = []
    for path in options.files:
        gold, predicted = labels_of_file(model, path, output, options.unit)
        name = os.path.join(os.path.basename(os.path.dirname(os.path.abspath(path))), os.path.splitext(os.path.basename(path))[0])
        entry = {"file": name, "graph": model.graph["name"], "gazetteer": options.gazetteer is not None, "output": output, "unit": options.unit,
                 **score(gold, predicted, options.types)}
        results.append(entry)
        by_type = ", ".join(f"{kind} {figures['f1']}" for kind, figures in entry["byType"].items())
        print(f"{entry['file']}, {model.graph['name']}, {output}, {options.unit}, {'with' if options.gazetteer else 'no'} gazetteer: "
              f"precision {entry['precision']}, recall {entry['recall']}, F1 {entry['f1']} ({by_type})")
    if options.record:
        key = ("file", "graph", "gazetteer", "output", "unit")
        replaced = {tuple(entry[k] for k in key) for entry in results}
        kept = [entry for entry in model.manifest["scores"] if tuple(entry.get(k) for k in key) not in replaced]
        model.manifest["scores"] = kept + results
        with open(os.path.join(options.model, "model.json"), "w", encoding="utf-8") as file:
            json.dump(model.manifest, file, ensure_ascii=False, indent=2)
            file.write("\n")


def labels_of_file(model, path, output, unit="sentence"):
    """(gold, predicted), each a list of label sequences."""
    gold, predicted = [], []
    for document in conll.read_documents(path):
        for words, tags in _units(document, unit):
            found = model.label(words, output)
            gold.append([OUTSIDE if tag == NO_SIGNAL else tag for tag in tags])
            predicted.append([OUTSIDE if tag == NO_SIGNAL else label for label, tag in zip(found, tags)])
    return gold, predicted


def _units(document, unit):
    if unit == "sentence":
        return [(sentence.words, sentence.tags) for sentence in document]
    return [([word for s in document for word in s.words], [tag for s in document for tag in s.tags])]
