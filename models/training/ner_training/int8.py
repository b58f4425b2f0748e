"""What products in static integers need: where the numbers lie that flow into each product, and weights that take the outliers over.

A product's input is rounded to one of 256 steps, the same for every text. A few channels of an encoder are tens of times larger than the others and
would leave those no steps. So each channel is divided by how large it gets, and its column of the weights multiplied by the same (SmoothQuant, Xiao
and others 2022, with alpha 1: all of it goes to the weights, which have a scale a column). The division costs nothing where a linear operator stands
before it (the values of attention), or an operator that ONNX Runtime fuses; queries and keys read the normalised text as it is.
"""
from dataclasses import dataclass

import numpy as np
import torch

from .encoder import Tagger

_SMALLEST_CHANNEL = 1e-3
# Product of the graph, and the layer of the network whose input is its.
_PRODUCTS = {"qkv": "query", "o": "attention_out", "f1": "feed_in", "f2": "feed_out"}


@dataclass
class Input:
    """How the input of a product is rounded: round(x / divisor / scale) + zero_point, from 0 to 255."""
    divisor: np.ndarray             # a channel; None where nothing is left to divide
    scale: np.float32
    zero_point: np.uint8


@dataclass
class Integers:
    weights: dict                   # those of the network, outliers moved in
    inputs: dict                    # {name of the product: Input}
    weight_bits: int                # 8, or 7 where a processor adds pairs of products in 16 bits


def prepare(source, batches, weight_bits):
    """source: a checkpoint; batches: (ids, mask, features or None) of text like that which will be read, as tensors."""
    ranges = channel_ranges(source, batches)
    weights, inputs = dict(source.weights), {}
    for index in range(source.shape["layers"]):
        prefix = f"encoder.layers.{index}."
        for product, layer in _PRODUCTS.items():
            low, high = ranges[prefix + layer]
            divisor = None
            if product != "qkv":
                size = np.maximum(np.maximum(high, -low), _SMALLEST_CHANNEL)
                divisor = (size / np.exp(np.log(size).mean())).astype(np.float32)
                low, high = low / divisor, high / divisor
                weights[f"{prefix}{layer}.weight"] = weights[f"{prefix}{layer}.weight"] * divisor
            if product == "o":      # attention mixes positions, not channels: the values can be divided before it
                weights[prefix + "value.weight"] = weights[prefix + "value.weight"] / divisor[:, None]
                weights[prefix + "value.bias"] = weights[prefix + "value.bias"] / divisor
                divisor = None
            inputs[f"l{index}.{product}"] = Input(divisor, *_steps(float(low.min()), float(high.max())))
    return Integers(weights, inputs, weight_bits)


def _steps(low, high):
    """(scale, zero point) of 256 steps from low to high, one of which is zero."""
    low, high = min(0.0, low), max(0.0, high)
    scale = np.float32((high - low) / 255)
    return scale, np.uint8(np.clip(np.rint(-low / scale), 0, 255))


def channel_ranges(source, batches):
    """{layer: (smallest, largest) input of each channel}."""
    tagger, ranges, present = Tagger.of(source), {}, None

    def watch(name):
        def look(_, inputs):
            rows = inputs[0][present]           # padding is nobody's text
            low, high = rows.amin(0), rows.amax(0)
            if name in ranges:
                low, high = torch.minimum(low, ranges[name][0]), torch.maximum(high, ranges[name][1])
            ranges[name] = low, high
        return look

    for name, layer in tagger.named_modules():
        if name.rpartition(".")[2] in _PRODUCTS.values():
            layer.register_forward_pre_hook(watch(name))
    with torch.no_grad():
        for ids, mask, features in batches:
            present = mask.bool()
            tagger.encoder(ids, mask, features)
    return {name: (low.numpy(), high.numpy()) for name, (low, high) in ranges.items()}
