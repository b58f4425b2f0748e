"""Make a complete model folder by the whole recipe, in seconds and the same each time: for the tests of whatever loads such folders.

    python3 make_tiny_model.py FOLDER               persons, places and organizations; it reads the lists in FOLDER/gazetteer
    python3 make_tiny_model.py FOLDER --many-labels Wojood's 21 types, from PERS to CURR; it reads no lists

FOLDER gets the graphs (the second model only fp32), sentencepiece.model, model.json and expected.jsonl: for each text its words and the labels that
PyTorch gives with the 32-bit weights of the checkpoint; of the first model, told of the lists, also the features and the logits that PyTorch gives with
the weights as the fp32 graph stores them.
"""
import argparse
import json
import os
import sys
import tempfile

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import numpy as np  # noqa: E402
import torch  # noqa: E402

import tiny  # noqa: E402
from ner_training import checkpoint, windows  # noqa: E402
from ner_training.__main__ import main as ner_training  # noqa: E402
from ner_training.encoder import Tagger  # noqa: E402
from ner_training.labels import PRODUCT, Decoder  # noqa: E402
from ner_training.session import ModelFolder  # noqa: E402

WARM_UP = "وصل سامي الخطيب إلى تونس صباح اليوم."
MANY_LABELS_WARM_UP = "وصل سامي الخطيب إلى تونس يوم الأحد ."

# Texts whose labels change when scores move by this much are left out: there the rounding to 8 bits may rightly give another label.
_SHIFT = 0.2
_LONG = 4                       # sentences of a text that takes several windows


def main(folder, many_labels=False):
    with tempfile.TemporaryDirectory() as work:
        if many_labels:
            _make_with_many_labels(folder, work)
        else:
            _make(folder, work)


def _make(folder, work):
    pruned, trained, gazetteer = os.path.join(work, "pruned"), os.path.join(work, "trained"), tiny.make_gazetteer(os.path.join(folder, "gazetteer"))
    product = tiny.product_file(os.path.join(work, "product.conll"))
    _step("prune", "--base", tiny.make_base(os.path.join(work, "base")), "--text", tiny.TRAIN, "--arabic-count", 1, "--out", pruned)
    _step("train", *tiny.train_arguments(pruned, product), "--gazetteer", gazetteer, "--epochs", 60, "--out", trained)
    _step("export", "--checkpoint", trained, "--out", folder, "--name", "tiny", "--description", "A tiny model for tests", "--license", "MIT",
          "--output", f"logits={PRODUCT}", "--output", "logits_mine=mine", "--warm-up", WARM_UP, "--window", 48, "--overlap", 16,
          "--int8", "--calibration", tiny.TRAIN, "--gazetteer", gazetteer)
    _step("verify", folder, "--checkpoint", trained, "--sentences", tiny.TRAIN, "--gazetteer", gazetteer)
    write_expected(folder, gazetteer, checkpoint.load(trained), PRODUCT, texts())


def _make_with_many_labels(folder, work):
    data, trained = os.path.join(work, "many.conll"), os.path.join(work, "trained")
    sentences = tiny.many_label_sentences(data)
    base = tiny.make_base(os.path.join(work, "base"), texts=[" ".join(words) for words in sentences])
    _step("train", *tiny.tiny_options(base), "--data", f"many={data}", "--epochs", 60, "--out", trained)
    _step("export", "--checkpoint", trained, "--out", folder, "--name", "tiny-many-labels", "--description", "A tiny model with many labels for tests",
          "--license", "MIT", "--warm-up", MANY_LABELS_WARM_UP, "--window", 48, "--overlap", 16)
    _step("verify", folder, "--checkpoint", trained, "--sentences", data)
    write_expected(folder, None, checkpoint.load(trained), "many", sentences)


def _step(*arguments):
    if ner_training(list(map(str, arguments))):
        sys.exit(f"the step {arguments[0]} failed")


def texts():
    """Sentences known and new, one with marks and tatweel that folding drops, and some that take several windows."""
    known, new = ([sentence.words for sentence in tiny.example_sentences(path)] for path in (tiny.TRAIN, tiny.DEV))
    marked = ["وَصَلَ", "ســامي", "الخَطيب", "إلى", "تُونِس", "."]
    listed = ["وزار", "نبيل", "الزين", "صفاقس", "أمس", "."]             # names that only the lists have
    long = [[word for words in known[start:start + _LONG] for word in words] for start in range(0, len(known) - _LONG, _LONG // 2)]
    return [*known, *new, marked, listed, *long]


def is_steady(logits, decoder):
    """Whether the labels stay the same when all scores move a little."""
    labels, rng = decoder.decode(logits), np.random.default_rng(0)
    return all(decoder.decode(logits + rng.uniform(-_SHIFT, _SHIFT, logits.shape)) == labels for _ in range(50))


def write_expected(folder, gazetteer, source, scheme, texts):
    model = ModelFolder(folder, gazetteer)
    decoder = Decoder(source.heads[scheme])
    exact, stored = torch_runner(source, scheme), torch_runner(checkpoint.load(folder), scheme)
    with open(os.path.join(folder, "expected.jsonl"), "w", encoding="utf-8") as out:
        for words in texts:
            features = model.features(words)
            logits = windows.word_logits(words, model.encode, stored, model.window, model.overlap, features)
            if not is_steady(logits, decoder):
                continue
            labels = decoder.decode(windows.word_logits(words, model.encode, exact, model.window, model.overlap, features))
            if labels != model.label(words):
                sys.exit(f"8 bits and 32 bits disagree on {' '.join(words)}")
            line = {"words": words, "labels": labels}
            if features is not None:
                line["logits"] = [[round(float(v), 4) for v in row] for row in logits]
                line["features"] = [np.flatnonzero(row).tolist() for row in features]
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def torch_runner(source, scheme):
    tagger = Tagger.of(source)

    def run(ids, mask, features):
        with torch.no_grad():
            return tagger(torch.from_numpy(ids), torch.from_numpy(mask), None if features is None else torch.from_numpy(features), scheme).numpy()

    return run


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--many-labels", action="store_true")
    chosen = parser.parse_args()
    main(chosen.folder, chosen.many_labels)
