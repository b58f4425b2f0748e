"""Reading and writing tagged text: a word a line, columns divided by tabs, an empty line after a sentence.

Two columns are WORD and TAG. A third, written by `prepare`, is the TAG under the product's guideline, where `_` says that this corpus
cannot tell. A line whose word is -DOCSTART- begins a document.
"""
from dataclasses import dataclass, field

from .errors import RecipeError
from .labels import NO_SIGNAL, OUTSIDE

_DOCUMENT_START = "-DOCSTART-"


@dataclass
class Sentence:
    words: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    product_tags: list = None           # None: the file has no third column


def read_documents(path):
    """A list of documents, each a list of sentences."""
    documents, sentences, rows = [], [], []

    def end_sentence():
        if rows:
            columns = list(zip(*rows))
            sentences.append(Sentence(list(columns[0]), list(columns[1]), list(columns[2]) if len(columns) == 3 else None))
            rows.clear()

    def end_document():
        end_sentence()
        if sentences:
            documents.append(list(sentences))
            sentences.clear()

    width = None
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
                width = width or len(fields)
                if len(fields) != width or width not in (2, 3):
                    raise RecipeError(f"{path}:{number}: {len(fields)} columns; every line needs a word and a tag, divided by a tab "
                                      "(or three columns, in the whole file)")
                for tag in fields[1:]:
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
                columns = [sentence.words, sentence.tags] + ([sentence.product_tags] if sentence.product_tags is not None else [])
                out.writelines("\t".join(row) + "\n" for row in zip(*columns))
                out.write("\n")
