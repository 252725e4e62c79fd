"""Which passages name a time that a question asks of."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.index.reader import Index
from kb.text import named_times
from kb.text.periods import Period
from kb.text.question_dates import OLDEST


def naming(index: Index, stretches: Sequence[Period], today: datetime.date) -> NDArray[np.int64]:
    """Rows int64 (n,), ascending, of passages with a year of one of the stretches; where that is a single month, also with its name."""
    return np.unique(np.concatenate([np.zeros(0, np.int64), *(_naming_one(index, each, today) for each in stretches)]))


def _naming_one(index: Index, period: Period, today: datetime.date) -> NDArray[np.int64]:
    rows = _holding(index, (term for year in period.years(OLDEST, today.year) for term in named_times.of_year(year)))
    if period.first == period.last and period.first:
        rows = np.intersect1d(rows, _holding(index, named_times.MONTHS[period.first[1] - 1]), assume_unique=True)
    return rows


def _holding(index: Index, terms: Iterable[str]) -> NDArray[np.int64]:
    wanted = tuple(terms)
    found = [part.times_named[term] + part.info.first_row for part in index.parts for term in wanted if term in part.times_named]
    return index.columns.standing(np.unique(np.concatenate([np.zeros(0, np.int64), *found])))
