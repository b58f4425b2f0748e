"""Cut a vocabulary, and with it the embedding, to what Arabic text uses. The layers stay as they are.

Pieces are counted over --text: plain text, or .conll files. A piece with an Arabic letter stays when it was used at all often, any other only when it
was used a lot; single Latin and Arabic characters, digits and punctuation stay always, so that no such word ever becomes <unk>.
"""
import os
import re
from collections import Counter
from dataclasses import replace

from . import checkpoint, conll, subwords
from .errors import RecipeError
from .text import split_words

_ARABIC_LETTER = re.compile("[\u0621-\u064a]")
_WORD_START = "▁"


def add_options(parser):
    parser.add_argument("--base", required=True, help="checkpoint with the full vocabulary")
    parser.add_argument("--text", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--arabic-count", type=int, default=2, help="uses that keep a piece with an Arabic letter")
    parser.add_argument("--other-count", type=int, default=30, help="uses that keep any other")


def run(options):
    source = checkpoint.load(options.base)
    encode = subwords.SubwordEncoder(source.tokenizer)
    uses = Counter()
    for word, count in count_words(options.text).items():
        for piece in encode(word):
            uses[piece] += count
    if not uses:
        raise RecipeError("the text holds no word")
    pieces = subwords.read_pieces(source.tokenizer)
    kept = kept_pieces(pieces, uses, options.arabic_count, options.other_count)

    os.makedirs(options.out, exist_ok=True)
    tokenizer = os.path.join(options.out, checkpoint.TOKENIZER)
    subwords.write_unigram([pieces[index] for index in kept], tokenizer)
    weights = {**source.weights, "encoder.words.weight": source.weights["encoder.words.weight"][kept]}
    checkpoint.save(options.out, replace(source, shape={**source.shape, "vocabulary": len(kept)}, weights=weights, tokenizer=tokenizer))
    covered = sum(uses[index] for index in kept) / sum(uses.values())
    print(f"{options.out}: {len(kept)} of {len(pieces)} pieces, {100 * covered:.2f} % of the text's")


def count_words(paths):
    counts = Counter()
    for path in paths:
        if path.endswith(".conll"):
            for document in conll.read_documents(path):
                for sentence in document:
                    counts.update(sentence.words)
        else:
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    counts.update(line[start:end] for start, end in split_words(line))
    return counts


def kept_pieces(pieces, uses, arabic_count, other_count):
    """Ids in their old order, the special ones first."""
    return [index for index, (piece, _) in enumerate(pieces)
            if index < len(subwords.SPECIAL_PIECES) or _is_basic(piece.replace(_WORD_START, ""))
            or uses[index] >= (arabic_count if _ARABIC_LETTER.search(piece) else other_count)]


def _is_basic(core):
    """Nothing but a word's start, or one character of Latin, Arabic or general punctuation."""
    return not core or (len(core) == 1 and (ord(core) < 0x250 or 0x600 <= ord(core) < 0x700 or 0x2000 <= ord(core) < 0x2100))
