import numpy as np
import pytest

from ner_training import conll
from ner_training.errors import RecipeError
from ner_training.labels import Decoder, bio_labels, spans
from ner_training.scoring import score


def test_labels_have_one_order():
    assert bio_labels({"ORG", "EVENT", "PER"}) == ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-EVENT", "I-EVENT"]


def test_spans_end_where_the_type_changes_and_orphans_open_one():
    assert spans(["B-PER", "I-PER", "I-LOC", "O", "I-ORG", "B-ORG"]) == {(0, 2, "PER"), (2, 3, "LOC"), (4, 5, "ORG"), (5, 6, "ORG")}


def test_decoding_never_begins_or_continues_with_another_types_inside():
    decoder = Decoder(bio_labels({"PER", "LOC"}))
    rng = np.random.default_rng(1)
    for _ in range(200):
        tags = decoder.decode(rng.normal(0, 3, (rng.integers(1, 9), 5)))
        for before, tag in zip(["O", *tags], tags):
            assert not tag.startswith("I-") or before[2:] == tag[2:]


def test_decoding_takes_the_best_whole_sequence():
    # Word by word the best labels are B-PER, I-LOC; LOC is the better type for both together.
    logits = np.array([[0.0, 2.0, 0.0, 1.5, 0.0], [0.0, 0.0, 0.0, 0.0, 5.0]])
    assert Decoder(bio_labels({"PER", "LOC"})).decode(logits) == ["B-LOC", "I-LOC"]


def test_decoding_agrees_with_trying_every_sequence():
    from itertools import product
    from ner_training.labels import log_softmax
    labels, rng = bio_labels({"PER", "LOC"}), np.random.default_rng(2)
    legal = lambda path: all(not b.startswith("I-") or a[2:] == b[2:] for a, b in zip(("O", *path), path))
    for _ in range(20):
        logits = rng.normal(0, 2, (4, 5))
        scores = log_softmax(logits)
        best = max((path for path in product(labels, repeat=4) if legal(path)),
                   key=lambda path: sum(scores[i, labels.index(tag)] for i, tag in enumerate(path)))
        assert Decoder(labels).decode(logits) == list(best)


def test_scores_are_strict_and_by_type():
    gold = [["B-PER", "I-PER", "O", "B-LOC"]]
    found = [["B-PER", "O", "O", "B-LOC"]]            # the person's second word is missing: wrong, and not half right
    result = score(gold, found, ["PER", "LOC"])
    assert (result["precision"], result["recall"], result["f1"]) == (50.0, 50.0, 50.0)
    assert result["byType"]["LOC"]["f1"] == 100.0 and result["byType"]["PER"]["f1"] == 0.0


def test_documents_survive_writing_and_reading(tmp_path):
    path = tmp_path / "x.conll"
    documents = [[conll.Sentence(["تونس"], ["B-LOC"]), conll.Sentence(["نعم"], ["_"])], [conll.Sentence(["لا"], ["O"])]]
    conll.write_documents(path, documents)
    assert conll.read_documents(path) == documents


@pytest.mark.parametrize("text, complaint", [("تونس B-LOC\n", ":1: 1 columns"), ("نعم\tO\nتونس\tLOC\n", ":2: the tag 'LOC'"), ("", "no sentence")])
def test_a_bad_file_is_refused_with_its_line(tmp_path, text, complaint):
    path = tmp_path / "bad.conll"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=complaint):
        conll.read_documents(path)
