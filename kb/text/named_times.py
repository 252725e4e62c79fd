"""The terms by which a passage names a year or a month."""

from __future__ import annotations

from kb.text import english, thai
from kb.text.dates import BUDDHIST_OFFSET, ENGLISH_MONTHS, THAI_MONTHS
from kb.text.question_dates import LATEST, OLDEST

# Of each month its term in either language.
MONTHS = tuple((english.term(name.casefold()), thai.term(thai_name)) for name, thai_name in zip(ENGLISH_MONTHS, THAI_MONTHS, strict=True))
TERMS = frozenset(map(str, range(OLDEST, LATEST + BUDDHIST_OFFSET + 1))).union(*MONTHS)


def of_year(year: int) -> tuple[str, str]:
    """In both eras. year: of the Common Era."""
    return str(year), str(year + BUDDHIST_OFFSET)
