"""How each corpus's annotation becomes the product's.

The product: countries and cities are LOC always; ministries, armies, parliaments, clubs, universities, media and agencies are ORG; facilities
with a name are LOC; peoples, titles, dates and currencies are nothing. The corpora disagree, each in its own way: a country that acts is
often ORG in CAraNER and Wojood; ministries and armies are untagged in ANERcorp; peoples are PER and universities LOC in AQMAR; MISC means
something else in each.

A rule either knows the product's answer or, when a corpus cannot tell, takes the word out of training (`_`). A file for scoring has no such
way out: there every word gets an answer.
"""
import re
from collections import Counter

from .labels import NO_SIGNAL, OUTSIDE, span_tags, spans
from .text import readings, spelling_key

COUNTRY, MINISTRY, PEOPLE, UNIVERSITY, MISCELLANEOUS = "country", "ministry", "people", "university", "miscellaneous"

_RULES = {
    "anercorp": {MINISTRY, MISCELLANEOUS},
    "aqmar": {PEOPLE, UNIVERSITY, MISCELLANEOUS},
    "caraner": {COUNTRY, MISCELLANEOUS},
    "wojood": {COUNTRY, MISCELLANEOUS},
    "newsfane": {MISCELLANEOUS},
}
CORPORA = tuple(_RULES)

# First words of organizations that ANERcorp leaves untagged.
_ORGANIZATION_HEADS = {spelling_key(word) for word in (
    "وزارة الوزارة حكومة الحكومة جيش الجيش قوات القوات مجلس المجلس محكمة المحكمة شرطة الشرطة برلمان البرلمان رئاسة الرئاسة هيئة الهيئة "
    "لجنة اللجنة سفارة السفارة بلدية البلدية جامعة كلية الكنيست الكونغرس الخارجية الداخلية الدفاع الأمن النيابة نادي منتخب المنتخب اتحاد "
    "الاتحاد شركة بنك وكالة صحيفة قناة منظمة حزب حركة جماعة").split()}
_ORGANIZATION_REACH = 4         # words from the head on that may belong to the untagged organization

_UNIVERSITY_HEADS = {spelling_key(word) for word in "جامعة جامعات الجامعة".split()}

# Sound masculine plurals, as peoples are written. The rule also catches the caliph المأمون; in training it only hides him, and the scoring files
# keep it so that scores stay comparable with the published ones.
_PLURAL = re.compile("(ون|ين)$")

# Ways of naming a country, or its government by its capital, that no list of countries holds.
_MORE_COUNTRIES = (
    "المملكة", "المملكة العربية السعودية", "الولايات المتحدة", "الولايات المتحدة الامريكية", "امريكا", "بريطانيا", "روسيا الاتحادية", "سوريا",
    "فلسطين", "اسرائيل", "كوريا الشمالية", "كوريا الجنوبية", "طهران", "موسكو", "واشنطن", "بكين", "لندن", "الرياض", "القاهرة", "انقرة")


def load_countries(places_path):
    """Spelling keys of the countries in a gazetteer of places (surface, type, id, weight; ids of countries begin with iso3166:)."""
    countries = {tuple(map(spelling_key, name.split())) for name in _MORE_COUNTRIES}
    with open(places_path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            surface, _, identifier, *_ = line.rstrip("\n").split("\t")
            if identifier.startswith("iso3166:"):
                countries.add(tuple(map(spelling_key, surface.split())))
    return countries


def product_tags(corpus, words, tags, countries, scoring=False, applied=None):
    """The tags of a sentence under the product's guideline. `applied`, a Counter, is told how often each rule was used."""
    rules, result = _RULES[corpus], list(tags)
    applied = Counter() if applied is None else applied

    def set_span(start, end, replacement, rule):
        result[start:end] = replacement
        applied[rule] += 1

    for start, end, kind in sorted(spans(tags)):
        length = end - start
        if kind == "MISC" and MISCELLANEOUS in rules:
            set_span(start, end, [OUTSIDE] * length, MISCELLANEOUS)
        elif kind == "ORG" and COUNTRY in rules and _is_country(words[start:end], countries):
            set_span(start, end, span_tags(length, "LOC"), COUNTRY)
        elif kind == "LOC" and UNIVERSITY in rules and _starts_with(words[start], _UNIVERSITY_HEADS):
            set_span(start, end, span_tags(length, "ORG"), UNIVERSITY)
        elif kind == "PER" and PEOPLE in rules and length == 1 and _PLURAL.search(words[start]):
            set_span(start, end, [OUTSIDE if scoring else NO_SIGNAL], PEOPLE)

    if MINISTRY in rules and not scoring:
        _hide_untagged_organizations(words, tags, result, applied)
    return result


def _is_country(words, countries):
    rest = tuple(map(spelling_key, words[1:]))
    return any((head, *rest) in countries for head in readings(words[0]))


def _starts_with(word, heads):
    return any(reading in heads for reading in readings(word))


def _hide_untagged_organizations(words, tags, result, applied):
    """`وزارة الخارجية` is O in ANERcorp and ORG in the product: where it ends nobody annotated, so its reach teaches nothing."""
    for index, word in enumerate(words):
        if tags[index] != OUTSIDE or not _starts_with(word, _ORGANIZATION_HEADS):
            continue
        applied[MINISTRY] += 1
        for follower in range(index, min(index + _ORGANIZATION_REACH, len(words))):
            if tags[follower] != OUTSIDE:
                break
            result[follower] = NO_SIGNAL
