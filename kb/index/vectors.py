"""The passages' vectors: the only file that knows FAISS.

Exact inner product over unit rows, which is the cosine.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

# More OpenMP threads make one query slower, and requests run side by side anyway.
faiss.omp_set_num_threads(1)


class Vectors:
    """Cosine search over `count` rows of length 1."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, rows: NDArray[np.float32]) -> Vectors:
        """rows: float32 (n, dim), each of length 1."""
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(np.ascontiguousarray(rows, dtype=np.float32))
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> Vectors:
        """The caller has compared the checksum: FAISS does not survive every damaged file."""
        return cls(faiss.read_index(str(path)))

    def write(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        return int(self._index.d)

    def rows(self, first: int, end: int) -> NDArray[np.float32]:
        """float32 (end - first, dim)"""
        if end <= first:
            return np.zeros((0, self.dim), dtype=np.float32)
        found: NDArray[np.float32] = self._index.reconstruct_n(first, end - first)
        return found

    def gather(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """float32 (len(rows), dim), in the order of `rows`."""
        if len(rows) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        found: NDArray[np.float32] = self._index.reconstruct_batch(rows)
        return found

    def search(
        self, query: NDArray[np.float32], limit: int, span: tuple[int, int], allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest rows inside `span` (first, end), restricted to the sorted rows `allowed` where given.

        Returns rows int64 (m,) and cosines float32 (m,), m <= limit, best first, ties by row.
        The restriction holds inside the search: a filter that keeps few rows still returns its best ones.
        """
        first, end = span
        size = end - first if allowed is None else len(allowed)
        if size <= 0 or limit <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        selector = faiss.IDSelectorRange(first, end) if allowed is None else faiss.IDSelectorBatch(allowed)
        scores, ids = self._index.search(query.reshape(1, -1), min(limit, size), params=faiss.SearchParameters(sel=selector))
        kept = ids[0] >= 0
        rows, cosines = ids[0][kept], scores[0][kept]
        order = np.lexsort((rows, -cosines))
        return rows[order], cosines[order]
