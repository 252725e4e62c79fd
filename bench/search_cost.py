"""What does one search cost the processor, stage by stage, without HTTP?

    python -m bench.search_cost INDEX_FOLDER [LANG]

INDEX_FOLDER: a published index. LANG (th, en): the asker's language; without it the question's own. Asks the evaluation questions once
each, ten hits of three passages, so that no question has been seen before; of the passages some have (docs/performance.md, "A search").
Prints JSON: for each stage mean, median and 99th percentile in milliseconds of processor time, of the thread that a stage runs in. `ours`
is all but encode, terms and vectors.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kb import knowledge_base
from kb.embedding.static import StaticEmbedder
from kb.index.local import LocalEngine
from kb.knowledge_base import KnowledgeBase
from kb.search.catalogue import Catalogue
from kb.search.showing import Showing

QUESTIONS = Path(__file__).resolve().parent.parent / "content/evaluation"
# Stage -> what is called for it; a call inside another counts for the inner stage only.
STAGES: dict[str, list[tuple[Any, str]]] = {
    "understand": [(knowledge_base, "understand")],
    "encode": [(StaticEmbedder, "queries")],
    "terms": [(LocalEngine, "matching")],
    "vectors": [(LocalEngine, "nearest")],
    "rank": [(KnowledgeBase, "_asking"), (KnowledgeBase, "_ranked")],
    "show": [(Showing, "hits")],
    "facets": [(Catalogue, "facets")],
    "whole": [(KnowledgeBase, "search")],
}
FLOOR = ("encode", "terms", "vectors")


class Here(threading.local):
    """What a thread is at: both arms of a large collection are asked at once."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.since = 0.0


class Clock:
    """Processor time of the stage that runs, inner calls left out."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._here = Here()

    def watch(self, stage: str, owner: Any, name: str) -> None:
        call: Callable[..., Any] = getattr(owner, name)

        def timed(*args: Any, **named: Any) -> Any:
            self._switch()
            self._here.running.append(stage)
            try:
                return call(*args, **named)
            finally:
                self._switch()
                self._here.running.pop()

        setattr(owner, name, timed)

    def _switch(self) -> None:
        now, here = time.thread_time(), self._here
        if here.running:
            self.spent[here.running[-1]] += now - here.since
        here.since = now

    def taken(self) -> dict[str, float]:
        """Milliseconds since the last call, by stage."""
        found = {stage: 1000 * seconds for stage, seconds in self.spent.items()}
        self.spent = dict.fromkeys(STAGES, 0.0)
        found["rest"] = found.pop("whole")
        found["ours"] = sum(value for stage, value in found.items() if stage not in FLOOR)
        return found


def questions() -> list[str]:
    lines = [line for name in ("questions", "held-out") for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return list(dict.fromkeys(json.loads(line)["question"] for line in lines))


def main(folder: str, lang: str | None) -> None:
    kb = KnowledgeBase.open(folder)
    asked = questions()
    for question in asked[:5]:
        kb.search(question, lang=lang)  # type: ignore[arg-type]
    clock = Clock()
    for stage, calls in STAGES.items():
        for owner, name in calls:
            clock.watch(stage, owner, name)
    rows = []
    for question in asked[5:]:
        kb.search(question, lang=lang, limit=10, passages=3)  # type: ignore[arg-type]
        rows.append(clock.taken())
    report = {stage: _summary([row[stage] for row in rows]) for stage in rows[0]}
    print(json.dumps({"passages": kb.manifest.passages, "questions": len(rows), "milliseconds": report}, indent=1))


def _summary(values: list[float]) -> dict[str, float]:
    found = {"mean": np.mean(values), "median": np.median(values), "p99": np.percentile(values, 99)}
    return {name: round(float(value), 3) for name, value in found.items()}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
