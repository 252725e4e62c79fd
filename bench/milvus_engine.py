"""How fast a Milvus takes and finds passages, and how much of the exact answer its index gives.

    python bench/milvus_engine.py milvus://127.0.0.1:19530/default 100000

Passages are made up: vectors around a few hundred directions, terms by Zipf's law. Whoever sizes a cluster runs it there, with the number
of passages that a query node is to hold. The collection is dropped at the end.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index.manifest import ModelStamp
from kb.index.milvus.address import Address
from kb.index.milvus.collection import Entry
from kb.index.milvus.ledger import Ledger
from kb.index.milvus.reading import MilvusEngine
from kb.index.milvus.writing import MilvusWriter, drop, new_name

DIM, TERMS, VOCABULARY, TOPICS = 384, 90, 200_000, 300
QUESTIONS, DEPTH = 50, 200
Vectors = NDArray[np.float32]


def made_up(count: int, rng: np.random.Generator) -> Vectors:
    """float32 (count, DIM), each of length 1."""
    rows = rng.normal(size=(TOPICS, DIM))[rng.integers(TOPICS, size=count)] + rng.normal(size=(count, DIM))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def entries(vectors: Vectors, rng: np.random.Generator) -> Iterator[Entry]:
    for row, vector in enumerate(vectors):
        terms = [f"t{number}" for number in rng.zipf(1.2, TERMS) % VOCABULARY]
        yield Entry(row, "th", f"d{row // 8}", vector, terms, (f"year={2000 + row % 25}",))


def timed(call: Callable[[int], object]) -> str:
    """Median and 95th percentile over the questions."""
    times = []
    for number in range(QUESTIONS):
        started = time.perf_counter()
        call(number)
        times.append(1000 * (time.perf_counter() - started))
    return f"median {statistics.median(times):.1f} ms, 95% {statistics.quantiles(times, n=20)[-1]:.1f} ms"


def main(address: Address, count: int) -> None:
    rng = np.random.default_rng(0)
    vectors, model = made_up(count, rng), ModelStamp("made up", "0" * 64, DIM)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger"
        writer = MilvusWriter.create(address, Path(folder) / "draft", "plan", model, {"th": TERMS, "en": TERMS}, count, new_name())
        started = time.perf_counter()
        writer.add(entries(vectors, rng))
        writer.finish(ledger)
        print(f"{count / (time.perf_counter() - started):,.0f} passages/s written, ledger {ledger.stat().st_size / 1e6:.1f} MB")
        ask(MilvusEngine.open(address, ledger, model), vectors, made_up(QUESTIONS, np.random.default_rng(0)))
        drop(address, [Ledger(ledger).header.collection])


def ask(engine: MilvusEngine, vectors: Vectors, questions: Vectors) -> None:
    print("index", engine.ledger.header.kind)
    print("nearest", timed(lambda i: engine.nearest(questions[i], DEPTH, "th")))
    print("nearest of one year", timed(lambda i: engine.narrowed([[f"year={2000 + i % 25}"]]).nearest(questions[i], DEPTH, "th")))
    print("matching 12 terms", timed(lambda i: engine.matching({f"t{20 + i + k}": 1.0 for k in range(12)}, DEPTH, "th")))
    print("vectors of 200", timed(lambda i: engine.vectors(np.arange(i, i + 200, dtype=np.int64))))
    exact = [set(np.argsort(-(vectors @ question))[:DEPTH].tolist()) for question in questions]
    found = [set(engine.nearest(question, DEPTH, "th")[0].tolist()) for question in questions]
    print(f"of the exact {DEPTH} nearest: {np.mean([len(a & b) / DEPTH for a, b in zip(exact, found, strict=True)]):.4f}")


if __name__ == "__main__":
    main(Address.parse(sys.argv[1]), int(sys.argv[2]))
