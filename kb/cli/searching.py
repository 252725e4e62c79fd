"""kb search"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from kb.cli.output import Console
from kb.errors import Lang, Message
from kb.knowledge_base import KnowledgeBase
from kb.types import Filters, Hit, Mode, PassageHit

if TYPE_CHECKING:
    from kb.cli.main import Run


def run(run: Run, question: str, limit: int, mode: Mode, show: Lang | None, filters: Mapping[str, tuple[str, ...]], as_json: bool) -> None:
    settings, console = run.settings, run.console
    kb = KnowledgeBase.open(settings.index_dir, model=settings.model, threads=settings.threads)
    found = kb.search(question, lang=show, filters=Filters(**filters), mode=mode, limit=limit)
    if as_json:
        from search_api import schemas

        console.json(schemas.search(found, []).model_dump())
        return
    for rank, hit in enumerate(found.hits, start=1):
        _print(console, rank, hit)
    shown = len(found.hits)
    console.note(Message(f"{shown} of {found.total} documents.", f"แสดง {shown} จาก {found.total} เอกสาร"))


def _print(console: Console, rank: int, hit: Hit) -> None:
    d = hit.document
    others = " ".join(each.lang for each in d.translations)
    click.secho(f"{rank}. {d.title}", bold=True)
    click.echo(f"   {d.id} [{d.lang}{' +' + others if others else ''}] {d.date or ''} score {hit.score:.2f}")
    for passage in hit.passages[:1]:
        lines = passage.passage.lines
        click.echo(f"   {d.path}:{lines.first}-{lines.last} {' › '.join(passage.passage.heading)}")
        click.echo("   " + _marked(passage))
    click.secho("   " + console.say(hit.why.message), dim=True)


def _marked(hit: PassageHit) -> str:
    """The passage on one line with matched words in bold."""
    text, parts, at = hit.passage.text, [], 0
    for mark in hit.highlights:
        parts += [text[at : mark.start], click.style(text[mark.start : mark.end], bold=True)]
        at = mark.end
    return "".join([*parts, text[at:]]).replace("\n", " ")
