"""What a generation knows beside Milvus, in one SQLite file of the generation's folder: immutable once it is published.

It is a dictionary without collisions (a term's number is its dimension in the sparse vectors, never given again), document frequencies and
counts of this generation, and the average lengths that the collection's impacts were computed with.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.errors import IndexCorrupt, IndexMismatch, Message
from kb.index.manifest import ModelStamp

FORMAT = 1
AT_ONCE = 500  # terms looked up by one statement
SCHEMA = """
CREATE TABLE header (json TEXT NOT NULL);
CREATE TABLE terms (
  number INTEGER PRIMARY KEY, lang TEXT NOT NULL, term TEXT NOT NULL, passages INTEGER NOT NULL, UNIQUE (lang, term));
CREATE TABLE counts (lang TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Header:
    """What a ledger belongs to."""

    collection: str
    generation: int
    plan: str  # digest of all that the generation is made of: a killed writer's draft is gone on with for the same plan only
    model: ModelStamp
    kind: str  # of the index over the vectors, see collection.index_kind
    averages: Mapping[str, float]  # language -> terms a passage, when the collection was made
    format: int = FORMAT

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str, place: Path) -> Header:
        """Raises IndexMismatch for another format, IndexCorrupt for no header at all."""
        try:
            raw = json.loads(text)
            if raw["format"] == FORMAT:
                return cls(**{**raw, "model": ModelStamp(**raw["model"])})
        except (ValueError, KeyError, TypeError):
            raise corrupt(place) from None
        raise mismatch(place, f"format {raw['format']}", f"format {FORMAT}")


class Ledger:
    """Read access for many threads: each has a connection of its own to the immutable file."""

    def __init__(self, path: Path, model: ModelStamp | None = None) -> None:
        """model: what questions are embedded with; None asks nothing of it. Raises IndexCorrupt, IndexMismatch."""
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        self.header = self._header(path)
        if model and (model.digest, model.dim) != (self.header.model.digest, self.header.model.dim):
            raise mismatch(path, f"the model {self.header.model.name}", f"the model {model.name}")
        self.counts: dict[str, int] = dict(self._connection.execute("SELECT lang, passages FROM counts"))

    def _header(self, path: Path) -> Header:
        try:
            (text,) = self._connection.execute("SELECT json FROM header").fetchone()
        except (sqlite3.Error, TypeError):
            raise corrupt(path) from None
        return Header.from_json(text, path)

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite3.connect(self._uri, uri=True)
        return connection

    def count(self, lang: str) -> int:
        return self.counts.get(lang, 0)

    def found(self, term: str, lang: str) -> int:
        """Number of passages of a language that hold a term."""
        return next((passages for _, _, passages in self.known([term], lang)), 0)

    def known(self, terms: Iterable[str], lang: str) -> list[tuple[str, int, int]]:
        """(term, number, passages) of the terms that passages of a language hold."""
        return [each for each in look_up(self._connection, terms, lang) if each[2] > 0]


def look_up(connection: sqlite3.Connection, terms: Iterable[str], lang: str) -> Iterator[tuple[str, int, int]]:
    """(term, number, passages) of the terms that have a number."""
    wanted = list(terms)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        marks = ",".join("?" * len(part))
        yield from connection.execute(f"SELECT term, number, passages FROM terms WHERE lang = ? AND term IN ({marks})", (lang, *part))


def corrupt(place: Path) -> IndexCorrupt:
    return IndexCorrupt(
        Message(
            f"{place}: is damaged or missing. Make the index anew with `kb index --rebuild`.",
            f"{place}: เสียหายหรือหายไป โปรดสร้างดัชนีใหม่ด้วย `kb index --rebuild`",
        )
    )


def mismatch(place: Path, made_by: str, wanted: str) -> IndexMismatch:
    return IndexMismatch(
        Message(
            f"{place}: this index was made by {made_by}, but {wanted} is asked for. Make it anew with `kb index --rebuild`, or go back to "
            "the settings it was made with.",
            f"{place}: ดัชนีนี้สร้างด้วย {made_by} แต่ที่ต้องการคือ {wanted} โปรดสร้างใหม่ด้วย `kb index --rebuild` หรือกลับไปใช้ค่าตั้งเดิม",
        )
    )
