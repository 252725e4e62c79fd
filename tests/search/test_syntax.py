"""The operators of a question, in both languages; and what is only half an operator, which is read as words."""

from __future__ import annotations

import pytest

from kb.search import syntax

VALUES = {("city", "phuket"): "Phuket", ("city", "ภูเก็ต"): "Phuket", ("city", "chiang rai"): "Chiang Rai", ("theme", "น้ำ"): "water"}
VALUES |= {("speaker", "somsak sappakosonkul"): "Somsak Sappakosonkul", ("year", "2565"): "2022", ("city", "hue"): "Hue"}


def resolve(facet: str, value: str) -> tuple[str, ...]:
    found = VALUES.get((facet, value.casefold()))
    return (found,) if found else ()


FIELDS = {
    "English": ("waste city:Phuket", "waste", [("city", "Phuket", "city:Phuket")]),
    "Thai": ("ขยะ เมือง:ภูเก็ต", "ขยะ", [("city", "Phuket", "เมือง:ภูเก็ต")]),
    "a space after the colon": ("ขยะ เมือง: ภูเก็ต", "ขยะ", [("city", "Phuket", "เมือง: ภูเก็ต")]),
    "quoted": ('city:"Chiang Rai" forest', "forest", [("city", "Chiang Rai", 'city:"Chiang Rai"')]),
    "curly quotes": ("city:“Chiang Rai” forest", "forest", [("city", "Chiang Rai", "city:“Chiang Rai”")]),
    "two words without quotes": ("city:Chiang Rai forest", "forest", [("city", "Chiang Rai", "city:Chiang Rai")]),
    "capitals": ("CITY:phuket", "", [("city", "Phuket", "CITY:phuket")]),
    "two fields": ("เมือง:ภูเก็ต หัวข้อ:น้ำ", "", [("city", "Phuket", "เมือง:ภูเก็ต"), ("theme", "water", "หัวข้อ:น้ำ")]),
    "a speaker": ("speaker:Somsak Sappakosonkul", "", [("speaker", "Somsak Sappakosonkul", "speaker:Somsak Sappakosonkul")]),
    "a year": ("ขยะ ปี:2565", "ขยะ", [("year", "2022", "ปี:2565")]),
    "punctuation behind": ("city:Hue, waste", "waste", [("city", "Hue", "city:Hue,")]),
    "full-width colon": ("ขยะ เมือง：ภูเก็ต", "ขยะ", [("city", "Phuket", "เมือง：ภูเก็ต")]),
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name: str) -> None:
    text, rest, expected = FIELDS[name]
    found = syntax.parse(text, resolve)
    assert found.text == rest
    assert [(each.facet, *each.values, each.words) for each in found.fields] == expected


WORDINGS = {
    "phrase": ('waste "food waste" bank', "waste food waste bank", ["food waste"], []),
    "Thai phrase": ("“ขยะอาหาร” ภูเก็ต", "ขยะอาหาร ภูเก็ต", ["ขยะอาหาร"], []),
    "curly quotes the wrong way round": ("”ขยะอาหาร“", "ขยะอาหาร", ["ขยะอาหาร"], []),
    "guillemets": ("«food waste»", "food waste", ["food waste"], []),
    "joined to Thai": ('โครงการ"กินเกลี้ยง"', "โครงการ กินเกลี้ยง", ["กินเกลี้ยง"], []),
    "excluded word": ("waste -plastic", "waste", [], ["plastic"]),
    "excluded Thai word": ("ขยะ -พลาสติก", "ขยะ", [], ["พลาสติก"]),
    "excluded phrase": ('waste -"single use"', "waste", [], ["single use"]),
    "true minus": ("waste −plastic", "waste", [], ["plastic"]),
    "only excluded": ("-plastic", "", [], ["plastic"]),
    "Thai digits": ("“๑๕ ตัน”", "15 ตัน", ["15 ตัน"], []),
    "both": ('"food waste" -hotel', "food waste", ["food waste"], ["hotel"]),
}


@pytest.mark.parametrize("name", WORDINGS)
def test_phrases_and_exclusions(name: str) -> None:
    text, rest, phrases, excluded = WORDINGS[name]
    found = syntax.parse(text, resolve)
    assert found.text == rest
    assert [each.text for each in found.phrases] == phrases
    assert [each.text for each in found.excluded] == excluded


WORDS = {
    "unclosed quotation mark": '"food waste',
    "unknown field": "foo:bar waste",
    "unknown value": "city:Atlantis waste",
    "a field alone": "waste city:",
    "a field and a space": "city: ",
    "hyphen inside a word": "waste-to-energy e-waste",
    "hyphen inside a Thai word": "เชิงกล-ชีวภาพ",
    "range of years": "2019-2021",
    "range with a space": "2019 -2021",
    "a dash between words": "waste - plastic",
    "two hyphens": "waste --plastic",
    "a time": "10:30",
    "an address": "https://example.org/a",
    "a field inside a word": "velocity:Phuket",
    "excluded field": "waste -city:Phuket",
    "a minus alone": "-",
    "a title with a colon": "Phuket: cutting food waste",
}


@pytest.mark.parametrize("name", WORDS)
def test_what_is_half_an_operator_is_read_as_words(name: str) -> None:
    found = syntax.parse(WORDS[name], resolve)
    assert found.text == WORDS[name].strip()
    assert not (found.phrases or found.excluded or found.fields)


@pytest.mark.parametrize("text", ['""', "“”", '-""', '" "', '"!?"', "«»"])
def test_an_empty_phrase_asks_for_nothing(text: str) -> None:
    found = syntax.parse(text, resolve)
    assert not (found.phrases or found.excluded or found.fields)


def test_a_chip_takes_its_words_out() -> None:
    assert syntax.remove("waste city:Phuket bank", "city:Phuket") == "waste bank"
    assert syntax.remove('waste "food waste"', '"food waste"', "food waste") == "waste food waste"
