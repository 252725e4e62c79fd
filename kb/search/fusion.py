"""One calibrated score per passage from what the two arms say.

Not reciprocal rank fusion: across languages the terms arm finds next to nothing, and ranks built on nothing push good passages
down (published: nDCG .848 -> .292). Scores are added instead, after both were put on scales that do not depend on the language:
standard deviations above an average passage of that language, and the share of the question's words that are found. The weights
were chosen on development sets, see docs/evaluation.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kb.search.arms import Candidates
from kb.types import Mode

# What all words of the question found once in a passage add, in standard deviations of the similarity.
TERM_WEIGHT_SAME = 13.0  # documents in the question's language
TERM_WEIGHT_CROSS = 6.0  # documents in the other language: translations by the glossary and the lexicon, names, acronyms
# A near passage in the question's own language holds words of the question too and gets their weight on top; one in the other language
# cannot so surely. Without this scale seven of ten hits in a collection half Thai, half English were in the
# language of the question; with it about half (bench/language_balance.py).
CROSS_SCALE = 1.5


def fuse(candidates: Candidates, mode: Mode, same_language: bool) -> NDArray[np.float32]:
    """Scores float32 (n,) of the candidates, comparable across languages; higher is better."""
    if mode == "terms":
        return candidates.coverage
    if mode == "vectors":
        return candidates.standardised
    if same_language:
        return candidates.standardised + np.float32(TERM_WEIGHT_SAME) * candidates.coverage
    return np.float32(CROSS_SCALE) * (candidates.standardised + np.float32(TERM_WEIGHT_CROSS) * candidates.coverage)


# A passage counts as an answer if its cosine with the question is at least this share of what two random passages have with each other ...
LEAST_OF_CHANCE = 0.7
# ... or if it holds this share of the question's words.
LEAST_COVERAGE = 0.1


def relevant(candidates: Candidates, mode: Mode, chance: float) -> NDArray[np.bool_]:
    """Which candidates count among the results at all, bool (n,). chance: see kb.index.statistics.chance.

    The bar is relative to the collection because models differ: unrelated texts have a cosine of .1 in one and of .7 in another.
    """
    if mode == "terms":
        return candidates.coverage > 0
    near = candidates.cosines >= LEAST_OF_CHANCE * chance
    return near if mode == "vectors" else near | (candidates.coverage >= LEAST_COVERAGE)
