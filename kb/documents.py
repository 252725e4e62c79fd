"""A file of content/ -> Document, or the findings that say why not.

bytes (reading.files) -> text (reading.decoding) -> header and body (frontmatter) -> fields (reading.fields) -> Document
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from kb import frontmatter, vocabulary
from kb.errors import Lang
from kb.frontmatter import Page
from kb.problems import Report, shown
from kb.reading import body, fields, files, naming, placeholders
from kb.reading.header import Entry, Scalar, Table
from kb.speakers import Speakers
from kb.types import LANGS, Document, Kind, Problem

READERS: Mapping[str, Any] = {
    "kind": fields.kind,
    "title": fields.text,
    "date": fields.date,
    "lang": fields.text,
    "country": fields.countries,
    "city": fields.names,
    "themes": fields.themes,
    "organisations": fields.names,
    "people": fields.people,
    "participants": fields.people,
    "sources": fields.sources,
    "aliases": fields.names,
    "summary": fields.text,
    "translationKey": fields.text,
}
# Where the field of a Document has another name than the key.
FIELD_NAMES = {"country": "countries", "city": "cities", "translationKey": "translation_key"}
NOT_LANGUAGES = frozenset(("no", "n", "false", "off"))


@dataclass(frozen=True, slots=True)
class Loaded:
    document: Document | None  # None when there is an error among the problems
    problems: tuple[Problem, ...]  # by line
    key_lines: Mapping[str, int] = field(default_factory=dict)  # header key -> line of the file


def load(root: Path, path: Path) -> Loaded:
    """Read one file. Never raises for what is wrong with the file or its text: that is among the problems.

    `path` is absolute, begins with `root`, or is relative to `root`.
    """
    relative = files.relative_path(root, path)
    report = Report(files.printable(relative))
    data = files.read(root, relative, report)
    return Loaded(None, report.sorted()) if data is None else _loaded(data, (root / relative).as_posix(), report)


def from_bytes(data: bytes, path: str) -> Loaded:
    """The same for a text that is not saved yet. `path`: where it is to stand, relative to content/, POSIX."""
    return _loaded(data, path, Report(path))


def digest(data: bytes) -> str:
    """What tells whether a file has changed."""
    return hashlib.sha256(data).hexdigest()


def _loaded(data: bytes, place: str, report: Report) -> Loaded:
    page = frontmatter.read(data, place, report)
    if page is None:
        return Loaded(None, report.sorted())
    document = _document(page, report, digest(data))
    key_lines = {entry.key: entry.line for entry in page.header.entries} if page.header else {}
    return Loaded(None if report.failed else document, report.sorted(), key_lines)


def _document(page: Page, report: Report, digest: str) -> Document | None:
    blocks = body.check(page.body, page.body_line, report)
    placeholders.check(page.source, report)
    if page.header is None:
        return None
    entries = {entry.key: entry for entry in page.header.entries}
    values = {FIELD_NAMES.get(key, key): READERS[key](entry, report) for key, entry in entries.items() if key in READERS}
    name = naming.name_of(report.path)
    lang = _language(entries.get("lang"), values.pop("lang", ""), name, report)
    extra = _extra(page.header, report)
    _require(entries, values, report)
    speakers = Speakers(values.get("kind"), values.get("participants", ()), values.get("people", ()), values.get("organisations", ()))
    if values.get("kind") == "dialogue":
        body.check_turns(blocks, speakers, report)
    if lang is None or report.failed:
        return None
    values["kind"] = cast(Kind, values["kind"])
    return Document(
        id=name.id,
        lang=lang,
        path=report.path,
        source=page.source,
        body=page.body,
        body_line=page.body_line,
        digest=digest,
        extra=extra,
        **values,
    )


def _language(entry: Entry | None, written: str, name: naming.Name, report: Report) -> Lang | None:
    """The header's word, else the ending's, else the folder's."""
    if entry is not None and (written or entry.value.line):
        return _explicit_language(entry, written, name, report)
    if name.lang is None:
        en = "nothing says in which language this is; name the file x.th.md or x.en.md, or add lang: th or lang: en"
        report.error(0, "lang-missing", en, "ไม่ทราบว่าเอกสารนี้เป็นภาษาใด ให้ตั้งชื่อไฟล์เป็น x.th.md หรือ x.en.md หรือเพิ่ม lang: th หรือ lang: en")
    elif name.by_ending and name.by_folder and name.by_ending != name.by_folder:
        en = f"the ending says {name.by_ending}, the folder {name.by_folder}; {name.by_ending} is taken. Move the file or rename it"
        th = f"นามสกุลไฟล์ระบุ {name.by_ending} แต่โฟลเดอร์ระบุ {name.by_folder} ระบบใช้ {name.by_ending} โปรดย้ายหรือเปลี่ยนชื่อไฟล์"
        report.warning(0, "lang-conflict", en, th)
    return name.lang


def _explicit_language(entry: Entry, written: str, name: naming.Name, report: Report) -> Lang | None:
    found = next((lang for lang in LANGS if lang == written.lower()), None)
    if found is None:
        boolean = isinstance(entry.value, Scalar) and entry.value.text.lower() in NOT_LANGUAGES
        why = (
            " (YAML takes the word for “false”; the code of a language would have to stand in quotes)",
            " (YAML อ่านคำนี้เป็นค่า “เท็จ” รหัสภาษาต้องอยู่ในเครื่องหมายคำพูด)",
        )
        en = f"lang: {shown(written)} is not a language of this collection{why[0] if boolean else ''}; write th or en"
        th = f"lang: {shown(written)} ไม่ใช่ภาษาของคลังความรู้นี้{why[1] if boolean else ''} ให้เขียน th หรือ en"
        report.error(entry.line, "lang-unknown", en, th)
    elif name.lang and name.lang != found:
        en = f"lang: {found} differs from the path, which says {name.lang}; lang wins. Delete it if it is a slip"
        report.note(entry.line, "lang-differs", en, f"lang: {found} ต่างจากชื่อไฟล์หรือโฟลเดอร์ซึ่งระบุ {name.lang} ระบบใช้ค่า lang หากพิมพ์ผิดโปรดลบออก")
    return found


def _extra(header: Table, report: Report) -> dict[str, object]:
    unknown = [entry for entry in header.entries if entry.key and entry.key not in READERS]
    for entry in unknown:
        near = vocabulary.nearest_spelling(entry.key, READERS)
        en = f"the key {shown(entry.key)} is not one of the known keys; it is kept under “extra”" + (
            f". Did you mean {near}?" if near else ""
        )
        th = f"ไม่รู้จักคีย์ {shown(entry.key)} ระบบเก็บไว้ใน “extra”" + (f" หมายถึง {near} ใช่หรือไม่" if near else "")
        report.note(
            entry.line,
            "unknown-key",
            f"{en}" if near else f"{en}; nothing needs to be done if that is meant",
            th if near else f"{th} หากตั้งใจไว้ไม่ต้องแก้ไข",
        )
    return {entry.key: fields.plain(entry.value) for entry in unknown}


def _require(entries: Mapping[str, Entry], values: Mapping[str, Any], report: Report) -> None:
    """Keys that must be there. One with a wrong value has its own finding already."""
    needs = {
        "kind": ("case-study or dialogue", "case-study หรือ dialogue"),
        "title": ("the title in the document's language", "ชื่อเรื่องในภาษาของเอกสาร"),
    }
    if values.get("kind") == "dialogue":
        needs["participants"] = ("a list of those who took part", "รายชื่อผู้เข้าร่วม")
    faulty = {problem.line for problem in report.problems if problem.severity == "error"}
    for key, (en, th) in needs.items():
        entry = entries.get(key)
        if values.get(key) or (entry and {entry.line, entry.value.line} & faulty):
            continue
        line = entry.line if entry else 1
        report.error(line, f"missing-{key}", f"{key} is missing; add {key}: with {en}", f"ไม่มี {key} โปรดเพิ่ม {key}: {th}")
