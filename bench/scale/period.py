"""A filter that means the same at every size: the months of the middle third of the documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SAMPLE = 900  # documents whose dates are read
DATE = re.compile(r"^date: *['\"]?(\d{4})((?:-\d{2})?)", re.MULTILINE)
BUDDHIST = 2400  # years from which on are of the Buddhist era, 543 ahead
HEAD = 2_000  # characters of a file, at least its header


@dataclass(frozen=True, slots=True)
class Period:
    first: str  # 2021 or 2021-03
    last: str
    share: float  # of the documents with a date that lie in it; more than a third where many are of one month

    @property
    def parameter(self) -> str:
        return f"&year={self.first}..{self.last}"


def middle(content: Path) -> Period:
    """Raises ValueError where no document has a date."""
    paths = sorted(content.glob("*/**/*.md"))
    dates = sorted(found for path in paths[:: max(1, len(paths) // SAMPLE)] if (found := _date(path)))
    if not dates:
        raise ValueError(f"{content}: no document has a date")
    first, last = dates[len(dates) // 3], dates[2 * len(dates) // 3]
    return Period(first, last, round(sum(first <= each <= last for each in dates) / len(dates), 2))


def _date(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        found = DATE.search(lines.read(HEAD))
    if not found:
        return ""
    year = int(found[1])
    return f"{year - 543 if year >= BUDDHIST else year}{found[2]}"
