"""From the start of `kb serve` to its first answer to a question.

    python -m bench.scale.cold_start DATA --size 470k [--rounds 5]

Twice: with the index in the system's memory, as after indexing or an update of the program; and after its pages were given back, as after
a start of the machine. The program's own files stay in memory in both.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.scale import collection, results, serving
from bench.scale.collection import Collection

QUESTION = "เมืองสีเขียวลดขยะพลาสติกอย่างไร"


def measure(found: Collection, rounds: int) -> dict[str, Any]:
    start(found)
    warm = [start(found) for _ in range(rounds)]
    cold = []
    for _ in range(rounds):
        forget(found.index)
        cold.append(start(found))
    return {
        "index_mb": round(sum(path.stat().st_size for path in _files(found.index)) / 1e6, 1),
        "index_in_memory_s": round(statistics.median(warm), 2),
        "index_from_disk_s": round(statistics.median(cold), 2),
        "rounds": {"index_in_memory_s": [round(each, 2) for each in warm], "index_from_disk_s": [round(each, 2) for each in cold]},
    }


def start(found: Collection) -> float:
    """Seconds."""
    began = time.perf_counter()
    with serving.served(found.environment()) as server:
        status, _ = serving.get(server.url, f"/api/v1/search?q={quote(QUESTION)}")
        seconds = time.perf_counter() - began
    if status != 200:
        raise RuntimeError(f"the first question got status {status}")
    return seconds


def forget(folder: Path) -> None:
    """The system gives back the pages that it keeps of the files; those that have not been written yet are written first."""
    for path in _files(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def main() -> None:
    parser = collection.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    found = collection.indexed(given)
    results.save("cold_start", found.size, found.model, measure(found, given.rounds))


if __name__ == "__main__":
    main()
