"""Questions that find little are counted, and nothing about who asked."""

from __future__ import annotations

import datetime
import logging
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kb import questions
from kb.errors import Message
from kb.knowledge_base import KnowledgeBase
from kb.questions import Asked, QuestionCounts, kept_form
from kb.settings import Settings
from kb.types import FacetValue
from search_api.app import create_app
from search_api.counting import Counter

KEPT = {
    "Thai": ("ลดขยะพลาสติกอย่างไร?", "ลดขยะพลาสติกอย่างไร"),
    "English, capitals and spaces": ("  How do  TOWNS cut waste ? ", "how do towns cut waste"),
    "Thai digits": ("งบประมาณปี ๒๕๖๕", "งบประมาณปี 2565"),
    "a list of years is no telephone number": ("ปี 2560 2561 2562 2563", "ปี 2560 2561 2562 2563"),
    "money": ("งบ 12,000,000 บาท", "งบ 12,000,000 บาท"),
    "e-mail": ("ติดต่อ somsak@example.go.th", ""),
    "e-mail, spaces": ("mail of anong @ city", ""),
    "telephone": ("โทร 081-234-5678", ""),
    "telephone, Thai digits": ("โทร ๐๘๑ ๒๓๔ ๕๖๗๘", ""),
    "international telephone": ("call +66 (0) 2 123 4567", ""),
    "identity number": ("1-2345-67890-12-3 คือใคร", ""),
    "passport": ("AA1234567", ""),
    "link": ("https://facebook.com/somebody", ""),
    "empty": ("  ?", ""),
    "one letter": ("ก", ""),
    "too long": ("ขยะ" * 100, ""),
}


@pytest.mark.parametrize(("question", "expected"), KEPT.values(), ids=KEPT.keys())
def test_what_is_kept_of_a_question(question: str, expected: str) -> None:
    assert kept_form(question) == expected


def test_the_file_holds_five_columns_and_no_more(tmp_path: Path) -> None:
    counts = QuestionCounts(tmp_path)
    asked = Asked("แผ่นดินไหว", "th", "nothing")
    counts.add([asked, asked], datetime.date(2026, 1, 2))
    counts.add([Asked("แผ่นดินไหว", "th", "few")], datetime.date(2026, 1, 3))
    counts.close()
    assert questions.read(tmp_path) == (questions.Counted("แผ่นดินไหว", "th", "few", 3, "2026-01-03"),)
    with sqlite3.connect(tmp_path / questions.FILE) as connection:
        assert [row[1] for row in connection.execute("PRAGMA table_info(question)")] == ["text", "lang", "outcome", "count", "last_day"]


def test_a_question_that_finds_enough_leaves_the_list(tmp_path: Path) -> None:
    counts = QuestionCounts(tmp_path)
    counts.add([Asked("flood", "en", "nothing"), Asked("flood", "th", "nothing")])
    counts.add([Asked("flood", "en", None)])
    assert [(each.text, each.lang) for each in questions.read(tmp_path)] == [("flood", "th")]


def test_rare_old_questions_drop_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MAX_QUESTIONS", 3)
    counts = QuestionCounts(tmp_path)
    counts.add([Asked("often", "en", "few"), Asked("often", "en", "few"), Asked("old", "en", "few")], datetime.date(2025, 1, 1))
    counts.add([Asked(f"new {n}", "en", "few") for n in range(2)], datetime.date(2026, 1, 1))
    assert [each.text for each in questions.read(tmp_path)] == ["often", "new 0", "new 1"]


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    def write() -> None:
        counts = QuestionCounts(tmp_path)
        for _ in range(20):
            counts.add([Asked("ask", "en", "nothing")])
        counts.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert questions.read(tmp_path)[0].count == 80


def test_where_nothing_can_be_written_counting_is_off_with_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        counter = Counter(tmp_path / "file" / "state")
    assert not counter.active
    counter.close()
    assert len(caplog.records) == 1 and "KB_COUNT_QUESTIONS" in caplog.text


SEARCHES = {
    "page, English": ("/search?q=PM2.5", [("pm2.5", "few")]),
    "page, Thai": ("/search?q=ป่าชายเลน", [("ป่าชายเลน", "few")]),
    "API": ("/api/v1/search?q=PM2.5", [("pm2.5", "few")]),
    "enough": ("/search?q=earthquake", []),
    "filtered": ("/search?q=PM2.5&theme=water", []),
    "later page": ("/search?q=PM2.5&page=2", []),
    "one arm": ("/api/v1/search?q=PM2.5&mode=terms", []),
    "personal": ("/search?q=a@b.example", []),
    "no question": ("/browse", []),
}


@pytest.mark.parametrize(("path", "expected"), SEARCHES.values(), ids=SEARCHES.keys())
def test_searches_are_counted(small_kb: KnowledgeBase, tmp_path: Path, path: str, expected: list[tuple[str, str]]) -> None:
    counter = Counter(tmp_path)
    client = TestClient(create_app(small_kb, Settings(), counter))
    client.head(path)
    client.get(path)
    counter.close()
    found = [(each.text, each.outcome) for each in questions.read(tmp_path)]
    assert all(each.count == 1 for each in questions.read(tmp_path))
    assert found == expected


OUTCOMES = {
    "nothing": (0, {}, "nothing"),
    "only in the other language": (5, {"en": 5}, "only-other-language"),
    "few": (2, {"th": 1, "en": 2}, "few"),
    "enough": (3, {"th": 1, "en": 3}, None),
}


@pytest.mark.parametrize(("total", "versions", "expected"), OUTCOMES.values(), ids=OUTCOMES.keys())
def test_what_a_thai_question_found(small_kb: KnowledgeBase, total: int, versions: dict[str, int], expected: str | None) -> None:
    found = small_kb.search("ป่าชายเลน")
    values = tuple(FacetValue(lang, Message(lang, lang), count, False) for lang, count in versions.items())
    facets = tuple(replace(facet, values=values) if facet.name == "lang" else facet for facet in found.facets)
    assert questions.outcome(replace(found, total=total, facets=facets)) == expected


def test_the_about_page_says_what_is_true(small_kb: KnowledgeBase, tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    counting, silent = TestClient(create_app(small_kb, Settings(), counter)), TestClient(create_app(small_kb, Settings()))
    for ui, word in (("th", "นับ"), ("en", "counted")):
        assert word in counting.get(f"/about?ui={ui}").text.partition('id="privacy"')[2].partition("</p>")[0]
        assert word not in silent.get(f"/about?ui={ui}").text.partition('id="privacy"')[2].partition("</p>")[0]
    counter.close()
