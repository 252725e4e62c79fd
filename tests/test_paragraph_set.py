"""The dev set of bench/paragraph_retrieval.py: complete, parallel, in the right languages, and its questions are no copies."""

from __future__ import annotations

import json
import re
from collections import Counter
from difflib import SequenceMatcher

import pytest
from conftest import ROOT

from kb.text.language import detect
from kb.types import LANGS

PARAGRAPHS, QUESTIONS = (
    [json.loads(line) for line in (ROOT / f"bench/data/{name}.jsonl").read_text("utf-8").splitlines()]
    for name in ("paragraphs", "paragraph-questions")
)
# Of a question that was written freely, at most this share stands in the paragraph in one piece: names, years and fixed terms do.
COPIED = 0.55


def test_it_has_the_stated_size_and_every_field() -> None:
    assert len(PARAGRAPHS) == 240 and len(QUESTIONS) == 480
    assert {tuple(each) for each in PARAGRAPHS} == {("id", "source", "th", "en")}
    assert {tuple(each) for each in QUESTIONS} == {("id", "paragraph", "th", "en")}


@pytest.mark.parametrize("rows", [PARAGRAPHS, QUESTIONS], ids=["paragraphs", "questions"])
@pytest.mark.parametrize("field", ["id", *LANGS])
def test_nothing_stands_twice(rows: list[dict[str, str]], field: str) -> None:
    assert [value for value, count in Counter(each[field] for each in rows).items() if count > 1] == []


def test_every_paragraph_has_two_questions_and_every_question_its_paragraph() -> None:
    assert Counter(each["paragraph"] for each in QUESTIONS) == dict.fromkeys((each["id"] for each in PARAGRAPHS), 2)


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_is_in_its_language(lang: str) -> None:
    assert [each["id"] for each in PARAGRAPHS + QUESTIONS if detect(each[lang]) != lang] == []


def test_two_thirds_come_from_the_content_and_one_third_from_the_news() -> None:
    kinds = Counter("news" if re.fullmatch(r"gov-\d{5}", each["source"]) else each["source"].split("/")[0] for each in PARAGRAPHS)
    assert kinds == {"content": 157, "news": 83}


@pytest.mark.parametrize("lang", LANGS)
def test_no_question_copies_its_paragraph(lang: str) -> None:
    text = {each["id"]: each[lang].lower() for each in PARAGRAPHS}
    assert [each["id"] for each in QUESTIONS if copied(each[lang].lower(), text[each["paragraph"]]) > COPIED] == []


def copied(question: str, paragraph: str) -> float:
    """Share of the question that the longest run common to both makes up, by characters."""
    return SequenceMatcher(None, question, paragraph, autojunk=False).find_longest_match().size / len(question)
