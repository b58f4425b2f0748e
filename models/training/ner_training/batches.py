"""Training data: windows of each scheme, and the batches that an epoch makes of them."""
from dataclasses import dataclass

import torch

from . import augment, conll, windows
from .errors import RecipeError
from .labels import NO_SIGNAL, PRODUCT, PRODUCT_TYPES, bio_labels, spans, types_of
from .subwords import PAD

IGNORED = -100                  # the target that the loss skips
_SORTED_TOGETHER = 1024         # windows sorted by length at once: little padding, and still a mixed epoch
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
    ids: torch.Tensor           # [windows, length]
    mask: torch.Tensor
    targets: dict               # {scheme: [windows, length], IGNORED wherever nothing is to be learnt}

    def to(self, device):
        return Batch(self.ids.to(device), self.mask.to(device), {scheme: t.to(device) for scheme, t in self.targets.items()})


class TrainingData:
    def __init__(self, sources, encode, names, window, tokens):
        """window: subwords a training window holds at most; tokens: a batch's size, padding included."""
        self._encode, self._names, self._window, self._tokens = encode, names, window, tokens
        self._sources, self._windows, tags, self.has_product = sources, [], {}, False
        for source in sources:
            windows_of_source = []
            for path in source.paths:
                for document in conll.read_documents(path):
                    for sentence in document:
                        if source.scheme == PRODUCT and sentence.product_tags is None:
                            sentence.product_tags = sentence.tags
                        self.has_product |= sentence.product_tags is not None
                        tags.setdefault(source.scheme, set()).update(types_of(sentence.tags))
                        self._check_product(path, sentence)
                    windows_of_source += windows.pack(document, encode, window)
            self._windows.append(windows_of_source)
            for part in windows_of_source:
                self._collect_names(source.scheme, part)
        self.heads = {scheme: bio_labels(types) for scheme, types in tags.items() if scheme != PRODUCT}
        if self.has_product:
            self.heads[PRODUCT] = bio_labels(PRODUCT_TYPES)

    def use_heads(self, heads):
        """Take a base model's labels for heads that have the same name and cover the data's types."""
        for scheme, labels in heads.items():
            if scheme in self.heads and set(self.heads[scheme]) <= set(labels):
                self.heads[scheme] = labels

    def counts(self):
        return {source.scheme: len(part) for source, part in zip(self._sources, self._windows)}

    def epoch(self, rng, swap=0.0, careless=0.0, word_dropout=0.0):
        """[(scheme, Batch)] in random order, each window changed anew."""
        result = []
        for source, part in zip(self._sources, self._windows):
            chosen = rng.sample(part, max(1, int(source.share * len(part))))
            items = []
            for window in chosen:
                changed = augment.replace_mentions(window, source.scheme, self._names, swap, rng)
                changed = augment.careless_spelling(changed, careless, rng)
                items.append(self._item(changed, lambda subwords: augment.drop_word(subwords, word_dropout, rng)))
            result += [(source.scheme, self._batch(source.scheme, items_of_batch)) for items_of_batch in grouped(items, self._tokens)]
        rng.shuffle(result)
        return result

    def _item(self, window, drop):
        kept, used = [], 0
        for row in window:
            subwords = drop(self._encode(row[0]))
            if used + len(subwords) > self._window * _LONGEST and kept:
                break
            kept.append((subwords, *row[1:]))
            used += len(subwords)
        ids, firsts = windows.flatten([subwords for subwords, *_ in kept])
        return ids, firsts, [tag for _, tag, _ in kept], [tag for _, _, tag in kept]

    def _batch(self, scheme, items):
        targets = {} if scheme == PRODUCT else {scheme: [(firsts, tags) for _, firsts, tags, _ in items]}
        if any(tag is not None for _, _, _, product in items for tag in product):
            targets[PRODUCT] = [(firsts, product) for _, firsts, _, product in items]
        ids, mask = padded([ids for ids, *_ in items])
        return Batch(ids, mask, {head: self._target(head, rows, ids.shape) for head, rows in targets.items()})

    def _target(self, scheme, rows, shape):
        index = {label: number for number, label in enumerate(self.heads[scheme])}
        index.update({NO_SIGNAL: IGNORED, None: IGNORED})
        target = torch.full(shape, IGNORED)
        for row, (firsts, tags) in enumerate(rows):
            target[row, firsts] = torch.tensor([index[tag] for tag in tags])
        return target

    def _collect_names(self, scheme, window):
        for start, end, kind in sorted(spans([tag for _, tag, _ in window])):      # a set has no order of its own
            self._names.add(scheme, kind, [word for word, *_ in window[start:end]])

    @staticmethod
    def _check_product(path, sentence):
        unknown = types_of(sentence.product_tags or []) - set(PRODUCT_TYPES)
        if unknown:
            raise RecipeError(f"{path}: the product's guideline has no {', '.join(sorted(unknown))}; train these labels under a scheme name of "
                              "your own: --data mine=...")


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
