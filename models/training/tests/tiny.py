"""A tiny encoder and vocabulary, random and the same on every run, made of the example sentences."""
import os

import numpy as np
import torch

from ner_training import checkpoint, conll, subwords
from ner_training.encoder import Encoder, EncoderShape

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "examples")
TRAIN, DEV = os.path.join(EXAMPLES, "train.conll"), os.path.join(EXAMPLES, "dev.conll")

# What a multilingual vocabulary also holds, and Arabic text has no use for.
FOREIGN_SENTENCES = ["the weather is fine today", "погода сегодня хорошая", "今日は天気がいい"]


def example_sentences(path=TRAIN):
    return [sentence for document in conll.read_documents(path) for sentence in document]


def product_file(path, source=TRAIN):
    """The examples with only the product's types, in two columns: each sentence alone, and all of them as one long document."""
    sentences = example_sentences(source)
    for sentence in sentences:
        sentence.tags = ["O" if tag.endswith("EVENT") else tag for tag in sentence.tags]
    conll.write_documents(path, [[sentence] for sentence in sentences] + [sentences])
    return str(path)


def make_base(folder, width=32, layers=2, seed=7):
    """A checkpoint without heads: what a pretrained encoder is to the real recipe."""
    os.makedirs(folder, exist_ok=True)
    tokenizer = os.path.join(folder, "full.model")
    texts = [" ".join(sentence.words) for sentence in example_sentences()]
    subwords.train_unigram(texts * 4 + FOREIGN_SENTENCES * 4, tokenizer, size=700)
    shape = EncoderShape(vocabulary=len(subwords.read_pieces(tokenizer)), width=width, layers=layers, attention_heads=4,
                         feed_forward=2 * width, max_positions=512)
    torch.manual_seed(seed)
    encoder = Encoder(shape)
    weights = {f"encoder.{name}": value.detach().numpy() for name, value in encoder.state_dict().items()}
    # Drawn by NumPy, whose generators give the same numbers in every version; PyTorch's promise is weaker.
    rng = np.random.default_rng(seed)
    for name, value in weights.items():
        if value.ndim == 2:
            weights[name] = rng.normal(0, 0.3 if "words" in name else 1 / np.sqrt(value.shape[1]), value.shape).astype(np.float32)
    weights["encoder.positions.weight"] *= np.float32(0.1)
    checkpoint.save(folder, checkpoint.Checkpoint(shape.as_dict(), {}, weights, tokenizer))
    return str(folder)


def train_arguments(base, product_path):
    """Options under which the tiny encoder learns the examples by heart in seconds, with every feature of training in use."""
    return ["--base", base, "--data", f"product={product_path}", "--data", f"mine={TRAIN}", "--learning-rate", "2e-3",
            "--head-learning-rate", "5e-3", "--batch-tokens", "256", "--swap", "0.1", "--careless", "0.1", "--word-dropout", "0.02",
            "--evaluate-epochs", "1000", "--threads", "1", "--precision", "fp32"]
