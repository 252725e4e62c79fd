"""The times of files that go into a part, from those of the generation before and from the file system."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from indexer.standing import Known, Standing
from kb.index.columns import Times
from kb.types import Document


class History:
    """A file with a new digest has changed when the file system says so; nothing is dated later than now."""

    def __init__(self, standing: Standing, known: Known, content_dir: Path) -> None:
        self._standing = standing
        self._known = known
        self._content_dir = content_dir
        self._now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self, document: Document) -> Times:
        found = self._standing.place(document.path, self._known)
        before = found and found[0].columns.times(found[1])
        if before and before.digest == document.digest:
            return before
        seen = (self._content_dir / document.path).stat().st_mtime
        written = min(self._now, datetime.fromtimestamp(seen, UTC).replace(microsecond=0))
        return Times(document.digest, before.added if before else written, max(written, before.changed) if before else written)
