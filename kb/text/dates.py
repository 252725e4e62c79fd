"""Dates as people write them in Thai and English -> PartialDate, and back.

A Thai month makes the year Buddhist era (BE = CE + 543); so does พ.ศ. A year from 2400 to 2699 is Buddhist era wherever it stands.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from kb.errors import ContentFault, Lang, Message
from kb.types import PartialDate

BUDDHIST_OFFSET = 543
BUDDHIST_YEARS = range(2400, 2700)
COMMON_YEARS = range(1000, 2400)

THAI_MONTHS = tuple(
    ["มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"]
)
THAI_SHORT = tuple(["มค", "กพ", "มีค", "เมย", "พค", "มิย", "กค", "สค", "กย", "ตค", "พย", "ธค"])
ENGLISH_MONTHS = tuple(
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
)

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")
ERA = r"(?:(?P<era>พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|b\.?e\.?|c\.?e\.?|a\.?d\.?)\s*)?"
ERA_AFTER = r"(?:\s*(?P<era_after>b\.?e\.?|c\.?e\.?|a\.?d\.?))?"
THAI_DAY = r"(?:วัน(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัส|ศุกร์|เสาร์|อาทิตย์)?(?:ที่)?\s*)?"
MONTH_NAME = r"(?P<name>[ก-ฮะ-์][ก-ฮะ-์. ]*?|[a-z]{3,9}\.?)"
FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{ERA}(?P<year>\d{{2,4}}){ERA_AFTER}",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:z|[+-]\d\d:?\d\d)?)?)?",
        rf"{THAI_DAY}(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s)?)?{MONTH_NAME}\s*,?\s*{ERA}(?P<year>\d{{2,4}}){ERA_AFTER}",
        r"(?P<name>[a-z]{3,9}\.?)\s(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year>\d{4})",
        r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})",
    )
)
REMEDY = Message(
    en="write it like 2022-12-06, 2022-12, 2022, 6 December 2022 or 6 ธันวาคม 2565",
    th="ให้เขียนเช่น 2022-12-06, 2022-12, 2022, 6 December 2022 หรือ 6 ธันวาคม 2565",
)


@dataclass(frozen=True, slots=True)
class _Written:
    """The parts of a date as they stand there."""

    year: str
    era: str  # "be", "ce" or ""
    month: int | None
    day: int | None
    thai: bool  # the month's name is Thai


def parse_date(text: str) -> PartialDate:
    """A date known to the day, month or year. Raises ContentFault, with the remedy, for anything else."""
    plain = " ".join(INVISIBLE.sub("", text).translate(THAI_DIGITS).casefold().split())
    for form in FORMS:
        match = form.fullmatch(plain)
        if match:
            return _checked(_written(text, match.groupdict()), text)
    raise _fault(text, "is not a date that can be read", "อ่านเป็นวันที่ไม่ได้")


def to_common_era(year: int) -> int:
    """A year from 2400 to 2699 is Buddhist era; any other is Common Era already."""
    return year - BUDDHIST_OFFSET if year in BUDDHIST_YEARS else year


def format_date(date: PartialDate, lang: Lang) -> str:
    """ "6 ธันวาคม 2565", "ธันวาคม 2565", "พ.ศ. 2565"; "6 December 2022", "December 2022", "2022"."""
    year = str(date.year + BUDDHIST_OFFSET) if lang == "th" else str(date.year)
    if date.month is None:
        return f"พ.ศ. {year}" if lang == "th" else year
    month = (THAI_MONTHS if lang == "th" else ENGLISH_MONTHS)[date.month - 1]
    return f"{date.day} {month} {year}" if date.day else f"{month} {year}"


def _written(text: str, parts: dict[str, str | None]) -> _Written:
    name = parts.get("name")
    month = month_number(name) if name else _number(parts.get("month"))
    if name and month is None:
        raise _fault(text, "does not hold the name of a month", "ไม่มีชื่อเดือนที่รู้จัก")
    day = _number(parts.get("day"))
    if parts.get("mark"):
        day, month = _day_and_month(text, int(parts["first"] or 0), int(parts["second"] or 0), int(parts["year"] or 0))
    era = _era(parts.get("era") or parts.get("era_after") or "")
    return _Written(parts["year"] or "", era, month, day, bool(name and not name.isascii()))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def month_number(name: str) -> int | None:
    bare = name.replace(".", "").replace(" ", "")
    if bare in THAI_SHORT:
        return THAI_SHORT.index(bare) + 1
    if bare == "sept":
        return 9
    months = enumerate(zip(THAI_MONTHS, ENGLISH_MONTHS, strict=True), start=1)
    return next((number for number, (thai, english) in months if _is_short_for(bare, thai, english.casefold())), None)


def _is_short_for(bare: str, thai: str, english: str) -> bool:
    """Spoken Thai drops the last syllable: กุมภา, ธันวา."""
    return bare in (english, english[:3]) or (len(bare) >= 4 and thai.startswith(bare))


def _era(mark: str) -> str:
    letters = mark.replace(".", "").replace(" ", "")
    return {"พศ": "be", "be": "be", "คศ": "ce", "ce": "ce", "ad": "ce"}.get(letters, "")


def _day_and_month(text: str, first: int, second: int, year: int) -> tuple[int, int]:
    """Day and month of 6/12/2565. Day first, as in Thailand; without a Buddhist year only where no other reading exists."""
    if first > 12 or first == second or year in BUDDHIST_YEARS:
        return first, second
    if second > 12:
        return second, first
    raise _fault(text, "can be read as day/month or month/day", "อ่านได้ทั้งวัน/เดือนและเดือน/วัน")


def _checked(date: _Written, text: str) -> PartialDate:
    year = _year(date, text)
    try:
        datetime.date(year, 1 if date.month is None else date.month, 1 if date.day is None else date.day)
    except ValueError:
        raise _fault(text, "is not a day of the calendar", "ไม่มีวันนี้ในปฏิทิน") from None
    return PartialDate(year, date.month, date.day)


def _year(date: _Written, text: str) -> int:
    year = int(date.year)
    buddhist = date.era == "be" or (date.thai and date.era != "ce")
    if buddhist and len(date.year) == 2:
        year += 2500
    if date.era != "ce" and year in BUDDHIST_YEARS:
        return year - BUDDHIST_OFFSET
    if buddhist and year in COMMON_YEARS:
        era = Message(f"write พ.ศ. {year + BUDDHIST_OFFSET} or ค.ศ. {year}", f"ให้เขียน พ.ศ. {year + BUDDHIST_OFFSET} หรือ ค.ศ. {year}")
        raise _fault(text, f"gives {year} as a year of the Buddhist era", f"ระบุปี {year} เป็นปีพุทธศักราช", era)
    if buddhist or year not in COMMON_YEARS:
        raise _fault(text, f"has a year that is out of range ({date.year})", f"มีปีที่อยู่นอกช่วงที่รับได้ ({date.year})")
    return year


def _fault(text: str, en: str, th: str, remedy: Message = REMEDY) -> ContentFault:
    seen = " ".join(text.split())[:60]
    return ContentFault(Message(en=f"“{seen}” {en}; {remedy.en}", th=f"“{seen}” {th} {remedy.th}"))
