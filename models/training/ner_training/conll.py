"""Reading and writing tagged text: WORD and TAG on a line, divided by a tab, an empty line after a sentence.

The tag `_` says that nobody judged this word: it teaches nothing. A line whose word is -DOCSTART- begins a document.
"""
from dataclasses import dataclass, field

from .errors import RecipeError
from .labels import NO_SIGNAL, OUTSIDE

_DOCUMENT_START = "-DOCSTART-"


@dataclass
class Sentence:
    words: list = field(default_factory=list)
    tags: list = field(default_factory=list)


def read_documents(path):
    """A list of documents, each a list of sentences."""
    documents, sentences, rows = [], [], []

    def end_sentence():
        if rows:
            sentences.append(Sentence(*map(list, zip(*rows))))
            rows.clear()

    def end_document():
        end_sentence()
        if sentences:
            documents.append(list(sentences))
            sentences.clear()

    try:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                line = line.rstrip("\n")
                if not line.strip():
                    end_sentence()
                    continue
                fields = line.split("\t")
                if fields[0] == _DOCUMENT_START:
                    end_document()
                    continue
                if len(fields) != 2:
                    raise RecipeError(f"{path}:{number}: {len(fields)} columns; every line needs a word and a tag, divided by a tab")
                tag = fields[1]
                if tag not in (OUTSIDE, NO_SIGNAL) and tag[:2] not in ("B-", "I-"):
                    raise RecipeError(f"{path}:{number}: the tag {tag!r} is none of O, B-TYPE, I-TYPE, _")
                rows.append(fields)
    except OSError as problem:
        raise RecipeError(f"cannot read {path}: {problem.strerror}") from problem
    end_document()
    if not documents:
        raise RecipeError(f"{path} holds no sentence")
    return documents


def write_documents(path, documents):
    with open(path, "w", encoding="utf-8") as out:
        for document in documents:
            out.write(f"{_DOCUMENT_START}\tO\n\n")
            for sentence in document:
                out.writelines(f"{word}\t{tag}\n" for word, tag in zip(sentence.words, sentence.tags))
                out.write("\n")
