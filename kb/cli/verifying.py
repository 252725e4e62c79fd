"""kb verify"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.cli.output import progress
from kb.cli.state import engine_of
from kb.errors import IndexCorrupt, Message
from kb.index import engines, generations
from kb.index.generations import Generation

if TYPE_CHECKING:
    from kb.cli.main import Run

FAILED = 3  # as where a command could not be done


def run(run: Run, as_json: bool) -> int:
    """Returns the exit code: 3 where a file is damaged.

    Raises IndexCorrupt (what says which files there are), IndexMismatch (made for another engine), IndexMissing, EngineUnreachable.
    """
    generation = generations.current(run.settings.index_dir)
    made = generation.manifest
    bars = progress(run.console)
    try:
        found = generations.faults(
            run.settings.index_dir, made.files, lambda done: bars("verify", done, sum(f.bytes for f in made.files.values()))
        )
    finally:
        bars.close()
    if found:
        return _damaged(run, generation, found, as_json)
    engines.verify(generation, run.settings.engine)
    if as_json:
        run.console.json({"generation": made.generation, "files": len(made.files), "engine": made.engine, "ok": True, "damaged": {}})
        return 0
    run.console.note(
        Message(
            f"{generation.folder}: all {len(made.files)} files have the checksums that the manifest states.",
            f"{generation.folder}: ไฟล์ทั้ง {len(made.files)} ไฟล์มีค่าตรวจสอบตรงตามที่ระบุ",
        )
    )
    if made.engine != "local":
        held = engine_of(run, made.engine)
        run.console.note(Message(f"{held}: holds all {made.passages} passages.", f"{held}: มีครบทั้ง {made.passages} ตอน"))
    return 0


def _damaged(run: Run, generation: Generation, found: dict[str, IndexCorrupt], as_json: bool) -> int:
    made = generation.manifest
    if as_json:
        told = {name: run.console.say(fault.message) for name, fault in found.items()}
        run.console.json({"generation": made.generation, "files": len(made.files), "engine": made.engine, "ok": False, "damaged": told})
        return FAILED
    for fault in found.values():
        run.console.error(fault.message)
    run.console.note(Message(f"{len(found)} of {len(made.files)} files are damaged.", f"เสียหาย {len(found)} จาก {len(made.files)} ไฟล์"))
    return FAILED
