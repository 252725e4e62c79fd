"""Documents and passages of one part: what vectors and terms are derived from.

    texts.bin    the records (kb.index.records) of the documents, then of the passages, in order of their numbers
    places.bin   ranges          int64 (n, 4), of each document number, first passage row, end row, place of its language in LANGS
                 document_ends   int64 (n,), bytes from the beginning of texts.bin
                 passage_ends    int64 (m,)
                 id.text, id.length   of the documents, as kb.index.names.packed
                 and the columns of kb.index.twin_table

Documents and passages have numbers that are unique in an index. Inside a part passages are numbered by language, then document, then
position, so that those of a document, and those of a language, follow each other; the number is their row in vectors and terms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from kb.index import arrays, records
from kb.index.blocks import Blocks, write_table
from kb.index.names import packed, unpacked
from kb.index.records import Shown, Stored
from kb.index.sentences import Sentence
from kb.index.sentences import packed as packed_sentences
from kb.index.strings import Strings
from kb.index.twin_table import SentenceTwin, TwinTable
from kb.index.writing import writing
from kb.text.cuts import as_written
from kb.text.joined import cleaned
from kb.types import LANGS, Document, Lang, Passage

TEXTS, PLACES = "texts.bin", "places.bin"
AT_ONCE = 1024  # passages that are read together where all are


class Draft:
    """Takes records in order: those of all documents, then those of all passages."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ids: list[str] = []
        self._ranges: list[tuple[int, int, int, int]] = []
        self._documents: list[int] = []  # lengths
        self._passages: list[int] = []

    def document(self, number: int, rows: range, lang: Lang, document_id: str, record: bytes) -> None:
        self._ranges.append((number, rows.start, rows.stop, LANGS.index(lang)))
        self._ids.append(document_id)
        self._documents.append(len(record))
        self._file.write(record)

    def passages(self, joined: bytes, lengths: Sequence[int]) -> None:
        """Some, one behind the other."""
        self._passages += lengths
        self._file.write(joined)

    def places(self) -> dict[str, NDArray[np.int64]]:
        ends = np.cumsum([*self._documents, *self._passages], dtype=np.int64)
        count = len(self._ranges)
        ranges = np.array(self._ranges, np.int64).reshape(count, 4)
        return {"ranges": ranges, "document_ends": ends[:count], "passage_ends": ends[count:]} | packed("id", Strings.of(self._ids))


@contextmanager
def drafting(folder: Path, twins: Iterable[TwinTable]) -> Iterator[Draft]:
    """twins: read when all records are there."""
    with writing(folder / TEXTS), (folder / TEXTS).open("wb", buffering=1 << 20) as file:
        draft = Draft(file)
        yield draft
    write_table(folder / TEXTS)  # now: sentences are read again before the part is finished
    arrays.write(folder / PLACES, draft.places() | TwinTable.joined(list(twins)).arrays())


def write(
    folder: Path,
    documents: Iterable[Stored],
    passages: Iterable[Shown],
    sentences: Iterable[Sequence[Sentence]],
    twins: Iterable[SentenceTwin] = (),
) -> None:
    """`passages`: by row; `sentences` of each of them, in the same order."""
    with drafting(folder, [TwinTable.of(twins)]) as draft:
        for each in documents:
            record = records.of_document(each.document, each.findings)
            draft.document(each.number, each.rows, each.document.lang, each.document.id, record)
        for shown, packed_ones in zip(passages, packed_sentences(sentences), strict=True):
            record = records.of_passage(shown, packed_ones)
            draft.passages(record, [len(record)])


class PartStore:
    """Read access for many threads. What reads a record raises IndexCorrupt where it is damaged."""

    def __init__(self, folder: Path) -> None:
        """The caller has compared the checksums, but for those of the texts. Raises ValueError, KeyError where the files do not belong to
        each other.
        """
        found = arrays.read(folder / PLACES)
        self.file = Blocks(folder / TEXTS)
        self._ranges: NDArray[np.int64] = found["ranges"]
        self._end_rows = np.ascontiguousarray(self._ranges[:, 2])
        self._document_ends: NDArray[np.int64] = found["document_ends"]
        self._passage_ends: NDArray[np.int64] = found["passage_ends"]
        self._ids = unpacked("id", found)
        self.twin_table = TwinTable.of_arrays(found)
        self._documents_end = int(self._document_ends[-1]) if len(self._ranges) else 0
        self._first_number = int(self._ranges[0, 0]) if len(self._ranges) else 0
        self._first_row = int(self._ranges[0, 1]) if len(self._ranges) else 0
        if self.file.size != (int(self._passage_ends[-1]) if len(self._passage_ends) else self._documents_end):
            raise ValueError(f"{folder}: texts and places of different passages")

    def _document(self, number: int) -> bytes:
        place = number - self._first_number
        return self.file.read(int(self._document_ends[place - 1]) if place else 0, int(self._document_ends[place]))

    def _passages(self, rows: Sequence[int]) -> Iterator[tuple[int, tuple[Passage, bytes, bytes]]]:
        """Each row with its passage, its cuts and its sentences, as they are kept; by row. Rows of no passage are left out."""
        asked = np.sort(np.array(rows, np.int64))
        asked = asked[(asked >= self._first_row) & (asked < self._first_row + len(self._passage_ends))]
        places, owners = asked - self._first_row, self._owners(asked)
        starts = np.where(places > 0, self._passage_ends[places - 1], self._documents_end)
        langs = self._ranges[owners, 3]
        found = zip(*(each.tolist() for each in (asked, starts, self._passage_ends[places], owners, langs)), strict=True)
        for row, start, end, owner, lang in found:
            yield row, records.passage(self.file.read(start, end), self._ids[owner], LANGS[lang])

    def _owners(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of passages the places of their documents; a document without passages ends where it begins, and is passed over."""
        return self._end_rows.searchsorted(rows, "right")

    def _start(self, place: int) -> int:
        return int(self._passage_ends[place - 1]) if place else self._documents_end

    def passage_records(self, rows: range) -> tuple[bytes, list[int]]:
        """The records of passages that follow each other, one behind the other, and the length of each."""
        if not rows:
            return b"", []
        first, last = rows.start - self._first_row, rows.stop - self._first_row
        ends, start = self._passage_ends[first:last], self._start(first)
        return self.file.read(start, int(ends[-1])), np.diff(ends, prepend=start).tolist()

    def document_record(self, number: int) -> tuple[str, bytes]:
        """The document's name, and its record."""
        return self._ids[number - self._first_number], self._document(number)

    def metas(self) -> Iterator[tuple[int, range, Document, str]]:
        """(number, rows, document without text, findings) of all documents, by number."""
        for number, first, end, _ in self._ranges.tolist():
            record = self._document(number)
            yield number, range(first, end), records.meta(record), records.findings(record)

    def ranges(self) -> NDArray[np.int64]:
        """(number, first row, end row, place of the language in LANGS) of all documents, int64 (n, 4), by number; not to be written to."""
        return self._ranges

    def spread_rows(self, lang: Lang, count: int) -> list[int]:
        """Rows of about so many passages of a language, evenly spread."""
        own = self._ranges[(self._ranges[:, 3] == LANGS.index(lang)) & (self._ranges[:, 2] > self._ranges[:, 1])]
        if not len(own):
            return []
        first, end = int(own[:, 1].min()), int(own[:, 2].max())
        return list(range(first, end, max(1, (end - first) // count)))

    def meta(self, number: int) -> Document:
        return records.meta(self._document(number))

    def stored(self, number: int) -> Stored:
        record = self._document(number)
        return Stored(number, records.document(record), records.findings(record), self.rows_of(number))

    def rows_of(self, number: int) -> range:
        _, first, end, _ = self._ranges[number - self._first_number].tolist()
        return range(first, end)

    def documents_holding(self, words: Collection[str]) -> set[int]:
        """Numbers of documents with a passage in which one of the words stands literally."""
        wanted = [word.encode() for word in words]
        held = (row for row, *texts in self._texts() if any(word in text for word in wanted for text in texts))
        return set(self._ranges[self._owners(np.array(list(held), np.int64)), 0].tolist())

    def _texts(self) -> Iterator[tuple[int, bytes, bytes]]:
        """(row, text, context) of all passages."""
        rows = range(self._first_row, self._first_row + len(self._passage_ends))
        for some in (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)):
            joined, lengths = self.passage_records(some)
            ends = np.cumsum(lengths).tolist()
            for row, start, end in zip(some, [0, *ends], ends, strict=False):
                yield row, *records.texts(joined[start:end])

    def shown(self, rows: Sequence[int]) -> dict[int, Shown]:
        """With all that showing them needs."""
        found = dict(self._passages(rows))
        changed = [row for row, (_, cuts, _) in found.items() if cuts and not as_written(cuts)]
        clean = dict(zip(changed, cleaned([found[row][0].text for row in changed]), strict=True))
        return {row: Shown(passage, cuts, clean.get(row), blob) for row, (passage, cuts, blob) in found.items()}

    def sentences(self, rows: Sequence[int]) -> dict[int, bytes]:
        """As they are kept: kb.index.sentences.packed."""
        return {row: sentences for row, (_, _, sentences) in self._passages(rows)}

    def rows_of_all(self, numbers: Sequence[int]) -> dict[int, range]:
        return {number: self.rows_of(number) for number in numbers}

    def twins(self, sentences: Sequence[tuple[int, int]]) -> dict[tuple[int, int], SentenceTwin]:
        return self.twin_table.found(sentences)
