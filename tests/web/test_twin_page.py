"""The results page shows the sentence of the other version in its own language, and where to read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app


@pytest.fixture(scope="module")
def real(kb_index: Path) -> TestClient:
    return TestClient(create_app(KnowledgeBase.open(kb_index), Settings()))


@pytest.mark.parametrize(
    ("question", "ui", "lang", "label"),
    [
        ("compost baskets for households", "en", "th", "The same in the Thai version"),
        ("น้ำเสียชุมชนบำบัดอย่างไร", "th", "en", "ข้อความเดียวกันในฉบับภาษาอังกฤษ"),
        ("compost baskets for households", "th", "en", "ข้อความเดียวกันในฉบับภาษาอังกฤษ"),
    ],
)
def test_the_twin_follows_the_nearest_sentence(real: TestClient, question: str, ui: str, lang: str, label: str) -> None:
    page = real.get("/search", params={"q": question, "ui": ui}).text
    with_twin = next(passage for passage in page.split("<blockquote")[1:] if 'class="twin' in passage)
    assert with_twin.index('class="answer"') < with_twin.index('class="twin') < with_twin.index("passage-text rest")
    assert label in with_twin
    text = re.search(rf'<p class="twin-text" lang="{lang}">(.*?)</p>', with_twin, re.DOTALL)
    assert text and re.search("[ก-๙]" if lang == "th" else "[A-Za-z]{3}", text[1])
    assert re.search(rf'<a class="read-here" href="/documents/[^"]*\?lang={lang}#L\d+"', with_twin)


@pytest.mark.parametrize(("ui", "lang", "folded"), [("en", "en", True), ("en", "th", False), ("th", "th", True), ("th", "en", False)])
def test_the_twin_is_folded_away_for_those_who_read_the_version_shown(real: TestClient, ui: str, lang: str, folded: bool) -> None:
    page = real.get("/search", params={"q": "compost baskets for households", "ui": ui, "lang": lang}).text
    assert ('<details class="twin folded">' in page) is folded and ('<div class="twin">' in page) is not folded


def test_a_word_and_all_that_answers_it_are_one_piece(real: TestClient) -> None:
    page = real.get("/search", params={"q": "ลดขยะพลาสติกในเมืองท่องเที่ยว", "ui": "th", "lang": "en"}).text
    for reason in page.split('<dl class="why"')[1:]:
        asked = re.findall(r'<span class="word">([^<]*?) ↔', reason.split("</dl>")[0])
        alone = re.findall(r'<span class="word">([^<↔]*)</span>', reason.split("</dl>")[0])
        assert len(asked) == len(set(asked)) and not set(asked) & set(alone)
    assert "↔" in page


def test_a_mark_names_the_word_that_it_answers(real: TestClient) -> None:
    page = real.get("/search", params={"q": "ขยะอาหาร", "ui": "en"}).text
    assert re.search(r'<mark title="“ขยะอาหาร” in your question">[Ff]ood waste</mark>', page)


def test_the_interface_gives_the_twin(real: TestClient) -> None:
    passage = real.get("/api/v1/search", params={"q": "compost baskets for households", "limit": 1}).json()["hits"][0]["passages"][0]
    assert passage["twin"]["lang"] == "th" and passage["twin"]["confidence"] >= 0.85
    assert all(0 <= each["start"] < each["end"] <= len(passage["twin"]["text"]) for each in passage["twin"]["highlights"])
