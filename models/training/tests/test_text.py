import pytest

from ner_training.text import fold, split_words, spelling_key


@pytest.mark.parametrize("word, folded", [
    ("العالِمُ", "العالم"),             # tashkeel goes
    ("القـــــدس", "القدس"),            # tatweel goes
    ("ﻻفروف", "لافروف"),                # a ligature of lam and alef becomes the two letters
    ("ایران", "ايران"),                 # Persian ya
    ("ترکیا", "تركيا"),                 # Persian kaf and ya
    ("القاھرۃ", "القاهرة"),             # letters of Urdu that look alike
    ("ڤيينا", "فيينا"),                 # a letter for a sound that Arabic lacks
    ("۲۰۲۴", "٢٠٢٤"),                   # Persian digits
    ("\u200fغزة\u200e", "غزة"),          # direction marks go
    ("أمّة", "أمة"),                    # hamza and ta marbuta stay
    ("Google", "Google"),               # no case folding
    ("½", "½"),                         # only presentation forms are mapped, not every compatibility character
    ("َ", "."),                          # nothing is left: a full stop stands for it
])
def test_a_word_is_folded_as_the_service_folds_it(word, folded):
    assert fold(word) == folded


def test_spelling_key_forgives_careless_spelling():
    assert spelling_key("أُسامة") == spelling_key("اسامه")
    assert spelling_key("مصطفى") == spelling_key("مصطفي")


def test_words_keep_marks_and_addresses_whole():
    text = "قال: «مدرسةُ 72.5» @mona_dev https://example.com/ع?q=غزة 🇪🇬"
    words = [text[start:end] for start, end in split_words(text)]
    assert words[:6] == ["قال", ":", "«", "مدرسةُ", "72.5", "»"] and words[6:8] == ["@mona_dev", "https://example.com/ع?q=غزة"]


def test_the_signs_of_a_hashtag_part_its_words():
    text = "ب#القاهرة #محمد_صلاح #_غَزَّة_15_ # #_ نص_نص"
    words = [text[start:end] for start, end in split_words(text)]
    assert words == ["ب", "القاهرة", "محمد", "صلاح", "غَزَّة", "15", "#", "#", "_", "نص_نص"]
