"""How good, how small, how fast is the built-in model?

    python -m bench.model_quality DEV_FOLDER [MODEL]

DEV_FOLDER holds the development sets of training/development.py. MODEL is `builtin`, `builtin-static`, a folder or a name, as in KB_MODEL.
Prints top-1 accuracy of finding the translation among all sentences, MRR@10 of Thai questions and of titles of government news, R@1 of
our own paragraphs, texts a second, milliseconds a question of 8 words (median of 200, one thread), and the size of the folder. Then, of
FLORES sentences in one pool of both languages: how often the translation is first, and how often a sentence of the question's own
language, by cosine and standardised per language as the search does (kb.index.statistics).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding import MODELS, Embedder, open_embedder
from kb.index.statistics import SimilarityStatistics
from kb.types import LANGS
from training import development

QUESTION = "ลดขยะพลาสติกในเมืองท่องเที่ยว how"


def main(dev: Path, model: str) -> None:
    embedder = open_embedder(model)
    texts, seconds = 0, 0.0

    def embed(batch: Sequence[str]) -> NDArray[np.float32]:
        nonlocal texts, seconds
        started = time.perf_counter()
        rows = embedder.passages(batch)
        texts, seconds = texts + len(batch), seconds + time.perf_counter() - started
        return rows

    for name, value in development.measure(embed, dev).items():
        print(f"{name}: {value:.3f}")
    print(f"{texts / seconds:.0f} texts/s")
    times = []
    for _ in range(200):
        started = time.perf_counter()
        embedder.queries([QUESTION])
        times.append(1000 * (time.perf_counter() - started))
    print(f"one question: {np.median(times):.2f} ms (median), one thread")
    balance(embedder, dev)
    folder = MODELS / model if model.startswith("builtin") else Path(model)
    if folder.is_dir():
        print(f"folder: {sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) / 1e6:.1f} MB")


def balance(embedder: Embedder, dev: Path) -> None:
    pairs = [line.split("\t")[:2] for line in (dev / "flores-devtest.tsv").read_text("utf-8").splitlines()]
    rows = {lang: embedder.passages([pair[i] for pair in pairs]) for i, lang in enumerate(LANGS)}
    for lang, other in (LANGS, LANGS[::-1]):
        near, far = rows[lang] @ rows[lang].T, rows[lang] @ rows[other].T
        _print_balance(f"cosine {lang}→{other}", near, far)
        scaled = (_standardised(rows[lang], rows[to]) for to in (lang, other))
        _print_balance(f"standardised {lang}→{other}", *scaled)


def _standardised(asked: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    statistics = SimilarityStatistics.fit(rows)
    expected = np.array([statistics.expected(each) for each in asked], np.float32)
    return (asked @ rows.T - expected[:, :1]) / expected[:, 1:]


def _print_balance(name: str, near: NDArray[np.float32], far: NDArray[np.float32]) -> None:
    """near: scores with sentences of the question's own language, itself among them; far: with those of the other."""
    translation = far.diagonal().copy()
    others = far.copy()
    np.fill_diagonal(others, -np.inf)
    np.fill_diagonal(near, -np.inf)
    first = (translation > others.max(axis=1)) & (translation > near.max(axis=1))
    own = near.max(axis=1) > far.max(axis=1)
    print(f"mixed pool, {name}: translation first {first.mean():.3f}, own language first {own.mean():.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "builtin")
