"""Read the corpora and write them with the product's tags beside their own.

Expects the layout of the README's table under --corpora (or $NER_CORPORA): train/anercorp.conll, train/newsfane.conll, train/aqmar/*.conll,
train/caraner.conll, train/wojood-sample.conll, and the same under dev/. What is missing is named and left out.

Writes OUT/train/<scheme>.conll (word, own tag, product's tag or `_`) for `train --data`, OUT/dev/<scheme>.conll (word, own tag) and
OUT/dev/product-<scheme>.conll (word, product's tag) for `train --dev` and `score`.
"""
import glob
import os
from collections import Counter

from . import conll, guidelines
from .errors import RecipeError

_SOURCES = {"anercorp": "anercorp.conll", "newsfane": "newsfane.conll", "aqmar": "aqmar/*.conll", "caraner": "caraner.conll",
            "wojood": "wojood-sample.conll"}


def add_options(parser):
    parser.add_argument("--corpora", default=os.environ.get("NER_CORPORA"), help="folder with train/ and dev/ (default: $NER_CORPORA)")
    parser.add_argument("--places", required=True, help="the gazetteer's places.tsv: tells which names are countries")
    parser.add_argument("--out", required=True)


def run(options):
    if not options.corpora or not os.path.isdir(options.corpora):
        raise RecipeError(f"no corpora at {options.corpora!r}: set --corpora or NER_CORPORA to the folder that holds train/ and dev/")
    countries = guidelines.load_countries(options.places)
    written = 0
    for part in ("train", "dev"):
        os.makedirs(os.path.join(options.out, part), exist_ok=True)
        for scheme, pattern in _SOURCES.items():
            paths = sorted(glob.glob(os.path.join(options.corpora, part, pattern)))
            if not paths:
                print(f"{part}/{pattern}: not there, left out")
                continue
            documents = [document for path in paths for document in conll.read_documents(path)]
            out = os.path.join(options.out, part, f"{scheme}.conll")
            if part == "train":
                conll.write_documents(out, harmonised(scheme, documents, countries, scoring=False))
            else:
                conll.write_documents(out, documents)
                if scheme in ("aqmar", "caraner", "wojood"):
                    # ANERcorp leaves ministries untagged and NewsFANE repeats its text: neither can judge the product's guideline.
                    scored = harmonised(scheme, documents, countries, scoring=True)
                    for sentence in (s for document in scored for s in document):
                        sentence.tags, sentence.product_tags = sentence.product_tags, None
                    conll.write_documents(os.path.join(options.out, part, f"product-{scheme}.conll"), scored)
            written += 1
    if not written:
        raise RecipeError(f"{options.corpora} holds none of the corpora that the README lists")


def harmonised(scheme, documents, countries, scoring):
    """Copies of the documents with the product's tags, and a line that says how often each rule was used."""
    applied = Counter()
    result = [[conll.Sentence(s.words, s.tags, guidelines.product_tags(scheme, s.words, s.tags, countries, scoring, applied))
               for s in document] for document in documents]
    sentences = sum(map(len, documents))
    print(f"{scheme}: {sentences} sentences; rules applied: " + (", ".join(f"{rule} {n}" for rule, n in sorted(applied.items())) or "none"))
    return result
