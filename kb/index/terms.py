"""BM25 over the analyzer's terms, one tantivy index a language: the only file that knows tantivy.

Each language has its own index because document frequencies and average lengths must be those of the language asked in.
BM25 as in tantivy: k1 = 1.2, b = 0.75 (Robertson & Zaragoza 2009).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

TOKENIZER = "terms"
WRITER_BYTES = 64_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", stored=False, tokenizer_name=TOKENIZER, index_option="freq")
    builder.add_unsigned_field("row", stored=False, indexed=True, fast=True)
    return builder.build()


class TermIndex:
    """Terms of the passages of one language; rows are the same numbers as in Vectors and in the store."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        # Terms come ready from the analyzer; they hold no white space.
        index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        # Files never change once they are published: no thread need watch them.
        index.config_reader("manual")
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def write(cls, folder: Path, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Write (row, terms) pairs into an empty folder as one segment."""
        folder.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(folder))
        index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for row, terms in rows:
            document = tantivy.Document()
            document.add_text("terms", " ".join(terms))
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        for lock in folder.glob(".tantivy-*.lock"):
            lock.unlink()

    @classmethod
    def read(cls, folder: Path) -> TermIndex:
        return cls(tantivy.Index.open(str(folder)))

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def found(self, term: str) -> int:
        """Number of passages that hold a term."""
        return int(self._searcher.doc_freq("terms", term))

    def idf(self, term: str) -> float:
        return self.idf_of(self.found(term))

    def idf_of(self, found: float) -> float:
        """ln(1 + (N - n + 0.5) / (n + 0.5)), as tantivy weights a term that n of N passages hold."""
        return math.log(1 + (self.count - found + 0.5) / (found + 0.5))

    def whole(self, weights: Mapping[str, float], known_only: bool = False) -> float:
        """The score of a passage of average length that holds every term once: Σ weight · idf.

        Terms that no passage holds count like the rarest ones, unless `known_only`.
        """
        counted = weights if not known_only else {t: w for t, w in weights.items() if self.found(t)}
        return sum(weight * self.idf(term) for term, weight in counted.items())

    def search(
        self, weights: Mapping[str, float], limit: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows int64 (m,) and BM25 scores float32 (m,), best first, ties by row, of passages that hold any of the weighted terms."""
        if not weights or limit <= 0 or (allowed is not None and len(allowed) == 0):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        hits = self._searcher.search(self._query(weights, allowed), limit, count=False).hits
        rows = np.array(self._searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64)
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _query(self, weights: Mapping[str, float], allowed: NDArray[np.int64] | None) -> tantivy.Query:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "terms", term, "freq"), weight))
            for term, weight in sorted(weights.items())
        ]
        query = tantivy.Query.boolean_query(clauses)
        if allowed is None:
            return query
        keep = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "row", allowed.tolist()), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, keep)])
