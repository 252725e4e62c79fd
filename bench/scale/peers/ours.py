"""Ours, asked in the process as the others are; `kb index` has made its index."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.scale import raw
from bench.scale.peers.base import FOUND
from kb.embedding import Embedder
from kb.index.reader import Index, open_index
from kb.knowledge_base import KnowledgeBase
from kb.types import LANGS


class Ours:
    libraries: tuple[str, ...] = ("faiss-cpu", "tantivy")
    settings = "kb index; KnowledgeBase.search, ten documents with one passage each"

    def open(self, folder: Path, embedder: Embedder) -> None:
        self._folder, self._embedder = folder, embedder
        self._kb = KnowledgeBase.open(folder, embedder=embedder)

    @cached_property
    def _opened(self) -> tuple[Index, NDArray[np.int64]]:
        """The index and its rows; beside the one that is searched, whose memory is measured before."""
        index = open_index(self._folder)
        return index, raw.rows_of(index)

    def ask(self, question: str) -> list[str]:
        return [hit.document.id for hit in self._kb.search(question, limit=FOUND, passages=1).hits]

    def nearest(self, question: str) -> list[int]:
        index, own = self._opened
        vector = self._embedder.queries([question])[0]
        found = [index.engine.nearest(vector, FOUND, lang) for lang in LANGS]
        rows, scores = (np.concatenate([each[place] for each in found]) for place in (0, 1))
        best = rows[np.argsort(-scores, kind="stable")[:FOUND]]
        return [int(place) for place in np.searchsorted(own, best)]
