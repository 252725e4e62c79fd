"""How good is the search? Questions with their relevant documents, asked in every direction, in each arm.

A direction `th→en` asks the Thai questions of the English versions only, as if they had no translation. `mixed` asks all questions
of all versions, where a translation pair is one document. Measures: nDCG@10 (Järvelin & Kekäläinen 2002), reciprocal rank and
recall@10, through ir-measures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ir_measures
from ir_measures import RR, R, nDCG

from kb.errors import KbError, Lang, Message
from kb.knowledge_base import KnowledgeBase
from kb.types import LANGS, Filters, Mode

MEASURES = {"nDCG@10": nDCG @ 10, "MRR": RR, "recall@10": R @ 10}
MODES: tuple[Mode, ...] = ("hybrid", "terms", "vectors")
DEPTH = 100  # documents ranked for each question


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    id: str
    lang: Lang
    text: str
    relevant: Mapping[str, int]  # document id -> grade: 1 helps, 2 answers


@dataclass(frozen=True, slots=True)
class Direction:
    name: str
    asked: tuple[Lang, ...]  # languages of the questions
    searched: tuple[Lang, ...]  # languages of the documents; empty means all


DIRECTIONS = (
    Direction("th→th", ("th",), ("th",)),
    Direction("en→en", ("en",), ("en",)),
    Direction("th→en", ("th",), ("en",)),
    Direction("en→th", ("en",), ("th",)),
    Direction("mixed", ("th", "en"), ()),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the report: the measures of one arm in one direction."""

    direction: str
    mode: Mode
    questions: int
    values: Mapping[str, float]  # measure -> value, 0–1


class QuestionsFault(KbError):
    pass


def read_questions(path: Path) -> list[EvalQuestion]:
    """JSON Lines with id, lang, question, relevant {document id: grade}. Raises QuestionsFault with path and line."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            found.append(_question(line, f"{path}:{number}"))
    return found


def _question(line: str, place: str) -> EvalQuestion:
    try:
        raw = json.loads(line)
        relevant = {str(key): int(grade) for key, grade in raw["relevant"].items()}
        if raw["lang"] not in ("th", "en") or not relevant:
            raise ValueError("lang must be th or en, and relevant must not be empty")
        return EvalQuestion(str(raw["id"]), raw["lang"], str(raw["question"]), relevant)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        form = '{"id": …, "lang": "th", "question": …, "relevant": {"<document id>": 2}}'
        raise QuestionsFault(
            Message(
                f"{place}: this is not a question ({fault}). Write each line as {form}.",
                f"{place}: อ่านเป็นคำถามไม่ได้ ({fault}) โปรดเขียนแต่ละบรรทัดเป็น {form}",
            )
        ) from None


def evaluate(
    kb: KnowledgeBase, questions: Sequence[EvalQuestion], on_progress: Callable[[int, int], None], modes: Sequence[Mode] = MODES
) -> Iterator[Cell]:
    """Every mode in every direction. Questions none of whose relevant documents exists in the searched language are left out there."""
    total = len(DIRECTIONS) * len(modes)
    for done, (direction, mode) in enumerate((d, m) for d in DIRECTIONS for m in modes):
        yield _cell(kb, questions, direction, mode)
        on_progress(done + 1, total)


def _cell(kb: KnowledgeBase, questions: Sequence[EvalQuestion], direction: Direction, mode: Mode) -> Cell:
    exists = set(kb.catalogue.groups.in_languages(direction.searched or LANGS))
    asked = [q for q in questions if q.lang in direction.asked and set(q.relevant) & exists]
    qrels = {q.id: {key: grade for key, grade in q.relevant.items() if key in exists} for q in asked}
    run = {q.id: _ranking(kb, q, direction, mode) for q in asked}
    values = ir_measures.calc_aggregate(list(MEASURES.values()), qrels, run) if asked else {}
    return Cell(direction.name, mode, len(asked), {name: round(float(values.get(m, 0.0)), 4) for name, m in MEASURES.items()})


def _ranking(kb: KnowledgeBase, question: EvalQuestion, direction: Direction, mode: Mode) -> dict[str, float]:
    # Across languages the translation must not help: what is measured is how a document is found that has none.
    filters, alone = Filters(lang=direction.searched), bool(direction.searched)
    found = kb.search(question.text, filters=filters, mode=mode, limit=DEPTH, passages=0, through_translations=not alone)
    # Ranks, not scores: ties must not be broken anew by the measuring library.
    return {hit.document.id: 1.0 / rank for rank, hit in enumerate(found.hits, start=1)}


def failures(cells: Sequence[Cell], floor: Mapping[str, Mapping[str, float]], tolerance: float = 0.01) -> list[Message]:
    """What is under the stated floor, and where the hybrid falls more than `tolerance` below its better arm (nDCG@10)."""
    faults = [
        _fault(f"{cell.direction} {name}", cell.values[name], least)
        for cell in cells
        if cell.mode == "hybrid"
        for name, least in floor.get(cell.direction, {}).items()
        if cell.values[name] < least
    ]
    return faults + _below_arms(cells, tolerance)


def _below_arms(cells: Sequence[Cell], tolerance: float) -> list[Message]:
    faults = []
    for direction in dict.fromkeys(cell.direction for cell in cells):
        values = {cell.mode: cell.values["nDCG@10"] for cell in cells if cell.direction == direction}
        best = max((value for mode, value in values.items() if mode != "hybrid"), default=0.0)
        if "hybrid" in values and values["hybrid"] < best - tolerance:
            faults.append(_fault(f"{direction} hybrid nDCG@10", values["hybrid"], best - tolerance))
    return faults


def _fault(what: str, value: float, least: float) -> Message:
    return Message(f"{what} is {value:.3f}, under the floor of {least:.3f}.", f"{what} ได้ {value:.3f} ต่ำกว่าเกณฑ์ {least:.3f}")
