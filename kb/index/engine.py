"""The contract of an engine: what the search asks of vectors and terms, wherever they are kept.

An engine shows one generation of an index and never changes while it is open. Rows are the numbers of passages: given once, never given
again, gone when the passage is deleted. Documents and the texts of passages are not its business (kb.index.store).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.types import Lang

Ranked = tuple[NDArray[np.int64], NDArray[np.float32]]  # rows (m,) and scores (m,), best first, ties by row


class Engine(Protocol):
    """Passages of one generation by meaning and by terms. Safe to ask from many threads at once."""

    def count(self, lang: Lang) -> int:
        """Number of passages in a language."""

    def found(self, term: str, lang: Lang) -> int:
        """Number of passages of a language that hold a term (its document frequency)."""

    def nearest(self, vector: NDArray[np.float32], limit: int, lang: Lang, allowed: NDArray[np.int64] | None = None) -> Ranked:
        """The passages of a language nearest to `vector` (dim,), length 1: rows and cosines, m <= limit.

        allowed: ascending rows to choose from; None means all. The restriction holds inside the search: a filter that keeps few rows
        still returns its best ones.
        """

    def matching(self, weights: Mapping[str, float], limit: int, lang: Lang, allowed: NDArray[np.int64] | None = None) -> Ranked:
        """The passages of a language that hold any of the weighted terms: rows and BM25 scores (kb.index.bm25), m <= limit."""

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """float32 (len(rows), dim), in the order of `rows`, which are passages of this generation."""

    def ping(self) -> None:
        """Raises EngineUnreachable or IndexMissing where questions cannot be answered now."""


def nothing() -> Ranked:
    return np.zeros(0, np.int64), np.zeros(0, np.float32)


def ranked(rows: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> Ranked:
    """Best first, ties by row, cut to `limit`."""
    order = np.lexsort((rows, -scores))[:limit]
    return rows[order], scores[order]
