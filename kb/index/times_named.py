"""Which passages of a part name a year or a month: what a question with a date asks of all passages at once.

    times-named.bin   for each of kb.text.named_times.TERMS that occurs int32 (n,): passages of the part, counted from 0, ascending

The term index holds the same, but gives it with scores, an object a passage.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index import arrays
from kb.text.named_times import TERMS

FILE = "times-named.bin"
TimesNamed = Mapping[str, NDArray[np.int32]]  # term -> passages


class Noting:
    """Notes the passages while their terms pass by."""

    def __init__(self) -> None:
        self._places: dict[str, array[int]] = {}
        self._next = 0

    def passing(self, lines: Iterable[str]) -> Iterator[str]:
        """The same lines, each the terms of one passage; to be called for the languages in the order of their rows."""
        for line in lines:
            for term in TERMS.intersection(line.split()):
                self._places.setdefault(term, array("i")).append(self._next)
            self._next += 1
            yield line

    def write(self, folder: Path) -> None:
        arrays.write(folder / FILE, {term: np.array(places, np.int32) for term, places in sorted(self._places.items())})


def read(folder: Path) -> TimesNamed:
    """The caller has compared the checksum. Raises ValueError for a file that is none of these."""
    return arrays.read(folder / FILE)
