"""What the editors' page shows of the collection: documents, missing translations, findings, drafts, and how old the index is."""

from __future__ import annotations

import os
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from indexer import check, collection
from indexer.collection import Collection
from kb.index.manifest import Manifest
from kb.problems import order
from kb.reading import naming
from kb.types import LANGS, Document, Kind, Lang, Problem
from search_api.editing import files
from search_api.pages.page import OTHER

Signature = tuple[tuple[str, int, int, int], ...]  # (path, bytes, time of change, inode) of every file


@dataclass(frozen=True, slots=True)
class Listed:
    """One subject with the files of its languages."""

    id: str
    kind: Kind
    title: str
    title_lang: Lang
    paths: Mapping[Lang, str]
    missing: tuple[Lang, str] | None  # (language, where its file belongs); None when both are there or the place is taken


@dataclass(frozen=True, slots=True)
class OfFile:
    """The findings of one file."""

    path: str
    problems: tuple[Problem, ...]
    editable: bool  # whether it can be opened in the form


@dataclass(frozen=True, slots=True)
class Overview:
    counts: Mapping[Kind, Mapping[Lang, int]]
    subjects: tuple[Listed, ...]  # by title
    findings: tuple[OfFile, ...]  # errors and warnings; files with errors first
    notes: int  # findings that need nothing done
    drafts: tuple[str, ...]  # paths of drafts

    @property
    def missing(self) -> tuple[Listed, ...]:
        return tuple(each for each in self.subjects if each.missing)

    def number(self, severity: str) -> int:
        return sum(problem.severity == severity for each in self.findings for problem in each.problems)


@dataclass(frozen=True, slots=True)
class IndexState:
    generation: str
    made: datetime | None  # UTC
    changed: bool  # whether content/ has changed since


class Reader:
    """Reads the folder, and reads it again only when a file of it has changed."""

    def __init__(self, content_dir: Path) -> None:
        self._root = content_dir
        self._lock = threading.Lock()
        self._seen: Signature | None = None
        self._found: tuple[Overview, str] | None = None

    def overview(self) -> Overview:
        """Raises OSError when the folder cannot be read."""
        return self._read()[0]

    def index_state(self, made: Manifest) -> IndexState:
        created = datetime.fromisoformat(made.created).astimezone(UTC) if made.created else None
        return IndexState(made.generation, created, made.content_digest != self._read()[1])

    def _read(self) -> tuple[Overview, str]:
        with self._lock:
            signature = tuple(sorted(_signature(self._root)))
            if self._found is None or signature != self._seen:
                self._seen = signature
                self._found = overview(self._root), check.content_digest(self._root)
            return self._found


def overview(root: Path) -> Overview:
    found = collection.read(root)
    problems = sorted((*check.check(root).problems,), key=order)
    counts: dict[Kind, dict[Lang, int]] = {kind: dict.fromkeys(LANGS, 0) for kind in ("case-study", "dialogue")}
    for document in found.documents:
        counts[document.kind][document.lang] += 1
    return Overview(
        counts,
        tuple(sorted(_subjects(root, found), key=lambda each: each.title)),
        tuple(sorted(_by_file(root, problems), key=lambda each: (each.problems[0].severity != "error", each.path))),
        Counter(problem.severity for problem in problems)["note"],
        tuple(sorted(_drafts(root))),
    )


def _subjects(root: Path, found: Collection) -> Iterator[Listed]:
    versions: dict[str, dict[Lang, Document]] = defaultdict(dict)
    for document in found.documents:
        versions[document.id][document.lang] = document
    for key, each in versions.items():
        shown = each.get("th") or each["en"]
        yield Listed(key, shown.kind, shown.title, shown.lang, {lang: d.path for lang, d in each.items()}, _missing(root, each))


def _missing(root: Path, versions: Mapping[Lang, Document]) -> tuple[Lang, str] | None:
    if len(versions) > 1:
        return None
    [document] = versions.values()
    path = naming.partner_path(document.path, document.lang)
    return None if path == document.path or (root / path).exists() else (OTHER[document.lang], path)


def _by_file(root: Path, problems: list[Problem]) -> Iterator[OfFile]:
    serious = [problem for problem in problems if problem.severity != "note"]
    ranks = {"error": 0, "warning": 1}
    for path, group in groupby(serious, key=lambda problem: problem.path):
        sorted_ = sorted(group, key=lambda problem: ranks.get(problem.severity, 2))
        yield OfFile(path, tuple(sorted_), naming.is_document(path) if path else False)


def _drafts(root: Path) -> Iterator[str]:
    for path, *_ in _signature(root):
        name = path.rpartition("/")[2]
        if name.startswith(files.DRAFT) and naming.is_document(files.document_of(path)):
            yield path


def _signature(root: Path) -> Iterator[tuple[str, int, int, int]]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not naming.is_hidden(name)]
        for name in names:
            path = Path(folder) / name
            try:
                state = path.lstat()
            except OSError:
                continue
            yield path.relative_to(root).as_posix(), state.st_size, state.st_mtime_ns, state.st_ino
