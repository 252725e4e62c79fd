"""What the editors' page shows of the folder at once: documents, missing translations, drafts, and how old the index is."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer import collection, pipeline
from indexer.collection import Collection
from indexer.memory import Memory
from kb.errors import IndexProblem
from kb.index import generations
from kb.index.manifest import Manifest
from kb.reading import naming
from kb.text.glossary import Glossary
from kb.types import LANGS, OTHER_LANG, Document, Kind, Lang
from search_api.editing import files

Signature = tuple[tuple[str, int, int, int], ...]  # (path, bytes, time of change, inode) of every file


@dataclass(frozen=True, slots=True)
class Listed:
    """One subject with the files of its languages."""

    id: str
    titles: Mapping[Lang, str]
    paths: Mapping[Lang, str]
    missing: tuple[Lang, str] | None  # (language, where its file belongs); None when both are there or the place is taken

    def shown(self, lang: Lang) -> Lang:
        """The language of the title that a reader of `lang` sees."""
        return lang if lang in self.titles else OTHER_LANG[lang]


@dataclass(frozen=True, slots=True)
class Overview:
    counts: Mapping[Kind, Mapping[Lang, int]]
    subjects: tuple[Listed, ...]
    drafts: tuple[str, ...]  # paths of drafts

    def by_title(self, lang: Lang) -> list[Listed]:
        """Subjects as they stand in a list for readers of `lang`."""
        return sorted(self.subjects, key=lambda each: each.titles[each.shown(lang)])


@dataclass(frozen=True, slots=True)
class IndexState:
    generation: str
    made: datetime | None  # UTC
    changed: bool  # whether content/ has changed since


class Reader:
    """Reads the folder again only when a file of it has changed, and of it only the changed files."""

    def __init__(self, content_dir: Path, index_dir: Path) -> None:
        self._root = content_dir
        self._index_dir = index_dir
        self._lock = threading.Lock()
        self._memory = Memory()
        self._seen: Signature | None = None
        self._found = Collection((), (), {})
        self._overview: Overview | None = None

    def overview(self) -> Overview:
        """Raises OSError when the folder cannot be read."""
        with self._lock:
            now = signature(self._root)
            if self._overview is None or now != self._seen:
                self._memory.begin()
                self._found = collection.read(self._root, load=self._memory.load)
                self._seen, self._overview = now, overview(self._root, self._found)
            return self._overview

    def index_state(self, made: Manifest) -> IndexState:
        """`made`: of the generation that answers. Raises OSError."""
        self.overview()
        created = datetime.fromisoformat(made.created).astimezone(UTC) if made.created else None
        return IndexState(made.generation, created, made.content_digest != self._expected_digest())

    def _expected_digest(self) -> str:
        glossary, _ = Glossary.load(self._root / pipeline.GLOSSARY)
        try:
            return pipeline.expected_digest(generations.current(self._index_dir), self._root, self._found, glossary)
        except IndexProblem:
            return pipeline.content_digest(self._found.documents, glossary)


def overview(root: Path, found: Collection) -> Overview:
    counts: dict[Kind, dict[Lang, int]] = {kind: dict.fromkeys(LANGS, 0) for kind in ("case-study", "dialogue")}
    for document in found.documents:
        counts[document.kind][document.lang] += 1
    return Overview(counts, tuple(_subjects(root, found)), tuple(sorted(_drafts(root))))


def _subjects(root: Path, found: Collection) -> Iterator[Listed]:
    versions: dict[str, dict[Lang, Document]] = defaultdict(dict)
    for document in found.documents:
        versions[document.id][document.lang] = document
    for key, each in versions.items():
        titles, paths = {lang: d.title for lang, d in each.items()}, {lang: d.path for lang, d in each.items()}
        yield Listed(key, titles, paths, _missing(root, each))


def _missing(root: Path, versions: Mapping[Lang, Document]) -> tuple[Lang, str] | None:
    if len(versions) > 1:
        return None
    [document] = versions.values()
    path = naming.partner_path(document.path, document.lang)
    return None if path == document.path or (root / path).exists() else (OTHER_LANG[document.lang], path)


def _drafts(root: Path) -> Iterator[str]:
    for path, *_ in _states(root):
        name = path.rpartition("/")[2]
        if name.startswith(files.DRAFT) and naming.is_document(files.document_of(path)):
            yield path


def signature(root: Path) -> Signature:
    return tuple(sorted(_states(root)))


def _states(root: Path) -> Iterator[tuple[str, int, int, int]]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not naming.is_hidden(name)]
        for name in names:
            path = Path(folder) / name
            try:
                state = path.lstat()
            except OSError:
                continue
            yield path.relative_to(root).as_posix(), state.st_size, state.st_mtime_ns, state.st_ino
