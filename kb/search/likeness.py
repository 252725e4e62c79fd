"""How alike two words of the two languages are by themselves: the cosine of their vectors in the static model.

Word alignment learns from company: it also gives words that merely stand beside each other (savings – บันทึก, "record"). The vectors were
learned otherwise, so where both agree the translation can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.embedding import STATIC, open_embedder

CACHED_WORDS = 10_000  # 256 numbers each: 10 MB

Likeness = Callable[[str, str], float]


@cache
def shipped() -> Likeness:
    """By the static model of this package, opened once a process. Raises ModelError."""
    model = open_embedder(STATIC)

    @lru_cache(maxsize=CACHED_WORDS)
    def vector(word: str) -> NDArray[np.float32]:
        found: NDArray[np.float32] = model.queries([word])[0]
        return found

    return lambda here, there: float(vector(here.casefold()) @ vector(there.casefold()))
