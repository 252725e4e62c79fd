"""Terms and vectors asked one after the other, and at once in two threads.

    python -m bench.arms_at_once INDEX_FOLDER [LANG]

LANG: of the documents (th). Asks the evaluation questions, three rounds of both ways in turns. Prints JSON: median, 99th percentile of the
time and the median of processor time, milliseconds a question.
"""

from __future__ import annotations

import datetime
import json
import sys
import time
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bench.search_cost import questions
from kb.errors import Lang
from kb.knowledge_base import KnowledgeBase
from kb.search import arms
from kb.search.question import Question

ROUNDS = 3
WAYS = {"one by one": sys.maxsize, "at once": 1}  # -> passages from which both are asked at once


def main(folder: str, lang: Lang) -> None:
    kb = KnowledgeBase.open(folder)
    asked = [kb._understood(each, frozenset(), datetime.date.today()) for each in questions()]
    asked = [each for each in asked if each.clean]
    vectors = [kb.embedder.queries([each.clean])[0] for each in asked]
    rounds = [(name, _round(kb, asked, vectors, lang, least)) for _ in range(ROUNDS) for name, least in WAYS.items()]
    report: dict[str, Any] = {name: [figures for each, figures in rounds if each == name] for name in WAYS}
    print(json.dumps({"passages": kb.manifest.passages, "questions": len(asked), "milliseconds": report}, indent=1))


def _round(
    kb: KnowledgeBase, asked: Sequence[Question], vectors: Sequence[NDArray[np.float32]], lang: Lang, least: int
) -> dict[str, float]:
    arms.AT_ONCE_FROM = least
    wall, processor = [], []
    for question, vector in zip(asked, vectors, strict=True):
        began, used = time.perf_counter(), time.process_time()
        arms.find(kb._index, question, vector, lang, None, use_terms=True)
        wall.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - used))
    figures = {"median": np.median(wall), "p99": np.percentile(wall, 99), "processor": np.median(processor)}
    return {name: round(float(value), 2) for name, value in figures.items()}


if __name__ == "__main__":
    main(sys.argv[1], cast(Lang, sys.argv[2]) if len(sys.argv) > 2 else "th")
