"""A model folder, loaded as the service loads it: words in, one row of scores a word out."""
import json
import os

import numpy as np

from . import node_session, windows
from .errors import RecipeError
from .gazetteer import Gazetteer
from .graph import ATTENTION_MASK, FP32, GAZETTEER_FEATURES, INPUT_IDS
from .labels import Decoder, spans
from .subwords import SubwordEncoder
from .text import split_words


class ModelFolder:
    def __init__(self, folder, gazetteer=None, graph=None):
        """gazetteer: folder of lists that the model is told of, where it reads them; graph: a name in the manifest (default: fp32, else the first)."""
        self.folder, self.manifest = folder, read_manifest(folder)
        self.graph = _choose(folder, self.manifest["onnx"]["graphs"], graph)
        self.encode = SubwordEncoder(os.path.join(folder, self.manifest["tokenizer"]["file"]))
        self.engine, self._session = open_graph(os.path.join(folder, self.graph["file"]))
        self.window, self.overlap = self.manifest["window"]["size"], self.manifest["window"]["overlap"]
        told = self.manifest.get("gazetteerFeatures") or {}
        self.feature_count = len(told.get("bits", ()))
        self._gazetteer = None
        if gazetteer and self.feature_count:
            self._gazetteer = Gazetteer.read(gazetteer, os.path.join(folder, told["seenNames"]) if told.get("seenNames") else None)

    def run(self, output, ids, mask, features=None):
        """ids, mask: [batch, length] of int64; features: [batch, length, feature_count], or None for zeros; returns [batch, length, labels]."""
        inputs = {INPUT_IDS: ids, ATTENTION_MASK: mask}
        if self.feature_count:
            inputs[GAZETTEER_FEATURES] = np.zeros((*ids.shape, self.feature_count), np.float32) if features is None else features
        return self._session.run([output], inputs)[0]

    def features(self, words):
        """[words, feature_count]; None where the model is told nothing."""
        return self._gazetteer.features(words) if self._gazetteer else None

    def word_logits(self, words, output=None):
        output = output or self.manifest["defaultOutput"]
        return windows.word_logits(words, self.encode, lambda *inputs: self.run(output, *inputs), self.window, self.overlap, self.features(words))

    def label(self, words, output=None):
        output = output or self.manifest["defaultOutput"]
        return Decoder(self.manifest["outputs"][output]).decode(self.word_logits(words, output)) if words else []

    def entities(self, text, output=None):
        """[(text, type)] in the order of the text."""
        words = split_words(text)
        tags = self.label([text[start:end] for start, end in words], output)
        return [(text[words[first][0]:words[last - 1][1]], kind) for first, last, kind in sorted(spans(tags))]


def read_manifest(folder):
    try:
        with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise RecipeError(f"{folder} holds no model.json: it is not a model folder") from None
    except ValueError as problem:
        raise RecipeError(f"{folder} has no readable model.json: {problem}") from problem


def add_options(parser):
    """Options of the commands that run a model folder."""
    parser.add_argument("model", help="model folder")
    parser.add_argument("--gazetteer", metavar="FOLDER", help="lists of names that the model is told of (default: none, as if there were no match)")
    parser.add_argument("--graph", help="which of the folder's graphs (default: fp32)")


def _choose(folder, graphs, name):
    chosen = next((graph for graph in graphs if graph["name"] == (name or FP32)), None if name else graphs[0])
    if chosen is None:
        raise RecipeError(f"{folder} has no graph {name!r}; there are {', '.join(graph['name'] for graph in graphs)}")
    return chosen


def open_graph(path):
    """(name of the engine, session): ONNX Runtime of Python or of Node, whichever is there, else the NumPy reference."""
    threads = int(os.environ.get("OMP_NUM_THREADS", 0))
    try:
        import onnxruntime
    except ImportError:
        if node_session.VARIABLE in os.environ:
            session = node_session.NodeSession(os.environ[node_session.VARIABLE], path, threads)
            return f"ONNX Runtime {session.version} of Node", session
        import onnx
        from .reference import ReferenceSession
        return "NumPy reference", ReferenceSession(onnx.load(path))
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    return f"ONNX Runtime {onnxruntime.__version__}", onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
