"""kb status"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from indexer.overview import Overview, overview
from kb import questions, vocabulary
from kb.cli.output import Console
from kb.errors import Message
from kb.index import engines
from kb.index.milvus.address import Address
from kb.problems import SEVERITIES

if TYPE_CHECKING:
    from kb.cli.main import Run


SHOWN = 10  # entries of one list; --json gives all


def status(run: Run, as_json: bool, words: bool = False) -> None:
    """Raises IndexMissing, IndexCorrupt, IndexMismatch."""
    settings, console = run.settings, run.console
    found = overview(settings.content_dir, settings.index_dir, words)
    if as_json:
        console.json(_as_dict(run, found))
        return
    for label, value in _lines(run, found):
        click.echo(f"{console.say(label)}: {value}")
    for label, entries in _lists(run, found):
        _print_list(console, label, entries)
    if not found.up_to_date:
        console.note(Message("content/ has changed since: run `kb index`.", "เอกสารเปลี่ยนไปหลังจัดทำดัชนี โปรดสั่ง `kb index`"))


def _as_dict(run: Run, found: Overview) -> dict[str, object]:
    made = found.manifest
    return {
        "index": str(run.settings.index_dir),
        "generation": made.generation,
        "created": made.created,
        "age_seconds": round(found.age),
        "engine": made.engine,
        "model": made.model.name,
        "model_digest": made.model.digest,
        "documents": made.documents,
        "subjects": made.subjects,
        "passages": made.passages,
        "passages_by_language": dict(made.passages_in),
        "bytes": sum(stamp.bytes for stamp in made.files.values()),
        "up_to_date": found.up_to_date,
        "content": {f"{kind} {lang}": count for (kind, lang), count in found.counts.items()},
        "untranslated": found.untranslated,
        "added": found.added,
        "changed": found.changed,
        "removed": found.removed,
        "errors": found.severities.get("error", 0),
        "warnings": found.severities.get("warning", 0),
        "notes": found.severities.get("note", 0),
        "bad_cuts": [{**asdict(cut), "mend": cut.mend} for cut in found.bad_cuts],
        "questions": [asdict(each) for each in questions.read(run.settings.state_folder)],
    }


def _lines(run: Run, found: Overview) -> list[tuple[Message, str]]:
    made, say = found.manifest, run.console.say
    counts = ", ".join(f"{say(vocabulary.KINDS[kind])} {lang} {count}" for (kind, lang), count in found.counts.items())
    severities = ", ".join(f"{say(label)} {found.severities.get(name, 0)}" for name, label in SEVERITIES.items())
    size = sum(stamp.bytes for stamp in made.files.values()) / 1e6
    indexed = Message(
        f"{made.documents} documents, {made.passages} passages, {size:.1f} MB, model {made.model.name}",
        f"{made.documents} เอกสาร {made.passages} ตอน {size:.1f} MB แบบจำลอง {made.model.name}",
    )
    return [
        (Message("Documents", "เอกสาร"), counts),
        (Message("Findings", "ผลการตรวจ"), severities),
        (Message("Index", "ดัชนี"), f"{run.settings.index_dir} {made.generation}"),
        (Message("Made", "จัดทำเมื่อ"), f"{made.created} ({say(_age(found.age))})"),
        (Message("Engine", "เอนจิน"), engine_of(run, made.engine)),
        (Message("Holds", "ประกอบด้วย"), say(indexed)),
    ]


def engine_of(run: Run, made_for: str) -> str:
    """With the place of the server, and with the one that KB_ENGINE asks for where that is another."""
    setting = run.settings.engine
    asked = "local" if setting == "local" else Address.parse(setting).place
    if made_for == engines.kind_of(setting):
        return asked
    return f"{made_for} (KB_ENGINE: {asked})"


def _age(seconds: float) -> Message:
    """In the largest unit that fits."""
    units = ((86_400, "days", "วัน"), (3600, "hours", "ชั่วโมง"), (60, "minutes", "นาที"), (1, "seconds", "วินาที"))
    size, en, th = next((unit for unit in units if seconds >= 2 * unit[0]), units[-1])
    return Message(f"{max(0, seconds) // size:.0f} {en} ago", f"{max(0, seconds) // size:.0f} {th}ที่แล้ว")


def _lists(run: Run, found: Overview) -> list[tuple[Message, Sequence[str]]]:
    cuts = [f"{'|'.join(cut.cut)} ×{cut.count}  {cut.path}:{cut.line}  → {cut.mend.replace(chr(9), '<TAB>')}" for cut in found.bad_cuts]
    asked = questions.read(run.settings.state_folder)
    little = [f"{each.text}  ×{each.count}  {run.console.say(questions.OUTCOMES[each.outcome])}  {each.last_day}" for each in asked]
    return [
        (Message("Without a translation", "ยังไม่มีฉบับแปล"), found.untranslated),
        (Message("New since the index", "ใหม่หลังจัดทำดัชนี"), found.added),
        (Message("Changed since the index", "แก้ไขหลังจัดทำดัชนี"), found.changed),
        (Message("Removed since the index", "ถูกลบหลังจัดทำดัชนี"), found.removed),
        (Message("Words cut badly → line for glossary.tsv", "คำที่ตัดไม่ถูกต้อง → บรรทัดที่ควรเพิ่มใน glossary.tsv"), cuts),
        (Message("What readers did not find", "คำถามที่ผู้อ่านไม่พบคำตอบ"), little),
    ]


def _print_list(console: Console, label: Message, entries: Sequence[str]) -> None:
    if entries:
        click.echo(f"{console.say(label)} ({len(entries)}):")
        for entry in entries[:SHOWN]:
            click.echo(f"  {entry}")
    if len(entries) > SHOWN:
        click.echo("  …")
