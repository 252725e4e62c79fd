"""Bytes of a file -> header with a line for every key, and body. The only file that knows YAML.

The header is read from YAML's events: a scalar stays the text that stands there (so that `title: 2022`, `version: 1.10` and
`country: NO` keep their meaning) with what YAML would have made of it beside it. Anchors, aliases and tags are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import yaml

from kb.problems import Report, shown
from kb.reading import decoding

HEADER_LIMIT = 64 * 1024  # bytes
DEPTH_LIMIT = 8  # lists and mappings inside one another
MARK = "---"
KEY_LINE = re.compile(r"\s*(?:-\s|-$|#|[\w-]+\s*:)|\s+\S")
STR_TAGS = (None, "!", "tag:yaml.org,2002:str")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

ScalarKind = Literal["text", "number", "boolean", "null"]
BOOLEANS = frozenset("yes no true false on off y n".split())


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


@dataclass(frozen=True, slots=True)
class Page:
    header: Table | None  # None when findings say why it could not be read
    source: str  # the whole text, line ends "\n", no BOM
    body: str
    body_line: int  # 1-based


def read(data: bytes, place: str, report: Report) -> Page | None:
    """Header and body; None when there is no telling one from the other. `place`: the file's path, for commands in messages."""
    source = decoding.decode(data, place, report)
    if source is None:
        return None
    lines = source.split("\n")
    end = _header_end(lines, report)
    decoding.check_characters(source, end, report)
    if not end:
        return None
    body = "\n".join(lines[end:])
    text = "\n".join(lines[1 : end - 1])
    readable = len(text.encode()) <= HEADER_LIMIT
    if not readable:
        size = len(text.encode()) // 1024
        en = f"the header holds {size} KB, more than 64 KB; move text into the body, below the second ---"
        report.error(1, "front-matter-too-large", en, f"ส่วนหัวมีขนาด {size} KB เกิน 64 KB โปรดย้ายข้อความไปไว้ใต้ --- บรรทัดที่สอง")
    return Page(_parse(text, report) if readable else None, source, body, end + 1)


def _header_end(lines: list[str], report: Report) -> int:
    """The 1-based line of the closing mark; 0 with a finding when there is no header or no end of it."""
    if lines[0].rstrip() != MARK:
        _report_missing(lines, report)
        return 0
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == MARK:
            return number
    last = next((n for n, line in enumerate(lines[1:], start=2) if not KEY_LINE.match(line)), len(lines) + 1) - 1
    report.error(
        1,
        "front-matter-unclosed",
        f"the header that begins here has no end; put a line with --- after its last key (probably after line {last})",
        f"ส่วนหัวที่เริ่มตรงนี้ไม่มีบรรทัดปิด โปรดเพิ่มบรรทัด --- ต่อจากคีย์สุดท้าย (น่าจะหลังบรรทัดที่ {last})",
    )
    return 0


def _report_missing(lines: list[str], report: Report) -> None:
    first = next((n for n, line in enumerate(lines, start=1) if line.strip()), 1)
    seen = lines[first - 1].rstrip()
    if seen == MARK:
        en = f"the header begins only in line {first}; delete the empty lines before it"
        report.error(1, "front-matter-missing", en, f"ส่วนหัวเริ่มที่บรรทัด {first} โปรดลบบรรทัดว่างก่อนหน้าออก")
        return
    what = ("a header in TOML", "ส่วนหัวแบบ TOML") if seen == "+++" else (shown(seen) if seen else "nothing",) * 2
    report.error(
        1,
        "front-matter-missing",
        f"the file begins with {what[0]} instead of a header; begin it with a line ---, keys such as kind: and title:, and a line ---",
        f"ไฟล์ขึ้นต้นด้วย {what[1].replace('nothing', 'ความว่างเปล่า')} แทนที่จะเป็นส่วนหัว ให้เริ่มด้วยบรรทัด --- ตามด้วยคีย์ เช่น kind: และ title: แล้วปิดด้วยบรรทัด ---",
    )


def _parse(text: str, report: Report) -> Table | None:
    builder = _Builder(report)
    try:
        value = builder.document(yaml.parse(text, Loader=yaml.SafeLoader))
    except _TooDeepError as fault:
        en = f"lists and mappings are nested deeper than {DEPTH_LIMIT} levels; make them flatter"
        report.error(fault.line, "yaml-depth", en, f"รายการและคู่คีย์ซ้อนกันลึกเกิน {DEPTH_LIMIT} ชั้น โปรดลดการซ้อน")
        return None
    except yaml.MarkedYAMLError as fault:
        _report_syntax(fault, text.split("\n"), report)
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as fault:  # ValueError: an escape such as "\UFFFFFFFF"
        if not report.failed:  # a control character has its own finding already
            en = f"the header is not valid YAML ({shown(str(fault))}); correct it"
            report.error(1, "yaml-syntax", en, f"ส่วนหัวไม่ใช่ YAML ที่ถูกต้อง ({shown(str(fault))}) โปรดแก้ไข")
        return None
    if value is None or isinstance(value, Table):
        return value or Table((), 1)
    en = "the header is not a mapping of keys to values; write lines such as title: My title"
    report.error(value.line, "front-matter-not-mapping", en, "ส่วนหัวไม่ใช่คู่คีย์กับค่า ให้เขียนเป็นบรรทัด เช่น title: ชื่อเรื่อง")
    return None


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Builder:
    """Values out of YAML's events."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def document(self, events: Iterator[yaml.Event]) -> Value | None:
        value = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                value = self._value(event, events, 0)
        return value

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Value:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            en = f"{sign}{event.anchor} is a YAML alias, which is not allowed; write the value out, or put text that begins with {sign} in quotes"
            th = f"{sign}{event.anchor} เป็น alias ของ YAML ซึ่งไม่อนุญาต ให้เขียนค่าเต็ม หรือใส่เครื่องหมายคำพูดครอบข้อความที่ขึ้นต้นด้วย {sign}"
            self.report.error(line, "yaml-alias", en, th)
        if getattr(event, "tag", None) not in STR_TAGS:
            en = f"{shown(event.tag)} is a YAML tag, which is not allowed; leave it out, or put text that begins with ! in quotes"
            th = f"{shown(event.tag)} เป็น tag ของ YAML ซึ่งไม่อนุญาต โปรดลบออก หรือใส่เครื่องหมายคำพูดครอบข้อความที่ขึ้นต้นด้วย !"
            self.report.error(line, "yaml-tag", en, th)
        if isinstance(event, yaml.CollectionStartEvent) and depth >= DEPTH_LIMIT:
            raise _TooDeepError(line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(tuple(self._values(events, depth + 1)), line)
        if isinstance(event, yaml.MappingStartEvent):
            return Table(tuple(self._entries(events, depth + 1)), line)
        return self._scalar(event, line)

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
        text = getattr(event, "value", "")
        bad = UNPRINTABLE.search(text)
        if bad:
            name = f"U+{ord(bad[0]):04X}"
            en = f"an escape in quotes makes the character {name}, which is not allowed; delete it or use single quotes"
            self.report.error(line, "control-character", en, f"รหัสในเครื่องหมายคำพูดให้อักขระ {name} ซึ่งไม่อนุญาต โปรดลบออกหรือใช้ ' แทน")
            text = UNPRINTABLE.sub(" ", text)
        return Scalar(text, line, "text" if getattr(event, "style", None) else _kind(text))


def _line(event: yaml.Event) -> int:
    """The header begins in line 2 of the file, and YAML counts from 0."""
    return int(event.start_mark.line) + 2


def _kind(text: str) -> ScalarKind:
    if text in ("", "~") or text.casefold() == "null":
        return "null"
    if text.casefold() in BOOLEANS:
        return "boolean"
    return "number" if re.fullmatch(r"[-+]?[\d_]*\.?\d+(?:e[-+]?\d+)?", text) else "text"


def _report_syntax(fault: yaml.MarkedYAMLError, lines: list[str], report: Report) -> None:
    problem, context = fault.problem or "", fault.context or ""
    mark = fault.context_mark if "quoted scalar" in context or "simple key" in context else fault.problem_mark
    mark = mark or fault.problem_mark
    index = min(mark.line if mark else 0, len(lines) - 1)
    seen, line = shown(lines[index]), index + 2
    if "'\\t'" in problem:
        en = f"{seen}: there is a tab where only spaces are allowed; use spaces"
        report.error(line, "yaml-tab", en, f"{seen}: มีแท็บในตำแหน่งที่ต้องเป็นช่องว่าง โปรดใช้การเคาะเว้นวรรคแทน")
    elif "quoted scalar" in context:
        en = f"{seen}: the quotation mark that opens here is not closed, or text follows it; close it at the end of the value"
        report.error(line, "yaml-quote", en, f"{seen}: เครื่องหมายคำพูดที่เปิดไว้ไม่ได้ปิด หรือมีข้อความต่อท้าย โปรดปิดให้ครบที่ท้ายค่า")
    elif "mapping values are not allowed" in problem:
        en = f"{seen}: a value with a colon must stand in quotes, and every key in its own line"
        report.error(line, "yaml-colon", en, f"{seen}: ค่าที่มีเครื่องหมาย : ต้องอยู่ในเครื่องหมายคำพูด และแต่ละคีย์ต้องขึ้นบรรทัดใหม่")
    else:
        en = f"{seen}: not valid YAML here ({problem or context}); put the value in quotes, or check the indentation and the closing ---"
        th = f"{seen}: ไม่ถูกต้องตาม YAML ({problem or context}) โปรดใส่เครื่องหมายคำพูดครอบค่า หรือตรวจการย่อหน้าและบรรทัดปิด ---"
        report.error(line, "yaml-syntax", en, th)
