"""What a question's own conditions leave of the collection: operators, dates, exact phrases, exclusions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang
from kb.index.reader import Index
from kb.search import wording
from kb.search.allowed import Allowed, Mask
from kb.search.catalogue import Catalogue
from kb.text import periods
from kb.text.analyzer import Analyzer
from kb.text.dates import BUDDHIST_OFFSET, ENGLISH_MONTHS, THAI_MONTHS
from kb.text.periods import Period
from kb.text.question_dates import OLDEST
from kb.types import LANGS, NO_FILTERS, Filters, Reading


@dataclass(frozen=True, slots=True)
class Narrowing:
    index: Index
    catalogue: Catalogue
    analyzer: Analyzer

    def narrow(self, allowed: Allowed, reading: Reading, today: datetime.date, *, words: bool) -> Allowed:
        """words: whether anything besides the conditions is asked; then a passage that names a year counts as of that year."""
        filters = _filters(reading)
        left = allowed if filters == NO_FILTERS else allowed & self.catalogue.allowed(filters)
        if stretches := dated(reading, filters=True):
            left = left & self._dated(stretches, today, words)
        for each in reading.excluded:
            left = left & self._without(wording.holding(self.index.store, each.text))
        return self._with_phrases(left, [wording.holding(self.index.store, each.text) for each in reading.phrases])

    def _dated(self, stretches: Sequence[Period], today: datetime.date, words: bool) -> Allowed:
        """Documents of that time, and passages of others that name it: a case study is dated by its beginning but tells of later years."""
        documents = self.catalogue.of_groups(self.catalogue.dated(stretches))
        if not words:
            return documents
        return self.catalogue.of_passages(documents.mask | self._mask(self._naming(stretches, today)))

    def _naming(self, stretches: Sequence[Period], today: datetime.date) -> NDArray[np.int64]:
        found = [self._naming_in(lang, each, today) for lang in LANGS for each in stretches]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def _naming_in(self, lang: Lang, period: Period, today: datetime.date) -> NDArray[np.int64]:
        years = [str(y + add) for y in period.years(OLDEST, today.year) for add in (0, BUDDHIST_OFFSET)]
        rows = self._holding(lang, years)
        if period.first == period.last and period.first:
            month = period.first[1] - 1
            names = [term.terms[0] for name in (ENGLISH_MONTHS[month], THAI_MONTHS[month]) for term in self.analyzer.query_terms(name)]
            rows = np.intersect1d(rows, self._holding(lang, names))
        return rows

    def _holding(self, lang: Lang, terms: Iterable[str]) -> NDArray[np.int64]:
        engine = self.index.engine
        return np.sort(engine.matching(dict.fromkeys(terms, 1.0), max(engine.count(lang), 1), lang)[0])

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
