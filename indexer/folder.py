"""content/ as it was last read in this process, brought up to date by the paths that were saved since: a save costs what it changes."""

from __future__ import annotations

import os
from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from indexer import collection, pairs
from indexer.tally import Tally
from kb.documents import Loaded
from kb.problems import order
from kb.reading import naming
from kb.types import Document

Load = Callable[[Path, Path], Loaded]


class Folder:
    """For one thread at a time."""

    def __init__(self, root: Path, found: collection.Collection) -> None:
        self._root = root
        self._loaded = dict(found.loaded)
        self._documents = list(found.documents)
        self._problems = list(found.problems)
        self._standing = {document.path: document for document in found.documents}
        self._paths: dict[str, set[str]] = {}  # what files may have in common -> their paths
        for path, loaded in self._loaded.items():
            self._file(path, loaded)
        self._faulty = {problem.path for problem in found.problems if problem.severity == "error"}
        self.tally = Tally(found.documents)

    @property
    def found(self) -> collection.Collection:
        return collection.Collection(tuple(self._documents), tuple(self._problems), self._loaded)

    @property
    def loaded(self) -> dict[str, Loaded]:
        """Path -> what its file alone gave; not to be written to."""
        return self._loaded

    def document(self, path: str) -> Document | None:
        return self._standing.get(path)

    @property
    def broken(self) -> set[str]:
        """Paths with an error of which no document is found."""
        return self._faulty - self._standing.keys()

    def of_ids(self, ids: Iterable[str]) -> list[Document]:
        """The documents with these ids, by (id, lang)."""
        found: list[Document] = []
        for id_ in sorted(ids):
            for at in range(bisect_left(self._documents, (id_, ""), key=_place), len(self._documents)):
                if self._documents[at].id != id_:
                    break
                found.append(self._documents[at])
        return found

    def tells(self, saved: Collection[str]) -> bool:
        """Whether `update` can bring it up to date, or only reading the whole folder."""
        return self._touched(saved) is not None

    def update(self, saved: Collection[str], load: Load) -> frozenset[str] | None:
        """Read what was saved. The paths of all files whose document or findings may now be others, or None where only reading the whole
        folder can tell."""
        touched = self._touched(saved)
        if touched is None:
            return None
        affected = set(touched)
        affected |= self._with_common(touched)
        for path in touched:
            self._forget(path)
            if os.path.lexists(self._root / path):
                self._loaded[path] = load(self._root, self._root / path)
                self._file(path, self._loaded[path])
        affected |= self._with_common(touched)
        self._join(affected)
        return frozenset(affected)

    def _touched(self, saved: Collection[str]) -> set[str] | None:
        touched: set[str] = set()
        for path in saved:
            if path in ("", ".") or (self._root / path).is_dir():
                return None
            within = [each for each in self._loaded if each.startswith(f"{path}/")] if "." not in Path(path).name else []
            if within:  # a folder that has gone
                touched.update(within)
            elif naming.is_document(path):
                if naming.is_misnamed(path):
                    return None
                touched.add(path)
        return touched

    def _with_common(self, paths: Iterable[str]) -> set[str]:
        """All files that have to do with these, directly or through others: translations, copies of an id, names that collide."""
        found = {path for path in paths if path in self._loaded}
        waiting = list(found)
        while waiting:
            path = waiting.pop()
            near = {other for key in _keys(path, self._loaded[path]) for other in self._paths[key]} - found
            found |= near
            waiting += near
        return found

    def _file(self, path: str, loaded: Loaded) -> None:
        for key in _keys(path, loaded):
            self._paths.setdefault(key, set()).add(path)

    def _forget(self, path: str) -> None:
        loaded = self._loaded.pop(path, None)
        for key in _keys(path, loaded) if loaded else ():
            self._paths[key].discard(path)

    def _join(self, affected: set[str]) -> None:
        loaded = {path: self._loaded[path] for path in sorted(affected & self._loaded.keys())}
        kept, across = pairs.join(loaded)
        own = [problem for each in loaded.values() for problem in each.problems]
        for path in affected:
            self._leave(path)
        for document in kept:
            insort(self._documents, document, key=_place)
            self._standing[document.path] = document
            self.tally.add(document)
        for problem in (*across, *own):
            insort(self._problems, problem, key=order)
            if problem.severity == "error":
                self._faulty.add(problem.path)

    def _leave(self, path: str) -> None:
        """What was found of a file is found no more."""
        if (document := self._standing.pop(path, None)) is not None:
            del self._documents[bisect_left(self._documents, _place(document), key=_place)]
            self.tally.take(document)
        first, end = (bisect_left(self._problems, until, key=lambda each: each.path) for until in (path, f"{path}\0"))
        del self._problems[first:end]
        self._faulty.discard(path)


def _place(document: Document) -> tuple[str, str]:  # as collection.read_by sorts
    return document.id, document.lang


def _keys(path: str, loaded: Loaded) -> Iterator[str]:
    """What two files must have in common to be read together."""
    yield naming.name_of(path).id.casefold()
    if loaded.document and loaded.document.translation_key:
        yield f"\0{loaded.document.translation_key}"
