"""kb index"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from indexer.memory import Memory
from indexer.pipeline import Report, build
from kb.cli.checking import print_problems
from kb.cli.output import progress
from kb.embedding import open_embedder
from kb.errors import Message
from kb.index.vectors import vector_choice

if TYPE_CHECKING:
    from kb.cli.main import Run

REASONS = {
    "rebuild": Message("Everything was made anew, as asked.", "สร้างใหม่ทั้งหมดตามที่สั่ง"),
    "model": Message("The model is another one: everything was embedded anew.", "แบบจำลองเปลี่ยนไป จึงสร้างเวกเตอร์ใหม่ทั้งหมด"),
    "analyzer": Message(
        "The tokeniser or its dictionary has changed: all terms were made anew.", "ตัวตัดคำหรือพจนานุกรมเปลี่ยนไป จึงตัดคำใหม่ทั้งหมด"
    ),
    "version": Message("Another version of kb had made the index: it was made anew.", "ดัชนีเดิมสร้างด้วย kb รุ่นอื่น จึงสร้างใหม่"),
    "engine": Message(
        "Vectors and terms were written anew for the engine; nothing was embedded again.",
        "เขียนเวกเตอร์และคำค้นให้เอนจินใหม่ โดยไม่ต้องสร้างเวกเตอร์ใหม่",
    ),
    "damaged": Message("The old index was damaged or in another format: it was made anew.", "ดัชนีเดิมเสียหายหรือเป็นรูปแบบอื่น จึงสร้างใหม่"),
}


def run(run: Run, rebuild: bool, as_json: bool, memory: Memory | None = None, read_all: bool = False) -> int:
    """Returns the exit code: 1 when a file had to be left out. `memory`: as in indexer.pipeline.build; `read_all`: no file's times are
    believed."""
    settings, console = run.settings, run.console
    embedder = open_embedder(settings.model, threads=os.cpu_count() or 1)
    bars = progress(console)
    try:
        choice = vector_choice(settings.vector_index)
        report = build(
            settings.content_dir,
            settings.index_dir,
            embedder,
            bars,
            rebuild,
            memory,
            choice,
            settings.engine,
            by_times=not read_all,
        )
    finally:
        bars.close()
    errors = print_problems(console, settings.content_dir, report.problems, quiet_notes=True)
    if as_json:
        console.json(_as_dict(report))
    else:
        _print(run, report)
    return 1 if errors else 0


def _as_dict(report: Report) -> dict[str, object]:
    made = report.manifest
    return {
        "generation": made.generation,
        "published": report.published,
        "reason": report.reason,
        "documents": made.documents,
        "subjects": made.subjects,
        "passages": made.passages,
        "embedded": report.embedded,
        "reused": report.reused,
        "errors": sum(p.severity == "error" for p in report.problems),
    }


def _print(run: Run, report: Report) -> None:
    made, console = report.manifest, run.console
    size = Message(
        f"{made.documents} documents ({made.subjects} subjects), {made.passages} passages in {run.settings.index_dir}.",
        f"{made.documents} เอกสาร ({made.subjects} เรื่อง) {made.passages} ตอน อยู่ใน {run.settings.index_dir}",
    )
    if not report.published:
        console.note(Message(f"Nothing has changed: {size.en}", f"ไม่มีอะไรเปลี่ยนแปลง: {size.th}"))
        return
    if report.reason:
        console.note(REASONS[report.reason])
    work = Message(
        f"{report.embedded} texts embedded, {report.reused} unchanged and reused.",
        f"สร้างเวกเตอร์ใหม่ {report.embedded} ข้อความ ใช้ของเดิม {report.reused} ข้อความ",
    )
    console.note(Message(f"Indexed {size.en} {work.en}", f"จัดทำดัชนีแล้ว {size.th} {work.th}"))
