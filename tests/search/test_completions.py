"""Completions in both scripts over the small collection."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from kb.knowledge_base import KnowledgeBase
from kb.types import Lang

CASES: dict[str, tuple[str, Lang, str, str]] = {
    "a place": ("mak", "en", "Makok", "มะกอก"),
    "a place in Thai for an English reader": ("มะก", "en", "มะกอก", "Makok"),
    "the English title behind a Thai place": ("ลำไ", "en", "Cleaning the canal of Lam Sai", "ฟื้นฟูคลองลำไทร"),
    "the Thai title behind an English place": ("lam s", "th", "ฟื้นฟูคลองลำไทร", "Cleaning the canal of Lam Sai"),
    "inside a Thai title": ("ชายเลน", "th", "ปลูกป่าชายเลนบางปู", ""),
    "a later word, whatever the case": ("CANAL", "en", "Cleaning the canal of Lam Sai", "ฟื้นฟูคลองลำไทร"),
    "accents": ("mákok", "en", "Makok", "มะกอก"),
    "hyphens": ("lam-sai", "en", "Lam Sai", "ลำไทร"),
    "a person": ("anong", "th", "Anong Jaidee", "อนงค์ ใจดี"),
}


@pytest.mark.parametrize(("typed", "lang", "text", "also"), CASES.values(), ids=CASES.keys())
def test_completions(small_kb: KnowledgeBase, typed: str, lang: Lang, text: str, also: str) -> None:
    assert (text, also) in [(each.text, each.also) for each in small_kb.suggest(typed, lang)]


def test_nothing_and_limits(small_kb: KnowledgeBase) -> None:
    assert small_kb.suggest(" ", "en") == () == small_kb.suggest("zzzz", "th")
    assert len(small_kb.suggest("a", "en", 2)) <= 2


NEAR: dict[str, tuple[str, list[str]]] = {
    "a name and a word": ("wste in makkok", ["Makok", "waste"]),
    "Thai": ("คลองลำไทน", ["ลำไทร"]),
    "words that are there": ("waste", []),
    "nothing": ("?! 🌱", []),
}


def test_a_search_that_finds_nothing_names_them(client: TestClient) -> None:
    nothing = {"q": "wste in makkok", "country": "BN"}
    assert client.get("/api/v1/search", params=nothing).json()["near_terms"] == ["Makok"]
    assert 'href="/search?q=Makok"' in client.get("/search", params=nothing).text
    assert client.get("/api/v1/search", params={"q": "waste"}).json()["near_terms"] == []


@pytest.mark.parametrize(("question", "expected"), NEAR.values(), ids=NEAR.keys())
def test_near_terms_are_names_then_words_each_once(small_kb: KnowledgeBase, question: str, expected: list[str]) -> None:
    assert list(small_kb.near_terms(question)) == expected
