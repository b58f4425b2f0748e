import os

import pytest

from conftest import TEST_DATA
from ner_training.proclitics import cuts, likely_readings


def test_a_word_is_cut_as_the_service_cuts_it():
    with open(os.path.join(TEST_DATA, "proclitic-cuts.tsv"), encoding="utf-8") as lines:
        table = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    assert len(table) > 50
    assert [[word, " ".join(f"{length}:{restored}" for length, restored in cuts(word))] for word, _ in table] == table


@pytest.mark.parametrize("word, reading", [
    ("وبريطانيا", "بريطانيا"),          # and Britain
    ("للمملكة", "المملكه"),             # to the Kingdom: لل is ل + ال
    ("وبالقاهرة", "القاهره"),           # and in Cairo: two proclitics
    ("للاذقية", "اللاذقيه"),            # to Latakia: of the three ل only two are written
])
def test_likely_readings_hold_the_word_without_its_proclitics(word, reading):
    assert reading in likely_readings(word)


def test_likely_readings_leave_short_words_whole():
    assert likely_readings("وفد") == ["وفد"]        # delegation, not و + فد
