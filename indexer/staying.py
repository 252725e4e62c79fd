"""Which documents stay where they stand, and which go into new parts.

The versions of a document stay together or not at all: each knows what the other says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer import compaction
from indexer.records import Record
from indexer.standing import Known, Standing
from kb.index.part import MadeBy, Part
from kb.types import Document

Recut = Collection[tuple[str, int]]  # (part, number) of documents that are to be cut into words again


@dataclass(frozen=True, slots=True)
class Staying:
    parts: Sequence[Part]  # of which a document stays, in order
    gone: frozenset[int]  # numbers of those documents of these parts that do not
    changed: Sequence[Document]  # that do not stand anywhere, or not as they are now
    ids: frozenset[str] | None  # of all documents that may have changed since the published generation; None: any

    @property
    def passages(self) -> int:
        return sum(compaction.alive(each, self.gone).passages for each in self.parts)


def of_all(documents: Sequence[Document], standing: Standing, made_by: MadeBy, recut: Recut) -> Staying:
    """documents: all of the folder."""
    staying = _unchanged(documents, standing.records, standing, made_by, recut)
    alive: dict[str, set[int]] = {}
    for record in staying.values():
        alive.setdefault(record.part.name, set()).add(record.number)
    parts = [each for each in standing.parts if each.name in alive]
    gone = frozenset(number for each in parts for number in _numbers(each) - alive[each.name])
    return Staying(parts, gone, [each for each in documents if each.path not in staying], None)


def of_some(documents: Sequence[Document], ids: frozenset[str], standing: Standing, made_by: MadeBy, known: Known) -> Staying:
    """All documents but those with these ids stand in the published generation as they are. documents: those with these ids."""
    near = {record.document.path: record for id_ in sorted(ids) for record in standing.records.of_id(id_)}
    staying = _unchanged(documents, near, standing, made_by, ())
    kept = {record.number for record in staying.values()}
    parts: list[Part] = []
    gone: set[int] = set()
    for each in standing.parts:
        by_id = known.records(each).by_id
        leaving = {record.number for id_ in ids for record in by_id.get(id_, ())} if each.name in standing.published else _numbers(each)
        missing = (leaving | standing.gone & _numbers_between(each, standing.gone)) - kept
        if len(missing) < len(each.store.ranges()):
            parts.append(each)
            gone |= missing
    return Staying(parts, frozenset(gone), [each for each in documents if each.path not in staying], ids)


def _numbers(each: Part) -> set[int]:
    return set(each.store.ranges()[:, 0].tolist())


def _numbers_between(each: Part, numbers: Iterable[int]) -> set[int]:
    """Those that are given in a part."""
    first, end = each.info.numbers
    return {number for number in numbers if first <= number < end}


def _unchanged(
    documents: Iterable[Document], known: Mapping[str, Record], standing: Standing, made_by: MadeBy, recut: Recut
) -> dict[str, Record]:
    """Path -> where it stands. known: all records with an id of one of the documents."""
    then: dict[str, set[str]] = {}
    for path, record in known.items():
        then.setdefault(record.document.id, set()).add(path)
    now: dict[str, list[Document]] = {}
    for document in documents:
        now.setdefault(document.id, []).append(document)
    published = frozenset(standing.published)
    staying: dict[str, Record] = {}
    for id_, group in now.items():
        records = [known.get(document.path) for document in group]
        same = all(r is not None and _same(r, d) and (r.part.name, r.number) not in recut for r, d in zip(records, group, strict=True))
        together = len({r.part.name for r in records if r}) == 1
        current = all(r.part.name in published or r.part.info.made_by.words == made_by.words for r in records if r)
        if same and together and current and then[id_] == {document.path for document in group}:
            staying |= {r.document.path: r for r in records if r}
    return staying


def _same(record: Record, document: Document) -> bool:
    old = record.document
    return (old.id, old.lang, old.digest) == (document.id, document.lang, document.digest)
