"""What an index holds, for those who search it otherwise: passages as they were embedded, and their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index.reader import Index, open_index

CHUNK = 500  # passages read at once


@dataclass(frozen=True, slots=True)
class Passages:
    documents: tuple[str, ...]  # id of the document of each passage
    texts: tuple[str, ...]  # with title and headings, as they were embedded
    vectors: NDArray[np.float32]  # (n, dim), length 1

    def __len__(self) -> int:
        return len(self.texts)


def read(index_dir: Path) -> Passages:
    index = open_index(index_dir)
    rows = rows_of(index)
    found = _passages(index, rows)
    return Passages(tuple(each for each, _ in found), tuple(text for _, text in found), index.engine.vectors(rows))


def sample_of_texts(index_dir: Path, number: int) -> list[str]:
    """Of passages evenly from all."""
    index = open_index(index_dir)
    rows = rows_of(index)
    return [text for _, text in _passages(index, rows[:: max(1, len(rows) // number)][:number])]


def rows_of(index: Index) -> NDArray[np.int64]:
    return np.flatnonzero(np.asarray(index.store.document_numbers()) >= 0)


def _passages(index: Index, rows: Sequence[int] | NDArray[np.int64]) -> list[tuple[str, str]]:
    """(id of the document, text)"""
    found: list[tuple[str, str]] = []
    for first in range(0, len(rows), CHUNK):
        some = [int(row) for row in rows[first : first + CHUNK]]
        read_now = index.store.passages(some)
        found += [(read_now[row].document_id, f"{read_now[row].context}\n{read_now[row].text}".strip()) for row in some]
    return found
