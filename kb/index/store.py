"""Documents and passages of one generation in SQLite: what vectors and terms are derived from.

Passages are numbered by language, then document, then position; the number is their row in Vectors and TermIndex.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.types import Document, Lines, PartialDate, Passage, Person, Source

SCHEMA = """
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, lang TEXT NOT NULL, meta TEXT NOT NULL, source TEXT NOT NULL, UNIQUE (id, lang));
CREATE TABLE passages (
  row INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (number), ordinal INTEGER NOT NULL,
  heading TEXT NOT NULL, speaker TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL,
  first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, tokens INTEGER NOT NULL, cuts BLOB NOT NULL);
CREATE INDEX passages_document ON passages (document);
CREATE TABLE sentences (
  passage INTEGER NOT NULL REFERENCES passages (row), start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (passage, start)) WITHOUT ROWID;
CREATE TABLE twins (
  passage INTEGER NOT NULL REFERENCES passages (row), start INTEGER NOT NULL, part INTEGER NOT NULL,
  twin INTEGER NOT NULL REFERENCES passages (row), twin_start INTEGER NOT NULL, twin_end INTEGER NOT NULL, confidence REAL NOT NULL,
  PRIMARY KEY (passage, start, part)) WITHOUT ROWID;
CREATE TABLE resources (name TEXT PRIMARY KEY, json TEXT NOT NULL);
"""
PASSAGE_COLUMNS = "p.row, d.id, d.lang, p.ordinal, p.heading, p.speaker, p.text, p.first_line, p.last_line, p.tokens, p.context"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a passage's text with its embedding, for showing the part that answers."""

    start: int  # code points in the passage's text
    end: int  # exclusive
    vector: NDArray[np.float32]  # (dim,), length 1; kept as float16 on disk


@dataclass(frozen=True, slots=True)
class SentenceTwin:
    """What the other version of the document says in the place of a sentence."""

    row: int  # passage of the sentence
    start: int  # of the sentence in it
    places: tuple[tuple[int, int, int], ...]  # (passage row, start, end) of the twin, in order of the text
    confidence: float  # probability that this is it, 0–1


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage with the words that it was cut into when it was indexed."""

    passage: Passage
    cuts: bytes  # of its text: kb.text.cuts


def write(
    path: Path,
    documents: Sequence[Document],
    passages: Sequence[tuple[tuple[int, Passage], bytes]],
    sentences: Sequence[Sequence[Sentence]],
    resources: dict[str, Any],
    twins: Iterable[SentenceTwin] = (),
) -> None:
    """`passages` in row order, each with the position of its document in `documents`, and its cuts; `sentences` of each passage."""
    connection = sqlite3.connect(path)
    # Nobody reads the file before the whole generation is synced and published: until then a crash may cost all of it.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    with connection:
        connection.executescript(SCHEMA)
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)", ((i, d.id, d.lang, _meta(d), d.source) for i, d in enumerate(documents))
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((row, *_passage_values(number, passage), cuts) for row, ((number, passage), cuts) in enumerate(passages)),
        )
        connection.executemany(
            "INSERT INTO sentences VALUES (?, ?, ?, ?)",
            ((row, s.start, s.end, s.vector.astype("<f2").tobytes()) for row, group in enumerate(sentences) for s in group),
        )
        connection.executemany(
            "INSERT INTO twins VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((t.row, t.start, part, *place, t.confidence) for t in twins for part, place in enumerate(t.places)),
        )
        connection.executemany("INSERT INTO resources VALUES (?, ?)", ((name, _json(value)) for name, value in resources.items()))
    connection.close()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _meta(document: Document) -> str:
    kept = (f.name for f in fields(document) if f.name not in ("source", "body"))
    return json.dumps({name: getattr(document, name) for name in kept}, ensure_ascii=False, default=asdict)


def _passage_values(number: int, p: Passage) -> tuple[Any, ...]:
    heading = _json(list(p.heading))
    return (number, p.ordinal, heading, p.speaker, p.text, p.context, p.lines.first, p.lines.last, p.tokens)


class Store:
    """Read access for many threads: each has a connection of its own to the immutable file."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite3.connect(self._uri, uri=True)
        return connection

    def resource(self, name: str) -> Any:
        found = self._connection.execute("SELECT json FROM resources WHERE name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else None

    def documents(self) -> list[Document]:
        """All documents in order of their numbers, without their text (`source` and `body` are empty)."""
        rows = self._connection.execute("SELECT meta FROM documents ORDER BY number")
        return [_document(json.loads(meta), "") for (meta,) in rows]

    def document(self, number: int) -> Document:
        meta, source = self._connection.execute("SELECT meta, source FROM documents WHERE number = ?", (number,)).fetchone()
        return _document(json.loads(meta), source)

    def document_numbers(self) -> list[int]:
        """For every passage row the number of its document."""
        return [number for (number,) in self._connection.execute("SELECT document FROM passages ORDER BY row")]

    def speakers(self) -> list[tuple[int, str]]:
        """(row, speaker) of the passages that have one."""
        return self._connection.execute("SELECT row, speaker FROM passages WHERE speaker != '' ORDER BY row").fetchall()

    def texts(self) -> Iterator[tuple[int, str]]:
        """(row, title, headings, speaker and text as one) of all passages, in order."""
        yield from self._connection.execute("SELECT row, context || char(10) || text FROM passages ORDER BY row")

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        query = f"SELECT {PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.number = p.document WHERE p.row IN ({_marks(rows)})"
        return {found[0]: _passage(found) for found in self._connection.execute(query, [int(row) for row in rows])}

    def shown(self, rows: Collection[int]) -> dict[int, Shown]:
        """As `passages`, each with its cuts."""
        query = (
            f"SELECT {PASSAGE_COLUMNS}, p.cuts FROM passages p JOIN documents d ON d.number = p.document WHERE p.row IN ({_marks(rows)})"
        )
        return {found[0]: Shown(_passage(found[:-1]), found[-1]) for found in self._connection.execute(query, list(map(int, rows)))}

    def sentence_table(self, rows: Collection[int]) -> tuple[list[tuple[int, int, int]], NDArray[np.float32]]:
        """(passage row, start, end) of all sentences of some passages, in order, and their vectors (n, dim)."""
        query = f"SELECT passage, start, end, vector FROM sentences WHERE passage IN ({_marks(rows)}) ORDER BY passage, start"
        found = self._connection.execute(query, list(map(int, rows))).fetchall()
        vectors = np.frombuffer(b"".join(blob for *_, blob in found), "<f2").reshape(len(found), -1 if found else 0)
        return [(row, start, end) for row, start, end, _ in found], vectors.astype(np.float32)

    def sentences(self, rows: Sequence[int]) -> dict[int, list[Sentence]]:
        """The sentences of each passage, in order of the text."""
        query = f"SELECT passage, start, end, vector FROM sentences WHERE passage IN ({_marks(rows)}) ORDER BY passage, start"
        found: dict[int, list[Sentence]] = {int(row): [] for row in rows}
        for row, start, end, blob in self._connection.execute(query, [int(row) for row in rows]):
            found[row].append(Sentence(start, end, np.frombuffer(blob, "<f2").astype(np.float32)))
        return found

    def twins(self, sentences: Collection[tuple[int, int]]) -> dict[tuple[int, int], SentenceTwin]:
        """The twins of sentences given by (passage row, start), of those that have one, however unsure."""
        if not sentences:
            return {}
        asked = ",".join(["(?, ?)"] * len(sentences))
        query = f"""WITH asked (row, begin) AS (VALUES {asked})
            SELECT passage, start, twin, twin_start, twin_end, confidence FROM asked JOIN twins ON passage = row AND start = begin
            ORDER BY passage, start, part"""
        found = self._connection.execute(query, [int(value) for each in sentences for value in each])
        return {key: _twin(key, list(parts)) for key, parts in groupby(found, key=lambda part: (part[0], part[1]))}

    def rows_of(self, number: int) -> list[int]:
        """Passage rows of a document, in order of the text."""
        return self.rows_of_all([number])[number]

    def rows_of_all(self, numbers: Collection[int]) -> dict[int, list[int]]:
        """Passage rows of each document, in order of the text."""
        found: dict[int, list[int]] = {number: [] for number in numbers}
        query = f"SELECT document, row FROM passages WHERE document IN ({_marks(numbers)}) ORDER BY document, row"
        for number, row in self._connection.execute(query, list(map(int, numbers))):
            found[number].append(row)
        return found


def _marks(values: Collection[Any]) -> str:
    return ",".join("?" * len(values))


def _twin(key: tuple[int, int], parts: Sequence[tuple[Any, ...]]) -> SentenceTwin:
    return SentenceTwin(*key, tuple((twin, start, end) for _, _, twin, start, end, _ in parts), parts[0][5])


def _passage(found: tuple[Any, ...]) -> Passage:
    _, document_id, lang, ordinal, heading, speaker, text, first, last, tokens, context = found
    return Passage(document_id, lang, ordinal, _heading(heading), speaker, text, Lines(first, last), tokens, context)


@lru_cache(maxsize=4096)  # the passages of a section have the same
def _heading(value: str) -> tuple[str, ...]:
    return tuple(json.loads(value))


def _document(raw: dict[str, Any], source: str) -> Document:
    for name in ("people", "participants"):
        raw[name] = tuple(Person(p["name"], p["role"], p["organisation"], tuple(p["aliases"])) for p in raw[name])
    raw["sources"] = tuple(Source(**each) for each in raw["sources"])
    raw["date"] = PartialDate(**raw["date"]) if raw["date"] else None
    lists = {f.name: tuple(raw[f.name]) for f in fields(Document) if f.name in raw and isinstance(raw[f.name], list)}
    body = "\n".join(source.split("\n")[raw["body_line"] - 1 :])
    return Document(**{**raw, **lists, "source": source, "body": body})
