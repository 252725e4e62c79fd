"""What the checker says of a folder, without indexing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer import collection, pipeline
from indexer.checks import duplicates, lag, links, names
from kb import documents
from kb.documents import Loaded
from kb.problems import order
from kb.text.glossary import Glossary
from kb.types import Problem


@dataclass(frozen=True, slots=True)
class Checked:
    documents: int  # files that are good
    problems: tuple[Problem, ...]  # by path and line


def check(content_dir: Path, load: Callable[[Path, Path], Loaded] = documents.load) -> Checked:
    """`load` reads one file; indexer.memory has one that remembers, for a folder that is checked again and again."""
    return of_collection(content_dir, collection.read(content_dir, load=load))


def of_collection(content_dir: Path, found: collection.Collection) -> Checked:
    """As `check`, of a folder that has been read."""
    glossary, faults = Glossary.load(content_dir / pipeline.GLOSSARY)
    across = (
        *links.check(content_dir, found.documents),
        *duplicates.check(found.documents),
        *lag.check(content_dir, found.documents),
        *names.check(found.documents, glossary),
    )
    return Checked(len(found.documents), tuple(sorted((*found.problems, *faults, *across), key=order)))
