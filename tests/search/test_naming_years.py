"""Passages that name a year or a month: those that the term index would give."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, document, silent, write_folder

from indexer import compaction, pipeline
from indexer.pipeline import build
from kb.index.reader import Index, open_index
from kb.search.naming import naming
from kb.text import periods
from kb.text.analyzer import Analyzer
from kb.text.dates import BUDDHIST_OFFSET, ENGLISH_MONTHS, THAI_MONTHS
from kb.text.named_times import MONTHS
from kb.text.question_dates import OLDEST
from kb.types import LANGS

TODAY = datetime.date(2026, 5, 4)
PERIODS = ["2022", "2021-03", "2019-2021", "2015..", "..2016", "2022-12", "2021-10..2022-09", "2001", "2025-05"]


def by_terms(index: Index, terms: list[str]) -> set[int]:
    engine = index.engine
    return {int(row) for lang in LANGS for row in engine.matching(dict.fromkeys(terms, 1.0), max(engine.count(lang), 1), lang)[0] if terms}


def asked_of_terms(index: Index, analyzer: Analyzer, text: str) -> list[int]:
    period = periods.parse(text)
    assert period
    rows = by_terms(index, [str(y + add) for y in period.years(OLDEST, TODAY.year) for add in (0, BUDDHIST_OFFSET)])
    if period.first == period.last and period.first:
        month = period.first[1] - 1
        names = (ENGLISH_MONTHS[month], THAI_MONTHS[month])
        rows &= by_terms(index, [term.terms[0] for name in names for term in analyzer.query_terms(name)])
    return sorted(rows)


def found(index: Index, text: str) -> list[int]:
    period = periods.parse(text)
    assert period
    return np.flatnonzero(naming(index, [period], TODAY)).tolist()


def test_the_terms_of_months_are_those_of_the_analyzer() -> None:
    analyzer = Analyzer([])
    for month, names in enumerate(zip(ENGLISH_MONTHS, THAI_MONTHS, strict=True)):
        assert [term.terms[0] for name in names for term in analyzer.query_terms(name)] == list(MONTHS[month])


def test_as_the_terms_of_the_real_content(kb_index: Path) -> None:
    index = open_index(kb_index)
    analyzer = Analyzer(index.resource("domain_words"))
    rows = [found(index, text) for text in PERIODS]
    assert rows == [asked_of_terms(index, analyzer, text) for text in PERIODS]
    assert sum(map(bool, rows)) > 6


def test_what_is_deleted_is_gone_and_joined_parts_keep_the_rest(
    small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "WHOLE", 0)
    monkeypatch.setattr(compaction, "MOST", 3)
    analyzer = Analyzer([])
    for number in range(6):
        text = f"ในเดือนมีนาคม พ.ศ. {2560 + number} คลอง ๒๕๖๔ canal in March {2015 + number}"
        write_folder(small_content, {f"case-studies/x{number}.th.md": document(f"คลอง {number}", text)})
        build(small_content, tmp_path / "index", HashEmbedder(), silent)
    (small_content / "case-studies/x2.th.md").unlink()
    build(small_content, tmp_path / "index", HashEmbedder(), silent)
    index = open_index(tmp_path / "index")
    assert len(index.parts) <= 3
    for text in [*PERIODS, "2019-03", "2018-03"]:
        assert found(index, text) == asked_of_terms(index, analyzer, text), text
    assert len(found(index, "2021-03")) == 5
