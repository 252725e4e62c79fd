"""What takes seconds to say of a collection: the checker's findings and the words cut badly. A thread of its own looks for them.

A page never waits long for it: until the look at the latest state has ended, the page shows what the one before found, and says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from indexer import check, collection, pipeline
from indexer.checks import cuts
from indexer.checks.cuts import BadCut
from indexer.memory import Memory
from kb.problems import order, rank
from kb.reading import naming
from kb.text.glossary import Glossary
from kb.types import Problem
from search_api.editing.overview import Signature, signature

log = logging.getLogger("kb.server")
PATIENCE = 1.5  # seconds that a page waits for the latest state


@dataclass(frozen=True, slots=True)
class OfFile:
    """The findings of one file."""

    path: str
    problems: tuple[Problem, ...]
    editable: bool  # whether it can be opened in the form


@dataclass(frozen=True, slots=True)
class Survey:
    findings: tuple[OfFile, ...]  # errors and warnings; files with errors first
    bad_cuts: tuple[BadCut, ...]  # the most frequent first

    def number(self, severity: str) -> int:
        return sum(problem.severity == severity for each in self.findings for problem in each.problems)


class Surveyor:
    """Looks at the folder in the background, again only when a file of it has changed, and of it only at the changed files."""

    def __init__(self, content_dir: Path) -> None:
        self._root = content_dir
        self._memory = Memory()
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kb-survey")
        self._seen: Signature | None = None
        self._coming: Future[Survey] | None = None
        self._last: Survey | None = None

    def survey(self, patience: float = PATIENCE) -> tuple[Survey | None, bool]:
        """The latest survey there is, None before the first, and whether it is of the folder as it is now."""
        coming = self._begun()
        wait((coming,), patience)
        if not coming.done():
            return self._last, False
        if fault := coming.exception():
            log.error("the survey of the folder failed", exc_info=fault)
            return self._last, False
        return coming.result(), True

    def _begun(self) -> Future[Survey]:
        with self._lock:
            now = signature(self._root)
            if self._coming is None or now != self._seen or (self._coming.done() and self._coming.exception()):
                self._seen, self._coming = now, self._thread.submit(self._look)
            return self._coming

    def _look(self) -> Survey:
        self._memory.begin()
        found = collection.read(self._root, load=self._memory.load)
        glossary, _ = Glossary.load(self._root / pipeline.GLOSSARY)
        problems = check.of_collection(self._root, found).problems
        self._last = Survey(by_file(problems), tuple(cuts.find(found.documents, glossary)))
        return self._last


def by_file(problems: Sequence[Problem]) -> tuple[OfFile, ...]:
    """Errors and warnings; files with errors first, errors first in each."""
    serious = sorted((problem for problem in problems if problem.severity != "note"), key=order)
    return tuple(sorted(_grouped(serious), key=lambda each: (each.problems[0].severity != "error", each.path)))


def _grouped(problems: Sequence[Problem]) -> Iterator[OfFile]:
    for path, group in groupby(problems, key=lambda problem: problem.path):
        yield OfFile(path, tuple(sorted(group, key=rank)), bool(path) and naming.is_document(path))
