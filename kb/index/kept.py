"""What was read lately, up to a number of bytes: popular passages are shown again and again, and need not be read from the store anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values, none of them None, by number. Thread-safe: a thread may at most read again what another has just read.

    Two tables stand for an order by use: what is found in the older one moves to the newer one, and when that would hold more
    than half of the room it becomes the older one.
    """

    def __init__(self, most: int, size: Callable[[Value], int]) -> None:
        """most: bytes of all values together; size: bytes of one."""
        self._half, self._size = most // 2, size
        self._newer: dict[int, Value] = {}
        self._older: dict[int, Value] = {}
        self._bytes = 0  # of the newer table

    def known(self, keys: Iterable[int]) -> dict[int, Value]:
        """Those that are kept."""
        newer, older = self._newer, self._older
        found: dict[int, Value] = {}
        moving: dict[int, Value] = {}
        for key in keys:
            value = newer.get(key)
            if value is None:
                value = older.get(key)
                if value is None:
                    continue
                moving[key] = value
            found[key] = value
        if moving:
            self.keep(moving)
        return found

    def keep(self, values: Mapping[int, Value]) -> None:
        more = sum(map(self._size, values.values()))
        if more > self._half:
            return
        if self._bytes + more > self._half:
            self._older, self._newer, self._bytes = self._newer, {}, 0
        self._newer |= values
        self._bytes += more
