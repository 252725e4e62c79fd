"""The ledger of a generation that is being written: what Milvus has taken already is known after a crash.

A batch is written in this order: numbers of new terms, committed here; the passages, in Milvus; that they are there, committed here
together with the frequencies. Killed in between, the batch is sent once more, which changes nothing (see connection).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from kb.index.milvus.ledger import AT_ONCE, SCHEMA, Header, Ledger, look_up

DRAFT = "CREATE TABLE taken (row INTEGER PRIMARY KEY); CREATE TABLE buried (row INTEGER PRIMARY KEY);"


class Draft:
    """One writer's. Raises OSError and sqlite3.Error as the disk does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path)
        self.header = Header.from_json(self._connection.execute("SELECT json FROM header").fetchone()[0], path)

    @classmethod
    def start(cls, path: Path, header: Header, base: Path | None) -> Draft:
        """A new draft: empty, or with the terms, frequencies and counts of the generation `base`."""
        discard(path)
        if base:
            shutil.copyfile(base, path)
        connection = sqlite3.connect(path)
        connection.executescript(DRAFT if base else SCHEMA + DRAFT)
        with connection:
            connection.execute("DELETE FROM header")
            connection.execute("INSERT INTO header VALUES (?)", (header.to_json(),))
        connection.close()
        return cls(path)

    def taken(self, rows: Iterable[int]) -> set[int]:
        """Of these rows, those that Milvus has taken for this generation."""
        return self._listed("taken", rows)

    def buried(self, rows: Iterable[int]) -> set[int]:
        """Of these rows, those that this generation has deleted."""
        return self._listed("buried", rows)

    def _listed(self, table: str, rows: Iterable[int]) -> set[int]:
        wanted, found = list(rows), set[int]()
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            marks = ",".join("?" * len(part))
            found |= {row for (row,) in self._connection.execute(f"SELECT row FROM {table} WHERE row IN ({marks})", part)}
        return found

    def numbers(self, terms: set[str], lang: str) -> dict[str, int]:
        """The numbers of terms of a language, given to those that have none yet."""
        known = {term: number for term, number, _ in look_up(self._connection, terms, lang)}
        if new := sorted(terms - known.keys()):
            with self._connection:
                self._connection.executemany("INSERT INTO terms (lang, term, passages) VALUES (?, ?, 0)", ((lang, term) for term in new))
            known |= {term: number for term, number, _ in look_up(self._connection, new, lang)}
        return known

    def add(self, rows: Mapping[str, Iterable[int]], frequencies: Mapping[int, int]) -> None:
        """Milvus has taken these rows (by language); `frequencies`: number of a term -> passages of them that hold it."""
        self._change("taken", rows, frequencies, 1)

    def bury(self, rows: Mapping[str, Iterable[int]], frequencies: Mapping[int, int]) -> None:
        """Milvus has marked these rows as deleted."""
        self._change("buried", rows, frequencies, -1)

    def _change(self, table: str, rows: Mapping[str, Iterable[int]], frequencies: Mapping[int, int], sign: int) -> None:
        by_language = {lang: list(each) for lang, each in rows.items()}
        changes = [(sign * passages, number) for number, passages in frequencies.items()]
        with self._connection as connection:
            connection.executemany(f"INSERT INTO {table} VALUES (?)", ((row,) for each in by_language.values() for row in each))
            connection.executemany("UPDATE terms SET passages = passages + ? WHERE number = ?", changes)
            connection.executemany(
                "INSERT INTO counts VALUES (?, ?) ON CONFLICT (lang) DO UPDATE SET passages = passages + excluded.passages",
                ((lang, sign * len(each)) for lang, each in by_language.items()),
            )

    def counts(self) -> dict[str, int]:
        """Passages of each language."""
        return dict(self._connection.execute("SELECT lang, passages FROM counts"))

    def seal(self, path: Path) -> Ledger:
        """Make it the immutable ledger of its generation, in `path` on the same disk."""
        self._connection.executescript("DROP TABLE taken; DROP TABLE buried; VACUUM;")
        self.close()
        with self._path.open("rb+") as file:
            os.fsync(file.fileno())
        self._path.replace(path)
        return Ledger(path)

    def discard(self) -> None:
        self.close()
        discard(self._path)

    def close(self) -> None:
        self._connection.close()


def discard(path: Path) -> None:
    """Remove a draft and what SQLite keeps beside it."""
    for each in (path, path.with_name(path.name + "-journal")):
        each.unlink(missing_ok=True)


def unfinished(path: Path) -> Header | None:
    """The header of a draft that a killed writer has left, if it can be gone on with."""
    if not path.exists():
        return None
    try:
        draft = Draft(path)
        draft.taken([])
        draft.close()
    except Exception:
        # Whatever it is, it is no draft of ours: the writer begins again.
        return None
    return draft.header
