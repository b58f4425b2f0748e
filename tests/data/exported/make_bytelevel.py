"""Makes byte-level-bpe.json: a small byte-level BPE tokenizer as RoBERTa's exporters write it, learned from the words of golden-texts.json."""

import collections
import json
import pathlib
import re

MERGES = 500
here = pathlib.Path(__file__).parent

printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
others = [byte for byte in range(256) if byte not in printable]
letters = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}

texts = json.loads((here / "golden-texts.json").read_text(encoding="utf-8"))
counts = collections.Counter(word for text in [*texts["words"], *texts["lines"]] for word in re.findall(r"\w+|[^\w\s]", text))
words = {tuple(letters[byte] for byte in (" " + word).encode("utf-8")): count for word, count in counts.items()}

merges = []
for _ in range(MERGES):
    pairs = collections.Counter()
    for pieces, count in words.items():
        for pair in zip(pieces, pieces[1:]):
            pairs[pair] += count
    best = max(pairs, key=lambda pair: (pairs[pair], pair))
    merges.append(best)
    merged = {}
    for pieces, count in words.items():
        joined, i = [], 0
        while i < len(pieces):
            whole = pieces[i : i + 2] == best
            joined.append("".join(best) if whole else pieces[i])
            i += 2 if whole else 1
        merged[tuple(joined)] = merged.get(tuple(joined), 0) + count
    words = merged

special = ["<s>", "<pad>", "</s>", "<unk>"]
pieces = [*special, *(letters[byte] for byte in range(256)), *("".join(pair) for pair in merges), "<mask>"]
tokenizer = {
    "added_tokens": [{"id": pieces.index(token), "content": token, "special": True} for token in [*special, "<mask>"]],
    "normalizer": None,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
    "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": True},
    "model": {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": "",
        "end_of_word_suffix": "",
        "fuse_unk": False,
        "vocab": {piece: id for id, piece in enumerate(pieces)},
        "merges": [" ".join(pair) for pair in merges],
    },
}
(here / "byte-level-bpe.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
