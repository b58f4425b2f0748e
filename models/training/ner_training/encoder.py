"""The network: an XLM-R-type encoder (post-layer-norm) and one linear head for each annotation scheme.

Plain PyTorch, 1.13 or later. The token-type embedding and the offset of positions that pretrained files carry are folded into the position
table when they are read (see checkpoint.py), so neither appears here.
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


class Layer(nn.Module):
    def __init__(self, shape, dropout):
        super().__init__()
        width = shape.width
        self.attention_heads = shape.attention_heads
        self.query, self.key, self.value, self.attention_out = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm = nn.LayerNorm(width, eps=LAYER_NORM_EPSILON)
        self.feed_in, self.feed_out = nn.Linear(width, shape.feed_forward), nn.Linear(shape.feed_forward, width)
        self.feed_norm = nn.LayerNorm(width, eps=LAYER_NORM_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, bias):
        batch, length, width = x.shape

        def by_head(projected):
            return projected.view(batch, length, self.attention_heads, -1).transpose(1, 2)

        attended = _attention(by_head(self.query(x)), by_head(self.key(x)), by_head(self.value(x)), bias,
                              self.dropout.p if self.training else 0.0)
        attended = attended.transpose(1, 2).reshape(batch, length, width)
        x = self.attention_norm(x + self.dropout(self.attention_out(attended)))
        return self.feed_norm(x + self.dropout(self.feed_out(F.gelu(self.feed_in(x)))))


def _attention(query, key, value, bias, dropout):
    bias = bias.to(query.dtype)                     # under autocast the queries are in half precision
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(query, key, value, attn_mask=bias, dropout_p=dropout)
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5 + bias      # PyTorch 1.13
    return F.dropout(torch.softmax(scores, -1), dropout) @ value


class Encoder(nn.Module):
    def __init__(self, shape, dropout=0.1):
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.max_positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=LAYER_NORM_EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList([Layer(shape, dropout) for _ in range(shape.layers)])

    def forward(self, ids, mask):
        """ids, mask: [batch, length]; returns [batch, length, width]."""
        x = self.dropout(self.norm(self.words(ids) + self.positions.weight[:ids.shape[1]]))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * MASKED_SCORE
        for layer in self.layers:
            x = layer(x, bias)
        return x


class Tagger(nn.Module):
    def __init__(self, shape, heads, dropout=0.1):
        """heads: {scheme: labels}."""
        super().__init__()
        self.encoder = Encoder(shape, dropout)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({scheme: nn.Linear(shape.width, len(labels)) for scheme, labels in heads.items()})

    def forward(self, ids, mask, schemes):
        """{scheme: logits [batch, length, labels]} for the schemes asked for."""
        x = self.dropout(self.encoder(ids, mask))
        return {scheme: self.heads[scheme](x) for scheme in schemes}
