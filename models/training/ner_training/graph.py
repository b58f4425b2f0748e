"""The ONNX graph: writing it from weights, and reading the weights back.

Attention and Gelu are ONNX Runtime's own operators. Layer normalisation stands in parts, as the fused operator takes five times longer on a CPU, and
in such parts that ONNX Runtime does not fuse them again. Products are stored and computed in one of three ways:

* 32 bits: as they are.
* 8 bits, unfolded: blocks of signed bytes with a scale each, which ONNX Runtime unfolds to 32 bits once, when it loads the model. A quarter of the
  file, full precision of arithmetic.
* Static integers (int8.py): bytes times bytes. Their scales are constants, so that an answer does not depend on who shares the batch.

Embedding rows are stored with a scale each whenever the products are not stored with 32 bits.
"""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from .errors import RecipeError

MICROSOFT = "com.microsoft"
FP32, INT8 = "fp32", "int8"     # what a manifest calls the graphs
BLOCK = 32                      # weights that share a scale
INPUT_IDS, ATTENTION_MASK, GAZETTEER_FEATURES = "input_ids", "attention_mask", "gazetteer_features"
PRODUCER = "ner-training"


def build(shape, weights, outputs, bits=8, integers=None):
    """The ModelProto.

    shape: fields of EncoderShape; outputs: {output name: (scheme, number of labels)}; bits: 8 or 32, of stored products; integers: what
    int8.prepare returns, for products in integers.
    """
    builder = _Builder(_IntegerProducts(integers) if integers else _FloatProducts(bits))
    if integers:
        weights = integers.weights
    x = builder.embedding(shape, weights, whole=bits == 32 and not integers)
    for index in range(shape["layers"]):
        x = builder.layer(x, f"l{index}.", lambda name: weights[f"encoder.layers.{index}.{name}"], shape["attention_heads"])
    values = []
    for name, (scheme, count) in outputs.items():
        builder.plain_linear(x, weights[f"heads.{scheme}.weight"], weights[f"heads.{scheme}.bias"], name)
        values.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "sequence", count]))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"]) for name in (INPUT_IDS, ATTENTION_MASK)]
    if "encoder.gazetteer" in weights:
        count = len(weights["encoder.gazetteer"])
        inputs.append(helper.make_tensor_value_info(GAZETTEER_FEATURES, TensorProto.FLOAT, ["batch", "sequence", count]))
    graph = helper.make_graph(builder.nodes, "ner", inputs, values, builder.initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)], producer_name=PRODUCER)
    model.ir_version = 8        # every ONNX Runtime that has these operators reads it
    return model


class _Builder:
    """Collects nodes and initializers. A node is named after its output, and an initializer after the node that uses it."""

    def __init__(self, products):
        self.products, self.nodes, self.initializers = products, [], []

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, output, domain="", **attributes):
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=f"{outputs[0]}_{kind}", domain=domain, **attributes))
        return output

    def embedding(self, shape, weights, whole):
        words = weights["encoder.words.weight"]
        if whole:
            self.node("Gather", [self.constant("word", words), INPUT_IDS], "we")
        else:
            scale = step(np.abs(words).max(1, keepdims=True), 127)
            self.node("Gather", [self.constant("word.q", np.rint(words / scale).astype(np.int8)), INPUT_IDS], "wq")
            self.node("Cast", ["wq"], "wf", to=TensorProto.FLOAT)
            self.node("Gather", [self.constant("word.s", scale), INPUT_IDS], "ws")
            self.node("Mul", ["wf", "ws"], "we")
        self.node("Shape", [INPUT_IDS], "len", start=1, end=2)
        positions = self.constant("pos", weights["encoder.positions.weight"][None, :shape["max_positions"]])
        self.node("Slice", [positions, self.constant("zero", np.array([0])), "len", self.constant("axis1", np.array([1]))], "pe")
        x = self.node("Add", ["we", "pe"], "emb")
        if "encoder.gazetteer" in weights:
            self.node("MatMul", [GAZETTEER_FEATURES, self.constant("gazetteer.w", weights["encoder.gazetteer"])], "ge")
            x = self.node("Add", ["emb", "ge"], "emb_g")
        self.constant("last", np.array([-1]))
        x = self.norm(x, weights["encoder.norm.weight"], weights["encoder.norm.bias"], "h0")
        self.node("Cast", [ATTENTION_MASK], "mask", to=TensorProto.INT32)
        return x

    def layer(self, x, prefix, weight, attention_heads):
        parts = ("query", "key", "value")
        qkv = self.linear(x, np.concatenate([weight(f"{part}.weight") for part in parts]),
                          np.concatenate([weight(f"{part}.bias") for part in parts]), prefix + "qkv")
        split = self.node("Split", [qkv], [prefix + "q", prefix + "k", prefix + "v"], axis=2, num_outputs=3)
        attended = self.node("MultiHeadAttention", [*split, "", "mask"], prefix + "att", MICROSOFT, num_heads=attention_heads)
        out = self.linear(attended, weight("attention_out.weight"), weight("attention_out.bias"), prefix + "o")
        x = self.norm(self.node("Add", [out, x], prefix + "s1"), weight("attention_norm.weight"), weight("attention_norm.bias"), prefix + "x1")
        fed = self.linear(x, weight("feed_in.weight"), weight("feed_in.bias"), prefix + "f1")
        fed = self.node("Gelu", [fed], prefix + "gelu", MICROSOFT)
        fed = self.linear(fed, weight("feed_out.weight"), weight("feed_out.bias"), prefix + "f2")
        return self.norm(self.node("Add", [fed, x], prefix + "s2"), weight("feed_norm.weight"), weight("feed_norm.bias"), prefix + "x2")

    def norm(self, x, gain, bias, name):
        """(x - mean) / length of that, times the root of the width, which the gain holds already."""
        self.node("ReduceMean", [x, "last"], name + "_m", keepdims=1)
        self.node("Sub", [x, name + "_m"], name + "_c")
        self.node("ReduceL2", [name + "_c", "last"], name + "_n", keepdims=1)
        self.node("Div", [name + "_c", name + "_n"], name + "_d")
        self.node("Mul", [name + "_d", self.constant(name + ".g", gain * np.float32(np.sqrt(len(gain))))], name + "_e")
        return self.node("Add", [name + "_e", self.constant(name + ".b", bias)], name)

    def linear(self, x, matrix, bias, name):
        """matrix: [outputs, inputs], as PyTorch keeps it."""
        return self.products.linear(self, x, matrix, bias, name)

    def plain_linear(self, x, matrix, bias, name):
        self.node("MatMul", [x, self.constant(name + ".w", matrix.T)], name + "_mm")
        return self.node("Add", [name + "_mm", self.constant(name + ".b", bias)], name)


class _FloatProducts:
    def __init__(self, bits):
        if bits not in (32, 8):
            raise RecipeError("weights of a graph with 32-bit products are stored with 32 bits or with 8")
        self._bits = bits

    def linear(self, builder, x, matrix, bias, name):
        if self._bits == 32:
            return builder.plain_linear(x, matrix, bias, name)
        outputs, inputs = matrix.shape
        if inputs % BLOCK:
            raise RecipeError(f"a matrix with {inputs} inputs cannot be stored in blocks of {BLOCK}: widths must be multiples, or use 32 bits")
        blocks = matrix.T.reshape(inputs // BLOCK, BLOCK, outputs)
        scale = step(np.abs(blocks).max(1, keepdims=True), 127)
        stored = builder.constant(name + ".q", np.rint(blocks / scale).astype(np.int8))
        builder.node("Cast", [stored], name + "_c", to=TensorProto.FLOAT)
        builder.node("Mul", [name + "_c", builder.constant(name + ".s", scale)], name + "_d")
        builder.node("Reshape", [name + "_d", builder.constant(name + ".shape", np.array([inputs, outputs]))], name + "_w")
        builder.node("MatMul", [x, name + "_w"], name + "_mm")
        return builder.node("Add", [name + "_mm", builder.constant(name + ".b", bias)], name)


class _IntegerProducts:
    def __init__(self, integers):
        self._integers = integers

    def linear(self, builder, x, matrix, bias, name):
        how = self._integers.inputs[name]
        if how.divisor is not None:
            x = builder.node("Mul", [x, builder.constant(name + ".inv", (1 / how.divisor).astype(np.float32))], name + "_x")
        scale, zero = builder.constant(name + ".as", np.array(how.scale)), builder.constant(name + ".az", np.array(how.zero_point))
        builder.node("QuantizeLinear", [x, scale, zero], name + "_q")
        largest = 2 ** (self._integers.weight_bits - 1) - 1
        column = step(np.abs(matrix).max(1), largest)
        stored = np.clip(np.rint(matrix / column[:, None]), -largest, largest).astype(np.int8)
        constants = [builder.constant(name + ".q", stored.T), scale, builder.constant(name + ".ws", column), zero,
                     builder.constant(name + ".wz", np.zeros(len(column), np.int8)), builder.constant(name + ".b", bias)]
        return builder.node("MatMulIntegerToFloat", [name + "_q", *constants], name, MICROSOFT)


def step(largest, steps):
    """The size of a step where `steps` of them reach `largest`."""
    scale = (largest / steps).astype(np.float32)
    scale[scale == 0] = 1
    return scale


def read_weights(model, dither=None):
    """(shape, weights) of a graph with 32-bit products that `build` wrote. Heads are named after their outputs: `logits.weight`, `logits.bias`.

    dither: a NumPy generator. With it each stored number is read as a random one of those that are rounded to it. Weights to be trained need
    that: exactly on their grid, whatever training moves them by less than half a step is lost when they are rounded again.
    """
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = {node.output[0]: node for node in model.graph.node}
    if model.producer_name != PRODUCER or "h0.g" not in arrays or any(node.op_type == "MatMulIntegerToFloat" for node in model.graph.node):
        raise RecipeError("the ONNX graph was not written by this recipe with 32-bit products: its weights cannot be read back")

    def unpack(steps, scale):
        steps = steps.astype(np.float32)
        if dither is not None:
            steps = steps + dither.uniform(-0.5, 0.5, steps.shape).astype(np.float32)
        return steps * scale

    def matrix(name):
        """[outputs, inputs]."""
        if name + ".w" in arrays:
            return arrays[name + ".w"].T
        return unpack(arrays[name + ".q"], arrays[name + ".s"]).reshape(-1, arrays[name + ".q"].shape[-1]).T

    words = arrays["word"] if "word" in arrays else unpack(arrays["word.q"], arrays["word.s"])
    root = np.float32(np.sqrt(words.shape[1]))
    weights = {"encoder.words.weight": words, "encoder.positions.weight": arrays["pos"][0],
               "encoder.norm.weight": arrays["h0.g"] / root, "encoder.norm.bias": arrays["h0.b"]}
    if "gazetteer.w" in arrays:
        weights["encoder.gazetteer"] = arrays["gazetteer.w"]
    layers = sum(node.op_type == "MultiHeadAttention" for node in model.graph.node)
    for index in range(layers):
        ours, theirs = f"encoder.layers.{index}.", f"l{index}."
        for part, value in zip(("query", "key", "value"), np.split(matrix(theirs + "qkv"), 3)):
            weights[f"{ours}{part}.weight"] = value
        for part, value in zip(("query", "key", "value"), np.split(arrays[theirs + "qkv.b"], 3)):
            weights[f"{ours}{part}.bias"] = value
        for our_name, their_name in (("attention_out", "o"), ("feed_in", "f1"), ("feed_out", "f2")):
            weights[f"{ours}{our_name}.weight"], weights[f"{ours}{our_name}.bias"] = matrix(theirs + their_name), arrays[f"{theirs}{their_name}.b"]
        for our_name, their_name in (("attention_norm", "x1"), ("feed_norm", "x2")):
            weights[f"{ours}{our_name}.weight"] = arrays[f"{theirs}{their_name}.g"] / root
            weights[f"{ours}{our_name}.bias"] = arrays[f"{theirs}{their_name}.b"]
    for output in model.graph.output:
        weights[output.name + ".weight"], weights[output.name + ".bias"] = matrix(output.name), arrays[output.name + ".b"]
    attention_heads = next(helper.get_attribute_value(a) for a in nodes["l0.att"].attribute if a.name == "num_heads")
    shape = {"vocabulary": words.shape[0], "width": words.shape[1], "layers": layers, "attention_heads": attention_heads,
             "feed_forward": weights["encoder.layers.0.feed_in.bias"].shape[0], "max_positions": arrays["pos"].shape[1]}
    return shape, {name: np.array(array) for name, array in weights.items()}   # copies: those of the file are read-only
