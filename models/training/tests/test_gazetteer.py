import json
import os

import numpy as np
import pytest

from conftest import GAZETTEER, SHIPPED_MODEL, TEST_DATA
from ner_training import seen_names
from ner_training.errors import RecipeError
from ner_training.gazetteer import FEATURES, Gazetteer


def gazetteer_of(*surfaces, parts=(), seen=()):
    gazetteer = Gazetteer()
    for surface, kind, weight in surfaces:
        gazetteer.add(surface, kind, weight)
    for name, kind in parts:
        gazetteer.add_part(name, kind)
    for surface, kind, passages in seen:
        gazetteer.add_seen(surface, kind, passages)
    return gazetteer


def told(gazetteer, text, **options):
    """Names of the features of each word."""
    return [{FEATURES[bit] for bit in np.flatnonzero(row)} for row in gazetteer.features(text.split(), **options)]


def test_features_equal_the_golden_vectors():
    """Every word of the vectors that the service is held to, with the lists and the seen names that are shipped."""
    gazetteer = Gazetteer.read(GAZETTEER, os.path.join(SHIPPED_MODEL, "seen-names.tsv"))
    words, different = 0, []
    with open(os.path.join(TEST_DATA, "golden.jsonl"), encoding="utf-8") as lines:
        for line in lines:
            golden = json.loads(line)
            found = [np.flatnonzero(row).tolist() for row in gazetteer.features(golden["words"])]
            words += len(found)
            different += [(word, ours, theirs) for word, ours, theirs in zip(golden["words"], found, golden["features"]) if ours != theirs]
    assert words > 4000 and not different


def test_the_longest_name_is_proposed_and_what_lies_within_it_is_not():
    gazetteer = gazetteer_of(("جامعة القاهرة", "ORG", 5e4), ("القاهرة", "LOC", 9e6))
    assert told(gazetteer, "زار جامعة القاهرة") == [set(), {"ORG-B", "weight>=1e4"}, {"ORG-I", "weight>=1e4"}]
    assert told(gazetteer, "زار القاهرة") == [set(), {"LOC-B", "single", "weight>=1e4", "weight>=1e5"}]


def test_spelling_does_not_keep_a_name_from_being_found():
    gazetteer = gazetteer_of(("الإسكندرية", "LOC", 5e6), ("مستشفى الملك", "ORG", 1))
    assert "LOC-B" in told(gazetteer, "الاسكندريه")[0] and "ORG-B" in told(gazetteer, "مستشفي الملك")[0]


def test_a_name_under_proclitics_is_proposed_as_cut():
    gazetteer = gazetteer_of(("باريس", "LOC", 2e6), ("اللاذقية", "LOC", 4e5))
    assert told(gazetteer, "وباريس")[0] == {"LOC-B", "cut", "single", "weight>=1e4", "weight>=1e5"}
    assert "cut" in told(gazetteer, "للاذقية")[0]


def test_of_equal_keys_the_one_with_fewer_letters_cut_is_proposed():
    gazetteer = gazetteer_of(("بغداد", "LOC", 7e6), ("غداد", "PER", 1))
    assert "LOC-B" in told(gazetteer, "بغداد")[0] and "PER-B" not in told(gazetteer, "بغداد")[0]


def test_a_cut_leaves_three_letters_of_a_name_of_one_word():
    gazetteer = gazetteer_of(("قم", "LOC", 1e6), ("قم المقدسة", "LOC", 1e6))
    assert told(gazetteer, "وقم") == [set()]                        # a verb more often than the town
    assert "LOC-B" in told(gazetteer, "وقم المقدسة")[0]


def test_types_of_one_key_are_all_told_with_the_heaviest_weight():
    assert told(gazetteer_of(("الهلال", "ORG", 2e5), ("الهلال", "LOC", 10)), "الهلال")[0] == {"ORG-B", "LOC-B", "single", "weight>=1e4", "weight>=1e5"}


def test_name_parts_are_told_whole_before_cut():
    gazetteer = gazetteer_of(parts=[("وليد", "given"), ("ليد", "family"), ("سالم", "given"), ("سالم", "family")])
    assert told(gazetteer, "وليد وسالم") == [{"given"}, {"given", "family"}]


def test_a_seen_name_is_told_as_such_unless_a_list_has_it():
    gazetteer = gazetteer_of(("تونس", "LOC", 1e6), seen=[("تونس", "ORG", 9), ("صحيفة الغد", "ORG", 5)])
    assert told(gazetteer, "صحيفة الغد") == [{"ORG-B", "seen"}, {"ORG-I", "seen"}]
    assert "seen" not in told(gazetteer, "تونس")[0] and "ORG-B" not in told(gazetteer, "تونس")[0]


def test_a_text_is_not_told_of_a_name_that_hardly_any_other_text_has():
    gazetteer = gazetteer_of(seen=[("صحيفة الغد", "ORG", 2), ("صحيفة الأمس", "ORG", 3)])
    own = {("صحيفه", "الغد"), ("صحيفه", "الامس")}
    assert told(gazetteer, "صحيفة الغد", own=own)[0] == set()       # without this text one passage is left
    assert "seen" in told(gazetteer, "صحيفة الأمس", own=own)[0]


def test_a_hidden_match_is_not_told():
    gazetteer = gazetteer_of(("تونس", "LOC", 1e6), ("ليبيا", "LOC", 1e6))
    assert told(gazetteer, "تونس ليبيا", keep=lambda match: match.start == 1)[0] == set()


def test_a_surface_is_split_as_text_is():
    gazetteer = gazetteer_of(("أ.ب", "ORG", 1), ("سان-جيرمان", "ORG", 1))
    assert [features & {"ORG-B", "ORG-I"} for features in told(gazetteer, "سان - جيرمان")] == [{"ORG-B"}, {"ORG-I"}, {"ORG-I"}]


def test_lists_are_read_from_a_folder_and_other_files_of_it_are_no_lists(tmp_path):
    (tmp_path / "places.tsv").write_text("# c\nتونس\tLOC\tgeonames:1\t600000\tتونس\n", encoding="utf-8")
    (tmp_path / "canonical.tsv").write_text("1\tليبيا\tx\ty\n", encoding="utf-8")
    (tmp_path / "name-parts.tsv").write_text("# c\nهند\tgiven\n", encoding="utf-8")
    gazetteer = Gazetteer.read(tmp_path)
    assert told(gazetteer, "هند في تونس وليبيا") == [{"given"}, set(), {"LOC-B", "single", "weight>=1e4", "weight>=1e5"}, set()]


def test_a_folder_without_lists_is_refused(tmp_path):
    with pytest.raises(RecipeError, match="holds no list of names"):
        Gazetteer.read(tmp_path)


def test_seen_names_are_those_of_two_passages_that_no_list_has(tmp_path):
    def passage(text, tags):
        return list(zip(text.split(), tags.split()))

    gazetteer = gazetteer_of(("تونس", "LOC", 1e6))
    names = seen_names.count([
        passage("قالت صحيفة الغد في تونس", "O B-ORG I-ORG O B-LOC"),
        passage("وصحيفة الغد وهند", "B-ORG I-ORG B-PER"),           # the paper once more, under a proclitic
        passage("هند هند", "B-PER B-PER"),                          # twice in a passage is once
        passage("سامي وتونس", "B-PER B-LOC"),
    ], gazetteer)
    assert names == [("صحيفة الغد", "ORG", 2), ("هند", "PER", 2)]
    seen_names.write(tmp_path / "seen-names.tsv", names)
    (tmp_path / "places.tsv").write_text("تونس\tLOC\tx\t1\n", encoding="utf-8")
    assert "seen" in told(Gazetteer.read(tmp_path, tmp_path / "seen-names.tsv"), "وهند")[0]
