"""kb search"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from kb.cli.output import Console
from kb.errors import Lang, Message
from kb.knowledge_base import KnowledgeBase
from kb.types import Filters, Highlight, Hit, Mode, Reading, Sort, Understanding

if TYPE_CHECKING:
    from kb.cli.main import Run


def run(
    run: Run,
    question: str,
    limit: int,
    mode: Mode,
    sort: Sort,
    show: Lang | None,
    filters: Mapping[str, tuple[str, ...]],
    as_written: tuple[Understanding, ...],
    as_json: bool,
) -> None:
    settings, console = run.settings, run.console
    kb = KnowledgeBase.open(settings.index_dir, model=settings.model, engine=settings.engine, threads=settings.threads)
    found = kb.search(question, lang=show, filters=Filters(**filters), mode=mode, limit=limit, as_written=as_written, sort=sort)
    if as_json:
        from search_api import replies

        console.json(replies.search(found, []))
        return
    _print_reading(console, found.reading)
    for rank, hit in enumerate(found.hits, start=1):
        _print(console, rank, hit)
    shown = len(found.hits)
    console.note(Message(f"{shown} of {found.total} documents.", f"แสดง {shown} จาก {found.total} เอกสาร"))
    if found.near_terms:
        near = ", ".join(found.near_terms)
        console.note(Message(f"Written alike here: {near}", f"คำที่เขียนใกล้เคียงกันในฐานความรู้: {near}"))


def _print_reading(console: Console, reading: Reading) -> None:
    """What was read into the question, and how to search without it."""
    if reading.changes:
        console.note(
            Message(
                f"Searched for “{reading.searched}”. As typed: --as-written spelling",
                f"ค้นหา “{reading.searched}” แทน หากต้องการค้นตามที่พิมพ์: --as-written spelling",
            )
        )
    for notice in reading.notices:
        console.note(notice)
    for name in reading.also:
        others = ", ".join(name.names)
        console.note(
            Message(
                f"“{name.words}” also as {others}. As typed: --as-written names",
                f"“{name.words}” ค้นหาด้วยชื่อ {others} หากต้องการค้นตามที่พิมพ์: --as-written names",
            )
        )
    for each in reading.conditions:
        en, th = ("only", "เฉพาะ") if each.filters else ("first", "แสดงก่อน")
        console.note(
            Message(
                f"“{each.words}”: {en} {each.facet} {each.label.en}. As words: --as-written {each.by}",
                f"“{each.words}”: {th} {each.label.th} หากต้องการใช้เป็นคำค้น: --as-written {each.by}",
            )
        )


def _print(console: Console, rank: int, hit: Hit) -> None:
    d = hit.document
    others = " ".join(each.lang for each in d.translations)
    click.secho(f"{rank}. {d.title}", bold=True)
    click.echo(f"   {d.id} [{d.lang}{' +' + others if others else ''}] {d.date or ''} score {hit.score:.2f}")
    for passage in hit.passages[:1]:
        lines = passage.passage.lines
        click.echo(f"   {d.path}:{lines.first}-{lines.last} {' › '.join(passage.passage.heading)}")
        if passage.answer:
            click.echo("   » " + _marked(passage.passage.text, passage.highlights, passage.answer.start, passage.answer.end))
        if passage.twin:
            twin = passage.twin
            click.echo(f"   ≈ [{twin.lang}:{twin.lines.first}] " + _marked(twin.text, twin.highlights, 0, len(twin.text)))
        click.echo("   " + _marked(passage.passage.text, passage.highlights, 0, len(passage.passage.text)))
    click.secho("   " + console.say(hit.why.message), dim=True)


def _marked(text: str, marks: Sequence[Highlight], start: int, end: int) -> str:
    """A part of a text on one line with matched words in bold."""
    parts, at = [], start
    for mark in marks:
        if start <= mark.start and mark.end <= end:
            parts += [text[at : mark.start], click.style(text[mark.start : mark.end], bold=True)]
            at = mark.end
    return "".join([*parts, text[at:end]]).replace("\n", " ")
