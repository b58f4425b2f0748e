import numpy as np

import tiny
from conftest import ner_training
from ner_training import checkpoint, conll
from ner_training.labels import bio_labels
from ner_training.selftrain import sure_tags, trust_title

LABELS = bio_labels({"PER", "LOC", "ORG"})


def probabilities(*rows):
    """Rows of (label, probability); the rest of the probability is O's, or I-ORG's where the label is O."""
    result = np.zeros((len(rows), len(LABELS)))
    for row, (label, probability) in zip(result, rows):
        row[LABELS.index("I-ORG" if label == "O" else "O")] = 1 - probability
        row[LABELS.index(label)] = probability
    return result


def test_a_sure_label_counts_and_an_unsure_one_is_hidden():
    assert sure_tags(probabilities(("B-LOC", 0.99), ("O", 0.6)), LABELS, 0.85) == ["_", "_"]
    assert sure_tags(probabilities(("B-LOC", 0.99), ("O", 0.8)), LABELS, 0.85) == ["B-LOC", "_"]      # what follows is most likely outside
    assert sure_tags(probabilities(("B-LOC", 0.99), ("O", 0.9)), LABELS, 0.85) == ["B-LOC", "O"]


def test_a_mention_with_an_unsure_word_is_hidden_whole():
    assert sure_tags(probabilities(("B-PER", 0.99), ("I-PER", 0.6), ("I-PER", 0.99)), LABELS, 0.85) == ["_", "_", "_"]


def test_an_inside_that_continues_nothing_begins_a_mention():
    assert sure_tags(probabilities(("I-LOC", 0.99), ("I-LOC", 0.99)), LABELS, 0.85) == ["B-LOC", "I-LOC"]


def test_a_known_title_overrides_the_teacher():
    words, tags = "ولد نجيب محفوظ بالقاهرة ونجيب محفوظ كاتب".split(), ["O"] * 7
    trust_title(words, tags, "نجيب محفوظ", "PER")
    assert tags == ["O", "B-PER", "I-PER", "O", "B-PER", "I-PER", "O"]      # the second with a proclitic


def test_what_runs_on_past_a_title_is_in_doubt():
    tags = ["B-LOC", "I-LOC", "I-LOC"]
    trust_title("مدينة تونس الكبرى".split(), tags, "مدينة تونس", "LOC")
    assert tags == ["B-LOC", "I-LOC", "_"]


def test_a_title_of_one_word_is_an_ordinary_word_later_on():
    words, tags = ["عين", *"ا ب ج د ه".split(), "عين"], ["O"] * 7
    trust_title(words, tags, "عين", "LOC")
    assert tags == ["B-LOC", *["O"] * 6]


def test_labelling_and_training_in_one_command(trained, pruned, product_file, gazetteer, tmp_path):
    text = tmp_path / "raw.txt"
    text.write_text("".join(" ".join(sentence.words) + "\n" for sentence in tiny.example_sentences()) + "طنجة\tطنجة مدينة في المغرب .\n",
                    encoding="utf-8")
    titles = tmp_path / "titles.tsv"
    titles.write_text("# name\ttype\nطنجة\tLOC\n", encoding="utf-8")
    result = ner_training("selftrain", "--teacher", trained, "--text", text, "--titles", titles, "--base", pruned, "--data",
                          f"product={product_file}", "--gazetteer", gazetteer, "--epochs", "2", "--threads", "1", "--precision", "fp32", "--out", tmp_path / "out")
    assert "labelled 33 documents" in result.stdout
    silver = [document[0] for document in conll.read_documents(tmp_path / "out/silver.conll")]
    assert next(s for s in silver if s.words[:2] == ["طنجة", "مدينة"]).tags[0] == "B-LOC"
    # Where the teacher is sure it is right, as it knows these sentences by heart.
    gold = {tuple(s.words): ["O" if t.endswith("EVENT") else t for t in s.tags] for s in tiny.example_sentences()}
    pairs = [(tag, right) for s in silver if tuple(s.words) in gold for tag, right in zip(s.tags, gold[tuple(s.words)]) if tag != "_"]
    assert len(pairs) > 150 and sum(tag == right for tag, right in pairs) > 0.97 * len(pairs)
    assert set(checkpoint.load(tmp_path / "out").heads) == {"product"}


def test_a_teacher_without_the_products_head_is_refused(pruned, tmp_path):
    result = ner_training("selftrain", "--teacher", pruned, "--text", tiny.TRAIN, "--base", pruned, "--data", f"mine={tiny.TRAIN}",
                          "--out", tmp_path / "out", check=False)
    assert result.returncode == 1 and "no head for the product" in result.stderr
