"""kb backup, kb restore"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.backup import backup
from indexer.restoring import restore
from kb.cli.output import progress
from kb.errors import Message

if TYPE_CHECKING:
    from kb.cli.main import Run


def keep(run: Run, target: Path, force: bool) -> None:
    """Raises BackupRefused, IndexMissing, IndexCorrupt, OSError."""
    settings, bars = run.settings, progress(run.console)
    try:
        made = backup(settings.content_dir, settings.index_dir, target, partial(bars, "backup"), force)
    finally:
        bars.close()
    run.console.note(
        Message(
            f"{target}: {len(made.files)} files, {made.size / 1e6:.1f} MB of documents and index ({made.generation}).",
            f"{target}: {len(made.files)} ไฟล์ เอกสารและดัชนีรวม {made.size / 1e6:.1f} MB ({made.generation})",
        )
    )


def put_back(run: Run, source: Path, force: bool) -> None:
    """Raises BackupRefused, IndexLocked, OSError."""
    settings, bars = run.settings, progress(run.console)
    try:
        found = restore(source, settings.content_dir, settings.index_dir, partial(bars, "restore"), force)
    finally:
        bars.close()
    for path in found.kept:
        run.console.note(Message(f"What was there is kept: {path}", f"เก็บของเดิมไว้ที่ {path}"))
    places = f"{settings.content_dir}, {settings.index_dir}"
    run.console.note(
        Message(
            f"{source}: {len(found.backup.files)} files restored into {places}, as of {found.backup.made}.",
            f"{source}: กู้คืน {len(found.backup.files)} ไฟล์ไปยัง {places} ข้อมูล ณ {found.backup.made}",
        )
    )
