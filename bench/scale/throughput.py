"""Index from nothing: passages a second, memory at its highest, and how much of the time is cutting Thai into words.

    python -m bench.scale.throughput DATA --size 10k --model builtin-static

The whole of `kb index` in a process of its own counts, from its start to its end: reading files, dividing, cutting words, embedding
passages and sentences, BM25, FAISS, writing and syncing.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.scale import collection, processes, results
from bench.scale.collection import Collection
from bench.scale.raw import sample_of_texts
from kb.text.analyzer import Analyzer

SAMPLE = 2_000  # passages that are cut apart


def measure(found: Collection) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=found.index.parent) as folder:
        index = Path(folder) / "index"
        ran = processes.run(collection.kb("index", "--json"), found.environment(KB_INDEX_DIR=str(index)), accepted=(0, 1))
        made = json.loads(ran.output)
        cutting = cutting_seconds(index, made["passages"])
        _keep(index, found.index)
    return {
        "documents": made["documents"],
        "passages": made["passages"],
        "texts_embedded": made["embedded"],
        "seconds": round(ran.seconds, 2),
        "passages_per_s": round(made["passages"] / ran.seconds, 1),
        "cutting_words_s": round(cutting, 2),
        "passages_per_s_without_cutting": round(made["passages"] / max(ran.seconds - cutting, 1e-9), 1),
        "peak": ran.peak.to_json(),
    }


def cutting_seconds(index: Path, passages: int) -> float:
    """What the analyzer takes for so many passages where it runs on all cores alone, from a sample."""
    analyzer = Analyzer([])
    analyzer.warm_up()
    texts = sample_of_texts(index, SAMPLE)
    began = time.process_time()
    for text in texts:
        analyzer.index_terms(text)
    return (time.process_time() - began) / max(1, len(texts)) * passages / (os.cpu_count() or 1)


def _keep(index: Path, wanted: Path) -> None:
    """For the parts that follow, where there is none yet."""
    if not wanted.exists():
        shutil.move(index, wanted)


def main() -> None:
    found = collection.content(collection.parser(__doc__).parse_args())
    results.save("throughput", found.size, found.model, measure(found))


if __name__ == "__main__":
    main()
