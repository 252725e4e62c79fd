"""Texts and lists by the thousand, column-wise: no Python object until one is asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Strings:
    """Immutable texts in UTF-8. Taking some of them, or joining tables, copies offsets only."""

    blobs: tuple[NDArray[np.uint8], ...]
    starts: NDArray[np.int64]  # (n,) bytes, as if the blobs stood one behind the other
    lengths: NDArray[np.int32]  # (n,) bytes
    tables: tuple[Strings, ...] = ()  # that these are joined from
    taken: tuple[Strings, NDArray[np.int64]] | None = None  # or the table and the numbers that these are taken from it by

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        encoded = [text.encode() for text in texts]
        lengths = np.array([len(each) for each in encoded], np.int32)
        return cls.packed(np.frombuffer(b"".join(encoded), np.uint8), lengths)

    @classmethod
    def packed(cls, blob: NDArray[np.uint8], lengths: NDArray[np.int32]) -> Strings:
        """Texts that stand one behind the other."""
        return cls((blob,), np.cumsum(lengths, dtype=np.int64) - lengths, lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> str:
        return str(self._slice(int(self.starts[number]), int(self.lengths[number])), "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (str(each, "utf-8") for each in self._slices())

    @cached_property
    def listed(self) -> list[str]:
        """All texts as Python's, made once; those of joined tables, and of one that they were taken from, are shared with it."""
        if self.tables:
            return [text for table in self.tables for text in table.listed]
        if self.taken:
            texts = self.taken[0].listed
            return [texts[number] for number in self.taken[1].tolist()]
        data = self.compact().blobs[0].tobytes()
        ends = np.cumsum(self.lengths, dtype=np.int64).tolist()
        return [data[start:end].decode() for start, end in zip([0, *ends], ends, strict=False)]

    def _slice(self, start: int, length: int) -> memoryview:
        part = bisect_right(self._bases, start) - 1 if len(self.blobs) > 1 else 0
        start -= self._bases[part]
        return self._views[part][start : start + length]

    @cached_property
    def _views(self) -> list[memoryview]:
        return [blob.data for blob in self.blobs]

    @cached_property
    def _bases(self) -> list[int]:
        return [0, *accumulate(len(blob) for blob in self.blobs[:-1])]

    def take(self, numbers: NDArray[np.int64]) -> Strings:
        return Strings(self.blobs, self.starts[numbers], self.lengths[numbers], taken=(self, numbers))

    @classmethod
    def joined(cls, tables: Sequence[Strings]) -> Strings:
        """The texts of all tables, one table after the other."""
        bases = np.cumsum([0, *(sum(len(blob) for blob in each.blobs) for each in tables)])
        starts = [each.starts + base for each, base in zip(tables, bases, strict=False)]
        blobs = tuple(blob for each in tables for blob in each.blobs)
        return cls(blobs, np.concatenate(starts), np.concatenate([each.lengths for each in tables]), tuple(tables))

    def compact(self) -> Strings:
        """The same texts in one blob that holds nothing else, one behind the other."""
        if self._is_compact:
            return self
        return Strings.packed(np.frombuffer(b"".join(self._slices()), np.uint8), self.lengths)

    @property
    def _is_compact(self) -> bool:
        before = np.cumsum(self.lengths, dtype=np.int64) - self.lengths
        return len(self.blobs) == 1 and len(self.blobs[0]) == int(self.lengths.sum()) and np.array_equal(self.starts, before)

    def _slices(self) -> Iterator[memoryview]:
        for start, length in zip(self.starts.tolist(), self.lengths.tolist(), strict=True):
            yield self._slice(start, length)

    @cached_property
    def fixed(self) -> NDArray[np.bytes_]:
        """bytes (n,) of one width, for comparing and sorting: by bytes, which for UTF-8 is by code points. Made once a table."""
        if self.tables:
            return np.concatenate([table.fixed for table in self.tables])
        if self.taken:
            return self.taken[0].fixed[self.taken[1]]
        width = max(int(self.lengths.max(initial=0)), 1)
        table = np.zeros((len(self), width), np.uint8)
        table[np.arange(width) < self.lengths[:, None]] = self.compact().blobs[0]
        return table.view(f"S{width}").ravel()


@dataclass(frozen=True, eq=False)
class Lists:
    """For each of n things a list of numbers."""

    ends: NDArray[np.int64]  # (n,) in `values`; a list begins where the one before ends
    values: NDArray[np.int32]

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]]) -> Lists:
        kept = list(lists)
        ends = np.cumsum([len(each) for each in kept], dtype=np.int64)
        return cls(ends, np.array([value for each in kept for value in each], np.int32))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> NDArray[np.int32]:
        return self.values[int(self.ends[number - 1]) if number else 0 : int(self.ends[number])]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        return np.append(np.int64(0), self.ends[:-1])[: len(self.ends)]

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.ends, prepend=0)

    def owners(self) -> NDArray[np.int64]:
        """For every value the number of its list."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, numbers: NDArray[np.int64]) -> Lists:
        starts, ends = self.starts[numbers], self.ends[numbers]
        return Lists(np.cumsum(ends - starts, dtype=np.int64), self.values[ranges(starts, ends)])

    @classmethod
    def joined(cls, parts: Sequence[Lists], numbers: Sequence[NDArray[np.int32]]) -> Lists:
        """The lists of all parts; numbers: for each part what its numbers become."""
        bases = np.cumsum([0, *(len(each.values) for each in parts)])
        ends = [each.ends + base for each, base in zip(parts, bases, strict=False)]
        values = [new[each.values] for each, new in zip(parts, numbers, strict=True)]
        return cls(np.concatenate(ends), np.concatenate(values))


def ranges(starts: NDArray[np.signedinteger], ends: NDArray[np.signedinteger]) -> NDArray[np.int64]:
    """All numbers of the ranges [start, end), one range after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(starts - before, lengths))
