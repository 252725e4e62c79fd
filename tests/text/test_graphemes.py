"""Cuts and highlights fall between what a reader takes for characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.graphemes import clusters, snap

CASES = {
    "sara am belongs to the cluster before it": ("กน้ำก", 3, 4, "น้ำ"),
    "tone mark alone": ("ทั้ง", 2, 3, "ทั้"),
    "whole clusters stay": ("น้ำเสีย", 0, 3, "น้ำ"),
    "end inside a cluster": ("การก่อ", 0, 4, "การก่"),
    "emoji with skin tone": ("a👍🏽b", 1, 2, "👍🏽"),
    "accent apart": ("fu\u0308r", 1, 2, "u\u0308"),
    "empty range between clusters": ("กา", 1, 1, ""),
    "empty range inside a cluster": ("กน้ำก", 3, 3, "น้ำ"),
}


@pytest.mark.parametrize(("text", "start", "end", "expected"), CASES.values(), ids=CASES)
def test_snap(text: str, start: int, end: int, expected: str) -> None:
    first, last = snap(text, start, end)
    assert text[first:last] == expected


@given(st.text(alphabet="กน้ำเิ่ \r\n\u200b\u200d\xa0‘’“”–—…•ab\u0301👍🏽", max_size=400), st.data())
def test_snap_gives_the_smallest_whole_range(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = snap(text, start, end)
    edges = {0, len(text)} | {edge for span in clusters(text) for edge in span}
    if start < end:
        assert (first, last) == (max(e for e in edges if e <= start), min(e for e in edges if e >= end))
    else:
        assert (first, last) == (start, end) if start in edges else (first < start < last and {first, last} <= edges)
