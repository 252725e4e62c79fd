"""kb new"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer import collection, renaming, template
from indexer.pipeline import GLOSSARY
from kb.errors import KbError, Lang, Message
from kb.reading import naming
from kb.text.glossary import Glossary
from kb.types import LANGS, OTHER_LANG, Document, Kind

if TYPE_CHECKING:
    from kb.cli.main import Run

FOLDERS: dict[Kind, str] = {"case-study": "case-studies", "dialogue": "dialogues"}
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 80  # characters of a slug


class CannotCreate(KbError):
    pass


def run(run: Run, kind: Kind, lang: Lang | None, title: str, slug: str, both: bool) -> None:
    """Raises CannotCreate; click.UsageError when language or name are missing."""
    if (lang is None) != both:
        raise click.UsageError("Give --lang th, --lang en or --both. โปรดระบุ --lang th, --lang en หรือ --both")
    name = f"{FOLDERS[kind]}/{_slug(title, slug)}"
    content = run.settings.content_dir
    documents = collection.read(content).documents
    glossary, _ = Glossary.load(content / GLOSSARY)
    for each in LANGS if lang is None else (lang,):
        partner = next((d for d in documents if d.id == name and d.lang != each), None)
        path = content / (naming.partner_path(partner.path, partner.lang) if partner else f"{name}.{each}.md")
        names = renaming.names(documents, glossary, OTHER_LANG[each])
        own = title if lang is not None or _in_language(title, each) else ""
        _create(path, template.write(kind, each, own, _said(run, each), partner, names))
        run.console.note(_created(path, partner))


def _slug(title: str, slug: str) -> str:
    written = slug or _latin(title)
    if not SLUG.fullmatch(written) or len(written) > LONGEST:
        raise click.UsageError(
            f"--slug: give the file a name of small Latin letters, digits and hyphens, at most {LONGEST}, e.g. yasothon-organic-waste. "
            "โปรดตั้งชื่อไฟล์ด้วยอักษรละตินตัวเล็ก ตัวเลข และ - เช่น yasothon-organic-waste"
        )
    return written


def _latin(title: str) -> str:
    """A slug of an English title; nothing where letters would be lost."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") if plain.isascii() else ""


def _in_language(title: str, lang: Lang) -> bool:
    return (re.search("[ก-๎]", title) is not None) == (lang == "th")


def _said(run: Run, lang: Lang) -> Lang:
    """Explanations are in the language that the editor chose, else in the document's."""
    return run.console.lang if run.settings.lang != "auto" or run.console.lang == "th" else lang


def _create(path: Path, text: str) -> None:
    """Never over a file that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        en = f"{path}: the file is there already and was left as it is. Choose another --slug, or open it."
        raise CannotCreate(Message(en, f"{path}: มีไฟล์นี้อยู่แล้ว ระบบไม่ได้เขียนทับ โปรดเลือก --slug อื่นหรือเปิดไฟล์เดิม")) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _created(path: Path, partner: Document | None) -> Message:
    from_en = f", filled from {partner.path}" if partner else ""
    from_th = f" โดยนำข้อมูลจาก {partner.path} มาเติม" if partner else ""
    return Message(
        f"Wrote {path}{from_en}. Write over {{{{✎ … }}}}, then: kb check",
        f"สร้าง {path} แล้ว{from_th} โปรดเขียนทับ {{{{✎ … }}}} แล้วสั่ง kb check",
    )
