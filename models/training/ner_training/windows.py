"""Cutting text to what the encoder takes: packed sentences for training, overlapping windows for tagging."""
import numpy as np

from .subwords import BEGIN, END


def pack(document, encode, limit):
    """Windows of consecutive sentences, at most `limit` subwords with the two markers: [(word, tag)]."""
    packed, window, used = [], [], 0
    for sentence in document:
        for part, cost in _cut(list(zip(sentence.words, sentence.tags)), encode, limit - 2):
            if window and used + cost > limit - 2:
                packed.append(window)
                window, used = [], 0
            window, used = window + part, used + cost
    return packed + ([window] if window else [])


def _cut(rows, encode, limit):
    """A sentence longer than the window, in parts that fit."""
    part, used = [], 0
    for row in rows:
        cost = len(encode(row[0]))
        if part and used + cost > limit:
            yield part, used
            part, used = [], 0
        part, used = part + [row], used + cost
    if part:
        yield part, used


def overlapping(lengths, size, overlap):
    """[(first word, word after the last)] over words of these lengths in subwords; the service's Windowing does the same."""
    windows, start = [], 0
    while start < len(lengths):
        end, used = start, 0
        while end < len(lengths) and (end == start or used + lengths[end] <= size):
            used += lengths[end]
            end += 1
        windows.append((start, end))
        if end == len(lengths):
            break
        back, shared = end, 0
        while back > start + 1 and shared + lengths[back - 1] <= overlap:
            back -= 1
            shared += lengths[back]
        start = back
    return windows


def word_logits(words, encode, run, size=200, overlap=60, features=None):
    """[words, labels]: each word's scores at its first subword, from the window in which it is farther from a cut edge.

    run(ids [1, length], mask [1, length], features [1, length, n] or None) -> logits [1, length, labels]; features: [words, n] or None.
    """
    subwords = [encode(word) for word in words]
    best, distance = [None] * len(words), [-1] * len(words)
    for start, end in overlapping([len(s) for s in subwords], size, overlap):
        ids, firsts = flatten(subwords[start:end])
        told = None if features is None else at_firsts(features[start:end], firsts, len(ids))[None]
        logits = run(np.array([ids]), np.ones((1, len(ids)), np.int64), told)[0]
        for word, first in zip(range(start, end), firsts):
            # The edges of the text itself cut nothing off.
            edge = min(word - start if start else len(words), end - 1 - word if end < len(words) else len(words))
            if edge > distance[word]:
                best[word], distance[word] = logits[first], edge
    return np.stack(best) if words else np.zeros((0, 0))


def flatten(subwords):
    """(ids with the two markers, index of each word's first subword)."""
    ids, firsts = [BEGIN], []
    for word in subwords:
        firsts.append(len(ids))
        ids.extend(word)
    return ids + [END], firsts


def at_firsts(features, firsts, length):
    """[length, n]: each word's features at its first subword, zeros elsewhere."""
    spread = np.zeros((length, features.shape[1]), np.float32)
    spread[firsts] = features[:len(firsts)]
    return spread
