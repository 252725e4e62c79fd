"""txtai: Embeddings with `hybrid`, that is FAISS and its BM25; vectors from outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from txtai import Embeddings

from bench.scale.peers.base import FOUND, cut, embed
from kb.embedding import Embedder

NAME = "txtai"


class Txtai:
    """`as_it_comes`: with its own tokeniser, which has no words for Thai; otherwise it is given words with spaces between."""

    libraries: tuple[str, ...] = ("txtai", "faiss-cpu", "torch")

    def __init__(self, as_it_comes: bool = False) -> None:
        self._as_it_comes = as_it_comes
        words = "its own tokeniser" if as_it_comes else "words cut by PyThaiNLP"
        self.settings = f'Embeddings(hybrid=True, method="external", content=False), FAISS as it chooses, BM25 of {words}'
        self._vectors: dict[str, NDArray[np.float32]] = {}  # of the texts that it will ask to be embedded

    def _config(self) -> dict[str, Any]:
        def transform(texts: Sequence[str]) -> NDArray[np.float32]:
            return np.stack([self._vectors[text] for text in texts])

        scoring: dict[str, Any] = {"method": "bm25", "terms": True, "normalize": True}
        if not self._as_it_comes:
            scoring["tokenizer"] = {"whitespace": True}
        return {"method": "external", "transform": transform, "hybrid": True, "content": False, "scoring": scoring}

    def _given(self, text: str) -> str:
        return text if self._as_it_comes else " ".join(cut(text))

    def build(self, folder: Path, texts: Sequence[str], embedder: Embedder) -> None:
        given = [self._given(text) for text in texts]
        self._vectors = dict(zip(given, embed(texts, embedder), strict=True))
        embeddings = Embeddings(self._config())
        embeddings.index((number, text, None) for number, text in enumerate(given))
        embeddings.config.pop("transform")  # a function, which it cannot write
        embeddings.save(str(folder / NAME))

    def open(self, folder: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder / NAME), config={"transform": self._config()["transform"]})

    def ask(self, question: str) -> list[int]:
        given = self._given(question)
        self._vectors = {given: self._embedder.queries([question])[0]}
        return [int(number) for number, _ in self._embeddings.search(given, FOUND)]

    def nearest(self, question: str) -> list[int]:
        return [int(number) for number, _ in self._embeddings.ann.search(self._embedder.queries([question]), FOUND)[0]]
