"""From keys of spelling or of sound to the names that have them: kept in order, so that opening sorts nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BITS = 8  # at least, for each key: one of so many keys that no name has is looked for in vain


def hashed(key: str) -> int:
    """64 bits that stand for a key: two of a million names share them once in ten million collections."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, eq=False)
class KeyIndex:
    """Of one part of an index."""

    keys: NDArray[np.uint64]  # `hashed`, ascending
    names: NDArray[np.int32]  # for each key a number of a name

    @classmethod
    def of(cls, keys: Iterable[Sequence[str]]) -> KeyIndex:
        """keys: those of each name, by number."""
        found = [(hashed(key), number) for number, each in enumerate(keys) for key in each]
        found.sort()
        return cls(np.array([key for key, _ in found], np.uint64), np.array([number for _, number in found], np.int32))

    def get(self, key: np.uint64) -> list[int]:
        """Numbers of the names with a key."""
        first = int(self.keys.searchsorted(key))
        if first == len(self.keys) or self.keys[first] != key:
            return []
        end = int(self.keys.searchsorted(key, "right"))
        return [int(name) for name in self.names[first:end]]

    def moved(self, numbers: NDArray[np.int32]) -> KeyIndex:
        """numbers: for every name its new number."""
        return KeyIndex(self.keys, numbers[self.names])


def merged(indexes: Sequence[KeyIndex]) -> KeyIndex:
    """One index for several."""
    keys = np.concatenate([each.keys for each in indexes])
    names = np.concatenate([each.names for each in indexes])
    order = np.lexsort((names, keys))
    different = np.ones(len(order), np.bool_)
    different[1:] = (np.diff(keys[order]) != 0) | (np.diff(names[order]) != 0)
    return KeyIndex(keys[order][different], names[order][different])


class Lookup:
    """Names by their keys, over several indexes. Most keys that are asked for no name has: one bit tells (Bloom, 1970, with one hash)."""

    def __init__(self, indexes: Sequence[KeyIndex]) -> None:
        self._indexes = indexes
        size = 1 << (BITS * sum(len(each.keys) for each in indexes)).bit_length()
        held = np.zeros(size, np.bool_)
        for each in indexes:
            held[(each.keys & np.uint64(size - 1)).astype(np.int64)] = True
        self._held, self._last = held.tobytes(), size - 1

    def found(self, key: str) -> list[int]:
        """Numbers of the names with a key, over all parts, ascending."""
        number = hashed(key)
        if not self._held[number & self._last]:
            return []
        return sorted({name for each in self._indexes for name in each.get(np.uint64(number))})
