"""How good, how small, how fast is the built-in model?

    python bench/model_quality.py DEV_FOLDER [MODEL]

DEV_FOLDER holds flores-devtest.tsv and tatoeba-test.tsv (Thai<TAB>English). MODEL is `builtin`, a folder or a name, as in KB_MODEL.
Prints top-1 accuracy of finding the translation among all sentences, sentences a second, milliseconds a question of 8 words (median of 200,
one thread), and the size of the built-in folder.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from kb.embedding import BUILTIN_FOLDER, open_embedder

QUESTION = "ลดขยะพลาสติกในเมืองท่องเที่ยว how"


def main(dev: Path, model: str) -> None:
    embedder = open_embedder(model)
    for name in ("flores-devtest", "tatoeba-test"):
        pairs = [line.rstrip("\n").split("\t")[:2] for line in (dev / f"{name}.tsv").open(encoding="utf-8")]
        started = time.perf_counter()
        thai, english = (embedder.passages([pair[i] for pair in pairs]) for i in (0, 1))
        seconds = time.perf_counter() - started
        scores, right = thai @ english.T, np.arange(len(pairs))
        forth, back = (scores.argmax(axis=1) == right).mean(), (scores.argmax(axis=0) == right).mean()
        print(f"{name}: th→en {forth:.3f}  en→th {back:.3f}  of {len(pairs)}; {2 * len(pairs) / seconds:.0f} sentences/s")
    times = []
    for _ in range(200):
        started = time.perf_counter()
        embedder.queries([QUESTION])
        times.append(1000 * (time.perf_counter() - started))
    print(f"one question: {np.median(times):.2f} ms (median), one thread")
    if model == "builtin":
        print(f"folder: {sum(path.stat().st_size for path in BUILTIN_FOLDER.rglob('*') if path.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "builtin")
