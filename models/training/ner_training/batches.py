"""Training data: windows of each scheme, and the batches that an epoch makes of them."""
from dataclasses import dataclass

import numpy as np
import torch

from . import augment, conll, windows
from .errors import RecipeError
from .gazetteer import FEATURES, name_keys
from .labels import NO_SIGNAL, PRODUCT, PRODUCT_TYPES, bio_labels, spans, types_of
from .subwords import PAD

IGNORED = -100                  # the target that the loss skips
_SORTED_TOGETHER = 2048         # windows sorted by length at once: little padding, and still a mixed epoch
_LONGEST = 1.25                 # replaced mentions may lengthen a window by this much before it is cut


@dataclass
class Source:
    """One --data option: scheme=path[,path][*share of it that an epoch sees]."""
    scheme: str
    paths: list
    share: float

    @staticmethod
    def parse(text):
        scheme, equals, rest = text.partition("=")
        paths, _, share = rest.partition("*")
        if not (scheme.isidentifier() and equals and paths):
            raise RecipeError(f"--data {text}: expected scheme=path[,path][*share], the scheme a plain name")
        return Source(scheme, paths.split(","), float(share or 1))


@dataclass
class Batch:
    """Windows of one scheme."""
    scheme: str
    ids: torch.Tensor           # [windows, length]
    mask: torch.Tensor
    targets: torch.Tensor       # [windows, length], IGNORED wherever nothing is to be learnt
    features: torch.Tensor      # [windows, length, FEATURES]; None where the model reads none

    def to(self, device):
        features = None if self.features is None else self.features.to(device)
        return Batch(self.scheme, self.ids.to(device), self.mask.to(device), self.targets.to(device), features)


@dataclass
class Changes:
    """Probabilities of what an epoch changes in its windows."""
    swap: float = 0.0               # a mention is replaced
    careless: float = 0.0           # a window is spelt carelessly
    word_dropout: float = 0.0       # a word is hidden
    no_features: float = 0.0        # a window is told nothing of the gazetteer
    match_dropout: float = 0.0      # a match of the gazetteer is hidden


class TrainingData:
    def __init__(self, sources, encode, names, window, tokens):
        """window: subwords a training window holds at most; tokens: a batch's size, padding included."""
        self._encode, self._names, self._window, self._tokens = encode, names, window, tokens
        self.gazetteer = None                       # whose features the model reads; set where it reads any
        self._sources, self._windows, types = sources, [], {}
        for source in sources:
            windows_of_source = []
            for path in source.paths:
                for document in conll.read_documents(path):
                    found = set().union(*(types_of(sentence.tags) for sentence in document))
                    if source.scheme == PRODUCT:
                        _check_product(path, found)
                    types.setdefault(source.scheme, set()).update(found)
                    windows_of_source += windows.pack(document, encode, window)
            self._windows.append(windows_of_source)
            for part in windows_of_source:
                self._collect_names(source.scheme, part)
        self.heads = {scheme: bio_labels(PRODUCT_TYPES if scheme == PRODUCT else found) for scheme, found in types.items()}

    def use_heads(self, heads):
        """Take a base model's labels for heads that have the same name and cover the data's types."""
        for scheme, labels in heads.items():
            if scheme in self.heads and set(self.heads[scheme]) <= set(labels):
                self.heads[scheme] = labels

    def counts(self):
        return {scheme: len(self.windows(scheme)) for scheme in self.heads}

    def windows(self, scheme):
        """[(word, tag)] of each window of a scheme."""
        return [window for source, part in zip(self._sources, self._windows) if source.scheme == scheme for window in part]

    def epoch(self, rng, changes=Changes()):
        """[Batch] in random order, each window changed anew."""
        result = []
        for source, part in zip(self._sources, self._windows):
            chosen = rng.sample(part, max(1, int(source.share * len(part))))
            items = [self._item(self._changed(window, source.scheme, changes, rng), changes, rng) for window in chosen]
            result += [self._batch(source.scheme, items_of_batch) for items_of_batch in grouped(items, self._tokens)]
        rng.shuffle(result)
        return result

    def _changed(self, window, scheme, changes, rng):
        window = augment.replace_mentions(window, scheme, self._names, changes.swap, rng)
        return augment.careless_spelling(window, changes.careless, rng)

    def _item(self, window, changes, rng):
        """(ids, indices of first subwords, tags, features or None)."""
        subwords, used = [], 0
        for word, _ in window:
            encoded = augment.drop_word(self._encode(word), changes.word_dropout, rng)
            if used + len(encoded) > self._window * _LONGEST and subwords:
                break
            subwords.append(encoded)
            used += len(encoded)
        ids, firsts = windows.flatten(subwords)
        return ids, firsts, [tag for _, tag in window[:len(firsts)]], self._features(window, firsts, len(ids), changes, rng)

    def _features(self, window, firsts, length, changes, rng):
        if self.gazetteer is None:
            return None
        if rng.random() < changes.no_features:
            return np.zeros((length, len(FEATURES)), np.float32)
        words, tags = zip(*window)
        # What is known from this very text must not help to read it: no other text will offer that.
        own = set().union(*(name_keys(words[start:end]) for start, end, _ in spans(tags)))
        features = self.gazetteer.features(words, lambda _: rng.random() >= changes.match_dropout, own)
        return windows.at_firsts(features, firsts, length)

    def _batch(self, scheme, items):
        ids, mask = padded([ids for ids, *_ in items])
        index = {label: number for number, label in enumerate(self.heads[scheme])}
        index[NO_SIGNAL] = IGNORED
        targets = torch.full(ids.shape, IGNORED)
        for row, (_, firsts, tags, _) in enumerate(items):
            targets[row, firsts] = torch.tensor([index[tag] for tag in tags])
        return Batch(scheme, ids, mask, targets, padded_features([features for *_, features in items], ids.shape[1]))

    def _collect_names(self, scheme, window):
        for start, end, kind in sorted(spans([tag for _, tag in window])):      # a set has no order of its own
            self._names.add(scheme, kind, [word for word, _ in window[start:end]])


def _check_product(path, types):
    unknown = types - set(PRODUCT_TYPES)
    if unknown:
        raise RecipeError(f"{path}: the product's guideline has no {', '.join(sorted(unknown))}; train these labels under a scheme name of your own: "
                          "--data mine=...")


def grouped(items, tokens, length=lambda item: len(item[0])):
    """Items in groups of like length, each at most `tokens` large with its padding."""
    for start in range(0, len(items), _SORTED_TOGETHER):
        group, longest = [], 0
        for item in sorted(items[start:start + _SORTED_TOGETHER], key=length):
            if group and max(longest, length(item)) * (len(group) + 1) > tokens:
                yield group
                group, longest = [], 0
            group.append(item)
            longest = max(longest, length(item))
        if group:
            yield group


def padded(rows):
    """(ids, mask), both [rows, longest]."""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask


def padded_features(rows, length):
    """rows: [length of the row, n] each, or None; returns [rows, length, n], or None."""
    if rows[0] is None:
        return None
    features = np.zeros((len(rows), length, rows[0].shape[1]), np.float32)
    for target, row in zip(features, rows):
        target[:len(row)] = row
    return torch.from_numpy(features)
