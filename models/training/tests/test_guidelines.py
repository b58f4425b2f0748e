"""Each rule that turns a corpus's annotation into the product's, and what each must leave alone."""
from collections import Counter

import pytest

from conftest import ner_training
from ner_training import conll, guidelines

COUNTRIES = {("مصر",), ("البحرين",), ("كوريا", "الجنوبيه"), ("المملكه",)}


def tags_of(corpus, words, tags, **more):
    return guidelines.product_tags(corpus, words.split(), tags.split(), COUNTRIES, **more)


@pytest.mark.parametrize("corpus", ["caraner", "wojood"])
@pytest.mark.parametrize("words, tags, expected", [
    ("أعلنت مصر", "O B-ORG", "O B-LOC"),                                    # a country that acts
    ("وقالت والبحرين", "O B-ORG", "O B-LOC"),                               # with a proclitic
    ("للمملكة", "B-ORG", "B-LOC"),                                          # with ل + ال
    ("كوريا الجنوبية", "B-ORG I-ORG", "B-LOC I-LOC"),                       # of two words, spelt with ta marbuta
    ("وزارة مصر", "B-ORG I-ORG", "B-ORG I-ORG"),                            # a ministry that names a country stays one
    ("في مصر", "O B-LOC", "O B-LOC"),
])
def test_a_country_is_a_place_even_where_it_acts(corpus, words, tags, expected):
    assert tags_of(corpus, words, tags) == expected.split()


def test_a_country_keeps_its_tag_where_the_corpus_tags_countries_alike():
    assert tags_of("aqmar", "مصر", "B-ORG") == ["B-ORG"]


@pytest.mark.parametrize("words, tags, expected", [
    ("قالت وزارة الصحة المصرية اليوم إن", "O O O O O O", "O _ _ _ _ O"),   # four words from the head on teach nothing
    ("وزارة الدفاع", "O O", "_ _"),                                         # to the sentence's end
    ("والحكومة في باريس", "O O B-LOC", "_ _ B-LOC"),                        # with a proclitic; a tagged word ends the reach
    ("نادي الزمالك", "B-ORG I-ORG", "B-ORG I-ORG"),                         # what is tagged is known
])
def test_untagged_ministries_of_anercorp_teach_nothing(words, tags, expected):
    assert tags_of("anercorp", words, tags) == expected.split()


def test_ministries_of_other_corpora_are_left_as_they_are():
    assert tags_of("caraner", "وزارة الدفاع", "B-ORG I-ORG") == ["B-ORG", "I-ORG"]
    assert tags_of("wojood", "الحكومة", "O") == ["O"]


def test_peoples_teach_nothing_and_score_as_nothing():
    assert tags_of("aqmar", "قال البريطانيون", "O B-PER") == ["O", "_"]
    assert tags_of("aqmar", "قال البريطانيون", "O B-PER", scoring=True) == ["O", "O"]


def test_people_of_two_words_or_another_ending_are_persons():
    assert tags_of("aqmar", "بنيامين فرانكلين", "B-PER I-PER") == ["B-PER", "I-PER"]
    assert tags_of("aqmar", "الرازي", "B-PER") == ["B-PER"]
    assert tags_of("anercorp", "ياسين", "B-PER") == ["B-PER"]               # only AQMAR tags peoples


def test_universities_are_organizations():
    assert tags_of("aqmar", "جامعة دمشق", "B-LOC I-LOC") == ["B-ORG", "I-ORG"]
    assert tags_of("aqmar", "وجامعة دمشق", "B-LOC I-LOC") == ["B-ORG", "I-ORG"]
    assert tags_of("aqmar", "مدينة دمشق", "B-LOC I-LOC") == ["B-LOC", "I-LOC"]


@pytest.mark.parametrize("corpus", guidelines.CORPORA)
def test_miscellaneous_is_nothing(corpus):
    assert tags_of(corpus, "كأس العالم", "B-MISC I-MISC") == ["O", "O"]


def test_rules_are_counted():
    applied = Counter()
    tags_of("caraner", "مصر", "B-ORG", applied=applied)
    assert applied == {guidelines.COUNTRY: 1}


def test_countries_come_from_the_gazetteer_by_their_ids(tmp_path):
    places = tmp_path / "places.tsv"
    places.write_text("# comment\nغرينلاند\tLOC\tiso3166:GL\t1\nصفاقس\tLOC\tgeonames:1\t5\n", encoding="utf-8")
    countries = guidelines.load_countries(places)
    assert ("غرينلاند",) in countries and ("صفاقس",) not in countries and ("الولايات", "المتحده") in countries


def test_prepare_writes_what_train_and_score_read(tmp_path):
    (tmp_path / "corpora/train").mkdir(parents=True)
    (tmp_path / "corpora/dev").mkdir()
    for part in ("train", "dev"):
        (tmp_path / f"corpora/{part}/caraner.conll").write_text("قالت\tO\nغرينلاند\tB-ORG\n", encoding="utf-8")
    places = tmp_path / "places.tsv"
    places.write_text("غرينلاند\tLOC\tiso3166:GL\t1\n", encoding="utf-8")
    result = ner_training("prepare", "--corpora", tmp_path / "corpora", "--places", places, "--out", tmp_path / "out")
    assert "train/newsfane.conll: not there" in result.stdout
    [[trained]] = conll.read_documents(tmp_path / "out/train/caraner.conll")
    [[scored]] = conll.read_documents(tmp_path / "out/dev/product-caraner.conll")
    assert (trained.tags, trained.product_tags) == (["O", "B-ORG"], ["O", "B-LOC"])
    assert (scored.tags, scored.product_tags) == (["O", "B-LOC"], None)


def test_prepare_without_corpora_says_what_to_set(tmp_path):
    result = ner_training("prepare", "--corpora", tmp_path / "none", "--places", "x", "--out", tmp_path, check=False)
    assert result.returncode == 1 and "NER_CORPORA" in result.stderr and "Traceback" not in result.stderr


def test_the_scoring_files_of_the_corpora_are_made_again(corpora, tmp_path):
    """The files that the published scores were measured on, tag by tag."""
    places = tmp_path / "places.tsv"
    # The countries that occur as ORG in the dev files; the gazetteer knows more.
    places.write_text("".join(f"{name}\tLOC\tiso3166:XX\t1\n" for name in "البحرين إيران الصين كرواتيا فيتنام زيمبابوي موزمبيق".split()),
                      encoding="utf-8")
    ner_training("prepare", "--corpora", corpora, "--places", places, "--out", tmp_path)
    for made, published in (("aqmar", "aqmar"), ("caraner", "caraner"), ("wojood", "wojood-sample")):
        ours, theirs = ([(s.words, s.tags) for document in conll.read_documents(path) for s in document]
                        for path in (f"{tmp_path}/dev/product-{made}.conll", f"{corpora}/dev/product/{published}.conll"))
        assert ours == theirs
