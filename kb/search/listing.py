"""Documents by their dates."""

from __future__ import annotations

from collections.abc import Iterable

from kb.search.catalogue import Catalogue
from kb.types import Filters


def newest_first(catalogue: Catalogue, groups: Iterable[str], filters: Filters) -> list[str]:
    """Ids by date, those of one date by id, so that the order is the same in every run."""
    return sorted(sorted(groups), key=lambda group_id: date(catalogue, group_id, filters), reverse=True)


def date(catalogue: Catalogue, group_id: str, filters: Filters) -> tuple[int, int, int]:
    """(year, month, day) of the version that is shown; zeros for what is not known."""
    found = catalogue.documents[catalogue.version(group_id, None, filters.lang)].date
    return (found.year, found.month or 0, found.day or 0) if found else (0, 0, 0)
