"""Which passages name a time that a question asks of."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from kb.index.reader import Index
from kb.search.allowed import Mask
from kb.text import named_times
from kb.text.periods import Period
from kb.text.question_dates import OLDEST


def naming(index: Index, stretches: Sequence[Period], today: datetime.date) -> Mask:
    """bool (last row,): passages with a year of one of the stretches; where that is a single month, also with its name."""
    found = [_naming_one(index, each, today) for each in stretches]
    named: Mask = np.logical_or.reduce([np.zeros(index.columns.last_row, np.bool_), *found])
    return named & index.columns.standing


def _naming_one(index: Index, period: Period, today: datetime.date) -> Mask:
    found = _holding(index, [term for year in period.years(OLDEST, today.year) for term in named_times.of_year(year)])
    if period.first == period.last and period.first:
        found &= _holding(index, named_times.MONTHS[period.first[1] - 1])
    return found


def _holding(index: Index, terms: Sequence[str]) -> Mask:
    # Marked, not sorted: the passages of many years are half of a collection.
    marked = np.zeros(max((part.info.end_row for part in index.parts), default=0), np.bool_)
    for part in index.parts:
        for rows in (part.times_named[term] for term in terms if term in part.times_named):
            marked[part.info.first_row :][rows] = True
    return marked[: index.columns.last_row]
