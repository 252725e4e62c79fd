"""From keys of spelling or of sound to the names that have them: kept in order, so that opening sorts nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def hashed(key: str) -> int:
    """64 bits that stand for a key: two of a million names share them once in ten million collections."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, eq=False)
class KeyIndex:
    """Of one part of an index."""

    keys: NDArray[np.uint64]  # `hashed`, ascending
    names: NDArray[np.int32]  # for each key a number of a name
    offset: int = 0  # what is added to these numbers

    @classmethod
    def of(cls, keys: Iterable[Sequence[str]]) -> KeyIndex:
        """keys: those of each name, by number."""
        found = [(hashed(key), number) for number, each in enumerate(keys) for key in each]
        found.sort()
        return cls(np.array([key for key, _ in found], np.uint64), np.array([number for _, number in found], np.int32))

    def get(self, key: np.uint64) -> list[int]:
        """Numbers of the names with a key, ascending."""
        first = int(self.keys.searchsorted(key))
        if first == len(self.keys) or self.keys[first] != key:
            return []
        end = int(self.keys.searchsorted(key, "right"))
        return [int(name) + self.offset for name in self.names[first:end]]

    def shifted(self, offset: int) -> KeyIndex:
        return KeyIndex(self.keys, self.names, self.offset + offset)


def merged(indexes: Sequence[KeyIndex]) -> KeyIndex:
    """One index for several."""
    keys = np.concatenate([each.keys for each in indexes])
    names = np.concatenate([each.names + np.int32(each.offset) for each in indexes])
    order = np.lexsort((names, keys))
    return KeyIndex(keys[order], names[order])


def found(indexes: Sequence[KeyIndex], key: str) -> list[int]:
    """Numbers of the names with a key, over all parts."""
    number = np.uint64(hashed(key))
    return [name for each in indexes for name in each.get(number)]
