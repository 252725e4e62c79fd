"""The times of the files of a new generation, from those of the one before and from the file system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kb.index.generations import Generation
from kb.index.history import History, Times
from kb.index.reader import resource
from kb.types import Document


def carry(old: Generation | None, documents: Sequence[Document], content_dir: Path) -> History:
    """A file with a new digest has changed when the file system says so; nothing is dated later than now."""
    now = datetime.now(UTC).replace(microsecond=0)
    before = History.from_json(resource(old.folder, "history") if old else None, old.manifest.created if old else "")
    return History({d.path: _times(before.files.get(d.path), d, content_dir, now) for d in documents}, now)


def _times(before: Times | None, document: Document, content_dir: Path, now: datetime) -> Times:
    if before and before.digest == document.digest:
        return before
    written = min(now, datetime.fromtimestamp((content_dir / document.path).stat().st_mtime, UTC).replace(microsecond=0))
    return Times(document.digest, before.added if before else written, max(written, before.changed) if before else written)
