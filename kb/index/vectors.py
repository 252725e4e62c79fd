"""The vectors of the passages of one language in one part: the only file that knows FAISS.

Inner product over unit rows, which is the cosine. Few vectors are compared one by one. Many are first sought in an inverted file of
product-quantised codes, 4 bits for every two dimensions, whose tables stand in the registers of the processor (IVF-PQ fast scan: Jégou et
al., Product Quantization for Nearest Neighbor Search, 2011; André et al., Quicker ADC, 2019), and what that finds is compared exactly:
scores are the same either way. The vectors themselves stay in a file that is mapped into memory.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from kb.index.blocks import Blocks
from kb.index.engine import Ranked, nothing, ranked
from kb.index.writing import writing

# More OpenMP threads make one query slower, and requests run side by side anyway.
faiss.omp_set_num_threads(1)

Method = Literal["exact", "ivf-pq"]
Choice = Literal["auto", "exact", "ivf-pq"]
CHOICES: tuple[Choice, ...] = ("auto", "exact", "ivf-pq")
EXACT_UP_TO = 10_000  # vectors: 0.3 ms a question; measured in docs/performance.md
FEW = 8_000  # allowed vectors that are fetched one by one rather than sought in the inverted file
SOUGHT = 2  # times as many candidates as are wanted are compared exactly ...
SOUGHT_LEAST = 400  # ... and at least so many
TRAINED_ON = 64  # vectors for each list of the inverted file
PROBES = 256  # questions by which the number of lists to look into is chosen
RECALL = 0.998  # share of the exact ten nearest that these questions must find, so that others find 0.99
CHUNK = 65_536  # vectors added at a time
WIDEST = 8  # times as many lists are looked into when a filter leaves few of their vectors

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


def vector_choice(setting: str) -> Choice:
    """The setting `vector_index`, checked where settings are read."""
    return next(choice for choice in CHOICES if choice == setting)


def method(count: int, choice: Choice) -> Method:
    """How so many vectors are searched."""
    if choice == "auto":
        return "exact" if count <= EXACT_UP_TO else "ivf-pq"
    return choice if count >= 2 * PROBES else "exact"


class Vectors:
    """Rows `first` to `first + count` of the index. Rows in `dead`, ascending, belong to documents that are gone."""

    def __init__(
        self,
        first: int,
        matrix: NDArray[np.float32],
        coarse: faiss.Index | None = None,
        dead: Rows | None = None,
        blocks: Blocks | None = None,
    ) -> None:
        """blocks: of the file that the matrix is mapped from."""
        self.first = first
        self._matrix = matrix
        self._coarse = coarse
        self.blocks = blocks
        self._alive: NDArray[np.bool_] | None = None
        if dead is not None and len(dead):
            self._alive = np.ones(len(matrix), np.bool_)
            self._alive[dead - first] = False

    @classmethod
    def open(cls, path: Path, coarse: Path | None, first: int, dead: Rows | None = None) -> Vectors:
        """The caller has compared the inverted file with its checksum: FAISS does not survive every damaged one.

        Raises IndexCorrupt, as does whatever reads the vectors.
        """
        blocks = Blocks(path)
        blocks.check(0, min(blocks.size, 1))  # what NumPy reads of it
        mapped: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
        inverted = None if coarse is None else faiss.read_index(str(coarse), faiss.IO_FLAG_MMAP)
        return cls(first, mapped.view(np.ndarray), inverted, dead, blocks)

    def with_dead(self, dead: Rows) -> Vectors:
        """The same vectors, of which others are gone."""
        return Vectors(self.first, self._matrix, self._coarse, dead, self.blocks)

    @property
    def count(self) -> int:
        return len(self._matrix)

    @property
    def alive(self) -> int:
        """Rows of documents that are not gone."""
        return self.count if self._alive is None else int(self._alive.sum())

    @property
    def end(self) -> int:
        return self.first + self.count

    @property
    def dim(self) -> int:
        return int(self._matrix.shape[1])

    def gather(self, rows: Rows) -> NDArray[np.float32]:
        """float32 (len(rows), dim), in the order of `rows`."""
        return self._rows(rows - self.first)

    def search(self, query: NDArray[np.float32], limit: int, allowed: Rows | None = None) -> Ranked:
        """The nearest rows, restricted to the ascending rows `allowed` where given.

        Returns rows int64 (m,) and cosines float32 (m,), m <= limit, best first, ties by row.
        The restriction holds inside the search: a filter that keeps few rows still returns its best ones.
        """
        places = self._places(allowed)
        if limit <= 0 or self.count == 0 or (places is not None and len(places) == 0):
            return nothing()
        if places is not None and (len(places) <= FEW or self._coarse is None):
            return self._best(places, self._cosines(places, query), limit)
        if self._coarse is None:
            return self._best(None, self._all_cosines(query), limit)
        near = self._candidates(query, max(SOUGHT * limit, SOUGHT_LEAST), places)
        return self._best(near, self._cosines(near, query), limit)

    def _places(self, allowed: Rows | None) -> Rows | None:
        """Places in the matrix that may be found, ascending; None: all of them."""
        if allowed is None:
            return None if self._alive is None else np.flatnonzero(self._alive)
        inside = allowed[np.searchsorted(allowed, self.first) : np.searchsorted(allowed, self.end)] - self.first
        return inside if self._alive is None else inside[self._alive[inside]]

    def _cosines(self, places: Rows, query: NDArray[np.float32]) -> Scores:
        if 2 * len(places) > self.count:  # reading all in order is quicker than most of them by number
            return self._all_cosines(query)[places]
        return np.asarray(self._rows(places) @ query, np.float32)

    def _rows(self, places: Rows) -> NDArray[np.float32]:
        if self.blocks:
            width = self._matrix.itemsize * self.dim
            starts = self.blocks.size - self._matrix.nbytes + places * width
            self.blocks.check_spans(starts, starts + width)
        return self._matrix.take(places, axis=0)

    def _all_cosines(self, query: NDArray[np.float32]) -> Scores:
        if self.blocks:
            self.blocks.check_all()
        found = np.empty(self.count, np.float32)
        asked = np.ascontiguousarray(query, np.float32)
        # As numpy's product, but in this thread alone.
        faiss.fvec_inner_products_ny(faiss.swig_ptr(found), faiss.swig_ptr(asked), faiss.swig_ptr(self._matrix), self.dim, self.count)
        return found

    def _best(self, places: Rows | None, cosines: Scores, limit: int) -> Ranked:
        """Ties at the limit are settled by row too, so that the order is the same in every run (faiss #808)."""
        if limit < len(cosines):
            least = np.partition(cosines, len(cosines) - limit)[len(cosines) - limit]
            kept = np.flatnonzero(cosines >= least)
        else:
            kept = np.arange(len(cosines))
        rows = (kept if places is None else places[kept]) + self.first
        return ranked(rows.astype(np.int64), cosines[kept], limit)

    def _candidates(self, query: NDArray[np.float32], limit: int, places: Rows | None) -> Rows:
        """Places that the inverted file finds, ascending."""
        assert self._coarse is not None
        probes = int(self._coarse.nprobe)
        selector = None
        if places is not None:
            bits = np.zeros((self.count + 7) // 8 * 8, np.bool_)
            bits[places] = True
            packed = np.packbits(bits, bitorder="little")
            selector = faiss.IDSelectorBitmap(packed)
            probes = min(probes * min(WIDEST, math.ceil(self.count / len(places))), int(self._coarse.nlist))
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probes) if selector else faiss.SearchParametersIVF(nprobe=probes)
        _, found = self._coarse.search(np.ascontiguousarray(query, np.float32).reshape(1, -1), limit, params=parameters)
        return np.sort(found[0][found[0] >= 0])


def write(path: Path, rows: NDArray[np.float32]) -> None:
    """rows: float32 (n, dim), each of length 1."""
    with writing(path):
        np.save(path, np.ascontiguousarray(rows, np.float32), allow_pickle=False)


def write_coarse(path: Path, rows: NDArray[np.float32], questions: NDArray[np.float32]) -> None:
    """The inverted file over rows float32 (n, dim). It looks into as many lists as RECALL of `questions`, float32 (m, dim), needs."""
    count, dim = rows.shape
    lists = max(1, int(math.sqrt(count) / 3))
    codes = dim // 2 if dim % 2 == 0 else dim
    index = faiss.index_factory(dim, f"IVF{lists},PQ{codes}x4fs", faiss.METRIC_INNER_PRODUCT)
    # A fixed choice, so that the same vectors give the same file.
    chosen = np.random.default_rng(0).permutation(count)[: TRAINED_ON * lists]
    # In one thread: thousands of short steps, at each of which several would wait for each other, and while they wait they take the
    # processor from those who read documents.
    index.train(np.ascontiguousarray(rows[np.sort(chosen)], np.float32))
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        for first in range(0, count, CHUNK):
            index.add(np.ascontiguousarray(rows[first : first + CHUNK], np.float32))
        index.nprobe = _probes(index, rows, np.ascontiguousarray(questions[:PROBES], np.float32))
    finally:
        faiss.omp_set_num_threads(1)
    with writing(path):
        faiss.write_index(index, str(path))


def _probes(index: faiss.Index, rows: NDArray[np.float32], questions: NDArray[np.float32]) -> int:
    exact = faiss.knn(questions, rows, 10, metric=faiss.METRIC_INNER_PRODUCT)[1]
    probes = 4
    while probes < index.nlist:
        index.nprobe = probes
        _, near = index.search(questions, SOUGHT_LEAST)
        found = np.count_nonzero((exact[:, :, None] == near[:, None, :]).any(axis=2))
        if found >= RECALL * exact.size:
            break
        probes += max(probes // 4, 1)
    return min(probes, int(index.nlist))
