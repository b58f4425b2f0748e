import numpy as np

from ner_training import conll, windows
from ner_training.subwords import BEGIN, END


def encode(word):
    """A subword for each letter."""
    return [ord(letter) for letter in word]


def test_windows_cover_every_word_and_overlap():
    lengths = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    cut = windows.overlapping(lengths, 14, 5)
    assert cut[0][0] == 0 and cut[-1][1] == len(lengths)
    for (start, end), (next_start, next_end) in zip(cut, cut[1:]):
        assert start < next_start <= end < next_end
        assert sum(lengths[next_start:end]) <= 5
    assert all(sum(lengths[start:end]) <= 14 for start, end in cut)


def test_a_word_longer_than_a_window_has_one_of_its_own():
    assert windows.overlapping([2, 30, 2], 12, 5) == [(0, 1), (1, 2), (2, 3)]


def test_no_words_no_windows():
    assert windows.overlapping([], 10, 5) == []
    assert windows.word_logits([], encode, None).shape[0] == 0


def test_each_word_is_read_where_it_is_farther_from_the_cut():
    """The `model` answers with the number of its call and the first subword: the merge is visible in the result."""
    calls = []

    def run(ids, mask, features):
        assert features is None and ids[0, 0] == BEGIN and ids[0, -1] == END and mask.all()
        calls.append(1)
        return np.stack([np.full(ids.shape, len(calls)), ids], -1)

    words = list("abcdefghij")
    result = windows.word_logits(words, encode, run, size=6, overlap=4)
    assert [chr(row[1]) for row in result] == words
    # Windows a-f, c-h, e-j. d is 2 from the first cut and 1 from the second's start; e the other way round.
    assert [int(row[0]) for row in result] == [1, 1, 1, 1, 2, 2, 3, 3, 3, 3]


def test_features_stand_at_first_subwords_and_in_the_window_of_their_words():
    told = []

    def run(ids, mask, features):
        told.append(features[0])
        return np.zeros((*ids.shape, 1))

    windows.word_logits(["abc", "d", "ef"], encode, run, size=4, overlap=1, features=np.array([[1.0], [2.0], [3.0]]))
    # <s> a b c d </s>, then <s> d e f </s>
    assert [list(rows[:, 0]) for rows in told] == [[0, 1, 0, 0, 2, 0], [0, 2, 3, 0, 0]]


def test_packing_keeps_every_word_in_order_and_fits():
    document = [conll.Sentence(["ab", "cde"], ["O", "O"]), conll.Sentence(["f" * 7, "g", "h" * 5], ["O", "B-X", "O"])]
    packed = windows.pack(document, encode, 10)
    assert [word for window in packed for word, *_ in window] == ["ab", "cde", "f" * 7, "g", "h" * 5]
    assert all(sum(len(word) for word, *_ in window) <= 8 for window in packed)
