"""Links and pictures that lead nowhere. What counts is what a reader's browser would be given: the rendered page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kb.addresses import DOCUMENTS, PICTURE_TYPES, is_picture, resolved
from kb.problems import Report, shown
from kb.reading import naming
from kb.render import render
from kb.types import Document, Lang, Problem
from kb.vocabulary import nearest_spelling

CACHED = 2048  # rendered documents, for a folder that is checked again and again


@dataclass(frozen=True, slots=True)
class Link:
    target: str  # as a browser gets it; "" where the page leaves it out because it may not be followed
    line: int  # of the file, 1-based
    picture: bool


@dataclass(frozen=True, slots=True)
class Page:
    links: tuple[Link, ...]
    anchors: frozenset[str]  # without "#"


def check(root: Path, documents: Iterable[Document]) -> list[Problem]:
    """Findings about targets inside the collection; web addresses are not fetched."""
    pages = {document.path: document for document in documents}
    reports = [_check(root, document, pages) for document in pages.values()]
    return [problem for report in reports for problem in report.problems]


def page_of(document: Document) -> Page:
    return _page(document.body, document.lang, document.body_line)


@lru_cache(maxsize=CACHED)
def _page(body: str, lang: Lang, first_line: int) -> Page:
    reader = _Reader(first_line)
    reader.feed(render(body, lang, first_line=first_line))
    return Page(tuple(reader.links), frozenset(reader.anchors))


class _Reader(HTMLParser):
    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.anchors: set[str] = set()
        self._line = line

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        anchor = values.get("id") or ""
        if re.fullmatch(r"L\d+", anchor):
            self._line = int(anchor[1:])
        if anchor:
            self.anchors.add(anchor)
        if tag == "a":
            self.links.append(Link(values.get("href") or "", self._line, picture=False))
        elif tag == "img":
            self.links.append(Link(values.get("src") or "", self._line, picture=True))


def _check(root: Path, document: Document, pages: Mapping[str, Document]) -> Report:
    report = Report(document.path)
    seen: set[tuple[str, int]] = set()
    for link in page_of(document).links:
        if (link.target, link.line) not in seen:
            seen.add((link.target, link.line))
            _check_link(root, document, link, pages, report)
    return report


def _check_link(root: Path, document: Document, link: Link, pages: Mapping[str, Document], report: Report) -> None:
    if not link.target:
        _report_unusable(link, report)
        return
    parts = urlsplit(link.target)
    if parts.scheme or parts.netloc:
        return
    target, anchor = _target(document, unquote(parts.path), pages), unquote(parts.fragment)
    found = pages.get(target)
    if found is None and (link.picture or not _is_file(root, target)):
        if link.picture and _is_file(root, target):
            _check_kind(target, link, report)
            return
        _report_missing(root, target, link, pages, report)
    elif found is not None and anchor and anchor not in page_of(found).anchors:
        _report_anchor(found, anchor, link, document, report)


def _target(document: Document, path: str, pages: Mapping[str, Document]) -> str:
    """The path in content/ that a link means: a file beside the document, or the address of a document's page."""
    if not path:
        return document.path
    if path.startswith(DOCUMENTS):
        return _version(path.removeprefix(DOCUMENTS).strip("/"), document.lang, pages)
    written = resolved(path, document.path) or path  # as written where it leads out of content/
    return written if written in pages else _version(written, document.lang, pages)


def _version(document_id: str, lang: Lang, pages: Mapping[str, Document]) -> str:
    """The file of a document named by its id, in the language of the link if there is one; else the id itself."""
    versions = sorted((d.lang != lang, d.path) for d in pages.values() if d.id == document_id)
    return versions[0][1] if versions else document_id


def _is_file(root: Path, target: str) -> bool:
    try:
        path = (root / target).resolve()
        return path.is_file() and path.is_relative_to(root.resolve())
    except (OSError, ValueError):
        return False


def _report_unusable(link: Link, report: Report) -> None:
    if link.picture:
        en = "pictures of other sites are not shown; put the picture's file into content/ and link to it"
        report.warning(link.line, "picture-elsewhere", en, "ระบบไม่แสดงภาพจากเว็บอื่น โปรดนำไฟล์ภาพมาไว้ใน content/ แล้วลิงก์มาที่ไฟล์นั้น")
        return
    en = "a link has no address, or one that may not be followed; write https://…, or the path of a document"
    report.warning(link.line, "link-unusable", en, "ลิงก์ไม่มีที่อยู่หรือมีที่อยู่ที่ไม่อนุญาต โปรดเขียน https://… หรือชื่อไฟล์ของเอกสาร")


def _check_kind(target: str, link: Link, report: Report) -> None:
    if not is_picture(target):
        kinds = ", ".join(kind.removeprefix(".") for kind in PICTURE_TYPES)
        en = f"the site does not show {shown(target)}; save the picture as one of {kinds}"
        report.warning(link.line, "picture-kind", en, f"ระบบไม่แสดงไฟล์ {shown(target)} โปรดบันทึกภาพเป็นชนิดใดชนิดหนึ่งต่อไปนี้ {kinds}")


def _report_missing(root: Path, target: str, link: Link, pages: Mapping[str, Document], report: Report) -> None:
    near = nearest_spelling(target, _candidates(root, link.picture, pages), cutoff=75)
    hint_en = f"did you mean {near}?" if near else "correct the path, or put the file there"
    hint_th = f"หมายถึง {near} ใช่หรือไม่" if near else "โปรดแก้ชื่อให้ถูกต้องหรือนำไฟล์มาไว้ที่นั่น"
    if link.picture:
        en, th = f"there is no picture {shown(target)} in content/", f"ไม่มีภาพ {shown(target)} ใน content/"
        report.warning(link.line, "picture-missing", f"{en}; {hint_en}", f"{th} {hint_th}")
        return
    en, th = f"the link leads to {shown(target)}, which is not in content/", f"ลิงก์ชี้ไปยัง {shown(target)} ซึ่งไม่มีใน content/"
    report.warning(link.line, "link-broken", f"{en}; {hint_en}", f"{th} {hint_th}")


def _candidates(root: Path, picture: bool, pages: Mapping[str, Document]) -> Iterator[str]:
    if not picture:
        yield from pages
        return
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not naming.is_document(name):
            yield name


def _report_anchor(found: Document, anchor: str, link: Link, document: Document, report: Report) -> None:
    headings = [name for name in page_of(found).anchors if not re.fullmatch(r"L\d+|fn.*", name)]
    near = nearest_spelling(anchor, headings)
    where_en, where_th = ("this document", "เอกสารนี้") if found is document else (found.path, found.path)
    hint_en = f"did you mean #{near}?" if near else "give the heading's words in lower case with hyphens"
    hint_th = f"หมายถึง #{near} ใช่หรือไม่" if near else "ให้เขียนข้อความของหัวข้อโดยใช้ - แทนช่องว่าง"
    en = f"{where_en} has no heading {shown('#' + anchor)}; {hint_en}"
    report.warning(link.line, "anchor-broken", en, f"{where_th} ไม่มีหัวข้อ {shown('#' + anchor)} {hint_th}")
