"""The documents and passages of all parts of a generation as one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.index.kept import Kept
from kb.index.part_store import PartStore
from kb.index.records import Shown, Stored
from kb.index.sentences import Sentence, SentenceTable, unpacked
from kb.index.twin_table import SentenceTwin
from kb.types import Document, Passage

KEPT_BYTES = 16 * 2**20  # of the passages that were shown lately, some 4,000 of them; as _size says
OBJECTS = 900  # bytes of a passage's Python objects without their contents
Value = TypeVar("Value")


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
        return found, unpacked({row: each.sentences for row, each in found.items()})

    def sentences(self, rows: Sequence[int]) -> dict[int, list[Sentence]]:
        """The sentences of each passage, in order of the text."""
        table = unpacked(self._gathered(rows, PartStore.sentences))
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
