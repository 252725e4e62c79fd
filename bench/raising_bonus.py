"""How much a document gains for being about what the question names: python bench/raising_bonus.py INDEX

Asks content/evaluation/questions.jsonl with several bonuses, and prints nDCG@10 of the hybrid search in every direction.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kb.evaluation import evaluate, read_questions
from kb.knowledge_base import KnowledgeBase
from kb.search import raising

BONUSES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)


def main() -> None:
    kb = KnowledgeBase.open(sys.argv[1])
    questions = read_questions(Path("content/evaluation/questions.jsonl"))
    for bonus in BONUSES:
        raising.BONUS = bonus
        cells = evaluate(kb, questions, lambda done, total: None, ("hybrid",))
        print(f"{bonus:4.2f}", *(f"{cell.direction} {cell.values['nDCG@10']:.4f}" for cell in cells), sep="  ")


if __name__ == "__main__":
    main()
