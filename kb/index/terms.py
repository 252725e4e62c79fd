"""BM25 over the analyzer's terms, one tantivy index a language: the only file that knows tantivy.

Each language has its own index because document frequencies and average lengths must be those of the language asked in.
BM25 as in tantivy: k1 = 1.2, b = 0.75 (Robertson & Zaragoza 2009).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy
from numpy.typing import NDArray

from kb.index.engine import Ranked, nothing, ranked
from kb.index.writing import writing

TOKENIZER = "terms"
WRITER_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as it is indexed."""

    row: int
    document: int  # number of its document
    terms: str  # in order, a space between them


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", stored=False, tokenizer_name=TOKENIZER, index_option="freq")
    builder.add_unsigned_field("row", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("document", stored=False, indexed=True, fast=False)
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
    def write(cls, folder: Path, entries: Iterable[Entry], base: Path | None = None, gone: Iterable[int] = ()) -> None:
        """Make an index in a folder that does not exist: from `entries` alone, or from the one in `base`, which stays as it is, without
        the documents `gone` and with the entries added.

        Files of `base` are shared, not copied, where the file system can; tantivy never changes a file that it has written. Until it
        merges its segments, the passages that are gone still count in the frequencies of terms. Raises OSError.
        """
        with writing(folder):
            cls._write(folder, entries, base, gone)

    @staticmethod
    def share(folder: Path, base: Path) -> None:
        """Make an index in a folder that does not exist of the one in `base`, as it is; see `write`. Raises OSError."""
        with writing(folder):
            shutil.copytree(base, folder, copy_function=_share)

    @staticmethod
    def _write(folder: Path, entries: Iterable[Entry], base: Path | None, gone: Iterable[int]) -> None:
        if base is None:
            folder.mkdir(parents=True)
            index = tantivy.Index(_schema(), path=str(folder))
        else:
            shutil.copytree(base, folder, copy_function=_share)
            index = tantivy.Index.open(str(folder))
        index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for number in gone:
            writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "document", number))
        for entry in entries:
            document = tantivy.Document()
            document.add_text("terms", entry.terms)
            document.add_unsigned("row", entry.row)
            document.add_unsigned("document", entry.document)
            writer.add_document(document)
        writer.commit()
        writer.garbage_collect_files()
        writer.wait_merging_threads()
        for lock in folder.glob(".tantivy-*.lock"):
            lock.unlink()

    @classmethod
    def read(cls, folder: Path) -> TermIndex:
        """Also where nothing may be written: tantivy makes a lock beside the files that it opens, so there it opens links to them."""
        if os.access(folder, os.W_OK):
            return cls(tantivy.Index.open(str(folder)))
        with TemporaryDirectory(prefix="kb-terms-") as elsewhere:
            for path in folder.iterdir():
                (Path(elsewhere) / path.name).symlink_to(path.resolve())
            return cls(tantivy.Index.open(elsewhere))  # its files are open, and mapped, when the links go

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def found(self, term: str) -> int:
        """Number of passages that hold a term."""
        return int(self._searcher.doc_freq("terms", term))

    def search(self, weights: Mapping[str, float], limit: int, allowed: NDArray[np.int64] | None = None) -> Ranked:
        """Passages that hold any of the weighted terms; `allowed`: ascending rows to choose from."""
        if not weights or limit <= 0 or (allowed is not None and len(allowed) == 0):
            return nothing()
        if allowed is not None and (found := self._best_among(weights, limit, allowed)):
            return found
        return self._hits(weights, limit, allowed)

    def _best_among(self, weights: Mapping[str, float], limit: int, allowed: NDArray[np.int64]) -> Ranked | None:
        """As `search` where most of the best passages of all are allowed. None where asking for the allowed ones alone is quicker.

        A query with many rows takes 0.8 µs for each of them, a hit about as long.
        """
        wanted = limit + 3 * limit * self.count // (2 * len(allowed))
        while wanted < len(allowed):
            rows, scores = self._hits(weights, wanted, None)
            inside = allowed[np.minimum(allowed.searchsorted(rows), len(allowed) - 1)] == rows
            if np.count_nonzero(inside) >= limit or len(rows) < wanted:
                return rows[inside][:limit], scores[inside][:limit]
            wanted *= 4
        return None

    def _hits(self, weights: Mapping[str, float], limit: int, allowed: NDArray[np.int64] | None) -> Ranked:
        hits = self._searcher.search(self._query(weights, allowed), limit, count=False).hits
        rows = np.array(self._searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64)
        return ranked(rows, np.array([score for score, _ in hits], dtype=np.float32), limit)

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


def _share(source: str, target: str) -> None:
    """One file under two names; a copy where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
