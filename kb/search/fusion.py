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

# One question word out of ten found adds as much as this tenth of standard deviations.
TERM_WEIGHT_SAME = 4.0  # documents in the question's language
TERM_WEIGHT_CROSS = 1.5  # documents in the other language: glossary terms, names, acronyms


def fuse(candidates: Candidates, mode: Mode, same_language: bool) -> NDArray[np.float32]:
    """Scores float32 (n,) of the candidates, comparable across languages; higher is better."""
    if mode == "terms":
        return candidates.coverage
    if mode == "vectors":
        return candidates.standardised
    weight = TERM_WEIGHT_SAME if same_language else TERM_WEIGHT_CROSS
    return candidates.standardised + np.float32(weight) * candidates.coverage


# A passage counts as an answer if its cosine with the question is at least this share of what two random passages have with each other ...
LEAST_OF_CHANCE = 0.7
# ... or if it holds this share of the question's words.
LEAST_COVERAGE = 0.2


def relevant(candidates: Candidates, mode: Mode, chance: float) -> NDArray[np.bool_]:
    """Which candidates count among the results at all, bool (n,). chance: see kb.index.statistics.chance.

    The bar is relative to the collection because models differ: unrelated texts have a cosine of .1 in one and of .7 in another.
    """
    if mode == "terms":
        return candidates.coverage > 0
    near = candidates.cosines >= LEAST_OF_CHANCE * chance
    return near if mode == "vectors" else near | (candidates.coverage >= LEAST_COVERAGE)
