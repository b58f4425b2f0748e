"""Writes golden-sentencepiece.json: ids that SentencePiece itself (Debian: python3-sentencepiece) gives the words of kinds.json, as the reference prepares
them: numbered anew for XLM-R; for ALBERT as they are, in small letters, and in small letters without accents.

    /usr/bin/python3 tests/data/exported/make_golden_sentencepiece.py
"""
import json
import os
import unicodedata

import sentencepiece

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "kinds.json"), encoding="utf-8") as file:
    WORDS = json.load(file)["words"]


def strip(word):
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def join_unknown(ids, unknown):
    return [i for n, i in enumerate(ids) if n == 0 or i != unknown or ids[n - 1] != unknown]


xlmr = sentencepiece.SentencePieceProcessor(model_file=os.path.join(HERE, "xlmr-iob1", "sentencepiece.bpe.model"))
albert = sentencepiece.SentencePieceProcessor(model_file=os.path.join(HERE, "albert-no-marks", "spiece.model"))
golden = {
    "xlmr": [join_unknown([3 if i == xlmr.unk_id() else i + 1 for i in xlmr.encode(word)], 3) for word in WORDS],
    "albert": [join_unknown(albert.encode(word), albert.unk_id()) for word in WORDS],
    "albert-lower": [join_unknown(albert.encode(word.lower()), albert.unk_id()) for word in WORDS],
    "albert-lower-strip": [join_unknown(albert.encode(strip(word).lower()), albert.unk_id()) for word in WORDS],
}
with open(os.path.join(HERE, "golden-sentencepiece.json"), "w", encoding="utf-8") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(ids, separators=(',', ':'))}" for name, ids in golden.items()) + "\n}\n")
