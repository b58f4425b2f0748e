"""Continue masked-language pretraining of an encoder on raw text: whole words are masked, and the output shares the embedding's weights.

Text files hold a paragraph a line. Meant for a GPU; runs on a CPU. A run that was killed goes on when the same command is given again.
"""
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import checkpoint, resume
from .device import Device, add_options as add_device_options
from .encoder import Encoder, EncoderShape
from .errors import RecipeError
from .subwords import BEGIN, END, SPECIAL_PIECES, SubwordEncoder
from .text import split_words

_WORD_START = 1 << 31           # marks a word's first subword in the cache of ids
_MASKED, _RANDOM = 0.8, 0.1     # of the chosen subwords; the rest stay as they are
_SUBWORDS = "subwords.npy"


def add_options(parser):
    parser.add_argument("--base", required=True, help="checkpoint to start from")
    parser.add_argument("--text", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--learning-rate", type=float, default=4e-4)
    parser.add_argument("--rows", type=int, default=256, help="stretches of text in a batch")
    parser.add_argument("--length", type=int, default=128, help="subwords in a stretch, with its two markers")
    parser.add_argument("--mask", type=float, default=0.2, help="share of the words to predict")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-steps", type=int, default=500)
    add_device_options(parser)


_SETTINGS = ("base", "text", "steps", "learning_rate", "rows", "length", "mask", "seed")


def run(options):
    if os.path.exists(os.path.join(options.out, checkpoint.WEIGHTS)):
        raise RecipeError(f"{options.out} already holds a finished checkpoint: choose another --out or remove it")
    device = Device(options)
    base = checkpoint.load(options.base, resume.numpy_random(options.seed))
    ids = _subwords(options, SubwordEncoder(base.tokenizer))
    if len(ids) < options.length:
        raise RecipeError(f"the text has {len(ids)} subwords, fewer than --length {options.length}")
    if options.length > base.shape["max_positions"]:
        raise RecipeError(f"--length {options.length}: the encoder has {base.shape['max_positions']} positions")
    print(f"{device}; {len(ids) / 1e6:.2f} M subwords", flush=True)

    torch.manual_seed(options.seed)
    model = MaskedLanguageModel(base)
    model.to(device.name)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, betas=(0.9, 0.98), weight_decay=0.01)
    settings = {name: getattr(options, name) for name in _SETTINGS}
    state = resume.load(options.out, settings, device.name)
    step, running_loss = 0, 0.0
    if state:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, running_loss = state["step"], state["running_loss"]
        print(f"continuing after step {step}", flush=True)
    model.train()
    started, first = time.monotonic(), step
    while step < options.steps:
        for group in optimizer.param_groups:
            group["lr"] = options.learning_rate * min(1, (step + 1) / min(200, math.ceil(options.steps / 10))) * max(0.02, 1 - step / options.steps)
        inputs, targets = masked_rows(ids, options, base.shape["vocabulary"], resume.numpy_random(options.seed, step))
        resume.seed_everything(options.seed, step)
        with device.autocast():
            loss = model.loss(torch.from_numpy(inputs).to(device.name), torch.from_numpy(targets).to(device.name))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        running_loss = 0.99 * running_loss + 0.01 * loss.item()
        if step % 100 == 0 or step == 1:
            pace = (step - first) * inputs.size / (time.monotonic() - started)
            print(f"step {step}: loss {running_loss / (1 - 0.99 ** step):.4f}, {pace:.0f} subwords/s", flush=True)
        if step % options.save_steps == 0:
            resume.save(options.out, {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step,
                                      "running_loss": running_loss}, settings)
    checkpoint.save(options.out, checkpoint.Checkpoint(base.shape, {}, model.encoder_weights(), base.tokenizer, base.features, base.seen_names))
    resume.finish(options.out)
    print(f"written: {options.out}", flush=True)


class MaskedLanguageModel(nn.Module):
    """The encoder with a row more in its embedding, for <mask>: it is dropped again when the encoder is saved."""

    def __init__(self, base):
        super().__init__()
        shape = EncoderShape(**{**base.shape, "vocabulary": base.shape["vocabulary"] + 1})
        self.encoder = Encoder(shape, len(base.features))
        weights = {name: torch.from_numpy(array) for name, array in base.encoder_weights().items()}
        words = weights["words.weight"]
        weights["words.weight"] = torch.cat([words, words[len(SPECIAL_PIECES):].mean(0, keepdim=True)])
        self.encoder.load_state_dict(weights)
        self.transform, self.norm = nn.Linear(shape.width, shape.width), nn.LayerNorm(shape.width)
        self.bias = nn.Parameter(torch.zeros(shape.vocabulary))

    def loss(self, inputs, targets):
        chosen = targets >= 0
        hidden = self.encoder(inputs, torch.ones_like(inputs))[chosen]
        # PyTorch 1.13 cannot normalise half precision on a CPU.
        transformed = self.norm(F.gelu(self.transform(hidden)).float())
        logits = F.linear(transformed, self.encoder.words.weight, self.bias)
        return F.cross_entropy(logits.float(), targets[chosen])

    def encoder_weights(self):
        weights = {f"encoder.{name}": value.detach().float().cpu().numpy() for name, value in self.encoder.state_dict().items()}
        weights["encoder.words.weight"] = weights["encoder.words.weight"][:-1]
        return weights


def masked_rows(ids, options, vocabulary, rng):
    """(inputs, targets), both [rows, length]; a target is -1 where nothing is to be predicted."""
    length = options.length - 2
    starts = rng.integers(0, len(ids) - length + 1, options.rows)
    marked = np.stack([ids[start:start + length] for start in starts])
    subwords = (marked & ~np.uint32(_WORD_START)).astype(np.int64)
    word = np.cumsum(marked >= _WORD_START, 1)
    chosen = np.take_along_axis(rng.random((options.rows, length + 1)) < options.mask, word, 1)
    chosen[:, 0] |= ~chosen.any(1)                          # every row teaches something
    fate = rng.random(subwords.shape)
    random = rng.integers(len(SPECIAL_PIECES), vocabulary, subwords.shape)
    inputs = np.where(chosen & (fate < _MASKED), vocabulary, np.where(chosen & (fate >= 1 - _RANDOM), random, subwords))
    targets = np.where(chosen, subwords, -1)
    return _with_markers(inputs, BEGIN, END), _with_markers(targets, -1, -1)


def _with_markers(rows, begin, end):
    return np.concatenate([np.full((len(rows), 1), begin), rows, np.full((len(rows), 1), end)], 1)


def _subwords(options, encode):
    """All the text as one array; made once, as encoding gigabytes takes longer than a restart should."""
    path = os.path.join(options.out, _SUBWORDS)
    if not os.path.exists(path):
        os.makedirs(options.out, exist_ok=True)
        ids = []
        for name in options.text:
            with open(name, encoding="utf-8") as lines:
                for line in lines:
                    for start, end in split_words(line):
                        first, *rest = encode(line[start:end])
                        ids += [first | _WORD_START, *rest]
        with open(path + ".new", "wb") as file:
            np.save(file, np.array(ids, dtype=np.uint32))
        os.replace(path + ".new", path)
    return np.load(path, mmap_mode="r")
