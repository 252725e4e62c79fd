"""Documents as they stand in the parts of an index, found by what a run knows of a file; nothing is gone through for one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kb.index.part import Part
from kb.types import Document


@dataclass(frozen=True, slots=True)
class Record:
    """A document as it stands in a part."""

    number: int
    part: Part
    rows: range
    document: Document  # without its text
    findings: str


class PartRecords:
    """Those of one part, which never change."""

    def __init__(self, part: Part) -> None:
        self.name = part.name
        self.by_path = {document.path: Record(number, part, rows, document, said) for number, rows, document, said in part.store.metas()}

    @cached_property
    def by_id(self) -> Mapping[str, Sequence[Record]]:
        return _grouped((record.document.id, record) for record in self.by_path.values())

    @cached_property
    def by_digest(self) -> Mapping[str, Sequence[Record]]:
        return _grouped((record.document.digest, record) for record in self.by_path.values())


class Records(Mapping[str, Record]):
    """Path -> the newest document of several parts that is not gone."""

    def __init__(self, parts: Iterable[PartRecords] = (), gone: Collection[int] = frozenset()) -> None:
        """parts: the newest last; gone: numbers of documents."""
        self._parts = tuple(parts)[::-1]
        self._gone = gone

    def __getitem__(self, path: str) -> Record:
        for each in self._parts:
            if (record := each.by_path.get(path)) is not None and record.number not in self._gone:
                return record
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def __bool__(self) -> bool:
        return any(record.number not in self._gone for each in self._parts for record in each.by_path.values())

    def holds(self, parts: Iterable[str]) -> bool:
        """Whether these parts are among those it is made of."""
        return {each.name for each in self._parts}.issuperset(parts)

    def of_id(self, id_: str) -> list[Record]:
        found = {record.document.path for each in self._parts for record in each.by_id.get(id_, ())}
        newest = [record for path in sorted(found) if (record := self.get(path)) is not None]
        return [record for record in newest if record.document.id == id_]

    def of_digest(self, digest: str) -> Record | None:
        """One with this text, whatever its path."""
        every = (record for each in self._parts for record in each.by_digest.get(digest, ()))
        return next((record for record in every if self.get(record.document.path) is record), None)

    @cached_property
    def _whole(self) -> Mapping[str, Record]:
        found: dict[str, Record] = {}
        for each in reversed(self._parts):
            found |= {path: record for path, record in each.by_path.items() if record.number not in self._gone}
        return found


def _grouped(pairs: Iterable[tuple[str, Record]]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for key, record in pairs:
        found.setdefault(key, []).append(record)
    return found
