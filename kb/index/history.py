"""When each file came into the collection and when it last changed: what feeds and lists of news go by.

Carried from generation to generation. A file keeps its times while its digest stays the same, so an index that is made anew does not
turn everything into news.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Times:
    digest: str  # of the file these times belong to
    added: datetime  # UTC, whole seconds
    changed: datetime


@dataclass(frozen=True, slots=True)
class History:
    files: Mapping[str, Times]  # path in content/ -> times
    otherwise: datetime  # for files of an index that kept no times

    def of(self, path: str) -> Times:
        return self.files.get(path) or Times("", self.otherwise, self.otherwise)

    def to_json(self) -> dict[str, list[str]]:
        return {path: [t.digest, t.added.isoformat(), t.changed.isoformat()] for path, t in self.files.items()}

    @classmethod
    def from_json(cls, value: Any, created: str) -> History:
        """created: when the generation was made, ISO 8601."""
        files = {path: Times(digest, _time(added), _time(changed)) for path, (digest, added, changed) in (value or {}).items()}
        return cls(files, _time(created) if created else datetime.fromtimestamp(0, UTC))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
