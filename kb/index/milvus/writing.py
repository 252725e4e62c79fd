"""MilvusWriter: the next generation of an index, beside the ones that readers have open.

What it writes is invisible until its ledger is published with the generation's folder, which is one rename (kb.index.generations): a
reader's generation stands in the ledger it opened. Killed at any moment, the next run goes on where it stopped; with another plan it takes
back what the killed one had written. One writer at a time, with the index's lock held.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexCorrupt
from kb.index import bm25
from kb.index.manifest import ModelStamp
from kb.index.milvus import expressions
from kb.index.milvus.address import Address
from kb.index.milvus.collection import NO_TERMS, Entry, index_kind, record
from kb.index.milvus.connection import FRESH, Connection
from kb.index.milvus.draft import Draft, unfinished
from kb.index.milvus.expressions import FOREVER
from kb.index.milvus.ledger import Header, Ledger
from kb.index.milvus.reading import check_counts

PREFIX = "kb_"
BATCH = 1_000  # passages sent at once: some megabytes, below gRPC's limit of 64
ALL_FIELDS = ("row", "lang", "document", "born", "died", "length", "keys", "dense", "sparse")


def new_name() -> str:
    """Of a collection that does not exist."""
    return PREFIX + secrets.token_hex(8)


class MilvusWriter:
    """Raises EngineUnreachable when the server fails twice; what was taken till then is not sent again by the next run."""

    def __init__(self, connection: Connection, draft: Draft) -> None:
        self._connection = connection
        self._draft = draft

    @classmethod
    def create(
        cls, address: Address, draft: Path, plan: str, model: ModelStamp, averages: Mapping[str, float], expected: int, name: str
    ) -> MilvusWriter:
        """The first generation of a new collection.

        draft: where its ledger grows, kept until `finish`. plan: digest of all that will be written, rows included; another one begins
        anew. averages: terms a passage of every language, which fix the length part of BM25 for the collection's life. expected:
        passages, which choose the index over the vectors. name: of the collection (`new_name`), unless a draft is gone on with.
        """
        connection = Connection(address)
        left = unfinished(draft)
        wanted = Header(name, 1, plan, model, index_kind(expected), dict(averages))
        same = left is not None and replace(left, collection=wanted.collection) == wanted
        if left and same and connection.has(left.collection):
            connection.require(left.collection)
            return cls(connection, Draft(draft))
        if left and left.generation == 1:
            connection.drop(left.collection)
        # The draft comes first: killed now, the next run knows what to drop.
        started = Draft.start(draft, wanted, None)
        connection.create(wanted.collection, model.dim, wanted.kind)
        connection.require(wanted.collection)
        return cls(connection, started)

    @classmethod
    def extend(cls, address: Address, draft: Path, plan: str, base: Path) -> MilvusWriter:
        """The generation after the one whose ledger is `base`.

        Raises IndexCorrupt where Milvus no longer holds the generation `base`, IndexMissing where the collection is gone.
        """
        connection, before = Connection(address), Ledger(base)
        connection.require(before.header.collection)
        wanted = replace(before.header, generation=before.header.generation + 1, plan=plan)
        if unfinished(draft) == wanted:
            return cls(connection, Draft(draft))
        _take_back(connection, before.header)
        check_counts(connection, before.header, before.counts)
        return cls(connection, Draft.start(draft, wanted, base))

    @property
    def _header(self) -> Header:
        return self._draft.header

    def add(self, entries: Iterable[Entry]) -> int:
        """Send passages; returns how many were sent now, without those that Milvus had taken before. Their rows were never used before."""
        rest, sent = iter(entries), 0
        while batch := list(islice(rest, BATCH)):
            taken = self._draft.taken(entry.row for entry in batch)
            new = [entry for entry in batch if entry.row not in taken]
            if new:
                self._send(new)
            sent += len(new)
        return sent

    def _send(self, entries: Sequence[Entry]) -> None:
        rows, frequencies, records = defaultdict[str, list[int]](list), Counter[int](), list[dict[str, Any]]()
        for lang in sorted({entry.lang for entry in entries}):
            inside = [entry for entry in entries if entry.lang == lang]
            numbers = self._draft.numbers({term for entry in inside for term in entry.terms}, lang)
            for entry in inside:
                impacts = _impacts(entry.terms, numbers, self._header.averages[lang])
                records.append(record(replace(entry, keys=_plain(entry.keys)), impacts, self._header.generation, FOREVER))
                frequencies.update(impacts.keys())
                rows[lang].append(entry.row)
        self._connection.upsert(self._header.collection, records)
        self._draft.add(rows, frequencies)

    def delete(self, rows: NDArray[np.int64]) -> int:
        """Passages that readers of this generation do not see; returns how many were alive. Rows without a passage are passed over."""
        buried = self._draft.buried(rows.tolist())
        left = np.array([row for row in rows.tolist() if row not in buried], np.int64)
        return sum(self._bury(left[start : start + BATCH]) for start in range(0, len(left), BATCH))

    def _bury(self, rows: NDArray[np.int64]) -> int:
        header = self._header
        # Those of a killed run bear this generation's mark already, but the draft does not know.
        only = f"{expressions.of_rows(rows)} and died >= {header.generation}"
        records = self._connection.query(header.collection, only, ALL_FIELDS, FRESH)
        if not records:
            return 0
        self._connection.upsert(header.collection, [{**each, "died": header.generation} for each in records])
        by_language = {lang: [int(r["row"]) for r in records if r["lang"] == lang] for lang in {r["lang"] for r in records}}
        self._draft.bury(by_language, Counter(number for r in records for number in r["sparse"] if number != NO_TERMS))
        return len(records)

    def finish(self, path: Path) -> Ledger:
        """Write all to disk and make the ledger in `path` (same disk as the draft); readers find it once the generation is published.

        Raises IndexCorrupt where Milvus does not hold all that was sent; the next run begins this generation anew.
        """
        self._connection.flush(self._header.collection)
        try:
            check_counts(self._connection, self._header, self._draft.counts())
        except IndexCorrupt:
            self._draft.discard()
            raise
        ledger = self._draft.seal(path)
        self._connection.close()
        return ledger

    def close(self) -> None:
        """Leave the draft for the next run."""
        self._draft.close()
        self._connection.close()


def compact(address: Address, ledger: Path, oldest: int) -> None:
    """Remove the passages that no reader of generation `oldest` or later can see."""
    connection, collection = Connection(address), Ledger(ledger).header.collection
    connection.require(collection)
    # Not flushed: what a crash brings back is removed by the next run, and a server takes few flushes.
    connection.delete(collection, f"died <= {oldest}")
    connection.close()


def drop(address: Address, collections: Iterable[str]) -> None:
    """Remove collections, with all their generations, where there are such: once no reader has them open."""
    connection = Connection(address)
    for name in collections:
        connection.drop(name)
    connection.close()


def _take_back(connection: Connection, base: Header) -> None:
    """Undo what a writer wrote whose generation was never published."""
    connection.delete(base.collection, f"born > {base.generation}")
    for records in _dead_since(connection, base):
        connection.upsert(base.collection, [{**each, "died": FOREVER} for each in records])


def _dead_since(connection: Connection, base: Header) -> Iterator[list[dict[str, Any]]]:
    only = f"died > {base.generation} and died < {FOREVER}"
    while records := connection.query(base.collection, only, ALL_FIELDS, FRESH, limit=BATCH):
        yield records


def _plain(keys: Iterable[str]) -> list[str]:
    return sorted({expressions.plain(key) for key in keys})


def _impacts(terms: Sequence[str], numbers: Mapping[str, int], average: float) -> dict[int, float]:
    return {numbers[term]: bm25.impact(frequency, len(terms), average) for term, frequency in Counter(terms).items()}
