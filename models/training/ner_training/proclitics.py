"""Proclitics: the letters that Arabic writes at the front of the next word. The one grammar of the recipe, cut for cut that of the service
(`Proclitics` in NerService.Text); a table in tests/data holds both to it.
"""
from .text import spelling_key

_CONJUNCTIONS, _PREPOSITIONS, _ARTICLE = "وف", "بلكس", "ال"
_SHORTEST_NAME = 3              # letters that a cut must leave to be worth a guess: shorter rests are found in most words


def cuts(key):
    """[(letters taken off the front, letters put before the rest)] of a folded word, the shortest first.

    A conjunction, then a preposition, then the article, each optional. After ل the article loses its alef, and the whole of it before a name in ل:
    there the lost letters are put back. By letters alone: whether a cut makes sense is for others to say, since وليد could be و + ليد.
    """
    found = []

    def add(length, restored=""):
        if length < len(key):
            found.append((length, restored))

    start = 1 if key[:1] in tuple(_CONJUNCTIONS) else 0
    if start:
        add(start)
    after = start + 1 if key[start:start + 1] in tuple(_PREPOSITIONS) else start
    if after > start:
        add(after)
        if key[start] == "ل" and key[after:after + 1] == "ل":
            add(after, "ا")
            add(after, _ARTICLE)
            add(after + 1)
    if key.startswith(_ARTICLE, start):
        add(start + 2)
    if after > start and key.startswith(_ARTICLE, after):
        add(after + 2)
    return found


def readings(key):
    """[(what is left, letters taken off)]: the word as it is, then what each cut leaves of it."""
    return [(key, 0)] + [(restored + key[length:], length) for length, restored in cuts(key)]


def likely_readings(word):
    """Spelling keys of a word, whole and with each proclitic cut that leaves enough for a name."""
    return [key for key, length in readings(spelling_key(word)) if not length or len(key) >= _SHORTEST_NAME]
