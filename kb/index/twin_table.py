"""What the other version of a document says in the place of a sentence: the twins of a part's sentences, in order of the sentences.

A twin may be several stretches of text (`places`), which follow each other in the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

COLUMNS = {"row": np.int64, "start": np.int32, "twin": np.int64, "twin_start": np.int32, "twin_end": np.int32, "confidence": np.float64}


@dataclass(frozen=True, slots=True)
class SentenceTwin:
    """What the other version of the document says in the place of a sentence."""

    row: int  # passage of the sentence
    start: int  # of the sentence in it
    places: tuple[tuple[int, int, int], ...]  # (passage row, start, end) of the twin, in order of the text
    confidence: float  # probability that this is it, 0–1


@dataclass(frozen=True, eq=False)
class TwinTable:
    """One entry a place, ordered by `row`, then `start`, then the order of the text."""

    row: NDArray[np.int64]
    start: NDArray[np.int32]
    twin: NDArray[np.int64]  # passage row
    twin_start: NDArray[np.int32]
    twin_end: NDArray[np.int32]
    confidence: NDArray[np.float64]

    @classmethod
    def of(cls, twins: Iterable[SentenceTwin]) -> TwinTable:
        ordered = sorted(twins, key=lambda each: (each.row, each.start))
        entries = [(t.row, t.start, *place, t.confidence) for t in ordered for place in t.places]
        columns = zip(*entries, strict=True) if entries else [()] * len(COLUMNS)
        return cls(*(np.array(values, kind) for values, kind in zip(columns, COLUMNS.values(), strict=True)))

    @classmethod
    def joined(cls, tables: Sequence[TwinTable]) -> TwinTable:
        """The entries of all tables."""
        columns = {name: np.concatenate([np.zeros(0, kind), *(getattr(t, name) for t in tables)]) for name, kind in COLUMNS.items()}
        whole = cls(**columns)
        return whole.take(np.lexsort((np.arange(len(whole.row)), whole.start, whole.row)))

    def take(self, entries: NDArray[Any]) -> TwinTable:
        return TwinTable(**{name: values[entries] for name, values in self.arrays().items()})

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in COLUMNS}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> TwinTable:
        return cls(**{name: arrays[name] for name in COLUMNS})

    def found(self, sentences: Sequence[tuple[int, int]]) -> dict[tuple[int, int], SentenceTwin]:
        """Of sentences given by (passage row, start), those that have one."""
        if not len(self.row) or not len(sentences):
            return {}
        asked = np.array(sentences, np.int64)
        rows = np.stack([self.row.searchsorted(asked[:, 0], side) for side in ("left", "right")], axis=1)
        found = {}
        for (row, start), (first, last) in zip(asked.tolist(), rows.tolist(), strict=True):
            at, end = (first + int(self.start[first:last].searchsorted(start, side)) for side in ("left", "right"))
            if at < end:
                found[row, start] = self._twin(row, start, slice(at, end))
        return found

    def _twin(self, row: int, start: int, entries: slice) -> SentenceTwin:
        columns = (self.twin[entries].tolist(), self.twin_start[entries].tolist(), self.twin_end[entries].tolist())
        return SentenceTwin(row, start, tuple(zip(*columns, strict=True)), float(self.confidence[entries.start]))
