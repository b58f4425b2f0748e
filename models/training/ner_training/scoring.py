"""Strict span scores: a span counts when its borders and its type are right."""
from collections import Counter

from .labels import spans


def score(gold, predicted, types):
    """gold, predicted: lists of tag sequences. Returns precision, recall and F1 in percent over `types`, and for each of them."""
    right, extra, missed = Counter(), Counter(), Counter()
    for gold_tags, predicted_tags in zip(gold, predicted):
        expected, found = spans(gold_tags), spans(predicted_tags)
        right.update(kind for _, _, kind in expected & found)
        extra.update(kind for _, _, kind in found - expected)
        missed.update(kind for _, _, kind in expected - found)

    def figures(kinds):
        hits, extras, misses = (sum(counter[kind] for kind in kinds) for counter in (right, extra, missed))
        precision, recall = hits / max(hits + extras, 1), hits / max(hits + misses, 1)
        return {"precision": round(100 * precision, 2), "recall": round(100 * recall, 2),
                "f1": round(200 * precision * recall / max(precision + recall, 1e-9), 2), "spans": hits + misses}

    return {**figures(types), "byType": {kind: figures([kind]) for kind in types}}
