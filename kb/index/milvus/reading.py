"""MilvusEngine: one generation of an index that lives in Milvus."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexCorrupt, Message
from kb.index import bm25
from kb.index.engine import Ranked, nothing, ranked
from kb.index.manifest import ModelStamp
from kb.index.milvus import expressions
from kb.index.milvus.address import Address
from kb.index.milvus.collection import search_parameters
from kb.index.milvus.connection import FRESH, MOST, STALE, Connection
from kb.index.milvus.ledger import Header, Ledger, mismatch
from kb.types import Lang

SETTLING = 15.0  # seconds after opening in which a query node may still be behind the writer
SPARE = 16  # asked for beyond the limit, to see whether passages tie with the last one
SLICE = 8_000  # rows that stand in one expression
GATHER = 1_000  # vectors fetched at once: 1.5 MB of 384 dimensions


@dataclass(frozen=True, slots=True)
class MilvusEngine:
    """An Engine (kb.index.engine). All its questions raise EngineUnreachable when the server fails twice.

    At most MOST passages come back from one question, as Milvus limits it.
    """

    connection: Connection
    ledger: Ledger
    narrowed_to: tuple[str, ...] = ()  # expressions
    _opened: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, address: Address, path: Path, model: ModelStamp, connection: Connection | None = None) -> MilvusEngine:
        """The generation whose ledger is `path`, for questions embedded by `model`. connection: one to this address that is open.

        Raises IndexCorrupt (the ledger), IndexMismatch (another model), IndexMissing (no such collection), EngineUnreachable.
        """
        ledger = Ledger(path, model)
        connection = connection or Connection(address)
        connection.require(ledger.header.collection)
        dim = connection.dim(ledger.header.collection)
        if dim != model.dim:
            raise mismatch(Path(ledger.header.collection), f"a model of {dim} dimensions", f"one of {model.dim}")
        return cls(connection, ledger)

    def narrowed(self, keys: Sequence[Sequence[str]]) -> MilvusEngine:
        """Searches only passages that have one key of every group; counts and frequencies stay those of all."""
        return replace(self, narrowed_to=(*self.narrowed_to, *map(expressions.with_keys, keys)))

    def count(self, lang: Lang) -> int:
        return self.ledger.count(lang)

    def found(self, term: str, lang: Lang) -> int:
        return self.ledger.found(term, lang)

    def nearest(self, vector: NDArray[np.float32], limit: int, lang: Lang, allowed: NDArray[np.int64] | None = None) -> Ranked:
        asked = np.ascontiguousarray(vector, dtype=np.float32)

        def ask(wanted: int, only: str) -> Ranked:
            how = search_parameters(self.ledger.header.kind, wanted)
            return self.connection.search(self._collection, "dense", asked, wanted, only, how, self._level)

        return self._best(ask, limit, lang, allowed)

    def matching(self, weights: Mapping[str, float], limit: int, lang: Lang, allowed: NDArray[np.int64] | None = None) -> Ranked:
        count = self.count(lang)
        known = self.ledger.known((term for term, weight in weights.items() if weight > 0), lang)
        asked = {number: weights[term] * bm25.idf(count, found) for term, number, found in known}
        if not asked:
            return nothing()

        def ask(wanted: int, only: str) -> Ranked:
            return self.connection.search(self._collection, "sparse", asked, wanted, only, {}, self._level)

        return self._best(ask, limit, lang, allowed)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Raises IndexCorrupt where a row has no passage."""
        found: dict[int, list[float]] = {}
        for start in range(0, len(rows), GATHER):
            only = expressions.of_rows(rows[start : start + GATHER])
            records = self.connection.query(self._collection, only, ["row", "dense"], self._level)
            found |= {int(record["row"]): record["dense"] for record in records}
        if missing := set(rows.tolist()) - set(found):
            raise self._incomplete(f"{len(missing)} passages (row {min(missing)})", f"{len(missing)} ตอน (แถว {min(missing)})")
        return np.array([found[row] for row in rows.tolist()], dtype=np.float32).reshape(len(rows), self.ledger.header.model.dim)

    def verify(self) -> None:
        """Raises IndexCorrupt where Milvus does not hold as many passages as the ledger says."""
        check_counts(self.connection, self.ledger.header, self.ledger.counts)

    def ping(self) -> None:
        """After a restart of the server it makes the collection ready again."""
        self.connection.require(self._collection)

    def close(self) -> None:
        self.connection.close()

    @property
    def _collection(self) -> str:
        return self.ledger.header.collection

    @property
    def _level(self) -> str:
        return FRESH if time.monotonic() - self._opened < SETTLING else STALE

    def _incomplete(self, what_en: str, what_th: str) -> IndexCorrupt:
        return incomplete(self._collection, what_en, what_th)

    def _best(self, ask: Callable[[int, str], Ranked], limit: int, lang: Lang, allowed: NDArray[np.int64] | None) -> Ranked:
        """Long lists of rows are asked for in slices: the best of all is among the best of each."""
        if limit <= 0 or (allowed is not None and len(allowed) == 0):
            return nothing()
        base = [expressions.in_language(lang, self.ledger.header.generation), *self.narrowed_to]
        slices = [[]] if allowed is None else [[expressions.of_rows(allowed[i : i + SLICE])] for i in range(0, len(allowed), SLICE)]
        parts = [_with_ties(ask, min(limit, MOST), expressions.every([*base, *rows])) for rows in slices]
        return ranked(np.concatenate([rows for rows, _ in parts]), np.concatenate([scores for _, scores in parts]), min(limit, MOST))


def _with_ties(ask: Callable[[int, str], Ranked], limit: int, only: str) -> Ranked:
    """The `limit` best and all that tie with the last of them: which of equals comes back is Milvus's accident, and rows decide here."""
    wanted = min(limit + SPARE, MOST)
    while True:
        rows, scores = ask(wanted, only)
        if len(rows) < wanted or wanted == MOST or scores.min() < np.sort(scores)[::-1][limit - 1]:
            return ranked(rows, scores, limit)
        wanted = min(wanted * 4, MOST)


def check_counts(connection: Connection, header: Header, counts: Mapping[str, int]) -> None:
    """Raises IndexCorrupt where Milvus does not hold as many passages of each language as there should be."""
    for lang in header.averages:
        held, wanted = connection.count(header.collection, expressions.in_language(lang, header.generation)), counts.get(lang, 0)
        if held != wanted:
            counted = f"{held} / {wanted} ({lang})"
            raise incomplete(header.collection, f"passages: it holds {counted}", f"ตอน: มี {counted}")


def incomplete(collection: str, what_en: str, what_th: str) -> IndexCorrupt:
    return IndexCorrupt(
        Message(
            f"Milvus, collection {collection}: does not hold what this generation needs: {what_en}. Make the index anew with "
            "`kb index --rebuild`.",
            f"Milvus คอลเลกชัน {collection}: ไม่มีข้อมูลครบตามที่ดัชนีรุ่นนี้ต้องใช้: {what_th} โปรดสร้างดัชนีใหม่ด้วย `kb index --rebuild`",
        )
    )
