"""BM25 (Robertson & Zaragoza 2009), as every engine computes it:

score = Σ weight · idf(term) · impact(frequency, length, average)
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from kb.index.engine import Engine
from kb.types import Lang

K1 = 1.2  # how fast further occurrences of a term stop counting
B = 0.75  # how much a passage's length counts
FULL_LENGTH = 24  # terms up to which a length is never rounded


def idf(count: int, found: float) -> float:
    """ln(1 + (N − n + 0.5) / (n + 0.5)) of a term that `found` of `count` passages hold."""
    return math.log(1 + (count - found + 0.5) / (found + 0.5))


def idf_of(engine: Engine, term: str, lang: Lang) -> float:
    return idf(engine.count(lang), engine.found(term, lang))


def whole(engine: Engine, weights: Mapping[str, float], lang: Lang, known_only: bool = False) -> float:
    """The score of a passage of average length that holds every term once: Σ weight · idf.

    Terms that no passage holds count like the rarest ones, unless `known_only`.
    """
    counted = weights if not known_only else {term: weight for term, weight in weights.items() if engine.found(term, lang)}
    return sum(weight * idf_of(engine, term, lang) for term, weight in counted.items())


def impact(frequency: int, length: int, average: float) -> float:
    """f · (k1 + 1) / (f + k1 · (1 − b + b · rounded(length) / average)); lengths in terms, `average` over the language's passages."""
    return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * rounded(length) / average))


def rounded(length: int) -> int:
    """A passage's length as tantivy keeps it in one byte: what exceeds 24 loses all but its four leading bits.

    The scale is Lucene's (SmallFloat.intToByte4), which tantivy takes over (its src/fieldnorm). Averages are of lengths not rounded.
    """
    if length < FULL_LENGTH:
        return length
    lost = max(0, (length - FULL_LENGTH).bit_length() - 4)
    return FULL_LENGTH + ((length - FULL_LENGTH) >> lost << lost)
