"""BM25 (Robertson & Zaragoza 2009), as every engine computes it:

score = Σ weight · idf(term) · impact(frequency, length, average)
"""

from __future__ import annotations

import math

K1 = 1.2  # how fast further occurrences of a term stop counting
B = 0.75  # how much a passage's length counts


def idf(count: int, found: float) -> float:
    """ln(1 + (N − n + 0.5) / (n + 0.5)) of a term that `found` of `count` passages hold."""
    return math.log(1 + (count - found + 0.5) / (found + 0.5))


def impact(frequency: int, length: int, average: float) -> float:
    """f · (k1 + 1) / (f + k1 · (1 − b + b · length / average)); lengths in terms, `average` over the language's passages."""
    return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / average))
