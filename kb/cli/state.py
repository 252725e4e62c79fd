"""kb status, kb verify"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexer.check import check, content_digest
from kb.errors import Message
from kb.index import generations

if TYPE_CHECKING:
    from kb.cli.main import Run


def status(run: Run, as_json: bool) -> None:
    """Raises IndexMissing, IndexCorrupt, IndexMismatch."""
    settings, console = run.settings, run.console
    made = generations.current(settings.index_dir).manifest
    found = check(settings.content_dir)
    fresh = content_digest(settings.content_dir) == made.content_digest
    values = {
        "index": str(settings.index_dir),
        "generation": made.generation,
        "created": made.created,
        "model": made.model.name,
        "model_digest": made.model.digest,
        "documents": made.documents,
        "subjects": made.subjects,
        "passages": made.passages,
        "passages_by_language": {lang: end - first for lang, (first, end) in made.rows.items()},
        "bytes": sum(stamp.bytes for stamp in made.files.values()),
        "up_to_date": fresh,
        "errors": sum(p.severity == "error" for p in found.problems),
        "warnings": sum(p.severity == "warning" for p in found.problems),
    }
    if as_json:
        console.json(values)
        return
    for name, value in values.items():
        click.echo(f"{name:>22}  {value}")
    if not fresh:
        console.note(Message("content/ has changed since: run `kb index`.", "เอกสารเปลี่ยนไปหลังจัดทำดัชนี โปรดสั่ง `kb index`"))


def verify(run: Run, as_json: bool) -> None:
    """Raises IndexCorrupt naming the damaged file."""
    generation = generations.current(run.settings.index_dir)
    generations.verify(generation)
    made = generation.manifest
    if as_json:
        run.console.json({"generation": made.generation, "files": len(made.files), "ok": True})
        return
    run.console.note(
        Message(
            f"{generation.folder}: all {len(made.files)} files have the checksums that the manifest states.",
            f"{generation.folder}: ไฟล์ทั้ง {len(made.files)} ไฟล์มีค่าตรวจสอบตรงตามที่ระบุ",
        )
    )
