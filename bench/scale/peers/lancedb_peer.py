"""LanceDB: a table with vectors and a full-text index, asked with query_type "hybrid"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa

from bench.scale.peers.base import FOUND, cut, embed
from kb.embedding import Embedder

LARGE = 50_000  # passages from which on vectors get an index; below, all are compared
NAME, TABLE = "lancedb", "passages"


class LanceDb:
    libraries: tuple[str, ...] = ("lancedb", "pyarrow")
    settings = (
        'full text on words cut by PyThaiNLP (base_tokenizer "whitespace", no stemming); exact vectors, '
        f"IVF_HNSW_SQ from {LARGE:,} passages; its default reranker (RRF)"
    )

    def build(self, folder: Path, texts: Sequence[str], embedder: Embedder) -> None:
        vectors = embed(texts, embedder)
        column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
        words = [" ".join(cut(text)) for text in texts]
        data = pa.table({"number": list(range(len(texts))), "text": list(texts), "words": words, "vector": column})
        table = lancedb.connect(str(folder / NAME)).create_table(TABLE, data)
        table.create_fts_index("words", base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False)
        if len(texts) >= LARGE:
            table.create_index("dot", index_type="IVF_HNSW_SQ")
        table.optimize()

    def open(self, folder: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._table: Any = lancedb.connect(str(folder / NAME)).open_table(TABLE)

    def ask(self, question: str) -> list[int]:
        asked = self._table.search(query_type="hybrid", vector_column_name="vector", fts_columns="words")
        asked = asked.vector(self._embedder.queries([question])[0]).text(" ".join(cut(question)))
        return _numbers(asked)

    def nearest(self, question: str) -> list[int]:
        return _numbers(self._table.search(self._embedder.queries([question])[0], "vector"))


def _numbers(asked: Any) -> list[int]:
    found = asked.distance_type("dot").select(["number"]).limit(FOUND).to_list()
    return [int(row["number"]) for row in found]
