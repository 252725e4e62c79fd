"""How to cite a document: a line in Thai style, a line in English style, and BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kb import vocabulary
from kb.errors import Lang
from kb.text.dates import format_date
from kb.types import Document, PartialDate
from search_api.pages.words import WORDS

BIBTEX_SPECIAL = str.maketrans(
    {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", **{c: f"\\{c}" for c in "{}&%$#_"}}
)


@dataclass(frozen=True, slots=True)
class Citation:
    name: str  # key of the word for its style
    text: str


def citations(document: Document, url: str, today: date) -> tuple[Citation, ...]:
    """url: the absolute address of the document; today: when it was read. The year is that of the document's own date."""
    read = PartialDate(today.year, today.month, today.day)
    return (
        Citation("cite_th", _line(document, url, read, "th")),
        Citation("cite_en", _line(document, url, read, "en")),
        Citation("cite_bibtex", _bibtex(document, url, today)),
    )


def _collection(lang: Lang) -> str:
    site, kind = WORDS["site"].in_language(lang), WORDS["site_kind"].in_language(lang)
    return f"{kind}{site}" if lang == "th" else f"{site} {kind.lower()}"


def _line(d: Document, url: str, read: PartialDate, lang: Lang) -> str:
    """Author (year). Title [kind]. Source: as the Thai and English citation guides that follow APA write a page of a corporate author."""
    kind, day = vocabulary.KINDS[d.kind].in_language(lang), format_date(read, lang)
    if lang == "th":
        year = str(d.date.year + 543) if d.date else "ม.ป.ป."
        return f"{_collection('th')}. ({year}). {d.title} [{kind}]. สืบค้นเมื่อ {day}, จาก {url}"
    year = str(d.date.year) if d.date else "n.d."
    return f"{_collection('en')}. ({year}). {d.title} [{kind}]. Retrieved {day}, from {url}"


def _bibtex(d: Document, url: str, today: date) -> str:
    key = re.sub(r"[^a-z0-9-]+", "-", d.id.rpartition("/")[2].lower()).strip("-") or "document"
    fields = {
        "title": f"{{{d.title.translate(BIBTEX_SPECIAL)}}}",
        "author": f"{{{_collection(d.lang)}}}",
        "year": str(d.date.year) if d.date else "",
        "url": url.replace("{", "%7B").replace("}", "%7D"),
        "urldate": today.isoformat(),
        "langid": "thai" if d.lang == "th" else "english",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@online{{{key}-{d.lang},\n" + ",\n".join(lines) + "\n}"
