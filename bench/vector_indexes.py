"""How are many vectors searched? Ways to find candidates that are compared exactly: recall, time, size and time to make.

    python -m bench.vector_indexes VECTORS.npy [MODEL]

VECTORS: vectors-th.npy or vectors-en.npy of a part of an index; MODEL: that made it (builtin-static). Asks the evaluation questions, one
thread. Each row is a FAISS index (its factory's words) with the lists it looks into and the candidates it gives: recall of the ten nearest
among the candidates, and milliseconds of one question. `exact` compares all. Prints Markdown.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from bench.search_cost import questions
from kb.embedding import STATIC, open_embedder

Vectors = NDArray[np.float32]
TRAINED_ON = 100_000
# (factory, numbers of candidates)
KINDS = (("PQ{half}x4fs", (400,)), ("PQ{quarter}x4fs", (400, 1000)), ("IVF{few},PQ{half}x4fs", (400,)), ("IVF{lists},PQ{half}x4fs", (400,)))
KINDS_BEFORE = (("IVF{lists},SQ8", (400,)), ("HNSW16_SQ8", (400, 800)))
SHARES = (0.25, 0.5, 0.75)  # of the lists
TEN = 10


def main(path: Path, model: str) -> None:
    vectors = np.load(path, allow_pickle=False)
    asked = np.ascontiguousarray(open_embedder(model).queries(questions()), np.float32)
    faiss.omp_set_num_threads(1)
    exact = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(vectors)
    _, best = exact.search(asked, TEN)
    print(f"{len(vectors):,} vectors of {vectors.shape[1]}, {len(asked)} questions\n")
    print("| index | lists asked | candidates | recall@10 | ms, median | ms, 99% | MB | s to make |\n|---|---|---|---|---|---|---|---|")
    _row("exact", "", TEN, *_asked(exact, asked, TEN, best), vectors.nbytes / 1e6, 0.0)
    for factory, candidates in (*KINDS, *KINDS_BEFORE):
        _kind(_named(factory, *vectors.shape), candidates, vectors, asked, best)


def _named(factory: str, count: int, dim: int) -> str:
    return factory.format(half=dim // 2, quarter=dim // 4, few=int(count**0.5 / 3), lists=int(2 * count**0.5))


def _kind(factory: str, candidates: Sequence[int], vectors: Vectors, asked: Vectors, best: NDArray[np.int64]) -> None:
    began = time.perf_counter()
    index = _made(factory, vectors)
    seconds = time.perf_counter() - began
    size = _size(index) / 1e6
    for number in candidates:
        for lists in _depths(index, number):
            _row(factory, lists, number, *_asked(index, asked, number, best), size, seconds)


def _made(factory: str, vectors: Vectors) -> faiss.Index:
    """On all cores."""
    index = faiss.index_factory(vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
    chosen = np.sort(np.random.default_rng(0).permutation(len(vectors))[:TRAINED_ON])
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    index.train(vectors[chosen])
    index.add(vectors)
    faiss.omp_set_num_threads(1)
    return index


def _depths(index: faiss.Index, candidates: int) -> Iterator[str]:
    """Sets how much of an index is looked at, and says it."""
    if isinstance(index, faiss.IndexHNSW):
        index.hnsw.efSearch = candidates
        yield ""
    elif hasattr(index, "nlist"):
        for share in SHARES:
            index.nprobe = max(1, int(share * index.nlist))
            yield f"{index.nprobe} of {index.nlist}"
    else:
        yield ""


def _asked(index: faiss.Index, asked: Vectors, number: int, best: NDArray[np.int64]) -> tuple[float, float, float]:
    """(recall of the ten nearest, median and 99th percentile of milliseconds)"""
    times, found = [], 0
    for question, wanted in zip(asked, best, strict=True):
        began = time.perf_counter()
        _, near = index.search(question[None], number)
        times.append(1000 * (time.perf_counter() - began))
        found += len(np.intersect1d(near, wanted))
    return found / best.size, float(np.median(times)), float(np.percentile(times, 99))


def _size(index: faiss.Index) -> int:
    """Bytes of its file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        faiss.write_index(index, str(path))
        return path.stat().st_size


def _row(name: str, lists: str, candidates: int, recall: float, median: float, last: float, size: float, seconds: float) -> None:
    print(f"| {name} | {lists} | {candidates} | {recall:.4f} | {median:.2f} | {last:.2f} | {size:.0f} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else STATIC)
