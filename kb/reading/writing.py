"""Values -> lines of a header. What is not changed keeps its text to the byte: comments, order, quotation marks.

A header is edited key by key. That needs every key to begin a line of its own; a header of another form is refused (`is_lined`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml

from kb.problems import Report
from kb.reading import header
from kb.reading.header import Scalar, Table

Written = str | Sequence[str] | Sequence[Mapping[str, str | Sequence[str]]]  # empty: the key is left out
IN_ONE_LINE = frozenset(("country", "city", "themes", "aliases"))  # lists of short names
MARGIN = re.compile(r"\s*$|#")  # an empty line, or a comment at the margin: it belongs to the key below


def is_lined(text: str, table: Table) -> bool:
    """Whether every key of the header begins a line of its own."""
    lines = text.split("\n")
    numbers = [entry.line - 2 for entry in table.entries]
    keys = (re.compile(rf"(['\"]?){re.escape(entry.key)}\1\s*:(?:\s|$)") for entry in table.entries)
    return sorted(set(numbers)) == numbers and all(key.match(lines[number]) for key, number in zip(keys, numbers, strict=True))


def rewrite(text: str, table: Table, changes: Mapping[str, Written], order: Sequence[str]) -> str:
    """The header with other values for some keys. `order`: all keys, for the place of a key that is new."""
    for key, value in changes.items():
        lines = text.split("\n") if text else []
        first, end = _span(lines, table, key, order)
        lines[first:end] = entry(key, value)
        text = "\n".join(lines)
        table = header.parse(text, Report("")) or table
    return text


def _span(lines: Sequence[str], table: Table, key: str, order: Sequence[str]) -> tuple[int, int]:
    """The lines of a key, 0-based; an empty range where it belongs if it is not there."""
    starts = {entry.key: entry.line - 2 for entry in table.entries}
    if key in starts:
        return starts[key], _end(lines, table, starts[key])
    before = [name for name in order[: order.index(key)] if name in starts]
    place = _end(lines, table, starts[before[-1]]) if before else 0
    return place, place


def _end(lines: Sequence[str], table: Table, start: int) -> int:
    end = min((entry.line - 2 for entry in table.entries if entry.line - 2 > start), default=len(lines))
    while end > start + 1 and MARGIN.match(lines[end - 1]):
        end -= 1
    return end


def entry(key: str, value: Written) -> list[str]:
    """The lines of one key; none for an empty value."""
    if not value:
        return []
    if isinstance(value, str):
        return [f"{key}: {value}"] if _stays_text(key, value) else _dumped(key, value, False)
    return _dumped(key, list(value), key in IN_ONE_LINE)


def _stays_text(key: str, value: str) -> bool:
    """Whether a text without quotation marks is read back as it is (a date is, a text with a colon is not)."""
    report = Report("")
    table = header.parse(f"{key}: {value}", report)
    read = table.entries[0].value if table and len(table.entries) == 1 else None
    return not report.problems and isinstance(read, Scalar) and read.text == value


def _dumped(key: str, value: object, in_one_line: bool) -> list[str]:
    text = yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=2**30, default_flow_style=None if in_one_line else False)
    return text.rstrip("\n").split("\n")
