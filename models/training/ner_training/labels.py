"""BIO labels: the sets of them, the spans they spell, and the best legal sequence of them."""
import numpy as np

OUTSIDE = "O"
NO_SIGNAL = "_"                 # in a corpus: this word teaches nothing, because the corpus cannot tell
PRODUCT = "product"             # the head that follows the product's own guideline
PRODUCT_TYPES = ("PER", "LOC", "ORG")
_FIRST_TYPES = ("PER", "LOC", "ORG", "MISC")


def bio_labels(types):
    """The labels for these types, in the one order that a model is trained and exported with."""
    ordered = [t for t in _FIRST_TYPES if t in types] + sorted(set(types) - set(_FIRST_TYPES))
    return [OUTSIDE] + [f"{prefix}-{kind}" for kind in ordered for prefix in "BI"]


def types_of(tags):
    return {tag[2:] for tag in tags if tag not in (OUTSIDE, NO_SIGNAL)}


def spans(tags):
    """{(first word, word after the last, type)}. An I- that continues nothing opens a span, as in seqeval."""
    found, start, kind = set(), None, None
    for index, tag in enumerate([*tags, OUTSIDE]):
        prefix, _, tag_kind = tag.partition("-")
        if start is not None and (prefix != "I" or tag_kind != kind):
            found.add((start, index, kind))
            start = None
        if prefix == "B" or (prefix == "I" and start is None):
            start, kind = index, tag_kind
    return found


def span_tags(length, kind):
    """The tags of one mention of `length` words."""
    return [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)


class Decoder:
    """Constrained Viterbi: the best sequence in which I-X follows only B-X or I-X."""

    def __init__(self, labels):
        self.labels = list(labels)
        inside = [label.startswith("I-") for label in self.labels]
        self._may_start = np.where(inside, -np.inf, 0.0)
        self._may_follow = np.array([[0.0 if not is_inside or previous[2:] == label[2:] else -np.inf
                                      for label, is_inside in zip(self.labels, inside)] for previous in self.labels])

    def decode(self, logits):
        """logits: [words, labels]; returns one label a word."""
        if len(logits) == 0:
            return []
        scores = log_softmax(np.asarray(logits, dtype=np.float64))
        best, came_from = scores[0] + self._may_start, []
        for row in scores[1:]:
            candidates = best[:, None] + self._may_follow
            came_from.append(candidates.argmax(0))
            best = candidates.max(0) + row
        path = [int(best.argmax())]
        for back in reversed(came_from):
            path.append(int(back[path[-1]]))
        return [self.labels[index] for index in reversed(path)]


def log_softmax(logits):
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
