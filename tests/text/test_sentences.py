"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import Lang
from kb.text.sentences import THAI_LEAST, THAI_SIZE, split

ENGLISH = {
    "full stops": ["It works.", "It is cheap!", "Is it?"],
    "decimals": ["It fell by 2.5 per cent.", "Then it rose."],
    "titles and abbreviations": ["Mr. Lim, e.g. Dr. Tan of St. Mary, spoke.", "He left."],
    "country within": ["The U.S. Navy came.", "It left the U.S.", "The fleet stayed."],
    "initials": ["Written by J. Smith.", "Read by all."],
    "quotation": ['He said "Stop."', "Then he left."],
    "brackets": ["It rose (see Fig. 3).", "That was all."],
}
CLAUSE = "เทศบาลได้จัดการขยะอินทรีย์ร่วมกับชุมชนทุกแห่ง"  # 45 code points


@pytest.mark.parametrize("expected", ENGLISH.values(), ids=ENGLISH)
def test_english(expected: list[str]) -> None:
    text = " ".join(expected)
    assert [text[start:end] for start, end in split(text, "en")] == expected


THAI = {
    "short clauses are joined": ["เทศบาลแยกขยะ ชุมชนทำปุ๋ย"],
    "only so many are joined": [f"{CLAUSE} {CLAUSE} {CLAUSE}", CLAUSE],
    "a conjunction begins a new one": [CLAUSE, "นอกจากนี้ ยังลดค่าใช้จ่าย"],
    "also after a year": [CLAUSE + "ในปี พ.ศ. 2560", "ทั้งนี้ ยังลดค่าใช้จ่าย"],
    "never within brackets": [CLAUSE + " (" + CLAUSE + " " + CLAUSE + " " + CLAUSE + ")"],
    "never beside a figure": [CLAUSE + CLAUSE + CLAUSE + "จำนวนมากถึงประมาณ 12000 ตันต่อปี"],
    "never after an abbreviation": [CLAUSE + CLAUSE + CLAUSE + "โดยได้รับคำแนะนำ", "ดร. ประสิทธิ์ ใจดี"],
    "never before the sign of repetition": [CLAUSE + CLAUSE + CLAUSE + "ด้วยวิธีการและแนวทางต่าง ๆ"],
    "never within an English name": [CLAUSE + CLAUSE + CLAUSE + "Smart Green ASEAN Cities Programme"],
}


@pytest.mark.parametrize("expected", THAI.values(), ids=THAI)
def test_thai(expected: list[str]) -> None:
    text = " ".join(expected)
    assert [text[start:end] for start, end in split(text, "th")] == expected


def test_each_line_is_cut_as_its_own_language() -> None:
    text = "It works. It is cheap.\n" + " ".join([CLAUSE] * 4)
    assert [end - start for start, end in split(text, "th")] == [9, 12, 137, 45]


@pytest.mark.parametrize("text", ["", "  \n\n "])
def test_nothing(text: str) -> None:
    assert split(text, "th") == []


@given(st.text(alphabet="กขน้ำเ ().,\n12aB!?ๆ", max_size=400), st.sampled_from(["th", "en"]))
def test_nothing_is_lost(text: str, lang: Lang) -> None:
    spans = split(text, lang)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert spans == sorted(spans)


def test_thai_sizes() -> None:
    text = " ".join(["แยกขยะทุกวัน"] * 60)
    sizes = [end - start for start, end in split(text, "th")]
    assert all(THAI_LEAST <= size <= THAI_SIZE for size in sizes[:-1])
