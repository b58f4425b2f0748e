"""ONNX Runtime by way of Node, for machines where its Python package is out of reach and npm is not.

    npm install onnxruntime-node && export NER_ONNXRUNTIME_NODE=$PWD

A process of node_session.mjs holds the graph. A request is a line of JSON (wanted outputs; name, type, dimensions and bytes of each input) and the inputs'
bytes; its answer is a line of JSON (dimensions and bytes of each output) and theirs.
"""
import json
import os
import subprocess

import numpy as np

from .errors import RecipeError

VARIABLE = "NER_ONNXRUNTIME_NODE"
_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "node_session.mjs")


class NodeSession:
    def __init__(self, folder, path, threads):
        """folder: holds node_modules/onnxruntime-node; threads: of a run, 0 for as many as there are cores."""
        self._process = subprocess.Popen(["node", _SCRIPT, os.path.abspath(folder), os.path.abspath(path), str(threads)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.version = self._read_line()["version"]

    def run(self, outputs, inputs):
        """The same call as onnxruntime.InferenceSession.run."""
        arrays = {name: np.ascontiguousarray(array) for name, array in inputs.items()}
        described = [{"name": name, "type": str(array.dtype), "dims": array.shape, "bytes": array.nbytes} for name, array in arrays.items()]
        self._process.stdin.write(json.dumps({"outputs": outputs, "inputs": described}).encode() + b"\n")
        for array in arrays.values():
            self._process.stdin.write(array.tobytes())
        self._process.stdin.flush()
        return [np.frombuffer(self._process.stdout.read(answer["bytes"]), np.float32).reshape(answer["dims"]) for answer in self._read_line()]

    def __del__(self):
        if hasattr(self, "_process"):
            self._process.stdin.close()         # the end of its input ends the process
            self._process.wait()
            self._process.stdout.close()

    def _read_line(self):
        line = self._process.stdout.readline()
        if not line:
            raise RecipeError(f"Node ended instead of answering; its message stands above. {VARIABLE} must name the folder in which "
                              "`npm install onnxruntime-node` was run")
        return json.loads(line)
