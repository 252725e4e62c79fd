"""What the checker says of a folder, without indexing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer import collection, pipeline
from kb.text.glossary import Glossary
from kb.types import Problem


@dataclass(frozen=True, slots=True)
class Checked:
    documents: int  # files that are good
    problems: tuple[Problem, ...]  # by path and line


def check(content_dir: Path) -> Checked:
    found = collection.read(content_dir)
    _, faults = Glossary.load(content_dir / pipeline.GLOSSARY)
    problems = sorted((*found.problems, *faults), key=lambda p: (p.path, p.line))
    return Checked(len(found.documents), tuple(problems))


def content_digest(content_dir: Path) -> str:
    """The digest that an index of this folder would carry."""
    glossary, _ = Glossary.load(content_dir / pipeline.GLOSSARY)
    return pipeline.content_digest(collection.read(content_dir).documents, glossary)
