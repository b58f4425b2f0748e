"""Names of the training text that no list has: the model is told of them by a feature of their own, and they are never entries.

A file of them (surface, type, number of passages) belongs to a checkpoint and to the model that is exported from it.
"""
from collections import Counter

from .gazetteer import name_keys
from .labels import spans
from .text import spelling_key

_LEAST = 2                      # passages: a name of one passage alone could not be told to that passage


def count(passages, gazetteer):
    """[(surface, type, passages that name it)], the most frequent first. passages: windows of (word, tag)."""
    counts, spelt = Counter(), {}
    for passage in passages:
        words, tags = zip(*passage)
        names = {}
        for start, end, kind in sorted(spans(tags)):
            if not gazetteer.knows(words[start:end]):
                names[tuple(map(spelling_key, words[start:end])), kind] = words[start:end]
        counts.update(names.keys())
        for name, surface in names.items():
            spelt.setdefault(name, surface)
    merged = Counter()
    for (key, kind), number in counts.items():
        # والإخوان is counted with الإخوان where the text has both.
        bare = [name for name in sorted(name_keys(spelt[key, kind]) - {key}) if (name, kind) in counts]
        merged[bare[0] if bare else key, kind] += number
    return [(" ".join(spelt[name]), name[1], number) for name, number in merged.most_common() if number >= _LEAST]


def write(path, names):
    with open(path, "w", encoding="utf-8") as out:
        out.write("# surface\ttype\tpassages\n# Names of the training text that no list has: evidence for the model, no entries.\n")
        out.writelines(f"{surface}\t{kind}\t{number}\n" for surface, kind, number in names)
