"""A model folder, loaded as the service loads it: words in, one row of scores a word out."""
import json
import os

import numpy as np

from . import windows
from .errors import RecipeError
from .graph import ATTENTION_MASK, INPUT_IDS
from .labels import Decoder, spans
from .subwords import SubwordEncoder
from .text import split_words


class ModelFolder:
    def __init__(self, folder):
        self.folder = folder
        try:
            with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
                self.manifest = json.load(file)
        except FileNotFoundError:
            raise RecipeError(f"{folder} holds no model.json: it is not a model folder") from None
        self.encode = SubwordEncoder(os.path.join(folder, self.manifest["tokenizer"]["file"]))
        self.engine, self._session = open_graph(os.path.join(folder, self.manifest["onnx"]["file"]))
        self.window, self.overlap = self.manifest["window"]["size"], self.manifest["window"]["overlap"]

    def run(self, output, ids, mask):
        """ids, mask: [batch, length] of int64; returns [batch, length, labels]."""
        return self._session.run([output], {INPUT_IDS: ids, ATTENTION_MASK: mask})[0]

    def word_logits(self, words, output=None):
        output = output or self.manifest["defaultOutput"]
        return windows.word_logits(words, self.encode, lambda ids, mask: self.run(output, ids, mask), self.window, self.overlap)

    def label(self, words, output=None):
        output = output or self.manifest["defaultOutput"]
        return Decoder(self.manifest["outputs"][output]).decode(self.word_logits(words, output)) if words else []

    def entities(self, text, output=None):
        """[(text, type)] in the order of the text."""
        words = split_words(text)
        tags = self.label([text[start:end] for start, end in words], output)
        return [(text[words[first][0]:words[last - 1][1]], kind) for first, last, kind in sorted(spans(tags))]


def open_graph(path):
    """(name of the engine, session): ONNX Runtime where it is installed, else the NumPy reference."""
    try:
        import onnxruntime
    except ImportError:
        import onnx
        from .reference import ReferenceSession
        return "NumPy reference", ReferenceSession(onnx.load(path))
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", 0))
    return f"ONNX Runtime {onnxruntime.__version__}", onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])


def alone(ids):
    """A batch of one, without padding."""
    return np.array([ids], np.int64), np.ones((1, len(ids)), np.int64)
