"""The compact ONNX graph of ONNX Runtime's fused transformer operators: writing it from weights, and reading the weights back.

Three ways to store the large matrices and the word embedding:

* 32 bits: as they are.
* 8 bits, unfolded: blocks of signed bytes with a scale each, which ONNX Runtime unfolds to 32 bits once, when it loads the model. A quarter of the
  file, full precision of arithmetic, and answers that do not depend on who shares the batch.
* 8 or 4 bits for integer kernels: `MatMulNBits`, which computes with the blocks. Small in memory too; worth it where the CPU has AVX-512 VNNI.

Embedding rows are stored with a scale each whenever the matrices are not stored with 32 bits.
"""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from .encoder import LAYER_NORM_EPSILON
from .errors import RecipeError

MICROSOFT = "com.microsoft"
BLOCK = 32                      # weights that share a scale
INPUT_IDS, ATTENTION_MASK = "input_ids", "attention_mask"


def build(shape, weights, outputs, bits=32, integer_kernels=False):
    """shape: fields of EncoderShape; outputs: {output name: (scheme, number of labels)}. Returns the ModelProto."""
    builder = _Builder(bits, integer_kernels)
    x = builder.embedding(shape, weights)
    for index in range(shape["layers"]):
        x = builder.layer(x, f"l{index}.", lambda name: weights[f"encoder.layers.{index}.{name}"], shape["attention_heads"])
    values = []
    for name, (scheme, count) in outputs.items():
        builder.plain_linear(x, weights[f"heads.{scheme}.weight"], weights[f"heads.{scheme}.bias"], name)
        values.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "sequence", count]))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"]) for name in (INPUT_IDS, ATTENTION_MASK)]
    graph = helper.make_graph(builder.nodes, "ner", inputs, values, builder.initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
                              producer_name="ner-training")
    model.ir_version = 9        # the newest that every supported ONNX Runtime reads
    return model


class _Builder:
    """Collects nodes and initializers. A node is named after its output, and an initializer after the node that uses it."""

    def __init__(self, bits, integer_kernels):
        if bits not in (32, 8, 4) or (bits == 4 and not integer_kernels) or (bits == 32 and integer_kernels):
            raise RecipeError("weights can have 32 bits, 8 bits, or with integer kernels 8 or 4 bits")
        self.bits, self.integer_kernels = bits, integer_kernels
        self.nodes, self.initializers = [], []

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, output, domain="", **attributes):
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=f"{outputs[0]}_{kind}", domain=domain, **attributes))
        return output

    def embedding(self, shape, weights):
        words = weights["encoder.words.weight"]
        if self.bits == 32:
            self.node("Gather", [self.constant("word", words), INPUT_IDS], "we")
        else:
            scale = _scale(np.abs(words).max(1, keepdims=True), 127)
            self.node("Gather", [self.constant("word.q", np.rint(words / scale).astype(np.int8)), INPUT_IDS], "wq")
            self.node("Cast", ["wq"], "wf", to=TensorProto.FLOAT)
            self.node("Gather", [self.constant("word.s", scale), INPUT_IDS], "ws")
            self.node("Mul", ["wf", "ws"], "we")
        self.node("Shape", [INPUT_IDS], "len", start=1, end=2)
        positions = self.constant("pos", weights["encoder.positions.weight"][None, :shape["max_positions"]])
        self.node("Slice", [positions, self.constant("zero", np.array([0])), "len", self.constant("axis1", np.array([1]))], "pe")
        self.node("Add", ["we", "pe"], "emb")
        norm = [self.constant("ln.g", weights["encoder.norm.weight"]), self.constant("ln.b", weights["encoder.norm.bias"])]
        self.node("LayerNormalization", ["emb", *norm], "h0", axis=-1, epsilon=LAYER_NORM_EPSILON)
        self.node("Cast", [ATTENTION_MASK], "mask", to=TensorProto.INT32)
        return "h0"

    def layer(self, x, prefix, weight, attention_heads):
        parts = ("query", "key", "value")
        qkv = self.linear(x, np.concatenate([weight(f"{part}.weight") for part in parts]),
                          np.concatenate([weight(f"{part}.bias") for part in parts]), prefix + "qkv")
        split = self.node("Split", [qkv], [prefix + "q", prefix + "k", prefix + "v"], axis=2, num_outputs=3)
        attended = self.node("MultiHeadAttention", [*split, "", "mask"], prefix + "att", MICROSOFT, num_heads=attention_heads)
        out = self.linear(attended, weight("attention_out.weight"), weight("attention_out.bias"), prefix + "o")
        x = self.skip_norm(out, x, weight("attention_norm.weight"), weight("attention_norm.bias"), prefix + "n1", prefix + "x1")
        fed = self.linear(x, weight("feed_in.weight"), weight("feed_in.bias"), prefix + "f1")
        fed = self.node("Gelu", [fed], prefix + "ge", MICROSOFT)
        fed = self.linear(fed, weight("feed_out.weight"), weight("feed_out.bias"), prefix + "f2")
        return self.skip_norm(fed, x, weight("feed_norm.weight"), weight("feed_norm.bias"), prefix + "n2", prefix + "x2")

    def skip_norm(self, x, skip, gain, bias, name, output):
        norm = [self.constant(name + ".g", gain), self.constant(name + ".b", bias)]
        return self.node("SkipLayerNormalization", [x, skip, *norm], output, MICROSOFT, epsilon=LAYER_NORM_EPSILON)

    def linear(self, x, matrix, bias, name):
        """matrix: [outputs, inputs], as PyTorch keeps it."""
        if self.bits == 32:
            return self.plain_linear(x, matrix, bias, name)
        outputs, inputs = matrix.shape
        if inputs % BLOCK:
            raise RecipeError(f"a matrix with {inputs} inputs cannot be stored in blocks of {BLOCK}: widths must be multiples, or use 32 bits")
        return (self.integer_linear if self.integer_kernels else self.unfolded_linear)(x, matrix, bias, name, outputs, inputs)

    def plain_linear(self, x, matrix, bias, name):
        self.node("MatMul", [x, self.constant(name + ".w", matrix.T)], name + "_mm")
        return self.node("Add", [name + "_mm", self.constant(name + ".b", bias)], name)

    def unfolded_linear(self, x, matrix, bias, name, outputs, inputs):
        blocks = matrix.T.reshape(inputs // BLOCK, BLOCK, outputs)
        scale = _scale(np.abs(blocks).max(1, keepdims=True), 127)
        self.node("Cast", [self.constant(name + ".q", np.rint(blocks / scale).astype(np.int8))], name + "_c", to=TensorProto.FLOAT)
        self.node("Mul", [name + "_c", self.constant(name + ".s", scale)], name + "_d")
        self.node("Reshape", [name + "_d", self.constant(name + ".shape", np.array([inputs, outputs]))], name + "_w")
        self.node("MatMul", [x, name + "_w"], name + "_mm")
        return self.node("Add", [name + "_mm", self.constant(name + ".b", bias)], name)

    def integer_linear(self, x, matrix, bias, name, outputs, inputs):
        middle = 2 ** (self.bits - 1)                   # stored unsigned; this stands for zero
        blocks = matrix.reshape(outputs, inputs // BLOCK, BLOCK)
        scale = _scale(np.abs(blocks).max(-1), middle - 1)
        stored = np.clip(np.rint(blocks / scale[..., None]) + middle, 0, 2 * middle - 1).astype(np.uint8)
        if self.bits == 4:
            stored = stored[..., 0::2] | (stored[..., 1::2] << 4)
        constants = [self.constant(name + ".q", stored), self.constant(name + ".s", scale.reshape(-1)), "", "",
                     self.constant(name + ".b", bias)]
        return self.node("MatMulNBits", [x, *constants], name, MICROSOFT, K=inputs, N=outputs, bits=self.bits, block_size=BLOCK,
                         accuracy_level=4)


def _scale(largest, steps):
    scale = (largest / steps).astype(np.float32)
    scale[scale == 0] = 1
    return scale


def read_weights(model, dither=None):
    """(shape, weights) of a graph that `build` wrote. Heads are named after their outputs: `logits.weight`, `logits.bias`.

    dither: a NumPy generator. With it each stored number is read as a random one of those that are rounded to it. Weights to be trained need
    that: exactly on their grid, whatever training moves them by less than half a step is lost when they are rounded again.
    """
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = {node.output[0]: node for node in model.graph.node}
    if model.producer_name != "ner-training" or "pos" not in arrays:
        raise RecipeError("the ONNX graph was not written by this recipe: its weights cannot be read back")

    def attribute(node, name):
        return next(helper.get_attribute_value(a) for a in node.attribute if a.name == name)

    def matrix(name):
        """[outputs, inputs]."""
        if name + ".w" in arrays:
            return arrays[name + ".w"].T
        stored, scale = arrays[name + ".q"], arrays[name + ".s"]
        if stored.dtype == np.int8:
            return unpack(stored, scale).reshape(-1, stored.shape[-1]).T
        scale = scale.reshape(*stored.shape[:2], 1)
        steps = unpack_blocks(stored, np.ones_like(scale), attribute(nodes[name], "bits"))
        return unpack(steps, scale).reshape(stored.shape[0], -1)

    def unpack(steps, scale):
        steps = steps.astype(np.float32)
        if dither is not None:
            steps = steps + dither.uniform(-0.5, 0.5, steps.shape).astype(np.float32)
        return steps * scale

    words = arrays["word"] if "word" in arrays else unpack(arrays["word.q"], arrays["word.s"])
    weights = {"encoder.words.weight": words, "encoder.positions.weight": arrays["pos"][0],
               "encoder.norm.weight": arrays["ln.g"], "encoder.norm.bias": arrays["ln.b"]}
    layers = sum(node.op_type == "MultiHeadAttention" for node in model.graph.node)
    for index in range(layers):
        ours, theirs = f"encoder.layers.{index}.", f"l{index}."
        for part, value in zip(("query", "key", "value"), np.split(matrix(theirs + "qkv"), 3)):
            weights[f"{ours}{part}.weight"] = value
        for part, value in zip(("query", "key", "value"), np.split(arrays[theirs + "qkv.b"], 3)):
            weights[f"{ours}{part}.bias"] = value
        for our_name, their_name in (("attention_out", "o"), ("feed_in", "f1"), ("feed_out", "f2")):
            weights[f"{ours}{our_name}.weight"], weights[f"{ours}{our_name}.bias"] = matrix(theirs + their_name), arrays[f"{theirs}{their_name}.b"]
        for our_name, their_name in (("attention_norm", "n1"), ("feed_norm", "n2")):
            weights[f"{ours}{our_name}.weight"], weights[f"{ours}{our_name}.bias"] = arrays[f"{theirs}{their_name}.g"], arrays[f"{theirs}{their_name}.b"]
    for output in model.graph.output:
        weights[output.name + ".weight"], weights[output.name + ".bias"] = matrix(output.name), arrays[output.name + ".b"]
    shape = {"vocabulary": words.shape[0], "width": words.shape[1], "layers": layers,
             "attention_heads": attribute(nodes["l0.att"], "num_heads"), "feed_forward": weights["encoder.layers.0.feed_in.bias"].shape[0],
             "max_positions": arrays["pos"].shape[1]}
    return shape, {name: np.array(array) for name, array in weights.items()}   # copies: those of the file are read-only


def unpack_blocks(stored, scale, bits):
    """The weights of a MatMulNBits node: [outputs, blocks, BLOCK]."""
    if bits == 4:
        stored = np.stack([stored & 15, stored >> 4], -1).reshape(*stored.shape[:2], -1)
    return (stored.astype(np.float32) - 2 ** (bits - 1)) * scale.reshape(*stored.shape[:2], 1)
