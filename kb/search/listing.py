"""Documents by their dates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kb.search.catalogue import Catalogue
from kb.types import Filters


def newest_first(catalogue: Catalogue, groups: NDArray[np.bool_], filters: Filters) -> NDArray[np.int64]:
    """The groups of a mask by date, those of one date by id, so that the order is the same in every run."""
    found = np.flatnonzero(groups)
    return found[np.argsort(-dates(catalogue, found, filters), kind="stable")]


def dates(catalogue: Catalogue, groups: NDArray[np.int64], filters: Filters) -> NDArray[np.int64]:
    """For each group the date of the version that is shown, as a number that grows with it; 0 where it is not known."""
    year, month, day = catalogue.columns.date[catalogue.groups.version(groups, None, filters.lang)].astype(np.int64).T
    return np.asarray(year << 16 | month << 8 | day)
