"""Vectors of questions, each made once: remembered, and waited for where another thread is just making the same one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Embedder

REMEMBERED = 4096  # questions; with 256 dimensions a vector takes 1 KB, so 4 MB and their texts


class QueryVectors:
    """An Embedder in front of another one. Thread-safe; when there are too many, the question longest not asked is forgotten.

    What generations of one index share stands here: another generation asks the same vectors.
    """

    def __init__(self, embedder: Embedder, remembered: int = REMEMBERED) -> None:
        self._embedder = embedder
        self._remembered = remembered
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, Future[NDArray[np.float32]]] = OrderedDict()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def digest(self) -> str:
        return self._embedder.digest

    @property
    def dim(self) -> int:
        return self._embedder.dim

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Read-only rows, float32 (len(texts), dim)."""
        if len(texts) == 1:
            return self._vector(texts[0])
        return np.concatenate([self._vector(text) for text in texts]) if texts else self._embedder.queries(texts)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embedder.passages(texts)

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    def _vector(self, text: str) -> NDArray[np.float32]:
        """(1, dim)"""
        coming, mine = self._coming(text)
        if mine:
            self._make(text, coming)
        return coming.result()

    def _coming(self, text: str) -> tuple[Future[NDArray[np.float32]], bool]:
        """The vector, made or on its way, and whether this thread is the one to make it."""
        with self._lock:
            known = self._vectors.get(text)
            if known is not None:
                self._vectors.move_to_end(text)
                return known, False
            coming: Future[NDArray[np.float32]] = Future()
            self._vectors[text] = coming
            if len(self._vectors) > self._remembered:
                self._vectors.popitem(last=False)
            return coming, True

    def _make(self, text: str, coming: Future[NDArray[np.float32]]) -> None:
        try:
            row = self._embedder.queries([text])
        except BaseException as fault:
            # Those who wait hear of it as well; who asks later tries again.
            with self._lock:
                if self._vectors.get(text) is coming:
                    del self._vectors[text]
            coming.set_exception(fault)
            return
        row.setflags(write=False)
        coming.set_result(row)


def remembering(embedder: Embedder) -> QueryVectors:
    """The same one for an embedder that remembers already."""
    return embedder if isinstance(embedder, QueryVectors) else QueryVectors(embedder)


def behind(embedder: Embedder) -> Embedder:
    """The one that embeds, where another remembers for it."""
    return embedder._embedder if isinstance(embedder, QueryVectors) else embedder
