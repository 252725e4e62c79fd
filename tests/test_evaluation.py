"""The search may not fall under its stated floor, nor the hybrid under its better arm."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import CONTENT

from kb import evaluation
from kb.evaluation import Cell, QuestionsFault
from kb.knowledge_base import KnowledgeBase

QUESTIONS = CONTENT / "evaluation/questions.jsonl"
FLOOR = json.loads((CONTENT / "evaluation/floor.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def cells(kb_index: Path) -> list[Cell]:
    kb = KnowledgeBase.open(kb_index)
    return list(evaluation.evaluate(kb, evaluation.read_questions(QUESTIONS), lambda done, total: None))


def test_the_search_keeps_its_floor_and_the_hybrid_its_arms(cells: list[Cell]) -> None:
    assert [fault.en for fault in evaluation.failures(cells, FLOOR)] == []
    assert set(FLOOR) == {direction.name for direction in evaluation.DIRECTIONS}


def test_a_worse_search_would_be_noticed(cells: list[Cell]) -> None:
    worse = [replace(c, values={name: value - 0.2 for name, value in c.values.items()}) if c.mode == "hybrid" else c for c in cells]
    faults = [fault.en for fault in evaluation.failures(worse, FLOOR)]
    assert len(faults) >= 15 + 5
    assert any("th→en nDCG@10" in fault for fault in faults) and any("hybrid" in fault for fault in faults)


def test_there_are_questions_enough_and_all_documents_exist(kb_index: Path) -> None:
    questions = evaluation.read_questions(QUESTIONS)
    assert min(Counter(q.lang for q in questions).values()) >= 40
    assert len({q.id for q in questions}) == len(questions) == len({q.text for q in questions})
    known = set(KnowledgeBase.open(kb_index).catalogue.groups.ids)
    assert {key for q in questions for key in q.relevant} == known


BAD = {
    "no JSON": "not json",
    "no language": '{"id": "1", "question": "x", "relevant": {"a": 1}}',
    "another language": '{"id": "1", "lang": "fr", "question": "x", "relevant": {"a": 1}}',
    "nothing relevant": '{"id": "1", "lang": "th", "question": "x", "relevant": {}}',
    "a list": "[1]",
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_a_bad_question_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "0", "lang": "en", "question": "x", "relevant": {"a": 1}}\n' + line + "\n", "utf-8")
    with pytest.raises(QuestionsFault, match=r"q\.jsonl:2"):
        evaluation.read_questions(path)
