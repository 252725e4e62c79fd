"""glossary.tsv -> entries, and a problem for each line that cannot be one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import Lang, Message
from kb.text.glossary_names import alternatives
from kb.types import Problem

COLUMNS = ("thai", "english", "abbreviation_th", "abbreviation_en")
_THAI_LETTER = re.compile("[ก-๎]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file. Names may hold alternatives and remarks: "Bangkok; Bangkok Metropolitan Administration"."""

    thai: str
    english: str
    abbreviation_th: str = ""
    abbreviation_en: str = ""

    def names(self, lang: Lang) -> tuple[str, ...]:
        """The alternatives in one language without remarks, the abbreviation last."""
        name, short = (self.thai, self.abbreviation_th) if lang == "th" else (self.english, self.abbreviation_en)
        return tuple(dict.fromkeys([*alternatives(name), *([short] if short else [])]))


@dataclass(frozen=True, slots=True)
class _Fault:
    code: str
    message: Message


def read(path: Path) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The good lines of the file, and a Problem for each bad one. A file that is missing is an empty glossary: it is no must."""
    if not path.exists():
        return (), ()
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        return (), (_problem(path, 0, _not_utf8(path, error)),)
    entries: dict[Entry, int] = {}  # with the line of each
    problems = [] if lines and tuple(lines[0].split("\t")) == COLUMNS else [_problem(path, 1, _bad_header(lines))]
    for number, line in enumerate(lines[1:], start=2):
        parsed = _parse(line, entries) if line.strip() else None
        if isinstance(parsed, Entry):
            entries[parsed] = number
        elif parsed:
            problems.append(_problem(path, number, parsed))
    return tuple(entries), tuple(problems)


def _parse(line: str, known: Mapping[Entry, int]) -> Entry | _Fault:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) > len(COLUMNS) or len(cells) < 2:
        return _bad_count(len(cells))
    entry = Entry(*cells)
    if not _THAI_LETTER.search(entry.thai) or not entry.english or _THAI_LETTER.search(entry.english):
        return _wrong_column(entry)
    return _repeated(known[entry]) if entry in known else entry


def _problem(path: Path, line: int, fault: _Fault) -> Problem:
    return Problem(path.name, line, "error", fault.code, fault.message)


def _bad_header(lines: list[str]) -> _Fault:
    seen, wanted = (lines[0] if lines else ""), "<TAB>".join(COLUMNS)
    return _Fault(
        "glossary-header",
        Message(
            f"the first line is {seen[:80]!r}, but it must name the columns. Write: {wanted}",
            f"บรรทัดแรกเป็น {seen[:80]!r} แต่ต้องเป็นชื่อคอลัมน์ โปรดเขียนว่า {wanted}",
        ),
    )


def _not_utf8(path: Path, error: UnicodeDecodeError) -> _Fault:
    command = f"iconv -f WINDOWS-874 -t UTF-8 {path.name} > new.tsv"
    return _Fault(
        "glossary-encoding",
        Message(
            f"byte {error.start:,} is not UTF-8, so the glossary was not read. If it is TIS-620 or windows-874, convert it: {command}",
            f"ไบต์ที่ {error.start:,} ไม่ใช่ UTF-8 จึงอ่านอภิธานศัพท์ไม่ได้ หากบันทึกเป็น TIS-620 หรือ windows-874 ให้แปลงด้วยคำสั่ง {command}",
        ),
    )


def _bad_count(count: int) -> _Fault:
    return _Fault(
        "glossary-columns",
        Message(
            f"{count} column(s) found, 2 to 4 expected: Thai, English, Thai abbreviation, English abbreviation. Put one tab between them.",
            f"พบ {count} คอลัมน์ แต่ต้องมี 2 ถึง 4 คอลัมน์ คือ คำไทย คำอังกฤษ ตัวย่อไทย ตัวย่ออังกฤษ โปรดคั่นด้วยแท็บหนึ่งตัว",
        ),
    )


def _wrong_column(entry: Entry) -> _Fault:
    seen = f"{entry.thai!r}, {entry.english!r}"
    return _Fault(
        "glossary-language",
        Message(
            f"the first two columns are {seen}: the first must be Thai and the second English. Fill in or exchange them.",
            f"สองคอลัมน์แรกเป็น {seen} แต่คอลัมน์แรกต้องเป็นภาษาไทยและคอลัมน์ที่สองต้องเป็นภาษาอังกฤษ โปรดเติมหรือสลับให้ถูกต้อง",
        ),
    )


def _repeated(line: int) -> _Fault:
    return _Fault(
        "glossary-repeated",
        Message(f"this entry stands in line {line} already. Delete one of the two.", f"รายการนี้ซ้ำกับบรรทัดที่ {line} โปรดลบออกหนึ่งรายการ"),
    )
