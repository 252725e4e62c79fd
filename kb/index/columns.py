"""What an open index knows of its documents besides their texts, column by column: no object a document.

A part of an index writes its columns once; an open index joins those of its parts and leaves out the documents that were replaced or
deleted. `kb.search.catalogue` stands on them. A document's *number* is its own in the whole index and stays; its *position* is its place
in these columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang
from kb.index import arrays, runs
from kb.index.names import Names, NameTable, packed, unpacked
from kb.index.runs import Run, RunText
from kb.index.strings import Lists, Strings, ranges
from kb.types import LANGS, Document, PartialDate

NAMED = ("countries", "themes", "cities", "organisations", "aliases")  # lists of names
PEOPLE = ("people", "participants")  # lists of people
TEXTS = ("id", "title", "path", "digest")
NUMBERS = ("number", "lang", "kind", "date", "first_row", "end_row", "added", "changed")


@dataclass(frozen=True, slots=True)
class Times:
    """When a file came into the collection and when it last changed: what feeds and lists of news go by.

    Carried from generation to generation. A file keeps its times while its digest stays the same, so an index that is made anew does not
    turn everything into news.
    """

    digest: str  # of the file these times belong to
    added: datetime  # UTC, whole seconds
    changed: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is written into columns."""

    number: int
    document: Document
    first_row: int  # of its passages
    end_row: int  # exclusive
    speakers: Sequence[tuple[int, str]]  # (passage row, speaker as written)
    times: Times


@dataclass(frozen=True, eq=False)
class Columns:
    """n documents, by number."""

    number: NDArray[np.int64]  # (n,), ascending
    lang: NDArray[np.int8]  # (n,) place in kb.types.LANGS
    kind: NDArray[np.int32]  # (n,) a name
    id: Strings
    title: Strings
    path: Strings
    digest: Strings
    date: NDArray[np.int16]  # (n, 3) year, month, day; 0 unknown
    first_row: NDArray[np.int64]  # (n,)
    end_row: NDArray[np.int64]  # (n,) exclusive
    added: NDArray[np.int64]  # (n,) seconds since 1970, UTC
    changed: NDArray[np.int64]
    countries: Lists  # of names, as the following ones
    themes: Lists
    cities: Lists
    organisations: Lists
    aliases: Lists
    people: Lists  # of persons
    participants: Lists
    persons: Lists  # for each person the name, then the other names
    speaker_row: NDArray[np.int64]  # (m,) passages that somebody speaks, ascending
    speaker: NDArray[np.int32]  # (m,) the name
    names: Names
    titles: tuple[Run, ...]  # owned by documents, by position
    people_named: tuple[Run, ...]  # names of people, owned by names

    def __len__(self) -> int:
        return len(self.number)

    @property
    def passages(self) -> int:
        return int((self.end_row - self.first_row).sum())

    @property
    def last_row(self) -> int:
        """The end of all rows, holes included."""
        return int(self.end_row.max(initial=0))

    def position(self, number: int) -> int:
        """Raises KeyError for a number that no document has."""
        at = int(self.number.searchsorted(number))
        if at == len(self) or self.number[at] != number:
            raise KeyError(number)
        return at

    def language(self, position: int) -> Lang:
        return LANGS[int(self.lang[position])]

    def partial_date(self, position: int) -> PartialDate | None:
        year, month, day = self.date[position].tolist()
        return PartialDate(year, month or None, day or None) if year else None

    def times(self, position: int) -> Times:
        added, changed = (datetime.fromtimestamp(int(each[position]), UTC) for each in (self.added, self.changed))
        return Times(self.digest[position], added, changed)

    def rows_of(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """The passages of documents, ascending."""
        found = ranges(self.first_row[positions], self.end_row[positions])
        return found if self._rows_ascend else np.sort(found)

    @cached_property
    def _rows_ascend(self) -> bool:
        """Whether the passages stand in the order of the documents."""
        return bool((np.diff(self.first_row) >= 0).all())

    @cached_property
    def people_listed(self) -> list[tuple[int, ...]]:
        """`persons` as Python's."""
        values, ends = self.persons.values.tolist(), self.persons.ends.tolist()
        return [tuple(values[start:end]) for start, end in zip([0, *ends], ends, strict=False)]

    def digests(self) -> dict[str, str]:
        """Path in content/ -> digest of the file."""
        return dict(zip(self.path, self.digest, strict=True))

    @cached_property
    def by_path(self) -> Mapping[str, int]:
        """Path in content/ -> position; made when it is first asked for, for the indexer."""
        return {path: at for at, path in enumerate(self.path.listed)}

    def positions(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each passage the position of its document; the number of documents where there is none."""
        starts, documents = self._by_row
        if not len(starts):
            return np.full(len(rows), len(self))
        found = documents[np.maximum(starts.searchsorted(rows, "right") - 1, 0)]
        return np.where((self.first_row[found] <= rows) & (rows < self.end_row[found]), found, len(self))

    @cached_property
    def standing(self) -> NDArray[np.bool_]:
        """For every row up to `last_row` whether it is a passage of a document that is not gone."""
        return self.owner < len(self)

    @cached_property
    def _by_row(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(first row, position) of the documents with passages, by row."""
        documents = np.flatnonzero(self.end_row > self.first_row)
        documents = documents[np.argsort(self.first_row[documents], kind="stable")]
        return self.first_row[documents], documents

    @cached_property
    def owner(self) -> NDArray[np.int32]:
        """For every row up to `last_row` the position of its document; the number of documents where there is none."""
        found = np.full(self.last_row, len(self), np.int32)
        owners = np.repeat(np.arange(len(self), dtype=np.int32), self.end_row - self.first_row)
        found[ranges(self.first_row, self.end_row)] = owners
        return found


def write(path: Path, entries: Iterable[Entry]) -> None:
    save(path, of(entries))


def of(entries: Iterable[Entry]) -> Columns:
    """The columns of documents, with all that names and titles are compared by."""
    ordered = sorted(entries, key=lambda each: each.number)
    documents = [each.document for each in ordered]
    table = NameTable()
    lists = {
        "countries": [[table.number(c) for c in d.countries] for d in documents],
        "themes": [[table.number(t) for t in d.themes] for d in documents],
        "cities": [[table.place(c) for c in d.cities] for d in documents],
        "organisations": [[table.number(o) for o in d.organisations] for d in documents],
        "aliases": [[table.number(a) for a in d.aliases] for d in documents],
        "people": [[table.person(p) for p in d.people] for d in documents],
        "participants": [[table.person(p) for p in d.participants] for d in documents],
    }
    spoken = sorted((row, table.place(speaker)) for each in ordered for row, speaker in each.speakers)
    kinds = np.array([table.number(d.kind) for d in documents], np.int32)
    columns: dict[str, Any] = _plain(ordered)
    columns |= {name: Strings.of(getattr(d, name) for d in documents) for name in TEXTS}
    columns |= {name: Lists.of(values) for name, values in lists.items()}
    return Columns(
        **columns,
        kind=kinds,
        persons=table.people(),
        speaker_row=np.array([row for row, _ in spoken], np.int64),
        speaker=np.array([number for _, number in spoken], np.int32),
        names=table.names(),
        titles=runs.of((d.title, d.lang, at) for at, d in enumerate(documents)),
        people_named=runs.of({(p.name, d.lang, table.number(p.name)): None for d in documents for p in (*d.people, *d.participants)}),
    )


def _plain(entries: Sequence[Entry]) -> dict[str, Any]:
    dates = [
        (e.document.date.year, e.document.date.month or 0, e.document.date.day or 0) if e.document.date else (0, 0, 0) for e in entries
    ]
    return {
        "number": np.array([e.number for e in entries], np.int64),
        "lang": np.array([LANGS.index(e.document.lang) for e in entries], np.int8),
        "date": np.array(dates, np.int16).reshape(-1, 3),
        "first_row": np.array([e.first_row for e in entries], np.int64),
        "end_row": np.array([e.end_row for e in entries], np.int64),
        "added": np.array([int(e.times.added.timestamp()) for e in entries], np.int64),
        "changed": np.array([int(e.times.changed.timestamp()) for e in entries], np.int64),
    }


def save(path: Path, columns: Columns) -> None:
    """Also of joined columns: documents that are no longer there are left out; their names stay until the part is made anew."""
    kept: dict[str, NDArray[Any]] = {name: getattr(columns, name) for name in (*NUMBERS, "speaker_row", "speaker")}
    for name in TEXTS:
        kept |= packed(name, getattr(columns, name))
    for name in (*NAMED, *PEOPLE, "persons"):
        kept |= {f"{name}.ends": getattr(columns, name).ends, f"{name}.values": getattr(columns, name).values}
    for name, texts in (("titles", columns.title), ("people_named", columns.names.texts)):
        for run in runs.merged(getattr(columns, name), texts):
            place = f"{name}.{run.lang}"
            kept |= packed(place, run.text.forms) | {f"{place}.lengths": run.text.lengths, f"{place}.owners": run.owners}
    kept |= {f"names.{name}": array for name, array in columns.names.arrays().items()}
    arrays.write(path, kept)


def read(path: Path) -> Columns:
    """The caller has compared the file's checksum. Raises ValueError, KeyError for a file that holds no columns."""
    found = arrays.read(path)
    columns: dict[str, Any] = {name: found[name] for name in (*NUMBERS, "speaker_row", "speaker")}
    columns |= {name: unpacked(name, found) for name in TEXTS}
    columns |= {name: Lists(found[f"{name}.ends"], found[f"{name}.values"]) for name in (*NAMED, *PEOPLE, "persons")}
    names = Names.of_arrays({name.removeprefix("names."): array for name, array in found.items() if name.startswith("names.")})
    columns |= {name: tuple(_run(name, lang, found) for lang in LANGS) for name in ("titles", "people_named")}
    return Columns(**columns, names=names)


def _run(name: str, lang: Lang, found: Mapping[str, NDArray[Any]]) -> Run:
    place = f"{name}.{lang}"
    return Run(lang, RunText(unpacked(place, found), found[f"{place}.lengths"]), found[f"{place}.owners"])
