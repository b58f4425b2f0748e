"""What training changes in its sentences on the way, so that names are learnt from their surroundings and spelling is not trusted.

* Mention replacement: a name gives way to another of its type, from the corpora or from a gazetteer.
* Spelling noise: hamza, final ya and ta marbuta written carelessly, as half of all Arabic is.
* Word dropout: a word becomes <unk>.

What the gazetteer's features hide is in batches.py.
"""
from collections import defaultdict

from .gazetteer import entries, name_parts
from .labels import PRODUCT, span_tags, spans
from .proclitics import cuts
from .subwords import UNKNOWN
from .text import spelling_key

_CARELESS = str.maketrans("أإآىة", "ااايه")
_KNOWN_PLACE_WEIGHT = 20_000            # inhabitants: smaller places are rarely in the news, and their names are often ordinary words
_LONGEST_NAME = 6                       # words
_REPLACED_SENTENCES = 0.6               # the share of windows in which mentions are replaced at all
_MADE_UP, _LISTED = 0.25, 0.6           # shares of new names: of people from name parts; of all others from the lists, the rest from the corpora
_CLITIC_KEPT = 0.8


class Names:
    """Pools of mentions: those of the corpora, and those of a gazetteer's folder."""

    def __init__(self, folder=None):
        self._seen = defaultdict(list)              # (scheme, type) -> mentions; a scheme other than the product's uses only its own
        self._listed = defaultdict(list)
        self._given, self._family = [], []
        if folder:
            self._read(folder)
        self._first_keys = set()

    def add(self, scheme, kind, words):
        if len(words) <= _LONGEST_NAME:
            self._seen[scheme, kind].append(words)
        self._first_keys.add(spelling_key(words[0]))

    def replacement(self, rng, scheme, kind):
        """Another mention of this type, as a list of words; None when there is none."""
        if scheme == PRODUCT:
            if kind == "PER" and self._given and self._family and rng.random() < _MADE_UP:
                return [rng.choice(self._given) for _ in range(1 if rng.random() < 0.7 else 2)] + [rng.choice(self._family)]
            if self._listed[kind] and rng.random() < _LISTED:
                return list(rng.choice(self._listed[kind]))
        seen = self._seen[scheme, kind]
        return list(rng.choice(seen)) if seen else None

    def proclitics(self, word):
        """The letters before a known name, and none before any other: the ب of بغداد is no preposition."""
        key = spelling_key(word)
        if key in self._first_keys:
            return ""
        return next((key[:length] for length, restored in cuts(key)
                     if not restored and not key[:length].endswith("ال") and key[length:] in self._first_keys), "")

    def _read(self, folder):
        for surface, kind, identifier, weight in entries(folder):
            words = surface.split()
            if len(words) <= _LONGEST_NAME and (weight >= _KNOWN_PLACE_WEIGHT or not identifier.startswith("geonames:")):
                self._listed[kind].append(words)
        for name, kind in name_parts(folder):
            (self._given if kind == "given" else self._family).extend([name] if " " not in name else [])


def replace_mentions(window, scheme, names, share, rng):
    """window: [(word, tag)]. Each mention is replaced with probability `share`, in most windows."""
    if not share or rng.random() > _REPLACED_SENTENCES:
        return window
    result, done = [], 0
    for start, end, kind in sorted(spans([tag for _, tag in window])):
        words = names.replacement(rng, scheme, kind) if rng.random() <= share else None
        if words is None:
            continue
        proclitics = names.proclitics(window[start][0])
        if proclitics and rng.random() < _CLITIC_KEPT and not spelling_key(words[0]).startswith("ال"):
            words[0] = proclitics + words[0]
        result += window[done:start] + list(zip(words, span_tags(len(words), kind)))
        done = end
    return result + window[done:]


def careless_spelling(window, share, rng):
    """With probability `share`, the whole window as a careless writer spells it."""
    if rng.random() >= share:
        return window
    return [(word.translate(_CARELESS), tag) for word, tag in window]


def drop_word(subwords, share, rng):
    return [UNKNOWN] if share and rng.random() < share else subwords
