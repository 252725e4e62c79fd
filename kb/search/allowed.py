"""What passes the filters of a search: groups, documents and passages, as masks; rows are listed when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.index.columns import Columns

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Allowed:
    """None where nothing is restricted."""

    groups: Mask  # (g,)
    documents: Mask | None  # (n,) by position: versions whose passages are searched
    shown: Mask | None  # (n,) of those, the ones that may be shown
    only: Mask | None  # (rows,) passages besides
    columns: Columns

    @cached_property
    def rows(self) -> NDArray[np.int64] | None:
        """Passages that are searched, ascending; None: all."""
        return None if self.documents is None and self.only is None else self._rows(self.documents)

    @cached_property
    def shown_rows(self) -> NDArray[np.int64] | None:
        """Of those, the passages of versions that may be shown."""
        return self.rows if self.shown is self.documents else self._rows(self.shown)

    def _rows(self, documents: Mask | None) -> NDArray[np.int64]:
        few = documents is not None and 4 * np.count_nonzero(documents) < len(documents)
        if documents is not None and few and self.only is None:
            return self.columns.rows_of(np.flatnonzero(documents))
        return np.flatnonzero(self._mask(documents))

    @property
    def is_restricted(self) -> bool:
        """Whether there is anything that may not be shown."""
        return self.shown is not None or self.only is not None

    @property
    def mask(self) -> Mask:
        """bool (rows,): passages that are searched."""
        return self._mask(self.documents)

    @property
    def shown_mask(self) -> Mask:
        return self._mask(self.shown)

    def _mask(self, documents: Mask | None) -> Mask:
        owner = self.columns.owner
        held = np.ones(len(owner), np.bool_) if documents is None else _with_nobody(documents)[owner]
        return held if self.only is None else held & self.only

    def shows(self, rows: NDArray[np.int64]) -> Mask:
        """Which of the passages may be shown."""
        held = np.ones(len(rows), np.bool_) if self.shown is None else _with_nobody(self.shown)[self.columns.positions(rows)]
        return held if self.only is None else held & self.only[rows]

    def __and__(self, other: Allowed) -> Allowed:
        """What passes both."""
        documents = _both(self.documents, other.documents)
        same = self.shown is self.documents and other.shown is other.documents
        shown = documents if same else _both(self.shown, other.shown)
        return Allowed(self.groups & other.groups, documents, shown, _both(self.only, other.only), self.columns)


def _with_nobody(documents: Mask) -> Mask:
    """With a last entry for rows that are no document's."""
    return np.append(documents, False)


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return one if other is None else other
    return one & other
