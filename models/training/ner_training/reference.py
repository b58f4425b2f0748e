"""A reference for the exported graph in NumPy: each operator as its definition says, for machines without ONNX Runtime's Python package.

Slower than ONNX Runtime, and independent of it: agreement of the two is evidence, not tautology.
"""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from .encoder import MASKED_SCORE
from .errors import RecipeError

_TYPES = {TensorProto.FLOAT: np.float32, TensorProto.INT32: np.int32, TensorProto.INT64: np.int64}


class ReferenceSession:
    """Runs a graph that `graph.build` wrote."""

    def __init__(self, model):
        self._graph = model.graph
        self._constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        self._attributes = [{a.name: helper.get_attribute_value(a) for a in node.attribute} for node in model.graph.node]
        unknown = {node.op_type for node in model.graph.node} - set(_OPERATORS)
        if unknown:
            raise RecipeError(f"the reference evaluator lacks the operators {', '.join(sorted(unknown))}")
        # What depends on constants alone is computed once, as ONNX Runtime does at load.
        self._pending = []
        for node, attributes in zip(self._graph.node, self._attributes):
            if all(not name or name in self._constants for name in node.input):
                _evaluate(node, attributes, self._constants)
            else:
                self._pending.append((node, attributes))

    def run(self, outputs, inputs):
        """The same call as onnxruntime.InferenceSession.run."""
        values = {**self._constants, **inputs}
        for node, attributes in self._pending:
            _evaluate(node, attributes, values)
        return [values[name] for name in outputs]


def _evaluate(node, attributes, values):
    result = _OPERATORS[node.op_type](*(values[name] if name else None for name in node.input), **attributes)
    values.update(zip(node.output, result if isinstance(result, list) else [result]))


def _slice(x, starts, ends, axes):
    index = [slice(None)] * x.ndim
    for start, end, axis in zip(starts, ends, axes):
        index[axis] = slice(start, end)
    return x[tuple(index)]


def _attention(query, key, value, _bias, mask, num_heads):
    batch, length, width = query.shape
    query, key, value = (t.reshape(batch, length, num_heads, width // num_heads).transpose(0, 2, 1, 3) for t in (query, key, value))
    scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // num_heads))
    scores = scores + np.where(mask[:, None, None, :] > 0, np.float32(0), np.float32(MASKED_SCORE))
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return (weights @ value).transpose(0, 2, 1, 3).reshape(batch, length, width)


def _gelu(x):
    return (0.5 * x * (1 + _erf(x * np.sqrt(0.5)))).astype(np.float32)


def _erf(x):
    """Abramowitz and Stegun, formula 7.1.26: right to 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1 - series * np.exp(-x * x))


def _quantize(x, scale, zero_point):
    return np.clip(np.rint(x / scale) + zero_point, 0, 255).astype(np.uint8)


def _matmul_integers(x, stored, x_scale, scale, x_zero, zero, bias):
    # As doubles, which hold every sum of such products exactly and multiply faster than NumPy's integers.
    product = (x.astype(np.float64) - x_zero) @ (stored.astype(np.float64) - zero)
    return (product.astype(np.float32) * (x_scale * scale) + bias).astype(np.float32)


_OPERATORS = {
    "Add": np.add,
    "Cast": lambda x, to: x.astype(_TYPES[to]),
    "Div": np.divide,
    "Gather": lambda table, ids: table[ids],
    "Gelu": _gelu,
    "MatMul": np.matmul,
    "MatMulIntegerToFloat": _matmul_integers,
    "Mul": np.multiply,
    "MultiHeadAttention": _attention,
    "QuantizeLinear": _quantize,
    "ReduceL2": lambda x, axes, keepdims: np.sqrt(np.square(x).sum(tuple(axes), keepdims=bool(keepdims))),
    "ReduceMean": lambda x, axes, keepdims: x.mean(tuple(axes), keepdims=bool(keepdims)),
    "Reshape": lambda x, shape: x.reshape(shape),
    "Shape": lambda x, start, end: np.array(x.shape[start:end]),
    "Slice": _slice,
    "Split": lambda x, axis, num_outputs: np.split(x, num_outputs, axis),
    "Sub": np.subtract,
}
