import random

from ner_training.augment import Names, careless_spelling, drop_word, replace_mentions
from ner_training.subwords import UNKNOWN


def window(words, tags):
    return list(zip(words.split(), tags.split()))


def names_of(*mentions, scheme="product"):
    names = Names()
    for kind, words in mentions:
        names.add(scheme, kind, words.split())
    return names


def test_a_mention_gives_way_to_another_of_its_type_and_length_may_change():
    names = names_of(("PER", "ليلى حداد الكبرى"))
    before = window("وصل كريم أمس", "O B-PER O")
    after = next(w for seed in range(50) if (w := replace_mentions(before, "product", names, 1.0, random.Random(seed))) != before)
    assert after == window("وصل ليلى حداد الكبرى أمس", "O B-PER I-PER I-PER O")


def test_a_proclitic_before_a_known_name_is_kept():
    names = names_of(("LOC", "تونس"), ("LOC", "وهران"))
    texts = {replace_mentions(window("وبتونس", "B-LOC"), "product", names, 1.0, random.Random(seed))[0][0] for seed in range(60)}
    assert "وبوهران" in texts                   # and in Tunis becomes and in Oran


def test_the_first_letter_of_a_name_is_no_proclitic():
    names = names_of(("LOC", "بغداد"), ("LOC", "وهران"), ("LOC", "تونس"))
    texts = {replace_mentions(window("بغداد", "B-LOC"), "product", names, 1.0, random.Random(seed))[0][0] for seed in range(60)}
    assert texts == {"بغداد", "وهران", "تونس"}


def test_the_article_is_no_proclitic_to_keep():
    names = names_of(("LOC", "قاهرة"), ("LOC", "تونس"))
    texts = {replace_mentions(window("القاهرة", "B-LOC"), "product", names, 1.0, random.Random(seed))[0][0] for seed in range(60)}
    assert "التونس" not in texts and "تونس" in texts


def test_a_type_without_another_name_keeps_its_mentions():
    before = window("وهران", "B-LOC")
    assert all(replace_mentions(before, "mine", Names(), 1.0, random.Random(seed)) == before for seed in range(20))


def test_a_scheme_of_another_guideline_uses_only_its_own_names(tmp_path):
    (tmp_path / "people.tsv").write_text("سامي الخطيب\tPER\tx\t1\n", encoding="utf-8")
    names = Names(tmp_path)
    names.add("mine", "PER", ["كريم"])
    before = window("هدى", "B-PER")
    texts = {replace_mentions(before, "mine", names, 1.0, random.Random(seed))[0][0] for seed in range(60)}
    assert texts == {"هدى", "كريم"}


def test_names_of_a_gazetteer_stand_in_under_the_products_guideline(tmp_path):
    (tmp_path / "places.tsv").write_text("# c\nصفاقس\tLOC\tgeonames:1\t300000\nالغد\tLOC\tgeonames:2\t900\n", encoding="utf-8")
    (tmp_path / "name-parts.tsv").write_text("# c\nهند\tgiven\nعمران\tfamily\n", encoding="utf-8")
    names = Names(tmp_path)
    names.add("product", "LOC", ["تونس"])
    names.add("product", "PER", ["كريم"])
    rng = random.Random(1)
    places = {" ".join(names.replacement(rng, "product", "LOC")) for _ in range(50)}
    people = {" ".join(names.replacement(rng, "product", "PER")) for _ in range(50)}
    assert places == {"تونس", "صفاقس"}          # not the small place that is also a word
    assert people == {"كريم", "هند عمران", "هند هند عمران"}


def test_careless_spelling_changes_the_whole_window_and_no_tag():
    assert careless_spelling(window("أحمد في المنصورة", "B-PER O B-LOC"), 1.0, random.Random(1)) == \
        window("احمد في المنصوره", "B-PER O B-LOC")


def test_word_dropout_hides_a_word():
    assert drop_word([7, 8], 1.0, random.Random(1)) == [UNKNOWN] and drop_word([7, 8], 0.0, random.Random(1)) == [7, 8]
