"""The header's YAML -> values, each with its line. The only file that knows YAML.

It is read from YAML's events: a scalar stays the text that stands there (so that `title: 2022`, `version: 1.10` and `country: NO`
keep their meaning), with what YAML would have made of it beside it. Anchors, aliases and tags are refused, so no alias is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from kb.problems import Report, shown
from kb.reading.slips import report_syntax

DEPTH_LIMIT = 8  # lists and mappings inside one another
PLAIN_TAGS = (None, "!", "tag:yaml.org,2002:str")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# LibYAML takes some of these for text where PyYAML refuses them.
READ_OTHERWISE = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[?\\\\]")
NUMBER = re.compile(r"[-+]?[\d_]*\.?\d+(?:e[-+]?\d+)?", re.ASCII)

ScalarKind = Literal["text", "number", "boolean", "null"]
BOOLEANS = frozenset(("yes", "no", "true", "false", "on", "off", "y", "n"))  # YAML 1.1


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str  # as written, without quotes
    line: int  # of the file, 1-based; so in the classes below
    kind: ScalarKind = "text"  # what YAML 1.1 would take it for


@dataclass(frozen=True, slots=True)
class Items:
    values: tuple[Value, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    value: Value
    line: int  # of the key


@dataclass(frozen=True, slots=True)
class Table:
    entries: tuple[Entry, ...]  # keys are unique
    line: int


Value = Scalar | Items | Table


def parse(text: str, report: Report) -> Table | None:
    """The header between the two marks, which begins in line 2 of the file; None when a finding says why it cannot be read."""
    try:
        value = _Builder(report).document(_events(text))
    except _TooDeepError as fault:
        en = f"lists and mappings are nested deeper than {DEPTH_LIMIT} levels; make them flatter"
        report.error(fault.line, "yaml-depth", en, f"รายการและคู่คีย์ซ้อนกันลึกเกิน {DEPTH_LIMIT} ชั้น โปรดลดการซ้อน")
        return None
    except yaml.MarkedYAMLError as fault:
        report_syntax(fault, text.split("\n"), report)
        return None
    except (ValueError, OverflowError):  # PyYAML makes a character of "\UFFFFFFFF" without a check
        line = next((n for n, each in enumerate(text.split("\n"), start=2) if "\\U" in each), 1)
        en = "an escape \\U… in quotes stands for no character; delete it or use single quotes"
        report.error(line, "yaml-escape", en, "รหัส \\U… ในเครื่องหมายคำพูดไม่ใช่อักขระใด โปรดลบออกหรือใช้ ' แทน")
        return None
    except yaml.YAMLError as fault:
        if not report.failed:  # a control character has its own finding already
            en = f"the header is not valid YAML ({shown(str(fault))}); correct it"
            report.error(1, "yaml-syntax", en, f"ส่วนหัวไม่ใช่ YAML ที่ถูกต้อง ({shown(str(fault))}) โปรดแก้ไข")
        return None
    if value is None or isinstance(value, Table):
        return value or Table((), 1)
    en = "the header is not a mapping of keys to values; write lines such as title: My title"
    report.error(value.line, "front-matter-not-mapping", en, "ส่วนหัวไม่ใช่คู่คีย์กับค่า ให้เขียนเป็นบรรทัด เช่น title: ชื่อเรื่อง")
    return None


def _events(text: str) -> Iterator[yaml.Event]:
    """By LibYAML, ten times as fast, where PyYAML has it; what it refuses is read by PyYAML, whose messages `slips` explains."""
    quick: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if not READ_OTHERWISE.search(text):
        with suppress(yaml.YAMLError):
            return iter(list(yaml.parse(text, Loader=quick)))
    return yaml.parse(text, Loader=yaml.SafeLoader)


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Builder:
    """Values out of YAML's events."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.refused: set[str] = set()  # aliases and tags that have their finding

    def document(self, events: Iterator[yaml.Event]) -> Value | None:
        value = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                value = self._value(event, events, 0)
        return value

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Value:
        mark = event.start_mark
        line = (mark.line if mark else 0) + 2  # YAML counts from 0, and the header begins in line 2
        self._refuse_reference(event, line)
        if isinstance(event, yaml.CollectionStartEvent) and depth >= DEPTH_LIMIT:
            raise _TooDeepError(line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(tuple(self._values(events, depth + 1)), line)
        if isinstance(event, yaml.MappingStartEvent):
            return Table(tuple(self._entries(events, depth + 1)), line)
        return self._scalar(event, line)

    def _refuse_reference(self, event: yaml.Event, line: int) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            self._refuse(line, "yaml-alias", f"{sign}{anchor}", "alias", sign)
        if tag not in PLAIN_TAGS:
            self._refuse(line, "yaml-tag", str(tag).replace("tag:yaml.org,2002:", "!!"), "tag", "!")

    def _refuse(self, line: int, code: str, seen: str, what: str, sign: str) -> None:
        """Once for each, so that a header made of thousands of them has a short report."""
        if seen in self.refused:
            return
        self.refused.add(seen)
        en = f"{shown(seen)} is a YAML {what}, which is not allowed; write the value out, or put text that begins with {sign} in quotes"
        th = f"{shown(seen)} เป็น {what} ของ YAML ซึ่งไม่อนุญาต ให้เขียนค่าเต็ม หรือใส่เครื่องหมายคำพูดครอบข้อความที่ขึ้นต้นด้วย {sign}"
        self.report.error(line, code, en, th)

    def _values(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Value]:
        for event in events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield self._value(event, events, depth)

    def _entries(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Entry]:
        lines: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            key = self._value(event, events, depth)
            entry = Entry(self._key(key), self._value(next(events), events, depth), key.line)
            if entry.key not in lines:
                lines[entry.key] = entry.line
                yield entry
                continue
            first = lines[entry.key]
            en = f"the key {shown(entry.key)} stands here a second time (first in line {first}); keep one of them"
            self.report.error(entry.line, "duplicate-key", en, f"คีย์ {shown(entry.key)} ซ้ำกับบรรทัดที่ {first} โปรดเหลือไว้เพียงแห่งเดียว")

    def _key(self, key: Value) -> str:
        if isinstance(key, Scalar):
            return key.text
        en = "a key is a list or a mapping; write a plain word and a colon, and put text with { or [ in quotes"
        self.report.error(key.line, "yaml-key", en, "คีย์เป็นรายการหรือคู่คีย์ ให้เขียนเป็นคำธรรมดาตามด้วย : และใส่เครื่องหมายคำพูดครอบข้อความที่มี { หรือ [")
        return ""

    def _scalar(self, event: yaml.Event, line: int) -> Scalar:
        text = str(getattr(event, "value", ""))
        bad = UNPRINTABLE.search(text)
        if bad:
            name = f"U+{ord(bad[0]):04X}"
            en = f"an escape in quotes makes the character {name}, which is not allowed; delete it or use single quotes"
            th = f"รหัสในเครื่องหมายคำพูดให้อักขระ {name} ซึ่งไม่อนุญาต โปรดลบออกหรือใช้ ' แทน"
            self.report.error(line, "control-character", en, th)
            text = UNPRINTABLE.sub(" ", text)
        return Scalar(text, line, "text" if getattr(event, "style", None) else _kind(text))


def _kind(text: str) -> ScalarKind:
    if text in ("", "~") or text.casefold() == "null":
        return "null"
    if text.casefold() in BOOLEANS:
        return "boolean"
    return "number" if NUMBER.fullmatch(text) else "text"
