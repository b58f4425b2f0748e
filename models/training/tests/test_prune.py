import struct

import numpy as np
import pytest

import tiny
from conftest import ner_training
from ner_training import base as base_step
from ner_training import checkpoint, prune, subwords
from ner_training.errors import RecipeError


def test_what_arabic_text_uses_stays_and_other_scripts_go(base, pruned):
    before, after = ({piece for piece, _ in subwords.read_pieces(checkpoint.load(folder).tokenizer)} for folder in (base, pruned))
    assert after < before
    gone = before - after
    assert any("а" <= letter <= "я" for piece in gone for letter in piece)                      # Cyrillic
    assert all(set(subwords.SPECIAL_PIECES) <= pieces for pieces in (before, after))


def test_words_of_the_text_are_encoded_as_before(base, pruned):
    old, new = checkpoint.load(base), checkpoint.load(pruned)
    old_pieces, new_pieces = ([piece for piece, _ in subwords.read_pieces(c.tokenizer)] for c in (old, new))
    old_encode, new_encode = subwords.SubwordEncoder(old.tokenizer), subwords.SubwordEncoder(new.tokenizer)
    for sentence in tiny.example_sentences():
        for word in sentence.words:
            assert [new_pieces[i] for i in new_encode(word)] == [old_pieces[i] for i in old_encode(word)]


def test_each_kept_piece_keeps_its_embedding(base, pruned):
    old, new = checkpoint.load(base), checkpoint.load(pruned)
    row = {piece: index for index, (piece, _) in enumerate(subwords.read_pieces(old.tokenizer))}
    for index, (piece, _) in enumerate(subwords.read_pieces(new.tokenizer)):
        assert np.array_equal(new.weights["encoder.words.weight"][index], old.weights["encoder.words.weight"][row[piece]])
    assert new.shape["vocabulary"] == len(new.weights["encoder.words.weight"])


def test_counts_decide_by_script_and_single_characters_stay():
    pieces = [(piece, 0.0) for piece in (*subwords.SPECIAL_PIECES, "▁", "▁x", "غ", "▁في", "▁the", "▁ab", "ж")]
    uses = {7: 2, 8: 40, 9: 3}
    kept = [pieces[index][0] for index in prune.kept_pieces(pieces, {i: uses.get(i, 0) for i in range(len(pieces))}, 2, 30)]
    assert kept == [*subwords.SPECIAL_PIECES, "▁", "▁x", "غ", "▁في", "▁the"]


def test_a_vocabulary_without_the_special_pieces_is_refused(tmp_path):
    with pytest.raises(RecipeError, match="must begin with <s>"):
        subwords.write_unigram([("a", 0.0)] * 9, tmp_path / "x.model")


def test_a_word_of_many_subwords_is_cut_and_an_unknown_one_is_unknown(pruned):
    encode = subwords.SubwordEncoder(checkpoint.load(pruned).tokenizer)
    assert len(encode("سخضن" * 30)) == subwords.MAX_SUBWORDS_PER_WORD
    assert subwords.UNKNOWN in encode("語")


def packed_encoder(rng, width=32, layers=1, feed_forward=64, positions=8):
    """A file in the layout that `base` reads, and the numbers in it."""
    pieces = [*subwords.SPECIAL_PIECES, "▁", "▁في", "a"]
    rows = len(pieces) + 2
    shapes = {"emb.word": (rows, width), "emb.pos": (positions, width), "emb.type": (1, width), "emb.ln.w": (width,), "emb.ln.b": (width,)}
    for index in range(layers):
        for name, shape in {"q": (width, width), "k": (width, width), "v": (width, width), "ao": (width, width), "fi": (feed_forward, width),
                            "fo": (width, feed_forward)}.items():
            shapes[f"l{index}.{name}.w"], shapes[f"l{index}.{name}.b"] = shape, shape[:1]
        for name in ("aln", "oln"):
            shapes[f"l{index}.{name}.w"] = shapes[f"l{index}.{name}.b"] = (width,)
    text = [piece.encode() for piece in pieces]
    head = b"NE5\0" + struct.pack("<I7ifi", 1, width, layers, 4, feed_forward, rows, positions, 1, 1e-12, 2)
    head += struct.pack("<i4iQ", len(pieces), 0, 2, 1, 3, sum(map(len, text)))
    head += np.cumsum([0, *map(len, text)]).astype(np.uint32).tobytes() + np.arange(len(pieces), dtype=np.float32).tobytes() + b"".join(text)
    head += struct.pack("<iI", 1, 9) + b"\0" * 9 + struct.pack("<i", len(shapes))
    directory_size = sum(2 + len(name) + 1 + 4 + 16 for name in shapes)
    directory, body, expected = b"", b"", {}
    for name, shape in shapes.items():
        if len(shape) == 2 and name != "emb.type":
            numbers = rng.integers(0, 16, shape).reshape(-1, 32)
            scale = rng.uniform(0.1, 1, len(numbers)).astype(np.float16)
            data = b"".join(s.tobytes() + (row[:16] | row[16:] << 4).astype(np.uint8).tobytes() for s, row in zip(scale, numbers))
            expected[name] = ((numbers - 8) * scale[:, None].astype(np.float32)).reshape(shape)
        else:
            expected[name] = rng.normal(size=shape).astype(np.float32)
            data = expected[name].tobytes()
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 1, int(np.prod(shape)),
                                                                                len(head) + directory_size + len(body), len(data))
        body += data
    return head + directory + body, pieces, expected


def test_base_unpacks_the_pretrained_file(tmp_path):
    data, pieces, expected = packed_encoder(np.random.default_rng(3))
    (tmp_path / "encoder.bin").write_bytes(data)
    ner_training("base", "--file", tmp_path / "encoder.bin", "--out", tmp_path / "base")
    made = checkpoint.load(tmp_path / "base")
    assert [piece for piece, _ in subwords.read_pieces(made.tokenizer)] == pieces and made.shape["vocabulary"] == len(pieces)
    assert np.allclose(made.weights["encoder.words.weight"], expected["emb.word"][:len(pieces)])
    assert np.allclose(made.weights["encoder.positions.weight"], expected["emb.pos"] + expected["emb.type"][0])
    assert np.allclose(made.weights["encoder.layers.0.feed_out.weight"], expected["l0.fo.w"])
    assert np.allclose(made.weights["encoder.layers.0.attention_norm.bias"], expected["l0.aln.b"])
    assert len(made.weights) == 4 + 16


def test_base_without_a_file_says_what_to_install(monkeypatch):
    monkeypatch.setattr(base_step.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RecipeError, match="not installed"):
        base_step._packaged_file()
