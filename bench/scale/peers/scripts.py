"""The script that most people would write: FAISS, a BM25 package and reciprocal rank fusion."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import bm25s
import faiss
import numpy as np
from rank_bm25 import BM25Okapi

from bench.scale.peers.base import FOUND, cut, embed, reciprocal_ranks
from kb.embedding import Embedder

DEPTH = 50  # passages of each list that are fused
VECTORS, WORDS = "vectors.faiss", "words"


class Words(Protocol):
    """A BM25 package."""

    library: str

    def build(self, path: Path, words: list[list[str]]) -> None: ...

    def open(self, path: Path) -> None: ...

    def matching(self, words: list[str]) -> list[int]:
        """Numbers of up to DEPTH passages with one of the words, best first."""


class Script:
    def __init__(self, words: Words) -> None:
        self._words = words
        self.libraries: tuple[str, ...] = (words.library, "faiss-cpu")
        self.settings = f"{words.library} and IndexFlatIP, {DEPTH} of each fused by reciprocal ranks; words cut by PyThaiNLP"

    def build(self, folder: Path, texts: Sequence[str], embedder: Embedder) -> None:
        vectors = embed(texts, embedder)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        faiss.write_index(flat, str(folder / VECTORS))
        self._words.build(folder / WORDS, [cut(text) for text in texts])

    def open(self, folder: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._flat = faiss.read_index(str(folder / VECTORS))
        self._words.open(folder / WORDS)

    def ask(self, question: str) -> list[int]:
        return reciprocal_ranks(self._near(question, DEPTH), self._words.matching(cut(question)))

    def nearest(self, question: str) -> list[int]:
        return self._near(question, FOUND)

    def _near(self, question: str, limit: int) -> list[int]:
        _, rows = self._flat.search(self._embedder.queries([question]), limit)
        return [int(row) for row in rows[0]]


class Bm25s:
    library = "bm25s"

    def build(self, path: Path, words: list[list[str]]) -> None:
        engine = bm25s.BM25()
        engine.index(words, show_progress=False)
        engine.save(str(path))

    def open(self, path: Path) -> None:
        self._engine: Any = bm25s.BM25.load(str(path))

    def matching(self, words: list[str]) -> list[int]:
        rows, scores = self._engine.retrieve([words], k=DEPTH, show_progress=False)
        return [int(row) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]


class RankBm25:
    """BM25Okapi, which has no way to keep an index but pickle."""

    library = "rank-bm25"

    def build(self, path: Path, words: list[list[str]]) -> None:
        path.write_bytes(pickle.dumps(BM25Okapi(words)))

    def open(self, path: Path) -> None:
        self._engine: Any = pickle.loads(path.read_bytes())

    def matching(self, words: list[str]) -> list[int]:
        scores = self._engine.get_scores(words)
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [int(row) for row in best if scores[row] > 0]
