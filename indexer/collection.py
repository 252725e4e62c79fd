"""The folder content/ -> all of its documents, and the findings of all of its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer import pairs
from kb import documents
from kb.documents import Loaded
from kb.problems import Report, order
from kb.reading import files, naming
from kb.types import Document, Problem


@dataclass(frozen=True, slots=True)
class Collection:
    documents: tuple[Document, ...]  # by (id, lang)
    problems: tuple[Problem, ...]  # by (path, line)
    loaded: Mapping[str, Loaded]  # path -> what its file alone gave


def read(
    root: Path, on_progress: Callable[[int, int], None] | None = None, load: Callable[[Path, Path], Loaded] = documents.load
) -> Collection:
    """Read every document below `root`. A faulty file is among the problems and never stops the others.

    `on_progress` is called with (files read, files in all) after each file; `load` reads one file (indexer.memory has one that remembers).
    """

    def one_by_one(paths: Sequence[str]) -> Iterator[Loaded]:
        for done, path in enumerate(paths, start=1):
            yield load(root, root / path)
            if on_progress:
                on_progress(done, len(paths))

    return read_by(root, one_by_one)


def read_by(root: Path, load_all: Callable[[Sequence[str]], Iterable[Loaded]]) -> Collection:
    """As `read`, where `load_all` reads all files: their paths relative to `root` -> what each gave, in the same order."""
    reports: list[Report] = []
    paths = _paths(root, reports)
    loaded = {files.printable(path): each for path, each in zip(paths, load_all(paths), strict=True)}
    kept, across = pairs.join(loaded)
    found = [*across, *(problem for report in reports for problem in report.problems)]
    found += [problem for each in loaded.values() for problem in each.problems]
    return Collection(tuple(sorted(kept, key=lambda document: (document.id, document.lang))), tuple(sorted(found, key=order)), loaded)


def _paths(root: Path, reports: list[Report]) -> list[str]:
    """The paths of all documents below `root`, sorted; with findings about folders that cannot be entered."""

    def refuse(fault: OSError) -> None:
        _report_folder(root, fault, reports)

    found: list[str] = []
    for folder, folders, names in os.walk(root, onerror=refuse):
        relative = Path(folder).relative_to(root)
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *(name for name in folders if name.lower().endswith(naming.ENDING)), *links]):
            path = (relative / name).as_posix()
            if name in links and not naming.is_hidden(path):
                _report_link(path, reports)
            elif naming.is_document(path):
                _note_path(path, reports, found)
        folders[:] = sorted(name for name in folders if not naming.is_hidden(name))
    if not found and not reports:
        report = Report("")
        en = "there are no documents in this folder; add files such as case-studies/x.th.md"
        report.warning(0, "no-documents", en, "ไม่มีเอกสารในโฟลเดอร์นี้ โปรดเพิ่มไฟล์ เช่น case-studies/x.th.md")
        reports.append(report)
    return sorted(found)


def _note_path(path: str, reports: list[Report], found: list[str]) -> None:
    if not naming.is_misnamed(path):
        found.append(path)
        return
    report = Report(files.printable(path))
    en = "not read, because the ending is not .md; rename it to .md or let its name begin with _"
    report.warning(0, "ending", en, "ไม่ได้อ่านไฟล์นี้เพราะนามสกุลไม่ใช่ .md โปรดเปลี่ยนเป็น .md หรือตั้งชื่อให้ขึ้นต้นด้วย _")
    reports.append(report)


def _report_link(path: str, reports: list[Report]) -> None:
    report = Report(files.printable(path))
    en = "a link to a folder is not followed; put the folder itself here"
    report.warning(0, "linked-folder", en, "ไม่อ่านโฟลเดอร์ที่เป็นลิงก์ โปรดวางตัวโฟลเดอร์ไว้ที่นี่")
    reports.append(report)


def _report_folder(root: Path, fault: OSError, reports: list[Report]) -> None:
    name = Path(fault.filename or root)
    report = Report(files.printable(files.relative_path(root, name)) if name != root else "")
    reason = fault.strerror or str(fault)
    en = f"the folder cannot be read ({reason}); check its path and permissions"
    report.error(0, "folder-unreadable", en, f"เปิดอ่านโฟลเดอร์ไม่ได้ ({reason}) โปรดตรวจตำแหน่งและสิทธิ์")
    reports.append(report)
