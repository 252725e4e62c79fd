"""One spelling for what looks the same; the way back to what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.normalise import by_rules, normalise

SPELLINGS = {
    "nikhahit before tone": ("น\u0e4d\u0e49\u0e32", "น้ำ"),
    "nikhahit after tone": ("น\u0e49\u0e4d\u0e32", "น้ำ"),
    "tone after sara am": ("น\u0e33\u0e49", "น้ำ"),
    "sara am taken apart by NFKC": ("ก\u0e4d\u0e32", "กำ"),
    "two sara e": ("\u0e40\u0e40ละ", "และ"),
    "tone before vowel above": ("ท\u0e49\u0e31ง", "ทั้ง"),
    "tone before vowel below": ("ก\u0e49\u0e38ง", "กุ้ง"),
    "thanthakhat before vowel": ("สิทธ\u0e4c\u0e34", "สิทธิ์"),
    "tone after sara a": ("ค\u0e30\u0e48", "ค่ะ"),
    "vowel twice": ("เมือ\u0e31\u0e31ง", "เมือ\u0e31ง"),
    "tone twice": ("น\u0e49\u0e49ำ", "น้ำ"),
    "lakkhangyao for sara aa": ("ม\u0e45", "มา"),
    "zero-width space": ("ขยะ\u200bอาหาร", "ขยะอาหาร"),
    "soft hyphen": ("waste\u00adwater", "wastewater"),
    "byte order mark": ("\ufeffเมือง", "เมือง"),
    "no-break space": ("12\u00a0ตัน", "12 ตัน"),
    "Thai digits": ("พ.ศ. ๒๕๖๕", "พ.ศ. 2565"),
    "accent apart": ("fu\u0308r", "für"),
}
UNTOUCHED = ("น้ำเสีย", "ฤๅษี", "กรุงเทพฯ ต่าง ๆ", "two  spaces\n\nand lines", "CO₂ m³", "")
THAI_MARKS = st.text(alphabet="กนเแาำะิุ็่้์ํๅฤ \u200b\u00a0๕a\u0301", max_size=30)


@pytest.mark.parametrize(("written", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_one_spelling(written: str, expected: str) -> None:
    assert normalise(written).text == expected


@pytest.mark.parametrize("text", UNTOUCHED)
def test_right_spelling_stays(text: str) -> None:
    assert normalise(text).text == text


def test_every_range_leads_back() -> None:
    written = "ลด\u200bนํ้าเสีย ๓ แห่ง"
    clean = normalise(written)
    for word, original in (("ลด", "ลด\u200b"), ("น้ำเสีย", "นํ้าเสีย"), ("3", "๓"), ("แห่ง", "แห่ง")):
        start = clean.text.index(word)
        first, last = clean.span(start, start + len(word))
        assert written[first:last] == original


@given(st.one_of(THAI_MARKS, st.text(max_size=30)))
def test_idempotent_and_offsets_ascend(text: str) -> None:
    clean = normalise(text)
    assert normalise(clean.text).text == clean.text
    assert len(clean.offsets) == len(clean.text) + 1
    assert list(clean.offsets) == sorted(clean.offsets)
    assert clean.offsets[-1] == len(text)
    assert all(0 <= offset <= len(text) for offset in clean.offsets)


@given(st.one_of(THAI_MARKS, st.text(max_size=30)))
def test_no_text_with_work_to_do_is_passed_over(text: str) -> None:
    quick, whole = normalise(text), by_rules(text)
    assert (quick.text, list(quick.offsets)) == (whole.text, list(whole.offsets))


@given(st.one_of(THAI_MARKS, st.text(max_size=30)))
def test_what_stands_between_spaces_of_a_right_text_is_right(text: str) -> None:
    clean = normalise(text).text
    assert [normalise(part).text for part in clean.split(" ")] == clean.split(" ")
