"""A stretch of time known to the month, open on one side or closed: what a date filter takes and what its chip says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.errors import Message
from kb.text.dates import ENGLISH_MONTHS, THAI_MONTHS, to_common_era
from kb.types import PartialDate

_MONTH = r"(\d{4})(?:-(\d{2}))?"
_FORMS = (
    re.compile(rf"(?P<one>{_MONTH})"),
    re.compile(r"(?P<first>\d{4})\s*[-–—]\s*(?P<last>\d{4})"),
    re.compile(rf"(?P<first>{_MONTH})?\s*\.\.\s*(?P<last>(\d{{4}})(?:-(\d{{2}}))?)?"),
)
FORMS = "2022, 2565, 2019-2021, 2022-12, 2020.., ..2016, 2021-10..2022-09"

Month = tuple[int, int]  # year of the Common Era, month 1–12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Both ends belong to it."""

    first: Month | None  # None: without beginning
    last: Month | None  # None: without end

    def __str__(self) -> str:
        """The shortest form that `parse` reads: 2022, 2019-2021, 2022-12, 2020.., ..2016, 2021-10..2022-09."""
        if self.whole_years and self.first and self.last:
            years = dict.fromkeys((self.first[0], self.last[0]))
            return "-".join(map(str, years))
        if self.first == self.last and self.first:
            return f"{self.first[0]}-{self.first[1]:02d}"
        return f"{_written(self.first, 1)}..{_written(self.last, 12)}"

    @property
    def whole_years(self) -> bool:
        return (self.first is None or self.first[1] == 1) and (self.last is None or self.last[1] == 12)

    def holds(self, date: PartialDate) -> bool:
        """Whether the date may lie in it: of a date known to the year some month must."""
        begin, end = (date.year, date.month or 1), (date.year, date.month or 12)
        return (self.last is None or begin <= self.last) and (self.first is None or self.first <= end)

    def years(self, earliest: int, latest: int) -> range:
        """The years that it touches, of those between two others."""
        first = max(earliest, self.first[0]) if self.first else earliest
        return range(first, 1 + (min(latest, self.last[0]) if self.last else latest))

    @property
    def label(self) -> Message:
        if self.first is None and self.last is None:
            return Message("any time", "ทุกช่วงเวลา")
        if self.last is None and self.first:
            return Message(f"since {_english(self.first, 1)}", f"ตั้งแต่ {_thai(self.first, 1)}")
        if self.first is None and self.last:
            return Message(f"up to {_english(self.last, 12)}", f"ถึง {_thai(self.last, 12)}")
        return self._closed()

    def _closed(self) -> Message:
        assert self.first and self.last
        if self.first == self.last:
            return Message(_english(self.first, 0), _thai(self.first, 0))
        one_year = self.whole_years and self.first[0] == self.last[0]
        if one_year:
            return Message(_english(self.first, 1), _thai(self.first, 1))
        low, high = (1, 12) if self.whole_years else (0, 0)
        return Message(
            f"{_english(self.first, low)}–{_english(self.last, high)}", f"{_thai(self.first, low)}–{_thai(self.last, high, era=False)}"
        )


def parse(text: str) -> Period | None:
    """Reads `FORMS`, with years of either era; None for anything else, also where the end comes before the beginning."""
    plain = text.strip()
    for form in _FORMS:
        match = form.fullmatch(plain)
        if match and plain != "..":
            parts = match.groupdict()
            first = _month(parts.get("one") or parts.get("first"), 1)
            last = _month(parts.get("one") or parts.get("last"), 12)
            return _checked(first, last)
    return None


def year(number: int) -> Period:
    """number: of the Common Era."""
    return Period((number, 1), (number, 12))


def _checked(first: Month | None, last: Month | None) -> Period | None:
    if any(end is not None and not 1 <= end[1] <= 12 for end in (first, last)):
        return None
    return None if first and last and last < first else Period(first, last)


def _month(written: str | None, otherwise: int) -> Month | None:
    if not written:
        return None
    number, _, month = written.partition("-")
    return to_common_era(int(number)), int(month) if month else otherwise


def _written(end: Month | None, silent: int) -> str:
    """silent: the month that need not be said, as a whole year begins or ends with it; 0 for none."""
    if end is None:
        return ""
    return f"{end[0]}" if end[1] == silent else f"{end[0]}-{end[1]:02d}"


def _english(end: Month, silent: int) -> str:
    return str(end[0]) if end[1] == silent else f"{ENGLISH_MONTHS[end[1] - 1]} {end[0]}"


def _thai(end: Month, silent: int, *, era: bool = True) -> str:
    number = str(end[0] + 543)
    if end[1] == silent:
        return f"พ.ศ. {number}" if era else number
    return f"{THAI_MONTHS[end[1] - 1]} {number}"
