"""Values of the header -> typed values. Every reader takes an entry and a report, and returns what can be used of the entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from kb import vocabulary
from kb.errors import ContentFault
from kb.problems import Report, shown
from kb.reading.header import Entry, Items, Scalar, Table, Value
from kb.text.dates import parse_date
from kb.types import PartialDate, Person, Source

PERSON_KEYS = ("name", "role", "organisation", "aliases")
SOURCE_KEYS = ("url", "title")


def text(entry: Entry, report: Report) -> str:
    """One line of text; "" for an empty value."""
    if isinstance(entry.value, Scalar):
        return _line(entry.value)
    _wrong_type(entry, entry.value, "one text", "ข้อความเดียว", report)
    return ""


def _line(value: Scalar) -> str:
    return "" if value.kind == "null" and value.text != "null" else " ".join(value.text.split())


def names(entry: Entry, report: Report) -> tuple[str, ...]:
    """One text or a list of texts, without repetitions."""
    found: dict[str, None] = {}
    for value in _items(entry.value):
        if not isinstance(value, Scalar):
            _wrong_type(entry, value, "a list of texts", "รายการข้อความ", report)
            continue
        name = _line(value)
        if name in found:
            en = f"{entry.key}: {shown(name)} stands in the list twice; delete one of them"
            report.warning(value.line, "repeated-value", en, f"{entry.key}: {shown(name)} ซ้ำกันในรายการ โปรดลบออกหนึ่งแห่ง")
        elif name:
            found[name] = None
    return tuple(found)


def _items(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, Items) else (value,)


def _wrong_type(entry: Entry, value: Value, wanted_en: str, wanted_th: str, report: Report) -> None:
    seen_en, seen_th = _described(value)
    en = f"{entry.key} holds {seen_en} where {wanted_en} belongs; write it so, and put text with a colon in quotes"
    th = f"{entry.key} มี{seen_th} แต่ต้องเป็น{wanted_th} โปรดแก้ไข และใส่เครื่องหมายคำพูดครอบข้อความที่มี :"
    report.error(value.line, "wrong-type", en, th)


def _described(value: Value) -> tuple[str, str]:
    if isinstance(value, Items):
        return f"a list of {len(value.values)}", f"รายการ {len(value.values)} ข้อ"
    if isinstance(value, Table):
        keys = shown(", ".join(entry.key for entry in value.entries))
        return f"a mapping with {keys}", f"คู่คีย์ {keys}"
    return f"the text {shown(value.text)}", f"ข้อความ {shown(value.text)}"


def date(entry: Entry, report: Report) -> PartialDate | None:
    written = text(entry, report)
    if not written:
        return None
    try:
        return parse_date(written)
    except ContentFault as fault:
        report.error(entry.value.line, "bad-date", f"date: {fault.message.en}", f"date: {fault.message.th}")
        return None


def kind(entry: Entry, report: Report) -> str:
    """A key of KINDS; "" with a finding for anything else."""
    written = text(entry, report)
    if not written or written in vocabulary.KINDS:
        return written
    _unknown(entry.value.line, "kind", written, vocabulary.nearest_kind(written), " / ".join(vocabulary.KINDS), report)
    return ""


def themes(entry: Entry, report: Report) -> tuple[str, ...]:
    """Keys of THEMES."""
    choices = ", ".join(vocabulary.THEMES)
    return _translated(
        entry,
        report,
        vocabulary.theme_id,
        lambda line, seen: _unknown(line, "theme", seen, vocabulary.nearest_theme(seen), choices, report),
    )


def countries(entry: Entry, report: Report) -> tuple[str, ...]:
    """ISO 3166-1 alpha-2 codes."""

    def refuse(line: int, seen: str) -> None:
        near = vocabulary.nearest_country(seen)
        choices = "Thailand, ไทย, TH"
        _unknown(line, "country", seen, f"{near.en} / {near.th}" if near else None, choices, report)

    return _translated(entry, report, vocabulary.country_code, refuse)


def _translated(
    entry: Entry, report: Report, translate: Callable[[str], str | None], refuse: Callable[[int, str], None]
) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for name in names(entry, report):
        key = translate(name)
        if key:
            keys[key] = None
        else:
            refuse(_line_of(entry, name), name)
    return tuple(keys)


def _line_of(entry: Entry, name: str) -> int:
    return next((v.line for v in _items(entry.value) if isinstance(v, Scalar) and _line(v) == name), entry.line)


def _unknown(line: int, what: str, seen: str, near: str | None, choices: str, report: Report) -> None:
    hint_en = f"did you mean {near}?" if near else f"choose from: {choices}"
    hint_th = f"หมายถึง {near} ใช่หรือไม่" if near else f"ให้เลือกจาก {choices}"
    label = {"kind": "ประเภท", "theme": "หัวข้อ", "country": "ประเทศ"}[what]
    report.error(line, f"unknown-{what}", f"{shown(seen)} is not a known {what}; {hint_en}", f"ไม่รู้จัก{label} {shown(seen)} {hint_th}")


def people(entry: Entry, report: Report) -> tuple[Person, ...]:
    """A list of mappings with `name`, `role`, `organisation`, `aliases`, or of plain names."""
    return tuple(person for value in _items(entry.value) for person in _person(entry, value, report))


def _person(entry: Entry, value: Value, report: Report) -> Iterator[Person]:
    if isinstance(value, Scalar):
        if _line(value):
            yield Person(_line(value))
        return
    if isinstance(value, Items):
        _wrong_type(entry, value, "a name or a mapping with name:", "ชื่อ หรือคู่คีย์ที่มี name:", report)
        return
    parts = _parts(entry, value, PERSON_KEYS, report)
    read = {key: text(part, report) for key, part in parts.items() if key != "aliases"}
    if not read.get("name"):
        en = f"{entry.key}: a person has no name; add name: to this item"
        report.error(value.line, "missing-name", en, f"{entry.key}: มีบุคคลที่ไม่มีชื่อ โปรดเพิ่ม name: ในรายการนี้")
        return
    aliases = names(parts["aliases"], report) if "aliases" in parts else ()
    yield Person(read["name"], read.get("role", ""), read.get("organisation", ""), aliases)


def _parts(entry: Entry, table: Table, known: tuple[str, ...], report: Report) -> dict[str, Entry]:
    for part in table.entries:
        if part.key not in known:
            near, choices = vocabulary.nearest_spelling(part.key, known), ", ".join(known)
            hint_en = f"did you mean {near}?" if near else f"the keys here are {choices}"
            hint_th = f"หมายถึง {near} ใช่หรือไม่" if near else f"คีย์ที่ใช้ได้คือ {choices}"
            en = f"{entry.key}: the key {shown(part.key)} is not used here; {hint_en}"
            report.warning(part.line, "unknown-part", en, f"{entry.key}: ไม่มีการใช้คีย์ {shown(part.key)} ที่นี่ {hint_th}")
    return {part.key: Entry(f"{entry.key}.{part.key}", part.value, part.line) for part in table.entries if part.key in known}


def sources(entry: Entry, report: Report) -> tuple[Source, ...]:
    """A list of mappings with `url`, `title`, or of plain addresses. A broken address is left out, its words are kept as the title."""
    return tuple(source for value in _items(entry.value) for source in _source(entry, value, report))


def _source(entry: Entry, value: Value, report: Report) -> Iterator[Source]:
    if isinstance(value, Items):
        _wrong_type(entry, value, "an address or a mapping with url:", "ที่อยู่เว็บ หรือคู่คีย์ที่มี url:", report)
        return
    if isinstance(value, Scalar):
        url, title, line = _line(value), "", value.line
    else:
        parts = _parts(entry, value, SOURCE_KEYS, report)
        read = {key: text(part, report) for key, part in parts.items()}
        url, title = read.get("url", ""), read.get("title", "")
        line = parts["url"].line if "url" in parts else value.line
    if not (url or title):
        return
    if is_web_address(url):
        yield Source(url, title)
        return
    en = f"sources: {shown(url)} is not a web address; write the whole of it, beginning with https://"
    report.warning(line, "bad-url", en, f"sources: {shown(url)} ไม่ใช่ที่อยู่เว็บ โปรดเขียนให้ครบโดยขึ้นต้นด้วย https://")
    yield Source("", title or url)


def is_web_address(url: str) -> bool:
    if not re.fullmatch(r"https?://[^\s<>\"]+", url, re.IGNORECASE):
        return False
    try:
        host = urlsplit(url).hostname or ""
        return "." in host.strip(".") and urlsplit(url).port != 0
    except ValueError:  # a broken port or IPv6 address
        return False


def plain(value: Value) -> object:
    """A value of an unknown key as JSON: numbers and true/false only where writing them back gives the same text."""
    if isinstance(value, Items):
        return [plain(each) for each in value.values]
    if isinstance(value, Table):
        return {entry.key: plain(entry.value) for entry in value.entries}
    if value.kind == "null":
        return None
    if value.kind == "boolean" and value.text in ("true", "false"):
        return value.text == "true"
    return _number(value.text) if value.kind == "number" else value.text


def _number(written: str) -> object:
    for convert in (int, float):
        try:
            if str(convert(written)) == written:
                return convert(written)
        except (ValueError, OverflowError):
            continue
    return written
