"""The dates that a question names -> periods: ปี 2565, ธ.ค. 65, ก่อน พ.ศ. 2560, since 2020, in the 2010s, last year.

A four-digit number alone is a year only where nothing speaks against it: 2500 ตัน is an amount, PM2.5 a name, and a year that is aimed at
(เป้าหมายปี 2573, net zero 2050), that is still to come, or that belongs to a law's or a plan's name stays a word of the question.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.text import date_words as words
from kb.text.dates import BUDDHIST_OFFSET, month_number
from kb.text.periods import Month, Period, year

EARLIEST = 1990  # the first year that a number without a word like ปี or "in" can mean
OLDEST, LATEST = 1900, 2199  # the first and the last year at all
FISCAL_START = 10  # the fiscal year of Thailand begins in October of the year before

# Without one of these a text names no date: patterns for all ways to write one take much longer.
_MAY_NAME = re.compile(r"\d|ปี|เดือน|year|month", re.IGNORECASE)
_DIRECTIONS = (("since", words.SINCE), ("after", words.AFTER), ("before", words.BEFORE), ("until", words.UNTIL), ("in", words.WITHIN))


@dataclass(frozen=True, slots=True)
class Dated:
    """A stretch of the question that names a date."""

    start: int  # code points of the text
    end: int  # exclusive; with the words around the date that belong to it (since, ตั้งแต่)
    period: Period


@dataclass(frozen=True, slots=True)
class _Atom:
    start: int
    end: int
    period: Period
    marked: bool  # ปี, พ.ศ., a month or an era says that it is a year
    named: bool  # "ปี", which makes it a date even after the name of a law


def find(text: str, today: datetime.date) -> tuple[Dated, ...]:
    """Dates of a normalised text, in order. today: what "last year" and a year to come are measured by."""
    if not _MAY_NAME.search(text):
        return ()
    relative = [Dated(*match.span(), _relative(match, today)) for match in words.RELATIVE.finditer(text)]
    atoms = [atom for atom in _atoms(text) if all(atom.end <= r.start or r.end <= atom.start for r in relative)]
    dated = [found for group in _joined(text, atoms) if (found := _in_context(text, group, today))]
    return tuple(sorted([*relative, *dated], key=lambda d: d.start))


def find_all(text: str) -> tuple[Dated, ...]:
    """Dates of a text that is known to be one, such as the value of `year:`, also in years to come."""
    return find(text, datetime.date(2199, 12, 31))


def without(text: str, found: tuple[Dated, ...]) -> str:
    """The text without its dates, white space collapsed."""
    kept, end = [], 0
    for each in found:
        kept.append(text[end : each.start])
        end = each.end
    return " ".join(" ".join([*kept, text[end:]]).split())


def _atoms(text: str) -> Iterator[_Atom]:
    for match in words.ATOM.finditer(text):
        parts = {name: value for name, value in match.groupdict().items() if value is not None}
        period = _period(parts)
        if period is not None:
            mark = parts.get("mark", "")
            marked = bool(parts.keys() - {"year", "month"})
            yield _Atom(*match.span(), period, marked, mark.startswith("ปี") or "fiscal" in parts)


def _period(parts: dict[str, str]) -> Period | None:
    if decade := parts.get("decade") or parts.get("thai_decade"):
        first = _common(decade, "")
        return Period((first, 1), (first + 9, 12)) if first else None
    name = next((n for n in ("thai_year", "english_year", "fiscal_year", "marked_year", "year") if n in parts), "")
    era = next((parts[n] for n in ("thai_era", "fiscal_era", "mark", "era_after") if n in parts), "")
    number = _common(parts[name], era, thai=name != "english_year")
    if number is None:
        return None
    if name == "fiscal_year":
        return Period((number - 1, FISCAL_START), (number, FISCAL_START - 1))
    month = _month(parts)
    return Period((number, month), (number, month)) if month else year(number)


def _month(parts: dict[str, str]) -> int | None:
    if "month" in parts:
        return int(parts["month"])
    name = parts.get("thai_month") or parts.get("english_month")
    return month_number(name.casefold()) if name else None


def _common(digits: str, era: str, *, thai: bool = True) -> int | None:
    """The year of the Common Era; None where it cannot be one. Two digits are Buddhist era: 65 is 2565."""
    christian = bool(re.search("ค|c|a", era, re.IGNORECASE)) and "year" not in era
    number = int(digits) + (2500 if len(digits) == 2 else 0)
    if len(digits) == 2 and (not thai or christian or re.search("[a-z]", era)):
        return None
    if number >= OLDEST + BUDDHIST_OFFSET and not christian:
        number -= BUDDHIST_OFFSET
    return number if OLDEST <= number <= LATEST else None


def _joined(text: str, atoms: list[_Atom]) -> Iterator[_Atom]:
    """Atoms with those that are two ends of one range made one."""
    rest = [_short_range(text, atom) for atom in atoms]
    while rest:
        left = rest.pop(0)
        if rest and _is_range(text, left, rest[0]):
            right = rest.pop(0)
            yield _Atom(left.start, right.end, Period(left.period.first, right.period.last), left.marked or right.marked, left.named)
        else:
            yield left


def _short_range(text: str, atom: _Atom) -> _Atom:
    """2019-21 and ปี 2563-65."""
    short = words.SHORT_END.match(text, atom.end)
    last = atom.period.last
    if not short or last is None or not atom.period.whole_years:
        return atom
    for century in {last[0] // 100 * 100, (last[0] + BUDDHIST_OFFSET) // 100 * 100 - BUDDHIST_OFFSET}:
        end = century + int(short[1])
        if last[0] < end <= last[0] + 20:
            return replace(atom, end=short.end(), period=Period(atom.period.first, (end, 12)))
    return atom


def _is_range(text: str, left: _Atom, right: _Atom) -> bool:
    between = text[left.end : right.start]
    joined = words.RANGE.fullmatch(between) or (words.AND.fullmatch(between) and words.BETWEEN.search(text, 0, left.start))
    if not joined or left.period.first is None or right.period.last is None:
        return False
    return left.period.first <= right.period.last


def _in_context(text: str, atom: _Atom, today: datetime.date) -> Dated | None:
    """The date with its preposition, or None where it is no date of documents."""
    direction, start = _direction(text, atom.start)
    onwards = words.ONWARDS.match(text, atom.end)
    if _is_a_number(text, atom, direction) or _is_a_name(text, atom, start, direction):
        return None
    period = _directed(atom.period, "since" if onwards else direction)
    latest = period.last or period.first
    if latest is None or latest > (today.year, 12):
        return None
    return Dated(start, onwards.end() if onwards else atom.end, period)


def _direction(text: str, start: int) -> tuple[str, int]:
    for name, pattern in _DIRECTIONS:
        if match := pattern.search(text[:start]):
            return name, match.start()
    return "", start


def _directed(period: Period, direction: str) -> Period:
    first, last = period.first, period.last
    assert first and last
    if direction == "since" and first[0] == last[0]:
        return Period(first, None)
    if direction == "after":
        return Period(_next(last), None)
    if direction == "before":
        return Period(None, _previous(first))
    return Period(None, last) if direction == "until" else period


def _is_a_number(text: str, atom: _Atom, direction: str) -> bool:
    if atom.marked:
        return False
    first = atom.period.first
    early = not direction and first is not None and (first[0] < EARLIEST or first[0] == 2000)
    return early or words.UNIT.match(text, atom.end) is not None


def _is_a_name(text: str, atom: _Atom, start: int, direction: str) -> bool:
    before = text[:start]
    if words.AIM_BEFORE.search(before) or words.AIM_AFTER.match(text, atom.end):
        return True
    law = words.LAW_BEFORE.search(before) and not atom.named
    return bool(law) or (words.NAME_BEFORE.search(text[: atom.start]) is not None and direction in ("", "in"))


def _relative(match: re.Match[str], today: datetime.date) -> Period:
    parts = {name: value for name, value in match.groupdict().items() if value}
    this, name = (today.year, today.month), next(iter(parts))
    if name.startswith("past"):
        return Period((today.year - _count(parts[name]), today.month), this)
    if name.startswith("ago"):
        return year(today.year - _count(parts[name]))
    if name.endswith("year"):
        return year(today.year - (name == "last_year"))
    month = this if name == "this_month" else _previous(this)
    return Period(month, month)


def _count(number: str) -> int:
    return words.NUMBERS.get(number.casefold()) or int(number)


def _next(month: Month) -> Month:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)


def _previous(month: Month) -> Month:
    return (month[0] - 1, 12) if month[1] == 1 else (month[0], month[1] - 1)
