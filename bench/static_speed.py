"""How fast is the static model?

    python -m bench.static_speed DEV_FOLDER [FOLDER]

DEV_FOLDER holds govnews-passages.jsonl.xz. FOLDER: a static model's, else `builtin-static`. Prints, each the median of several runs:
passages of 350 characters a second (Thai: government news; English: our own paragraphs again and again), on all cores;
microseconds a question of 8 words; milliseconds from the start of Python to the first vector, beside bare numpy and `builtin`.
"""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.model_quality import QUESTION
from kb.embedding import BUILTIN, STATIC, open_embedder
from training import development

LENGTH = 350  # characters of a passage


def main(dev: Path, model: str) -> None:
    with lzma.open(dev / "govnews-passages.jsonl.xz", "rt", encoding="utf-8") as file:
        thai = [json.loads(line)["text"][:LENGTH] for line in file]
    english = [row["en"][:LENGTH] for row in development.paragraph_set()[0]] * 40
    embedder = open_embedder(model)
    for name, texts in (("Thai", thai), ("English", english)):
        seconds = _median(lambda texts=texts: embedder.passages(texts), 3)  # type: ignore[misc]
        print(f"{name} passages, {_length(texts):.0f} characters, {os.cpu_count()} cores: {len(texts) / seconds:.0f}/s")
    print(f"one question, one thread: {1e6 * _median(lambda: embedder.queries([QUESTION]), 500):.0f} µs")
    print(f"start, bare numpy: {_start('import numpy, tokenizers'):.0f} ms")
    for name in (model, BUILTIN):
        script = f"from kb.embedding import open_embedder; open_embedder({name!r}).queries([{QUESTION!r}])"
        print(f"start, {name}: {_start(script):.0f} ms")


def _median(run: Callable[[], object], times: int) -> float:
    """Seconds."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        found.append(time.perf_counter() - started)
    return float(np.median(found))


def _start(script: str) -> float:
    """Milliseconds of a process of its own."""
    return 1000 * _median(lambda: subprocess.run([sys.executable, "-c", script], check=True), 5)


def _length(texts: Sequence[str]) -> float:
    return float(np.mean([len(text) for text in texts]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else STATIC)
