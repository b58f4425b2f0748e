"""What training changes in its sentences on the way, so that names are learnt from their surroundings and spelling is not trusted.

* Mention replacement: a name gives way to another of its type, from the corpora or from a gazetteer.
* Spelling noise: hamza, final ya and ta marbuta written carelessly, as half of all Arabic is.
* Word dropout: a word becomes <unk>.
"""
import os
from collections import defaultdict

from .labels import span_tags, spans
from .subwords import UNKNOWN
from .text import spelling_key

_CARELESS = str.maketrans("أإآىة", "ااايه")
_KNOWN_PLACE_WEIGHT = 30_000            # inhabitants: smaller places are rarely in the news, and their names are often ordinary words
_LONGEST_TITLE = 5
_REPLACED_SENTENCES = 0.6               # the share of windows in which mentions are replaced at all
_CLITIC_KEPT = 0.8


class Names:
    """Pools of mentions: those of the corpora, and those of a gazetteer's folder."""

    def __init__(self, gazetteer=None):
        self._seen = defaultdict(list)              # (scheme, type) -> mentions; a scheme may use only its own, unless the product agrees
        self._listed = defaultdict(list)
        self._given, self._family = [], []
        if gazetteer:
            self._read(gazetteer)
        self._first_keys = set()

    def add(self, scheme, kind, words):
        self._seen[scheme, kind].append(words)
        self._first_keys.add(spelling_key(words[0]))

    def replacement(self, rng, scheme, kind, product_agrees):
        """Another mention of this type, as a list of words."""
        sources = [self._seen[scheme, kind]]
        if product_agrees and self._listed[kind]:
            sources.append(self._listed[kind])
        if product_agrees and kind == "PER" and self._given and self._family:
            sources.append(None)
        source = rng.choice(sources)
        if source is None:
            return [rng.choice(self._given) for _ in range(1 if rng.random() < 0.7 else 2)] + [rng.choice(self._family)]
        return list(rng.choice(source))

    def proclitic(self, word):
        """The و ف ب ل before a known name, and nothing before any other: the ب of بغداد is no preposition."""
        for cut in (1, 2):
            if word[:1] in ("و", "ف", "ب", "ل") and (cut == 1 or word[1:2] in ("ب", "ل")) and spelling_key(word[cut:]) in self._first_keys \
                    and spelling_key(word) not in self._first_keys:
                return word[:cut]
        return ""

    def _read(self, folder):
        for name in ("places.tsv", "people.tsv", "organizations.tsv"):
            for surface, kind, _, weight in _rows(os.path.join(folder, name)):
                words = surface.split()
                if kind == "LOC":
                    wanted = int(weight) > _KNOWN_PLACE_WEIGHT
                else:
                    wanted = len(words) <= _LONGEST_TITLE and (kind == "ORG" or len(words) > 1)
                if wanted:
                    self._listed[kind].append(words)
        for name, kind in _rows(os.path.join(folder, "name-parts.tsv")):
            (self._given if kind == "given" else self._family).extend([name] if " " not in name else [])


def _rows(path):
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def replace_mentions(window, scheme, names, share, rng):
    """window: [(word, tag, product's tag or None)]. Each mention is replaced with probability `share`, in most windows."""
    if not share or rng.random() > _REPLACED_SENTENCES:
        return window
    result, done = [], 0
    for start, end, kind in sorted(spans([tag for _, tag, _ in window])):
        product = [product_tag for _, _, product_tag in window[start:end]]
        agrees = product == span_tags(end - start, kind)
        # Where the product's column says something else, the mention's own words are what it was decided by: leave it.
        if rng.random() > share or not (agrees or all(tag is None for tag in product)):
            continue
        words = names.replacement(rng, scheme, kind, agrees)
        clitic = names.proclitic(window[start][0])
        if clitic and rng.random() < _CLITIC_KEPT and not spelling_key(words[0]).startswith("ال"):
            words[0] = clitic + words[0]
        tags = span_tags(len(words), kind)
        result += window[done:start] + [(word, tag, tag if agrees else None) for word, tag in zip(words, tags)]
        done = end
    return result + window[done:]


def careless_spelling(window, share, rng):
    """With probability `share`, the whole window as a careless writer spells it."""
    if rng.random() >= share:
        return window
    return [(word.translate(_CARELESS), *tags) for word, *tags in window]


def drop_word(subwords, share, rng):
    return [UNKNOWN] if share and rng.random() < share else subwords
