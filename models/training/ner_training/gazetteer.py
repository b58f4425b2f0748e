"""What lists of names propose at each word, as features that the model reads.

A match is a proposal, never a verdict: بني is a place and a verb. At each word the longest key that starts there is proposed, keys of equal length
by the fewest letters cut, and a match within a longer one is dropped. The service's matcher does the same; tests hold both to the same vectors.
"""
import glob
import os
from dataclasses import dataclass

import numpy as np

from .errors import RecipeError
from .proclitics import readings
from .text import spelling_key, split_words

TYPES = ("PER", "LOC", "ORG")
FEATURES = ("PER-B", "PER-I", "LOC-B", "LOC-I", "ORG-B", "ORG-I", "cut", "single", "weight>=1e4", "weight>=1e5", "given", "family", "seen")
_CUT, _SINGLE, _HEAVY, _HEAVIEST, _GIVEN, _FAMILY, _SEEN = range(6, 13)
_SHORTEST_CUT_NAME = 3          # letters that a cut leaves at least of a name of one word

NAME_PARTS = "name-parts.tsv"
# Files in a folder of lists that hold something else than entries.
_NO_ENTRIES = {NAME_PARTS, "seen-names.tsv", "canonical.tsv", "hazard.tsv"}
_DOUBTFUL_SIGHTINGS = 2         # a name seen in two passages is, for each of the two, known from one other only


def name_keys(words):
    """Keys of a name, its first word whole and with each cut."""
    first, *rest = map(spelling_key, words)
    return {(reading, *rest) for reading, _ in readings(first)}


@dataclass
class Key:
    """What all entries with one key say together."""
    types: frozenset = frozenset()
    weight: float = 0.0             # of the heaviest entry
    sightings: int = 0              # passages of the training text, where only those name it


@dataclass(frozen=True)
class Match:
    start: int
    end: int                        # the word after the last
    key: Key
    is_cut: bool

    def lies_within(self, other):
        return other.start <= self.start and self.end <= other.end and other.end - other.start > self.end - self.start


class Gazetteer:
    def __init__(self):
        self._keys, self._longest, self._parts = {}, {}, {}

    @staticmethod
    def read(folder, seen_names=None):
        """folder: lists of entries (surface, type, id, weight …) and name-parts.tsv; seen_names: a file that seen_names.py wrote."""
        gazetteer = Gazetteer()
        for surface, kind, _, weight in entries(folder):
            gazetteer.add(surface, kind, weight)
        for name, kind in name_parts(folder):
            gazetteer.add_part(name, kind)
        for surface, kind, sightings in rows(seen_names) if seen_names else ():
            gazetteer.add_seen(surface, kind, int(sightings))
        return gazetteer

    def add(self, surface, kind, weight):
        self._add(_surface_keys(surface), kind, weight=weight)

    def add_part(self, name, kind):
        """kind: given or family."""
        self._parts.setdefault(spelling_key(name), set()).add(kind)

    def add_seen(self, surface, kind, sightings):
        """After all entries: a name that a list has is not evidence of another sort."""
        keys = _surface_keys(surface)
        if keys not in self._keys or self._keys[keys].sightings:
            self._add(keys, kind, sightings=sightings)

    def knows(self, words):
        """Whether a name is among the entries, its first word perhaps cut."""
        return any(keys in self._keys for keys in name_keys(words))

    def matches(self, words, own=frozenset()):
        """[Match] in the order of the text; some may overlap. own: keys that a text may not be told of because they are known from it."""
        found = [match for start in range(len(words)) if (match := self._longest_at(words, start, own))]
        return [match for match in found if not any(match.lies_within(other) for other in found)]

    def features(self, words, keep=lambda match: True, own=frozenset()):
        """[words, FEATURES] of 0 and 1. keep: which matches count."""
        words = [spelling_key(word) for word in words]
        result = np.zeros((len(words), len(FEATURES)), np.float32)
        for match in filter(keep, self.matches(words, own)):
            first, all_words = match.start, slice(match.start, match.end)
            for kind in match.key.types:
                begin = 2 * TYPES.index(kind)
                result[first, begin] = 1
                result[first + 1:match.end, begin + 1] = 1
            result[first, _CUT], result[first, _SINGLE] = match.is_cut, match.end - first == 1
            result[all_words, _HEAVY], result[all_words, _HEAVIEST] = match.key.weight >= 1e4, match.key.weight >= 1e5
            result[all_words, _SEEN] = match.key.sightings > 0
        for index, word in enumerate(words):
            kinds = self._part_kinds(word)
            result[index, _GIVEN], result[index, _FAMILY] = "given" in kinds, "family" in kinds
        return result

    def _add(self, keys, kind, weight=0.0, sightings=0):
        if keys and kind in TYPES:
            entry = self._keys.setdefault(keys, Key())
            entry.types, entry.weight, entry.sightings = entry.types | {kind}, max(entry.weight, weight), entry.sightings + sightings
            self._longest[keys[0]] = max(self._longest.get(keys[0], 0), len(keys))

    def _longest_at(self, words, start, own):
        best, best_length = None, 0
        for first, cut in readings(words[start]):
            for length in range(min(self._longest.get(first, 0), len(words) - start), best_length, -1):
                keys = (first, *words[start + 1:start + length])
                found = self._keys.get(keys)
                if found is None or (cut and length == 1 and len(first) < _SHORTEST_CUT_NAME):
                    continue
                if keys in own and 0 < found.sightings <= _DOUBTFUL_SIGHTINGS:
                    continue
                best, best_length = Match(start, start + length, found, cut > 0), length
                break
        return best

    def _part_kinds(self, word):
        for part, cut in readings(word):
            if part in self._parts and (not cut or len(part) >= _SHORTEST_CUT_NAME):
                return self._parts[part]
        return ()


def _surface_keys(surface):
    return tuple(spelling_key(surface[start:end]) for start, end in split_words(surface))


def entries(folder):
    """(surface, type, id, weight) of every list in a folder."""
    paths = [path for path in sorted(glob.glob(os.path.join(folder, "*.tsv"))) if os.path.basename(path) not in _NO_ENTRIES]
    if not paths:
        raise RecipeError(f"{folder} holds no list of names (*.tsv): say --gazetteer FOLDER with the folder that does")
    for path in paths:
        for surface, kind, identifier, weight, *_ in rows(path):
            yield surface, kind, identifier, float(weight)


def name_parts(folder):
    """(name, given or family), if the folder has such a list."""
    path = os.path.join(folder, NAME_PARTS)
    for name, kind, *_ in rows(path) if os.path.exists(path) else ():
        yield name, kind


def rows(path):
    """Columns of each line of a list; a line that begins with # is a comment."""
    try:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    yield line.rstrip("\n").split("\t")
    except OSError as problem:
        raise RecipeError(f"cannot read {path}: {problem.strerror}") from problem
