"""What a question's own conditions leave of the collection: operators, dates, exact phrases, exclusions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.reader import Index
from kb.search import wording
from kb.search.allowed import Allowed, Mask
from kb.search.catalogue import Catalogue
from kb.search.naming import naming
from kb.text import periods
from kb.text.periods import Period
from kb.types import NO_FILTERS, Filters, Reading


@dataclass(frozen=True, slots=True)
class Narrowing:
    index: Index
    catalogue: Catalogue

    def narrow(self, allowed: Allowed, reading: Reading, today: datetime.date, *, words: bool) -> Allowed:
        """words: whether anything besides the conditions is asked; then a passage that names a year counts as of that year."""
        filters = _filters(reading)
        left = allowed if filters == NO_FILTERS else allowed & self.catalogue.allowed(filters)
        if stretches := dated(reading, filters=True):
            left = left & self._dated(stretches, today, words)
        for each in reading.excluded:
            left = left & self._without(wording.holding(self.index, each.text))
        return self._with_phrases(left, [wording.holding(self.index, each.text) for each in reading.phrases])

    def _dated(self, stretches: Sequence[Period], today: datetime.date, words: bool) -> Allowed:
        """Documents of that time, and passages of others that name it: a case study is dated by its beginning but tells of later years."""
        documents = self.catalogue.of_groups(self.catalogue.dated(stretches))
        if not words:
            return documents
        return self.catalogue.of_passages(documents.mask | naming(self.index, stretches, today))

    def _without(self, rows: NDArray[np.int64]) -> Allowed:
        return self.catalogue.of_groups(~self.catalogue.of_passages(self._mask(rows)).groups)

    def _with_phrases(self, allowed: Allowed, phrases: Sequence[NDArray[np.int64]]) -> Allowed:
        """Versions that hold every phrase, by their passages that hold one."""
        if not phrases:
            return allowed
        holding = [self.catalogue.of_passages(self._mask(rows)) for rows in phrases]
        documents = np.logical_and.reduce([each.documents for each in holding if each.documents is not None])
        passages = np.logical_or.reduce([each.mask for each in holding])
        left = allowed & self.catalogue.of_passages(passages & np.append(documents, False)[self.catalogue.columns.owner])
        # A hit is shown in a version that holds the phrases: one that is held only by a language that is not wanted is none.
        return left & self.catalogue.of_passages(left.shown_mask)

    def _mask(self, rows: NDArray[np.int64]) -> Mask:
        found = np.zeros(self.catalogue.columns.last_row, np.bool_)
        found[rows] = True
        return found


def dated(reading: Reading, *, filters: bool) -> list[Period]:
    """The periods that the question's words name, which restrict the search or which only rank higher."""
    found = [periods.parse(each.value) for each in reading.conditions if each.by == "dates" and each.filters == filters]
    return [each for each in found if each is not None]


def _filters(reading: Reading) -> Filters:
    values: dict[str, list[str]] = {}
    for each in reading.conditions:
        if each.by == "operators":
            values.setdefault(each.facet, []).append(each.value)
    return Filters(**{facet: tuple(found) for facet, found in values.items()})
