"""Documents and passages of one part in SQLite, and all parts of a generation as one: what vectors and terms are derived from.

Documents and passages have numbers that are unique in an index. Inside a part passages are numbered by language, then document, then
position, so that those of a document, and those of a language, follow each other; the number is their row in vectors and terms.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from kb.index.kept import Kept
from kb.index.writing import writing
from kb.text.cuts import as_written
from kb.text.joined import Cleaned, Written, cleaned
from kb.types import LANGS, Document, Lang, Lines, PartialDate, Passage, Person, Source

SCHEMA = """
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, lang TEXT NOT NULL, first_row INTEGER NOT NULL, end_row INTEGER NOT NULL,
  meta TEXT NOT NULL, findings TEXT NOT NULL, source BLOB NOT NULL);
CREATE TABLE passages (
  row INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (number), ordinal INTEGER NOT NULL,
  heading TEXT NOT NULL, speaker TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL,
  first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, tokens INTEGER NOT NULL, sentences BLOB NOT NULL,
  cuts BLOB NOT NULL);
CREATE TABLE twins (
  passage INTEGER NOT NULL REFERENCES passages (row), start INTEGER NOT NULL, part INTEGER NOT NULL,
  twin INTEGER NOT NULL REFERENCES passages (row), twin_start INTEGER NOT NULL, twin_end INTEGER NOT NULL, confidence REAL NOT NULL,
  PRIMARY KEY (passage, start, part)) WITHOUT ROWID;
"""
PASSAGE_COLUMNS = "p.row, d.id, d.lang, p.ordinal, p.heading, p.speaker, p.text, p.first_line, p.last_line, p.tokens, p.context"
KEPT_BYTES = 16 * 2**20  # of the passages that were shown lately, some 4,000 of them; as _size says
OBJECTS = 900  # bytes of a passage's Python objects without their contents
CODED = 512  # passages whose sentences' vectors are put into 8 bits at once
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a passage's text with its embedding, for showing the part that answers."""

    start: int  # code points in the passage's text
    end: int  # exclusive
    vector: NDArray[np.float32]  # (dim,), length 1; kept in 8 bits a dimension on disk


@dataclass(frozen=True, slots=True)
class SentenceTable:
    """The sentences of some passages, passage by passage, in order of the text."""

    counts: Mapping[int, int]  # passage row -> how many are its
    spans: NDArray[np.int32]  # (n, 2) start and end, code points in the passage's text
    vectors: NDArray[np.float32]  # (n, dim)

    def by_passage(self) -> Iterator[tuple[int, slice]]:
        """(passage row, where its sentences stand in the table)"""
        end = 0
        for row, count in self.counts.items():
            yield row, slice(end, end + count)
            end += count


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
    clean: Cleaned | None = None  # its text in one spelling, if that is another one and known
    sentences: bytes = b""  # as they are kept: see _packed; only for showing

    @property
    def written(self) -> Written:
        return Written(self.passage.text, self.cuts, self.clean)


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as a part keeps it."""

    number: int
    document: Document
    findings: str  # JSON: what the indexer found in the file, for the run that finds it unchanged
    rows: range  # of its passages


def write(
    path: Path,
    documents: Iterable[Stored],
    passages: Iterable[tuple[int, int, Shown]],
    sentences: Iterable[Sequence[Sentence]],
    twins: Iterable[SentenceTwin] = (),
) -> None:
    """`passages`: (row, number of its document, passage with its cuts); `sentences` of each of them, in the same order."""
    with writing(path), closing(create(path)) as connection:
        _fill(connection, documents, passages, sentences, twins)
        complete(connection)


def _fill(
    connection: sqlite3.Connection,
    documents: Iterable[Stored],
    passages: Iterable[tuple[int, int, Shown]],
    sentences: Iterable[Sequence[Sentence]],
    twins: Iterable[SentenceTwin],
) -> None:
    with connection:
        connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_document_values, documents))
        both = zip(passages, _packed(sentences), strict=True)
        values = ((row, *_passage_values(number, each.passage), packed, each.cuts) for (row, number, each), packed in both)
        connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        connection.executemany(
            "INSERT INTO twins VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((t.row, t.start, part, *place, t.confidence) for t in twins for part, place in enumerate(t.places)),
        )


def create(path: Path) -> sqlite3.Connection:
    """An empty store, to be filled and then completed."""
    connection = sqlite3.connect(path.resolve().as_uri(), uri=True)
    # Nobody reads the file before the whole part is synced: until then a crash may cost all of it.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(SCHEMA)
    return connection


def complete(connection: sqlite3.Connection) -> None:
    """What is made last. The caller closes the connection."""
    with connection:
        connection.execute("CREATE INDEX passages_speaker ON passages (speaker) WHERE speaker != ''")


def _document_values(stored: Stored) -> tuple[Any, ...]:
    document = stored.document
    source = zlib.compress(document.source.encode("utf-8", "surrogatepass"), 1)
    rows = (stored.rows.start, stored.rows.stop)
    return (stored.number, document.id, document.lang, *rows, _meta(document), stored.findings, source)


def _meta(document: Document) -> str:
    kept = (f.name for f in fields(document) if f.name not in ("source", "body"))
    return json.dumps({name: getattr(document, name) for name in kept}, ensure_ascii=False, default=asdict)


@lru_cache
def _heading_json(names: tuple[str, ...]) -> str:
    return json.dumps(names, ensure_ascii=False)


def _passage_values(number: int, p: Passage) -> tuple[Any, ...]:
    return (number, p.ordinal, _heading_json(p.heading), p.speaker, p.text, p.context, p.lines.first, p.lines.last, p.tokens)


def _packed(sentences: Iterable[Sequence[Sentence]]) -> Iterator[bytes]:
    """For each passage number of sentences, their ranges, the scale of each vector, the vectors in 8 bits."""
    groups = iter(sentences)
    while some := list(islice(groups, CODED)):
        vectors = [each.vector for group in some for each in group]
        codes, scales = _coded(np.stack(vectors)) if vectors else (np.zeros(0, np.int8), np.zeros(0, "<f4"))
        at = 0
        for group in some:
            own = slice(at, at := at + len(group))
            spans = np.array([(each.start, each.end) for each in group], "<i4")
            found = (len(group).to_bytes(4, "little"), spans.tobytes(), scales[own].tobytes(), codes[own].tobytes())
            yield b"".join(found) if group else b""


def _coded(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12).astype("<f4") / np.float32(127)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def as_kept(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors of sentences, float32 (n, dim), as they will be read again: what is made of them is the same in every run."""
    if len(vectors) == 0:
        return vectors
    codes, scales = _coded(vectors)
    return codes.astype(np.float32) * scales[:, None]


def _unpacked(blobs: Mapping[int, bytes]) -> SentenceTable:
    counts = {row: int.from_bytes(blob[:4], "little") for row, blob in blobs.items()}
    both = [(blob, count) for blob, count in zip(blobs.values(), counts.values(), strict=True) if count]
    spans = np.frombuffer(b"".join([blob[4 : 4 + 8 * count] for blob, count in both]), "<i4").reshape(-1, 2)
    scales = np.frombuffer(b"".join([blob[4 + 8 * count : 4 + 12 * count] for blob, count in both]), "<f4")
    codes = np.frombuffer(b"".join([blob[4 + 12 * count :] for blob, count in both]), np.int8).reshape(len(spans), -1 if both else 0)
    return SentenceTable(counts, spans, codes.astype(np.float32) * scales[:, None])


class PartStore:
    """Read access for many threads: each has a connection of its own to the immutable file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._ranges: NDArray[np.int64] | None = None  # asked for again and again, and always the same
        # Opened at once, and for threads that come when the file has been deleted: SQLite itself lets threads share it.
        self._first = self._connected(shared=True)

    @property
    def connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._own()
        return connection

    def _own(self) -> sqlite3.Connection:
        try:
            return self._connected(shared=False)
        except sqlite3.OperationalError:
            return self._first

    def _connected(self, shared: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=not shared)
        connection.execute("SELECT count(*) FROM sqlite_schema")  # the file is opened by what is first read of it
        return connection

    def metas(self) -> Iterator[tuple[int, range, Document, str]]:
        """(number, rows, document without text, findings) of all documents, by number."""
        query = "SELECT number, first_row, end_row, meta, findings FROM documents ORDER BY number"
        for number, first, end, meta, findings in self.connection.execute(query):
            yield number, range(first, end), _document(orjson.loads(meta), ""), findings

    def ranges(self) -> NDArray[np.int64]:
        """(number, first row, end row, place of the language in LANGS) of all documents, int64 (n, 4), by number; not to be written to."""
        if self._ranges is None:
            query = "SELECT number, first_row, end_row, lang = ? FROM documents ORDER BY number"
            found = self.connection.execute(query, (LANGS[1],)).fetchall()
            self._ranges = np.array(found, np.int64).reshape(len(found), 4)
        return self._ranges

    def spread_rows(self, lang: Lang, count: int) -> list[int]:
        """Rows of about so many passages of a language, evenly spread."""
        query = "SELECT min(first_row), max(end_row) FROM documents WHERE lang = ? AND end_row > first_row"
        first, end = self.connection.execute(query, (lang,)).fetchone()
        return [] if first is None else list(range(first, end, max(1, (end - first) // count)))

    def meta(self, number: int) -> Document:
        (meta,) = self.connection.execute("SELECT meta FROM documents WHERE number = ?", (number,)).fetchone()
        return _document(orjson.loads(meta), "")

    def stored(self, number: int) -> Stored:
        query = "SELECT first_row, end_row, meta, findings, source FROM documents WHERE number = ?"
        first, end, meta, findings, source = self.connection.execute(query, (number,)).fetchone()
        text = zlib.decompress(source).decode("utf-8", "surrogatepass")
        return Stored(number, _document(json.loads(meta), text), findings, range(first, end))

    def rows_of(self, number: int) -> range:
        first, end = self.connection.execute("SELECT first_row, end_row FROM documents WHERE number = ?", (number,)).fetchone()
        return range(first, end)

    def speakers(self) -> Iterator[tuple[int, int, str]]:
        yield from self.connection.execute("SELECT document, row, speaker FROM passages WHERE speaker != '' ORDER BY row")

    def documents_holding(self, words: Collection[str]) -> set[int]:
        """Numbers of documents with a passage in which one of the words stands literally."""
        query = "SELECT DISTINCT document FROM passages WHERE instr(text, ?1) OR instr(context, ?1)"
        return {number for word in words for (number,) in self.connection.execute(query, (word,))}

    def shown(self, rows: Sequence[int]) -> dict[int, Shown]:
        """With all that showing them needs."""
        query = f"""SELECT {PASSAGE_COLUMNS}, p.cuts, p.sentences FROM passages p JOIN documents d ON d.number = p.document
            WHERE p.row IN ({_marks(rows)})"""
        found = {row: (_passage(*passage), cuts, blob) for row, *passage, cuts, blob in self.connection.execute(query, rows)}
        changed = [row for row, (_, cuts, _) in found.items() if cuts and not as_written(cuts)]
        clean = dict(zip(changed, cleaned([found[row][0].text for row in changed]), strict=True))
        return {row: Shown(passage, cuts, clean.get(row), blob) for row, (passage, cuts, blob) in found.items()}

    def sentences(self, rows: Sequence[int]) -> dict[int, bytes]:
        """As they are kept: see _packed."""
        return dict(self.connection.execute(f"SELECT row, sentences FROM passages WHERE row IN ({_marks(rows)})", rows))

    def rows_of_all(self, numbers: Sequence[int]) -> dict[int, range]:
        query = f"SELECT number, first_row, end_row FROM documents WHERE number IN ({_marks(numbers)})"
        return {number: range(first, end) for number, first, end in self.connection.execute(query, numbers)}

    def twins(self, sentences: Sequence[tuple[int, int]]) -> dict[tuple[int, int], SentenceTwin]:
        asked = ",".join(["(?, ?)"] * len(sentences))
        query = f"""WITH asked (row, begin) AS (VALUES {asked})
            SELECT passage, start, twin, twin_start, twin_end, confidence FROM asked JOIN twins ON passage = row AND start = begin
            ORDER BY passage, start, part"""
        found = self.connection.execute(query, [int(value) for each in sentences for value in each])
        return {key: _twin(key, list(parts)) for key, parts in groupby(found, key=lambda part: (part[0], part[1]))}


@dataclass(frozen=True, slots=True)
class Section:
    """A part's share of the numbers of an index."""

    first_row: int
    first_number: int
    store: PartStore


class Store:
    """All parts as one, without the documents that are gone. Thread-safe."""

    def __init__(self, sections: Sequence[Section], gone: Collection[int] = ()) -> None:
        """sections: in order of their rows; gone: numbers of documents that were deleted or replaced."""
        self._sections = sections
        self._first_rows = [each.first_row for each in sections]
        self._first_numbers = [each.first_number for each in sections]
        self._gone = frozenset(gone)
        self._kept = Kept(KEPT_BYTES, _size)

    def _of_document(self, number: int) -> PartStore:
        return self._sections[bisect_right(self._first_numbers, number) - 1].store

    def _gathered(
        self, keys: Iterable[int], read: Callable[[PartStore, Sequence[int]], Mapping[int, Value]], firsts: Sequence[int] | None = None
    ) -> dict[int, Value]:
        """What is read of each part. firsts: where the parts' keys begin; None: keys are rows."""
        asked: dict[int, list[int]] = {}
        for key in keys:
            asked.setdefault(bisect_right(self._first_rows if firsts is None else firsts, key) - 1, []).append(int(key))
        return {key: value for at, some in asked.items() for key, value in read(self._sections[at].store, some).items()}

    def documents(self) -> dict[int, Document]:
        """All documents by number, without their text (`source` and `body` are empty)."""
        metas = (each for section in self._sections for each in section.store.metas())
        return {number: document for number, _, document, _ in metas if number not in self._gone}

    def document(self, number: int) -> Document:
        return self._of_document(number).stored(number).document

    def document_meta(self, number: int) -> Document:
        """Without its text."""
        return self._of_document(number).meta(number)

    def stored(self, number: int) -> Stored:
        return self._of_document(number).stored(number)

    def document_numbers(self) -> NDArray[np.int64]:
        """int64 (n,): for every passage row the number of its document; -1 where the document is gone."""
        found = [section.store.ranges() for section in self._sections]
        ranges = np.concatenate(found) if found else np.zeros((0, 4), np.int64)
        owner = np.full(int(ranges[:, 2].max(initial=0)), -1, np.int64)
        for number, first, end, _ in ranges.tolist():
            if number not in self._gone:
                owner[first:end] = number
        return owner

    def speakers(self) -> list[tuple[int, str]]:
        """(row, speaker) of the passages that have one."""
        found = (each for section in self._sections for each in section.store.speakers())
        return [(row, speaker) for number, row, speaker in found if number not in self._gone]

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        return {row: each.passage for row, each in self.shown(rows).items()}

    def shown(self, rows: Collection[int]) -> dict[int, Shown]:
        """Passages with all that showing them needs, in the order of the rows."""
        found = self._kept.known(rows)
        if missing := [row for row in rows if row not in found]:
            read = self._gathered(missing, PartStore.shown)
            self._kept.keep(read)
            found |= read
        return {row: found[row] for row in sorted(found)}

    def page(self, rows: Collection[int]) -> tuple[dict[int, Shown], SentenceTable]:
        """Passages, and their sentences."""
        found = self.shown(rows)
        return found, _unpacked({row: each.sentences for row, each in found.items()})

    def sentences(self, rows: Sequence[int]) -> dict[int, list[Sentence]]:
        """The sentences of each passage, in order of the text."""
        table = _unpacked(self._gathered(rows, PartStore.sentences))
        spans = table.spans.tolist()
        each = [Sentence(start, end, vector) for (start, end), vector in zip(spans, table.vectors, strict=True)]
        return {row: each[at] for row, at in table.by_passage()}

    def twins(self, sentences: Collection[tuple[int, int]]) -> dict[tuple[int, int], SentenceTwin]:
        """The twins of sentences given by (passage row, start), of those that have one, however unsure."""
        asked: dict[int, list[tuple[int, int]]] = {}
        for each in sentences:
            asked.setdefault(bisect_right(self._first_rows, each[0]) - 1, []).append(each)
        return {key: twin for at, some in asked.items() for key, twin in self._sections[at].store.twins(some).items()}

    def rows_of(self, number: int) -> range:
        """Passage rows of a document, in order of the text."""
        return self._of_document(number).rows_of(number)

    def rows_of_all(self, numbers: Collection[int]) -> dict[int, range]:
        """Passage rows of each document, in order of the text."""
        return self._gathered(numbers, PartStore.rows_of_all, self._first_numbers)


def _size(shown: Shown) -> int:
    """Bytes in memory, roughly: two a character, four more for the way back from another spelling, and the objects."""
    written = 2 * len(shown.passage.text) + (6 * len(shown.clean.text) if shown.clean else 0)
    return written + 2 * len(shown.passage.context) + len(shown.cuts) + len(shown.sentences) + OBJECTS


def alone(part: PartStore) -> Store:
    """One part by itself, with what is gone of it."""
    return Store([Section(0, 0, part)])


def _marks(values: Collection[Any]) -> str:
    return ",".join("?" * len(values))


def _twin(key: tuple[int, int], parts: Sequence[tuple[Any, ...]]) -> SentenceTwin:
    return SentenceTwin(*key, tuple((twin, start, end) for _, _, twin, start, end, _ in parts), parts[0][5])


def _passage(
    document_id: str, lang: Lang, ordinal: int, heading: str, speaker: str, text: str, first: int, last: int, tokens: int, context: str
) -> Passage:
    return Passage(document_id, lang, ordinal, _heading(heading), speaker, text, Lines(first, last), tokens, context)


@lru_cache(maxsize=4096)  # the passages of a section have the same
def _heading(value: str) -> tuple[str, ...]:
    return tuple(json.loads(value))


_LISTS = tuple(f.name for f in fields(Document) if str(f.type).startswith("tuple["))


def _document(raw: dict[str, Any], source: str) -> Document:
    for name in ("people", "participants"):
        raw[name] = tuple(Person(p["name"], p["role"], p["organisation"], tuple(p["aliases"])) for p in raw[name])
    raw["sources"] = tuple(Source(**each) for each in raw["sources"])
    raw["date"] = PartialDate(**raw["date"]) if raw["date"] else None
    for name in _LISTS:
        raw[name] = tuple(raw[name])
    body = "\n".join(source.split("\n")[raw["body_line"] - 1 :]) if source else ""
    return Document(**raw, source=source, body=body)
