"""Sixty marks across languages and sixty twin sentences, drawn for judging by hand; and the precision of what was judged.

    python bench/cross_language_reasons.py draw SEED [distinct] > FILE  # then write right, partly or wrong into the last column
    python bench/cross_language_reasons.py state FILE

Drawn from the 260 questions of content/evaluation, each asked of the documents of the other language as if they had no translation, three
documents and two passages a question. Marks are drawn as they are seen, every one with the same chance; with a further argument
`distinct` each pair of words counts once, so that rare and doubtful pairs weigh as much as ขยะ – waste. Twins are those of the nearest
sentences, each once. Needs an index.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kb.knowledge_base import KnowledgeBase
from kb.settings import load
from kb.types import Filters, Hit

QUESTIONS = Path(__file__).resolve().parent.parent / "content/evaluation"
COUNT = 60
AROUND = 60  # characters of the passage on either side of a mark
Z = 1.96  # of the 95% interval


def rows(kb: KnowledgeBase) -> Iterator[tuple[str, str, str, str, str]]:
    """(kind, key, question, here, there) of all marks and twins."""
    for name in ("questions", "held-out"):
        for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines():
            asked = json.loads(line)
            filters = Filters(lang=("en" if asked["lang"] == "th" else "th",))
            found = kb.search(asked["question"], filters=filters, limit=3, passages=2, through_translations=False)
            for hit in found.hits:
                yield from _of_hit(hit, asked["question"])


def _of_hit(hit: Hit, question: str) -> Iterator[tuple[str, str, str, str, str]]:
    for each in hit.passages:
        text = each.passage.text
        for mark in each.highlights:
            if mark.word:
                there = (
                    f"{text[max(mark.start - AROUND, 0) : mark.start]}[{text[mark.start : mark.end]}]{text[mark.end : mark.end + AROUND]}"
                )
                yield "mark", f"{mark.word}\0{text[mark.start : mark.end]}".casefold(), question, mark.word, there
        if each.answer and each.twin:
            sentence = text[each.answer.start : each.answer.end]
            yield "twin", sentence, hit.document.id, sentence, each.twin.text


def draw(seed: int, distinct: bool) -> None:
    kb = KnowledgeBase.open(load().index_dir)
    firsts: dict[tuple[str, str, int], tuple[str, str, str, str, str]] = {}
    for number, row in enumerate(rows(kb)):
        firsts.setdefault((row[0], row[1], 0 if distinct or row[0] == "twin" else number), row)
    print("kind", "question or document", "here", "there", "judged", sep="\t")
    for kind in ("mark", "twin"):
        of_kind = [row for (k, *_), row in sorted(firsts.items()) if k == kind]
        print(f"{len(of_kind)} {kind}s", file=sys.stderr)
        for number in np.sort(np.random.default_rng(seed).choice(len(of_kind), COUNT, replace=False)):
            _, _, *shown = of_kind[number]
            print(kind, *(" ".join(each.split()) for each in shown), "", sep="\t")


def state(path: Path) -> None:
    judged = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    for kind in sorted({row[0] for row in judged}):
        verdicts = [row[-1] for row in judged if row[0] == kind]
        right, n = verdicts.count("right"), len(verdicts)
        low, high = wilson(right, n)
        print(f"{kind}s: {right} right, {verdicts.count('partly')} partly, {verdicts.count('wrong')} wrong of {n}", end="; ")
        print(f"precision {right / n:.3f} (95%: {low:.3f}–{high:.3f})")


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95% interval of a proportion (Wilson 1927)."""
    p = right / n
    middle, half = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n)


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw(int(sys.argv[2]), "distinct" in sys.argv)
    else:
        state(Path(sys.argv[2]))
