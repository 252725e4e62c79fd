"""What every engine is measured by: real passages, an engine of plain numpy, and how each real engine is filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer import collection
from kb import passages as splitter
from kb.embedding import Embedder
from kb.index import blocks, bm25, terms, vectors
from kb.index.engine import Engine, Ranked, nothing, ranked
from kb.index.local import LocalEngine
from kb.index.manifest import ModelStamp
from kb.index.milvus.address import Address
from kb.index.milvus.collection import Entry
from kb.index.milvus.reading import MilvusEngine
from kb.index.milvus.writing import MilvusWriter, new_name
from kb.index.vectors import Vectors
from kb.text.analyzer import Analyzer
from kb.types import LANGS, Document, Lang, Passage


def averages(entries: Iterable[Entry]) -> dict[str, float]:
    """Terms a passage of each language."""
    lengths: dict[str, list[int]] = {lang: [] for lang in LANGS}
    for entry in entries:
        lengths[entry.lang].append(len(entry.terms))
    return {lang: float(np.mean(found)) if found else 1.0 for lang, found in lengths.items()}


class Reference:
    """The contract in plain numpy: every passage is compared."""

    def __init__(self, entries: Iterable[Entry], fixed: Mapping[str, float] | None = None) -> None:
        """fixed: average lengths of an engine that keeps them."""
        self.entries = {entry.row: entry for entry in entries}
        self._averages = fixed or averages(self.entries.values())
        self._counted = {row: Counter(entry.terms) for row, entry in self.entries.items()}

    def count(self, lang: str) -> int:
        return sum(entry.lang == lang for entry in self.entries.values())

    def found(self, term: str, lang: str) -> int:
        return sum(entry.lang == lang and term in self._counted[row] for row, entry in self.entries.items())

    def nearest(self, vector: NDArray[np.float32], limit: int, lang: str, allowed: NDArray[np.int64] | None = None) -> Ranked:
        rows = self._rows(lang, allowed)
        return ranked(rows, self.vectors(rows) @ vector, limit) if len(rows) else nothing()

    def matching(self, weights: Mapping[str, float], limit: int, lang: str, allowed: NDArray[np.int64] | None = None) -> Ranked:
        idf = {term: weight * bm25.idf(self.count(lang), self.found(term, lang)) for term, weight in weights.items()}
        rows = self._rows(lang, allowed)
        scores = np.array([self._score(int(row), idf, lang) for row in rows], np.float32)
        return ranked(rows[scores > 0], scores[scores > 0], limit)

    def _score(self, row: int, idf: Mapping[str, float], lang: str) -> float:
        counted, average = self._counted[row], self._averages[lang]
        return sum(weight * bm25.impact(counted[term], counted.total(), average) for term, weight in idf.items() if term in counted)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.array([self.entries[row].vector for row in rows.tolist()], np.float32)

    def _rows(self, lang: str, allowed: NDArray[np.int64] | None) -> NDArray[np.int64]:
        inside = set(self.entries) if allowed is None else set(self.entries) & set(allowed.tolist())
        return np.array(sorted(row for row in inside if self.entries[row].lang == lang), np.int64)


# Real passages


def real_entries(folder: Path, subjects: int, embedder: Embedder) -> list[Entry]:
    """The passages of some subjects of content/, dialogues among them, with terms, vectors and facet keys."""
    found = collection.read(folder).documents
    ids = sorted({document.id for document in found})[:: max(1, len(found) // (2 * subjects))]
    documents = [document for document in found if document.id in ids]
    passages = [(document, each) for document in documents for each in splitter.split(document, embedder.count_tokens, embedder.max_tokens)]
    embedded = embedder.passages([passage.embedded_text for _, passage in passages])
    analyzer = Analyzer(())
    return [
        Entry(row, passage.lang, document.id, vector, analyzer.index_terms(passage.embedded_text), keys_of(document, passage))
        for row, ((document, passage), vector) in enumerate(zip(passages, embedded, strict=True))
    ]


def keys_of(document: Document, passage: Passage) -> list[str]:
    said = [f"speaker={passage.speaker}"] if passage.speaker else []
    year = [f"year={document.date.year}"] if document.date else []
    return [*(f"country={each}" for each in document.countries), *(f"theme={each}" for each in document.themes), *year, *said]


# Engines


class Harness(Protocol):
    """How a test fills an engine, generation by generation."""

    keeps_averages: bool  # of the first generation

    def publish(self, added: Sequence[Entry], deleted: Sequence[int] = ()) -> Engine:
        """The next generation, opened."""

    def reopen(self) -> Engine:
        """The last generation once more, as after a restart."""


class MilvusHarness:
    keeps_averages = True

    def __init__(self, folder: Path, address: str, model: ModelStamp) -> None:
        pytest.importorskip("pymilvus", reason="pymilvus is not installed (extra milvus)")
        self.folder, self.address, self.model = folder, Address.parse(address), model
        self.generation = 0
        self.plan = "plan"

    @property
    def draft(self) -> Path:
        return self.folder / "draft.sqlite"

    def ledger(self, generation: int) -> Path:
        return self.folder / f"ledger-{generation}.sqlite"

    def writer(self, first: Sequence[Entry] = ()) -> MilvusWriter:
        """first: the passages of a first generation, which fix its averages."""
        if self.generation:
            return MilvusWriter.extend(self.address, self.draft, self.plan, self.ledger(self.generation))
        return MilvusWriter.create(self.address, self.draft, self.plan, self.model, averages(first), len(first), new_name())

    def publish(self, added: Sequence[Entry], deleted: Sequence[int] = ()) -> MilvusEngine:
        writer = self.writer(added)
        writer.add(added)
        writer.delete(np.array(deleted, np.int64))
        writer.finish(self.ledger(self.generation + 1))
        self.generation += 1
        return self.reopen()

    def reopen(self) -> MilvusEngine:
        return MilvusEngine.open(self.address, self.ledger(self.generation), self.model)


class LocalHarness:
    keeps_averages = False

    def __init__(self, folder: Path, model: ModelStamp) -> None:
        self.folder, self.model = folder, model
        self.generation = 0
        self.runs: dict[Lang, list[Vectors]] = {lang: [] for lang in LANGS}
        self.entries: dict[int, Entry] = {}  # row -> passage that is alive
        self.dead: set[int] = set()

    def publish(self, added: Sequence[Entry], deleted: Sequence[int] = ()) -> LocalEngine:
        """Terms are indexed anew, as for every collection that is not large."""
        self.generation += 1
        self.dead |= set(deleted)
        self.entries = {row: each for row, each in [*self.entries.items(), *((e.row, e) for e in added)] if row not in self.dead}
        for lang in LANGS:
            self.runs[lang] += [self._written(run) for run in _runs([each for each in added if each.lang == lang])]
            own = sorted((each for each in self.entries.values() if each.lang == lang), key=lambda each: each.row)
            terms.TermIndex.write(self._terms(lang), [terms.Entry(each.row, each.row, " ".join(each.terms)) for each in own])
        return self.reopen()

    def reopen(self) -> LocalEngine:
        dead = np.array(sorted(self.dead), np.int64)
        alive = {lang: [run.with_dead(dead[(dead >= run.first) & (dead < run.end)]) for run in self.runs[lang]] for lang in LANGS}
        counts = {lang: sum(run.alive for run in alive[lang]) for lang in LANGS}
        return LocalEngine(self.model.dim, counts, alive, {lang: terms.TermIndex.read(self._terms(lang)) for lang in LANGS})

    def _terms(self, lang: Lang) -> Path:
        return self.folder / f"terms-{lang}-{self.generation}"

    def _written(self, run: Sequence[Entry]) -> Vectors:
        """In a file, as those of a part."""
        path = self.folder / f"{self.generation}-{run[0].row}.npy"
        vectors.write(path, np.stack([each.vector for each in run]))
        blocks.write_table(path)
        return Vectors.open(path, None, run[0].row)


def _runs(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Passages whose rows follow each other."""
    found: list[list[Entry]] = []
    for entry in sorted(entries, key=lambda each: each.row):
        if found and entry.row == found[-1][-1].row + 1:
            found[-1].append(entry)
        else:
            found.append([entry])
    return found
