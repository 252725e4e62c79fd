"""The times of files that go into a part, from those of the generation before and from the file system."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kb.index.columns import Columns, Times
from kb.types import Document


class History:
    """A file with a new digest has changed when the file system says so; nothing is dated later than now."""

    def __init__(self, known: Columns, content_dir: Path) -> None:
        """known: the documents of the generation before."""
        self._known = known
        self._content_dir = content_dir
        self._now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self, document: Document) -> Times:
        at = self._known.by_path.get(document.path)
        before = None if at is None else self._known.times(at)
        if before and before.digest == document.digest:
            return before
        seen = (self._content_dir / document.path).stat().st_mtime
        written = min(self._now, datetime.fromtimestamp(seen, UTC).replace(microsecond=0))
        return Times(document.digest, before.added if before else written, max(written, before.changed) if before else written)
