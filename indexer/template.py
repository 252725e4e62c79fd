"""A new document as a text to be written over: it explains itself, and takes from its translation what need not be written twice."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from indexer.renaming import Named
from kb import vocabulary
from kb.errors import Lang, Message
from kb.reading.placeholders import placeholder
from kb.text.dates import format_date
from kb.types import Document, Kind, Person

TURN = re.compile(r"\*\*(?P<name>[^*\n]{1,200}?) ?(?::\*\*|\*\* ?:)\s*")
MARKED = re.compile(r"(?P<mark>#{1,6}\s+|\s*(?:[-*+]|\d+\.)\s+|>\s?)?(?P<text>.*)", re.DOTALL)
ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s+")

TITLE = Message("title", "ชื่อเรื่อง")
REMARKS: Mapping[str, Message] = {
    "top": Message(
        "Write over {{✎ … }}; lines that begin with # in this header are remarks and may be deleted. Then: kb check",
        "เขียนทับ {{✎ … }} ส่วนบรรทัดที่ขึ้นต้นด้วย # ในส่วนหัวนี้เป็นคำอธิบาย ลบออกได้ เสร็จแล้วสั่ง kb check",
    ),
    "date": Message(
        "date: when the work began, or the day of the meeting: 2022, 2022-12, 6 December 2022; leave empty if unknown",
        "date: วันที่เริ่มงานหรือวันประชุม เช่น 2565, ธันวาคม 2565, 6 ธันวาคม 2565 ไม่ทราบให้เว้นว่าง",
    ),
    "country": Message(
        "country, one or a list in [ ]: {0}; any other country as well", "country หนึ่งประเทศหรือหลายประเทศใน [ ]: {0} ใช้ประเทศอื่นได้ด้วย"
    ),
    "city": Message("city: the name in this document's language", "city: ชื่อเมืองในภาษาของเอกสาร"),
    "themes": Message("themes, choose: {0}", "themes เลือกจาก: {0}"),
    "organisations": Message(
        "organisations: full official names, one a line after “- ”", "organisations: ชื่อทางการเต็มของหน่วยงาน บรรทัดละหนึ่งชื่อ หลัง “- ”"
    ),
    "people": Message(
        "people: for each a line “- name: …”, and below it “role: …” and “organisation: …”",
        "people: แต่ละคนเขียน “- name: …” บรรทัดถัดไป “role: …” (ตำแหน่ง) และ “organisation: …” (หน่วยงาน)",
    ),
    "participants": Message(
        "participants: who spoke; aliases are other ways in which the text names them",
        "participants: ผู้ที่พูด ส่วน aliases คือชื่ออื่นที่ใช้เรียกในเนื้อหา",
    ),
    "sources": Message("sources: where the facts come from; the address begins with https://", "sources: แหล่งข้อมูล ที่อยู่เว็บขึ้นต้นด้วย https://"),
    "summary": Message("summary: one or two sentences for lists", "summary: หนึ่งถึงสองประโยคสำหรับแสดงในรายการ"),
}
OUTLINES: Mapping[Kind, tuple[tuple[Message, Message], ...]] = {
    "case-study": (
        (Message("", ""), Message("what was done, where, and what came of it", "ทำอะไร ที่ใด และเกิดผลอย่างไร")),
        (
            Message("The problem", "ปัญหา"),
            Message("the figures and their source: ([name](https://…))", "ตัวเลขพร้อมแหล่งที่มา ([ชื่อ](https://…))"),
        ),
        (Message("What was done", "สิ่งที่ดำเนินการ"), Message("who did what, and when", "ใครทำอะไร เมื่อใด")),
        (Message("Results", "ผลที่เกิดขึ้น"), Message("what changed, in figures", "สิ่งที่เปลี่ยนแปลง เป็นตัวเลข")),
        (Message("Cost and funding", "ค่าใช้จ่ายและแหล่งเงิน"), Message("who paid how much", "ใครจ่าย เท่าใด")),
        (Message("What is not known", "ข้อมูลที่ยังไม่ทราบ"), Message("what the sources leave open", "สิ่งที่แหล่งข้อมูลไม่ได้ระบุ")),
    ),
    "dialogue": (
        (Message("", ""), Message("who met, where, when and about what", "ใครประชุมกัน ที่ใด เมื่อใด เรื่องใด")),
        (Message("What was said", "สิ่งที่กล่าว"), Message("what this speaker said, in the third person", "สาระที่ผู้พูดกล่าว เล่าเป็นบุรุษที่สาม")),
        (Message("What was agreed", "ข้อสรุป"), Message("results and next steps", "ข้อสรุปและขั้นตอนต่อไป")),
    ),
}


def write(kind: Kind, lang: Lang, title: str, said: Lang, partner: Document | None, names: Named) -> str:
    """The text of a new file. `said`: the language of the explanations; `partner`: the version in the other language.

    `names`: how names of the partner are written in the new file; "" for one that is not known, which is then marked as to be written.
    """

    def known(name: str) -> str:
        return names(name) or placeholder(name)

    start = partner or _example(kind, lang)
    written = title or placeholder(partner.title if partner else TITLE.in_language(said))
    keep: Named = known if partner else str
    header = [f"kind: {start.kind}", f"title: {_quoted(written)}", *_header(start, lang, said, keep)]
    body = _translated(partner, keep) if partner else _outline(kind, lang, said)
    return "\n".join(["---", f"# {_said('top', said)}", *header, "---", "", body, ""])


def _example(kind: Kind, lang: Lang) -> Document:
    person = Person(placeholder("name" if lang == "en" else "ชื่อ"), "", "") if kind == "dialogue" else None
    return Document("", lang, kind, "", "", "", "", 1, "", participants=(person,) if person else ())


def _header(start: Document, lang: Lang, said: Lang, names: Named) -> list[str]:
    countries = ", ".join(vocabulary.country_label(code).in_language(lang) for code in vocabulary.ASEAN)
    themes = ", ".join(f"{key} ({label.in_language(said)})" if said == "th" else key for key, label in vocabulary.THEMES.items())
    shown = [vocabulary.country_label(code).in_language(lang) for code in start.countries]
    people = "participants" if start.kind == "dialogue" else "people"
    lines = [
        *_key("date", said, format_date(start.date, lang) if start.date else ""),
        *_key("country", said, _flow(shown), countries),
        *_key("city", said, _flow([names(city) for city in start.cities])),
        *_key("themes", said, _flow(start.themes), themes),
        *_key("organisations", said, "", items=[_quoted(names(name)) for name in start.organisations]),
        *_key(people, said, "", items=[_person(p, names) for p in (start.participants if people == "participants" else start.people)]),
        *_key("sources", said, "", items=[_source(s.url, s.title) for s in start.sources]),
        *_key("summary", said, _quoted(placeholder(start.summary)) if start.summary else ""),
    ]
    return lines + ([f"translationKey: {start.translation_key}"] if start.translation_key else [])


def _key(key: str, said: Lang, value: str, choices: str = "", items: Sequence[str] = ()) -> list[str]:
    return [f"# {_said(key, said).format(choices)}", f"{key}: {value}".rstrip(), *(f"  - {item}" for item in items)]


def _said(key: str, said: Lang) -> str:
    return REMARKS[key].in_language(said)


def _quoted(value: str) -> str:
    """A YAML string in double quotes; JSON's are of the same form."""
    return json.dumps(value, ensure_ascii=False)


def _flow(values: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(value) for value in values)}]" if values else ""


def _person(person: Person, names: Named) -> str:
    lines = [f"name: {_quoted(names(person.name))}", f"role: {_quoted(_said_by(person.role, names))}"]
    lines.append(f"organisation: {_quoted(names(person.organisation) if person.organisation else '')}")
    return "\n    ".join(lines)


def _said_by(role: str, names: Named) -> str:
    return names(role) if role else ""


def _source(url: str, title: str) -> str:
    return f"url: {_quoted(url)}" + (f"\n    title: {_quoted(title)}" if title else "")


def _outline(kind: Kind, lang: Lang, said: Lang) -> str:
    name = placeholder("name" if lang == "en" else "ชื่อ")
    parts: list[str] = []
    for heading, hint in OUTLINES[kind]:
        parts += [f"## {heading.in_language(lang)}"] if heading.en else []
        turn = f"**{name}:** " if kind == "dialogue" and heading.en == "What was said" else ""
        parts.append(turn + placeholder(hint.in_language(said)))
    return "\n\n".join(parts)


def _translated(partner: Document, names: Named) -> str:
    """The partner's text, part by part in placeholders; headings, lists and speaker turns keep their form."""
    chunks = re.split(r"\n\s*\n", partner.body.strip("\n"))
    return "\n\n".join("\n".join(_marked(piece, names) for piece in _pieces(chunk)) for chunk in chunks if chunk.strip())


def _pieces(chunk: str) -> list[str]:
    lines = chunk.split("\n")
    starts = [n for n, line in enumerate(lines) if n == 0 or ITEM.match(line) or line.startswith("#") or lines[n - 1].startswith("#")]
    return ["\n".join(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _marked(piece: str, names: Named) -> str:
    turn = TURN.match(piece)
    if turn:
        return f"**{names(turn['name'])}:** {placeholder(piece[turn.end() :])}"
    found = MARKED.fullmatch(piece)
    mark, text = (found["mark"] or "", found["text"]) if found else ("", piece)
    return mark + placeholder(text) if text.strip() else piece
