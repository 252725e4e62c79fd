"""The folder as the last run found it, from the index that it made: no file is opened but those that have errors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.collection import Collection
from indexer.folder import Folder, Load
from indexer.standing import Standing, found
from kb.types import Problem


def folder(content_dir: Path, stands: Standing, problems: Sequence[Problem], load: Load) -> Folder | None:
    """None where only reading the files can tell.

    problems: what that run found in the files (indexer.unchanged), without what it said of the glossary and of last good versions.
    """
    made = stands.generation.manifest if stands.generation else None
    if made is None or tuple(each.name for each in stands.parts) != made.parts or len(stands.records) != made.documents:
        return None
    faulty = {problem.path for problem in problems if problem.severity == "error"}
    good = [record for path, record in stands.records.items() if path not in faulty]
    documents = sorted((record.document for record in good), key=lambda each: (each.id, each.lang))
    rest = [problem for problem in problems if problem.path not in faulty]
    recalled = Folder(content_dir, Collection(tuple(documents), tuple(rest), {record.document.path: found(record) for record in good}))
    return recalled if recalled.update(faulty, load) is not None else None
