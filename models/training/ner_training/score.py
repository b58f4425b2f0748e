"""Strict span scores of a model folder on CoNLL files, read as the service reads text: words in, overlapping windows, constrained decoding.

Labels of the output that are not asked for are decoded, then left out: ANERcorp's MISC competes with the other types, but is not scored.
"""
import json
import os

from . import conll
from .errors import RecipeError
from .labels import PRODUCT_TYPES
from .scoring import score
from .session import ModelFolder


def add_options(parser):
    parser.add_argument("model", help="model folder")
    parser.add_argument("files", nargs="+", help="two columns, word and gold tag")
    parser.add_argument("--output", help="output of the graph (default: the model's)")
    parser.add_argument("--types", nargs="+", default=list(PRODUCT_TYPES))
    parser.add_argument("--unit", choices=("sentence", "document"), default="sentence", help="what the model reads at once")
    parser.add_argument("--record", action="store_true", help="put the scores into model.json")


def run(options):
    model = ModelFolder(options.model)
    output = options.output or model.manifest["defaultOutput"]
    if output not in model.manifest["outputs"]:
        raise RecipeError(f"{options.model} has no output {output!r}; there are {', '.join(model.manifest['outputs'])}")
    results = []
    for path in options.files:
        gold, predicted = [], []
        for document in conll.read_documents(path):
            for words, tags in _units(document, options.unit):
                gold.append(tags)
                predicted.append(model.label(words, output))
        entry = {"file": os.path.join(os.path.basename(os.path.dirname(os.path.abspath(path))), os.path.splitext(os.path.basename(path))[0]),
                 "output": output, "unit": options.unit, **score(gold, predicted, options.types)}
        results.append(entry)
        by_type = ", ".join(f"{kind} {figures['f1']}" for kind, figures in entry["byType"].items())
        print(f"{entry['file']}, {output}, {options.unit}: precision {entry['precision']}, recall {entry['recall']}, F1 {entry['f1']} ({by_type})")
    if options.record:
        key = ("file", "output", "unit")
        replaced = {tuple(entry[k] for k in key) for entry in results}
        kept = [entry for entry in model.manifest["scores"] if tuple(entry.get(k) for k in key) not in replaced]
        model.manifest["scores"] = kept + results
        with open(os.path.join(options.model, "model.json"), "w", encoding="utf-8") as file:
            json.dump(model.manifest, file, ensure_ascii=False, indent=2)
            file.write("\n")


def _units(document, unit):
    if unit == "sentence":
        return [(sentence.words, sentence.tags) for sentence in document]
    return [([word for s in document for word in s.words], [tag for s in document for tag in s.tags])]
