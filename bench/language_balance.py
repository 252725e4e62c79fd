"""Does the language of a question win by default? A collection in which every subject exists in one language only.

    python bench/language_balance.py

Takes content/, keeps the Thai file of every second subject and the English file of the others, and asks all evaluation questions
with several scales for the language that is not the question's. Prints nDCG@10 and the share of the first five hits in the
question's language (half of the relevant documents are).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from indexer import pipeline
from kb import evaluation
from kb.embedding import open_embedder
from kb.knowledge_base import KnowledgeBase
from kb.search import fusion

CONTENT = Path(__file__).resolve().parent.parent / "content"
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5)


def halve(folder: Path) -> None:
    """Delete one language of every subject, in turn."""
    for number, thai in enumerate(sorted(folder.rglob("*.th.md"))):
        dropped = thai if number % 2 else thai.with_name(thai.name.replace(".th.md", ".en.md"))
        dropped.unlink()


def main() -> None:
    embedder = open_embedder("builtin", threads=2)
    questions = evaluation.read_questions(CONTENT / "evaluation/questions.jsonl")
    mixed = evaluation.DIRECTIONS[-1]
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        shutil.copytree(CONTENT, content)
        halve(content)
        pipeline.build(content, Path(folder) / "index", embedder, lambda stage, done, total: None)
        kb = KnowledgeBase.open(Path(folder) / "index", embedder=embedder)
        for scale in SCALES:
            fusion.CROSS_SCALE = scale
            (cell,) = (
                c for c in evaluation.evaluate(kb, questions, lambda done, total: None, modes=("hybrid",)) if c.direction == mixed.name
            )
            own = [
                np.mean([hit.document.lang == q.lang for hit in kb.search(q.text, limit=5, passages=0).hits] or [0.5]) for q in questions
            ]
            print(
                f"scale {scale:<5g} nDCG@10 {cell.values['nDCG@10']:.3f}  own language among the first five {np.mean(own):.2f}", flush=True
            )


if __name__ == "__main__":
    main()
