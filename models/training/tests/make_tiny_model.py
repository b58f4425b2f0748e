"""Make a complete model folder by the whole recipe, in seconds and the same each time: for the tests of whatever loads such folders.

    python3 make_tiny_model.py FOLDER

FOLDER gets model.onnx (8 bits), sentencepiece.model, model.json and expected.jsonl: for each text its words, the labels that PyTorch gives with the
32-bit weights of the checkpoint, and the logits that PyTorch gives with the weights as they are stored.
"""
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
from ner_training.encoder import EncoderShape, Tagger  # noqa: E402
from ner_training.labels import PRODUCT, Decoder  # noqa: E402
from ner_training.session import ModelFolder  # noqa: E402

WARM_UP = "وصل سامي الخطيب إلى تونس صباح اليوم."

# Texts whose labels change when scores move by this much are left out: there the rounding to 8 bits may rightly give another label.
_SHIFT = 0.2
_LONG = 4                       # sentences of a text that takes several windows


def main(folder):
    with tempfile.TemporaryDirectory() as work:
        def step(*arguments):
            if ner_training(list(map(str, arguments))):
                sys.exit(f"the step {arguments[0]} failed")

        pruned, trained = os.path.join(work, "pruned"), os.path.join(work, "trained")
        product = tiny.product_file(os.path.join(work, "product.conll"))
        step("prune", "--base", tiny.make_base(os.path.join(work, "base")), "--text", tiny.TRAIN, "--arabic-count", 1, "--out", pruned)
        step("train", *tiny.train_arguments(pruned, product), "--epochs", 60, "--out", trained)
        step("export", "--checkpoint", trained, "--out", folder, "--name", "tiny", "--description", "A tiny model for tests",
             "--license", "MIT", "--output", f"logits={PRODUCT}", "--output", "logits_mine=mine", "--warm-up", WARM_UP, "--window", 48, "--overlap", 16)
        step("verify", folder, "--checkpoint", trained, "--sentences", tiny.TRAIN)
        write_expected(folder, checkpoint.load(trained))


def texts():
    """Sentences known and new, one with marks and tatweel that folding drops, and some that take several windows."""
    known, new = ([sentence.words for sentence in tiny.example_sentences(path)] for path in (tiny.TRAIN, tiny.DEV))
    marked = ["وَصَلَ", "ســامي", "الخَطيب", "إلى", "تُونِس", "."]
    long = [[word for words in known[start:start + _LONG] for word in words] for start in range(0, len(known) - _LONG, _LONG // 2)]
    return [*known, *new, marked, *long]


def is_steady(logits, decoder):
    """Whether the labels stay the same when all scores move a little."""
    labels, rng = decoder.decode(logits), np.random.default_rng(0)
    return all(decoder.decode(logits + rng.uniform(-_SHIFT, _SHIFT, logits.shape)) == labels for _ in range(50))


def write_expected(folder, source):
    model = ModelFolder(folder)
    decoder = Decoder(source.heads[PRODUCT])
    exact, stored = torch_runner(source), torch_runner(checkpoint.load(folder))
    with open(os.path.join(folder, "expected.jsonl"), "w", encoding="utf-8") as out:
        for words in texts():
            logits = windows.word_logits(words, model.encode, stored, model.window, model.overlap)
            if not is_steady(logits, decoder):
                continue
            labels = decoder.decode(windows.word_logits(words, model.encode, exact, model.window, model.overlap))
            if labels != model.label(words):
                sys.exit(f"8 bits and 32 bits disagree on {' '.join(words)}")
            out.write(json.dumps({"words": words, "labels": labels, "logits": [[round(float(v), 4) for v in row] for row in logits]},
                                 ensure_ascii=False) + "\n")


def torch_runner(source):
    tagger = Tagger(EncoderShape(**source.shape), source.heads)
    tagger.load_state_dict({name: torch.from_numpy(array) for name, array in source.weights.items()})
    tagger.eval()

    def run(ids, mask):
        with torch.no_grad():
            return tagger(torch.from_numpy(ids), torch.from_numpy(mask), [PRODUCT])[PRODUCT].numpy()

    return run


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
