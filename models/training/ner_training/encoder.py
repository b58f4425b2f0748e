"""The network: an XLM-R-type encoder (post-layer-norm) and one linear head for each annotation scheme.

Plain PyTorch, 1.13 or later. The token-type embedding and the offset of positions that pretrained files carry are folded into the position
table when they are read (see checkpoint.py), so neither appears here. An encoder may also read features of the gazetteer: a vector for each, added
to the embedding.
"""
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

LAYER_NORM_EPSILON = 1e-12
MASKED_SCORE = -1e4             # what ONNX Runtime adds to the score of a padded position


@dataclass(frozen=True)
class EncoderShape:
    vocabulary: int
    width: int
    layers: int
    attention_heads: int
    feed_forward: int
    max_positions: int

    def as_dict(self):
        return asdict(self)


class SharedDropout(nn.Module):
    """Drops the same numbers at every position of a sequence: a mask a sequence is drawn much faster than a mask a position."""

    def __init__(self, probability):
        super().__init__()
        self.probability = probability

    def forward(self, x):
        if not self.training or self.probability == 0:
            return x
        kept = (torch.rand(x.shape[0], 1, x.shape[2], device=x.device) > self.probability).to(x.dtype)
        return x * kept / (1 - self.probability)


class Layer(nn.Module):
    def __init__(self, shape, dropout):
        super().__init__()
        width = shape.width
        self.attention_heads = shape.attention_heads
        self.query, self.key, self.value, self.attention_out = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm = nn.LayerNorm(width, eps=LAYER_NORM_EPSILON)
        self.feed_in, self.feed_out = nn.Linear(width, shape.feed_forward), nn.Linear(shape.feed_forward, width)
        self.feed_norm = nn.LayerNorm(width, eps=LAYER_NORM_EPSILON)
        self.dropout = SharedDropout(dropout)

    def forward(self, x, bias):
        batch, length, width = x.shape

        def by_head(projected):
            return projected.view(batch, length, self.attention_heads, -1).transpose(1, 2)

        query, key, value = by_head(self.query(x)), by_head(self.key(x)), by_head(self.value(x))
        # Plain attention: on a CPU the backward pass of PyTorch's fused one is slower.
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        attended = torch.softmax(scores + bias.to(scores.dtype), -1).to(value.dtype) @ value
        x = self.attention_norm(x + self.dropout(self.attention_out(attended.transpose(1, 2).reshape(batch, length, width))))
        return self.feed_norm(x + self.dropout(self.feed_out(F.gelu(self.feed_in(x)))))


class Encoder(nn.Module):
    def __init__(self, shape, features=0, dropout=0.1):
        """features: how many numbers of the gazetteer it reads at each position; 0 for none."""
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.max_positions, shape.width)
        # Zeros: an encoder that begins to read features begins as it was.
        self.gazetteer = nn.Parameter(torch.zeros(features, shape.width)) if features else None
        self.norm = nn.LayerNorm(shape.width, eps=LAYER_NORM_EPSILON)
        self.dropout = SharedDropout(dropout)
        self.layers = nn.ModuleList([Layer(shape, dropout) for _ in range(shape.layers)])

    def forward(self, ids, mask, features=None):
        """ids, mask: [batch, length]; features: [batch, length, features], zeros if left out; returns [batch, length, width]."""
        x = self.words(ids) + self.positions.weight[:ids.shape[1]]
        if features is not None and self.gazetteer is not None:
            x = x + features @ self.gazetteer
        x = self.dropout(self.norm(x))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * MASKED_SCORE
        for layer in self.layers:
            x = layer(x, bias)
        return x


class Tagger(nn.Module):
    def __init__(self, shape, heads, features=0, dropout=0.1):
        """heads: {scheme: labels}."""
        super().__init__()
        self.encoder = Encoder(shape, features, dropout)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({scheme: nn.Linear(shape.width, len(labels)) for scheme, labels in heads.items()})

    @staticmethod
    def of(checkpoint):
        """The network that a checkpoint holds, ready to tag."""
        tagger = Tagger(EncoderShape(**checkpoint.shape), checkpoint.heads, len(checkpoint.features))
        tagger.load_state_dict({name: torch.from_numpy(array) for name, array in checkpoint.weights.items()})
        return tagger.eval()

    def forward(self, ids, mask, features, scheme):
        """Logits [batch, length, labels] of a scheme's head."""
        return self.heads[scheme](self.dropout(self.encoder(ids, mask, features)))
