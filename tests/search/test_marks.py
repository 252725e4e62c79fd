"""Which words of a text in the other language are marked for a question, and which are left alone."""

from __future__ import annotations

import pytest

from kb.search import likeness
from kb.search.marks import Marker, highlights
from kb.search.question import understand
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.text.glossary_file import Entry
from kb.text.joined import Written
from kb.types import OTHER_LANG

GLOSSARY = Glossary([Entry("ขยะอินทรีย์", "organic waste", "", ""), Entry("กรมควบคุมมลพิษ", "Pollution Control Department", "คพ.", "PCD")])
ANALYZER = Analyzer(GLOSSARY.words())


def marked(question: str, text: str) -> dict[str, str]:
    """Word of the text -> word of the question that it answers."""
    asked = understand(question, ANALYZER, GLOSSARY, lexicon.shipped(), as_written=frozenset(["dates"]))
    marker = Marker(asked, ANALYZER, lexicon.shipped(), likeness.shipped())
    found = highlights(marker.marks({0: (Written(text), OTHER_LANG[asked.lang])})[0])
    return {text[mark.start : mark.end]: mark.word for mark in found}


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("ลดขยะ", "The city has less waste now.", {"waste": "ขยะ"}),
        ("plastic waste", "เมืองลดขยะพลาสติก", {"ขยะ": "waste", "พลาสติก": "plastic"}),
        ("ขยะอินทรีย์", "People sort organic waste at home.", {"organic waste": "ขยะอินทรีย์"}),
        ("organic waste", "คัดแยกขยะอินทรีย์ที่บ้าน", {"ขยะอินทรีย์": "organic waste"}),
        ("คพ. ทำอะไร", "The Pollution Control Department answers.", {"Pollution Control Department": "คพ."}),
        ("งบประมาณ พ.ศ. 2565", "In 2022 the budget grew.", {"2022": "2565", "budget": "งบประมาณ"}),
        ("awards in 2022", "ใน พ.ศ. 2565 เมืองได้รับรางวัล", {"2565": "2022", "รางวัล": "awards"}),
    ],
)
def test_words_that_answer(question: str, text: str, expected: dict[str, str]) -> None:
    found = marked(question, text)
    assert {word: found.get(word) for word in expected} == expected


@pytest.mark.parametrize(
    ("question", "text", "left_alone"),
    [
        pytest.param("น้ำสะอาด", "Viet Nam has many rivers.", "Nam", id="a Thai word inside a name"),
        pytest.param("savings", "คณะกรรมการบันทึกผลการประชุม", "บันทึก", id="company is no translation"),
        pytest.param("กรมควบคุมมลพิษ", "The Fire Department came.", "Department", id="a part of a name is not the name"),
        pytest.param("Chaipattana", "นายวันชัยเป็นนายกเทศมนตรี", "ชัย", id="a part of another name"),
        pytest.param("5 buses", "ตั้งแต่หกล้อขึ้นไป", "ขึ้นไป", id="a number is no word"),
    ],
)
def test_words_that_do_not(question: str, text: str, left_alone: str) -> None:
    assert left_alone in text and left_alone not in marked(question, text)
