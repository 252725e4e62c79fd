"""How long should a passage be? Index content/ with several limits and evaluate each.

    python bench/passage_size.py

Prints for each limit (tokens of the embedding model, context included) the number of passages and nDCG@10 of hybrid and vectors in
every direction.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from indexer import pipeline
from kb import evaluation, passages
from kb.embedding import open_embedder
from kb.knowledge_base import KnowledgeBase

CONTENT = Path(__file__).resolve().parent.parent / "content"
LIMITS = (64, 96, 128, 160, 200, 256)


def main() -> None:
    embedder = open_embedder("builtin", threads=2)
    questions = evaluation.read_questions(CONTENT / "evaluation/questions.jsonl")
    split = passages.split
    print("| tokens | passages | arm | " + " | ".join(d.name for d in evaluation.DIRECTIONS) + " |")
    print("|---|---|---|" + "---|" * len(evaluation.DIRECTIONS))
    for limit in LIMITS:
        passages.split = partial(split, limit=limit)
        with tempfile.TemporaryDirectory() as folder:
            pipeline.build(CONTENT, Path(folder), embedder, lambda stage, done, total: None)
            kb = KnowledgeBase.open(folder, embedder=embedder)
            cells = list(evaluation.evaluate(kb, questions, lambda done, total: None, modes=("hybrid", "vectors")))
            for mode in ("hybrid", "vectors"):
                values = " | ".join(f"{cell.values['nDCG@10']:.3f}" for cell in cells if cell.mode == mode)
                print(f"| {limit} | {kb.manifest.passages} | {mode} | {values} |", flush=True)


if __name__ == "__main__":
    main()
