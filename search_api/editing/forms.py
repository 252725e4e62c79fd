"""The form of a document: what it shows of a piece of work, and the page on which two versions are joined."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from fastapi import Response

from indexer import collection
from kb import documents, vocabulary
from kb.reading import naming
from kb.render import render
from kb.text.glossary import Glossary
from kb.types import OTHER_LANG
from search_api.editing import checking, files, merging, translation, work
from search_api.editing import sheet as sheets
from search_api.editing.files import Stored
from search_api.editing.gate import Visit
from search_api.editing.merging import Choice
from search_api.editing.sheet import PEOPLE, PersonRow, Sheet, SourceRow, other_keys
from search_api.editing.standing import standing
from search_api.editing.work import Work

FOLDERS = ("case-studies", "dialogues")  # offered for a new document, besides those that exist
NAME_COOKIE = "editor_name"  # the author's name, remembered for the next document
EMPTY_ROWS = 3  # that "more rows" adds
CONTROLS = {"country": "country-other", "themes": "themes-box", "people": "people-box", "participants": "participants-box"}


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the form."""

    text: str
    good: bool = False
    link: tuple[str, str] | None = None  # (address, words)


def show(
    visit: Visit, doing: Work, status: int = 200, notices: tuple[Notice, ...] = (), complain: bool = False, saved: bool = False
) -> Response:
    """The form with what the checker says.

    complain: with a summary of the errors above, after a failed saving. saved: with whether readers find it by now.
    """
    path = doing.path or f"new.{doing.lang}{naming.ENDING}"
    checked = checking.check(visit.desk.content_dir, path, doing.text)
    values = {
        "work": doing,
        "checked": checked,
        "at": checked.at,
        "anchor": lambda name: f"f-{CONTROLS.get(name, name)}" if doing.sheet and name else "f-body" if doing.sheet else "f-text",
        "notices": notices,
        "labels": {name: name for name in (*sheets.KEYS, checking.BODY)},
        "complain": complain and bool(checked.errors),
        "standing": standing(visit, doing.path) if saved else None,
        "preview": _preview(doing, checked),
        "rows": _rows(visit, doing.sheet) if doing.sheet else {},
        "asean": vocabulary.ASEAN,
        "themes": vocabulary.THEMES,
        "kinds": vocabulary.KINDS,
        "folders": _folders(visit.desk.content_dir),
        "other_keys": other_keys(doing.header) if doing.sheet else (),
        "no_fields": doing.sheet is None and work.as_form(doing).sheet is None,
        "origin_html": _origin(visit, doing),
        "git": visit.desk.git,
    }
    return visit.reply("edit.html", values, status)


def _preview(doing: Work, checked: checking.Checked) -> str | None:
    """The text as readers see it; None when it holds what the renderer must not be given (kb.reading.body)."""
    if any(each.problem.code in ("body-dense", "body-nesting") for each in checked.findings):
        return None
    return render(doing.body, doing.lang) if len(doing.text) <= files.SIZE_LIMIT else None


def _rows(visit: Visit, sheet: Sheet) -> dict[str, tuple[PersonRow | SourceRow, ...]]:
    """The rows of each list with an empty one below, or several where they were asked for."""
    asked = work.one(visit.values, "action")
    empty = {key: EMPTY_ROWS if asked == f"more-{key}" else 1 for key in (*PEOPLE, "sources")}
    people = {key: (*getattr(sheet, key), *[PersonRow()] * empty[key]) for key in PEOPLE}
    return {**people, "sources": (*sheet.sources, *[SourceRow()] * empty["sources"])}


def _folders(root: Path) -> tuple[str, ...]:
    found = (path.name for path in root.iterdir() if path.is_dir() and files.SLUG.fullmatch(path.name))
    return tuple(sorted({*FOLDERS, *found}))


def _origin(visit: Visit, doing: Work) -> tuple[str, str] | None:
    """(language, text as HTML) of the document from which a translation is written."""
    if not doing.origin:
        return None
    found = documents.load(visit.desk.content_dir, visit.desk.content_dir / files.check_path(doing.origin)).document
    return (found.lang, render(found.body, found.lang)) if found else None


# What the form begins with


def existing(visit: Visit, path: str, draft: bool) -> Work | None:
    """A document, or its draft; None when there is none. Raises Refused."""
    root = visit.desk.content_dir
    path = files.document_of(files.check_path(path))
    stored, kept = files.read(root, path), files.read(root, files.draft_of(path))
    shown = kept if draft else stored
    text = shown.text if shown else None
    if shown is None or text is None:
        return None
    doing = work.opened(text, path=path, digest=stored.digest if stored else "", lang=naming.name_of(path).lang or "th")
    base = (stored.text or "") if stored else ""
    return replace(doing, base=base, draft_digest=kept.digest if draft and kept else "", author=_author(visit))


def fresh(visit: Visit) -> Work:
    """An empty document."""
    query = visit.request.query_params
    kind = "dialogue" if query.get("kind") == "dialogue" else "case-study"
    sheet = Sheet(kind=kind, title=query.get("title", "")[:200])
    return _begun(visit, Work("", lang=visit.page.lang, folder="dialogues" if kind == "dialogue" else "case-studies"), sheet)


def translated(visit: Visit, origin: str) -> Work | None:
    """The text in the other language of `origin`, begun; None when that cannot be read. Raises Refused."""
    root = visit.desk.content_dir
    partner = documents.load(root, root / files.check_path(origin)).document
    if partner is None:
        return None
    glossary, _ = Glossary.load(root / "glossary.tsv")
    sheet = translation.begun(partner, collection.read(root).documents, glossary)
    path = naming.partner_path(origin, partner.lang)
    return _begun(visit, Work("", path=path, lang=OTHER_LANG[partner.lang], origin=origin), sheet)


def _begun(visit: Visit, doing: Work, sheet: Sheet) -> Work:
    header = sheets.write("", sheet, doing.lang)
    return replace(doing, text=work.composed(header, "", ""), header=header, sheet=sheet, author=_author(visit))


def _author(visit: Visit) -> str:
    return work.one({"author": [unquote(visit.request.cookies.get(NAME_COOKIE, ""))]}, "author")


# Two versions


def conflict(visit: Visit, doing: Work, now: Stored | None, target: str, complain: bool = False) -> Response:
    """What you wrote, what is there now, what differs; the choice is made here and nothing is saved."""
    theirs = (now.text or "") if now else ""
    found = merging.stretches(doing.base, doing.text, theirs)
    values = {
        "work": doing,
        "gone": now is None,
        "theirs": theirs,
        "theirs_digest": now.digest if now else "",
        "target": target,
        "conflicts": [each for each in found if each.conflict],
        "joined": [each for each in found if not each.conflict and each.mine != each.theirs],
        "marked": lambda old, new: merging.marked("\n".join(old), "\n".join(new)),
        "complain": complain,
    }
    return visit.reply("conflict.html", values, 409)


def joined(visit: Visit, doing: Work, target: str) -> Response:
    """The joined text in the form, to be looked at; the version that it stands on is the one that people saw."""
    theirs, digest = work.many_lines(visit.values, "theirs"), work.one(visit.values, "theirs_digest")
    choices: dict[int, Choice] = {}
    for name, values in visit.values.items():
        number, value = name.removeprefix("choice-"), values[0]
        if name.startswith("choice-") and number.isascii() and number.isdigit() and value in merging.CHOICES:
            choices[int(number)] = next(each for each in merging.CHOICES if each == value)
    text = merging.merged(merging.stretches(doing.base, doing.text, theirs), choices)
    if text is None:
        return conflict(visit, doing, Stored(theirs.encode(), digest), target, complain=True)
    doing = replace(doing, text=text, base=theirs)
    done = work.as_form(replace(doing, draft_digest=digest) if target == "draft" else replace(doing, digest=digest))
    return show(visit, done, notices=(Notice(visit.word("joined_done"), good=True),))
