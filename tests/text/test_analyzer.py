"""From text to terms, and from terms back to the places in a passage."""

from __future__ import annotations

import pytest

from kb.text.analyzer import PART_WEIGHT, Analyzer
from kb.text.graphemes import clusters

ANALYZER = Analyzer(["เมืองอัจฉริยะ", "องค์กรปกครองส่วนท้องถิ่น", "กทม."])

HOLDS = {
    "inside a compound": ("เทศบาลตำบลบางปู", "เทศบาล"),
    "other spelling": ("บำบัดนํ้าเสีย", "น้ำเสีย"),
    "Thai digits": ("ปี ๒๕๖๕", "2565"),
    "subscript": ("ลด CO₂ ลง", "CO2"),
    "space inside": ("ค่า PM 2.5 สูง", "PM2.5"),
    "in brackets": ("เครือข่าย (ASCN)", "ASCN"),
    "dots left out": ("ในกทม มีฝุ่น", "กทม."),
    "word form": ("two municipalities", "Municipality"),
    "part of a compound": ("food-waste sorting", "food waste"),
    "compound written as one": ("recycling ewaste", "e-waste"),
    "zero-width space": ("ขยะ\u200bอาหาร", "ขยะอาหาร"),
    "acronym like a stop word": ("limits of the WHO", "WHO"),
}
HOLDS_NOT = {
    "politics in a project of a city": ("โครงการเมืองสีเขียว", "การเมือง"),
    "politics in a smart city project": ("โครงการเมืองอัจฉริยะ", "การเมือง"),
    "a pronoun is no organisation": ("those who pay", "WHO"),
    "half a figure": ("2.5 ตัน", "PM2.5"),
}


def found_by(passage: str, question: str) -> bool:
    terms = set(ANALYZER.index_terms(passage))
    return all(term.terms[0] in terms for term in ANALYZER.query_terms(question))


@pytest.mark.parametrize(("passage", "question"), HOLDS.values(), ids=HOLDS)
def test_found(passage: str, question: str) -> None:
    assert found_by(passage, question)
    assert ANALYZER.matches(passage, ANALYZER.query_terms(question))


@pytest.mark.parametrize(("passage", "question"), HOLDS_NOT.values(), ids=HOLDS_NOT)
def test_not_found(passage: str, question: str) -> None:
    assert not found_by(passage, question)
    assert question not in [word for _, _, word in ANALYZER.matches(passage, ANALYZER.query_terms(question))]


def test_query_terms_know_their_places_and_drop_stop_words() -> None:
    question = "นํ้าเสียของเมืองอัจฉริยะ และ the U.S. เป็นอย่างไร"
    terms = ANALYZER.query_terms(question)
    assert [term.text for term in terms] == ["นํ้าเสีย", "เมืองอัจฉริยะ", "U.S."]
    assert all(question[term.start : term.end] == term.text for term in terms)
    assert terms[1].terms[0] == "เมืองอัจฉริยะ"
    assert terms[1].weights == {"เมืองอัจฉริยะ": 1.0, "เมือง": PART_WEIGHT, "อัจฉริยะ": PART_WEIGHT}


@pytest.mark.parametrize("question", ["what is it", "คืออะไร"])
def test_only_stop_words_are_kept(question: str) -> None:
    assert ANALYZER.query_terms(question)


@pytest.mark.parametrize("question", ["", "  ", "?!…", "\u200b"])
def test_no_words(question: str) -> None:
    assert ANALYZER.query_terms(question) == []
    assert ANALYZER.index_terms(question) == []


def test_matches_name_the_word_or_the_part_that_matched() -> None:
    passage = "องค์กรปกครองส่วนท้องถิ่นบำบัดนํ้าเสียในเมือง"
    found = ANALYZER.matches(passage, ANALYZER.query_terms("น้ำเสียขององค์กรปกครองส่วนท้องถิ่น เมืองอัจฉริยะ"))
    assert [(passage[start:end], word) for start, end, word in found] == [
        ("องค์กรปกครองส่วนท้องถิ่น", "องค์กรปกครองส่วนท้องถิ่น"),
        ("นํ้าเสีย", "น้ำเสีย"),
        ("เมือง", "เมือง"),
    ]


def test_english_matches_name_the_part_of_a_compound() -> None:
    passage = "Low-carbon towns burn no carbon."
    found = ANALYZER.matches(passage, ANALYZER.query_terms("a low-carbon town"))
    assert [(passage[start:end], word) for start, end, word in found] == [
        ("Low-carbon", "low-carbon"),
        ("towns", "town"),
        ("carbon", "carbon"),
    ]


def test_stop_words_are_not_highlighted() -> None:
    assert ANALYZER.matches("ของเมืองและของคน", ANALYZER.query_terms("ของคน")) == [(14, 16, "คน")]


def test_matches_are_whole_clusters() -> None:
    passage = "กำจัดนํ้า\u200bเสียและทํา"
    edges = {edge for span in clusters(passage) for edge in span}
    for start, end, _ in ANALYZER.matches(passage, ANALYZER.query_terms("กำจัดน้ำเสีย ทำ")):
        assert {start, end} <= edges


def test_index_and_question_agree() -> None:
    text = "โครงการเมืองอัจฉริยะ (ASCN) ลดขยะอาหาร 2.5 ตัน e-waste ใน กทม. ปี ๒๕๖๕"
    indexed = set(ANALYZER.index_terms(text))
    assert all(set(term.terms) <= indexed for term in ANALYZER.query_terms(text))


def test_terms_hold_no_white_space() -> None:
    assert all(term and not any(c.isspace() for c in term) for term in ANALYZER.index_terms("PM 2.5 1,600 ต่าง ๆ R&D\tพ.ศ. ๒๕๖๕\u00a0x"))


def test_fingerprint() -> None:
    assert Analyzer(["เมืองอัจฉริยะ"]).fingerprint == Analyzer(iter(["เมืองอัจฉริยะ"])).fingerprint
    assert Analyzer(["เมืองอัจฉริยะ"]).fingerprint != Analyzer([]).fingerprint
    assert "pythainlp" in ANALYZER.fingerprint
    assert "snowball" in ANALYZER.fingerprint


def test_many_threads_agree() -> None:
    from concurrent.futures import ThreadPoolExecutor

    analyzer = Analyzer([])
    text = "เทศบาลตำบลจัดการขยะมูลฝอย municipalities recycling organisations " * 20
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(analyzer.index_terms, [text] * 32))
    assert all(result == results[0] for result in results)
