"""kb check"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.check import Checked, check
from kb.cli.output import Console
from kb.errors import Message
from kb.types import Problem

if TYPE_CHECKING:
    from kb.cli.main import Run

STOPPED = 130  # as everywhere when Ctrl-C ends a command
SHOWN_NOTES = 5  # of one kind, unless all are asked for


def run(run: Run, folder: Path, as_json: bool, show_all: bool) -> int:
    """Returns the exit code: 1 when a file has an error."""
    return _once(run, folder, check(folder), as_json, show_all)


def watch(run: Run, folder: Path, show_all: bool) -> int:
    """Check again after every save, until Ctrl-C."""
    from indexer import watching
    from indexer.memory import Memory

    memory = Memory()
    saves = watching.saves(folder)
    try:
        next(saves)  # the watch begins here: what is saved during the first check is not missed
        for saved in itertools.chain([frozenset({""})], saves):
            if saved:
                click.clear()
                memory.begin()
                _once(run, folder, check(folder, memory.load), False, show_all)
                run.console.note(_watching(folder))
    except KeyboardInterrupt:
        run.console.note(Message("Stopped watching.", "หยุดเฝ้าดูแล้ว"))
    return STOPPED


def _watching(folder: Path) -> Message:
    now = f"{datetime.now():%H:%M:%S}"
    return Message(f"{now}  Watching {folder}; stop with Ctrl-C.", f"{now}  กำลังเฝ้าดู {folder} หยุดด้วย Ctrl-C")


def _once(run: Run, folder: Path, found: Checked, as_json: bool, show_all: bool) -> int:
    errors = sum(p.severity == "error" for p in found.problems)
    if as_json:
        run.console.json({"documents": found.documents, "problems": [_as_dict(p) for p in found.problems]})
    else:
        shown, hidden = (found.problems, Counter[str]()) if show_all else _few_notes(found.problems)
        print_problems(run.console, folder, shown)
        for code, count in hidden.items():
            run.console.note(_more(code, count))
        run.console.note(_summary(found.documents, found.problems, errors))
    return 1 if errors else 0


def _few_notes(problems: Iterable[Problem]) -> tuple[list[Problem], Counter[str]]:
    """What is shown, and how many notes of each kind are not."""
    shown: list[Problem] = []
    seen: Counter[str] = Counter()
    for problem in problems:
        seen[problem.code] += problem.severity == "note"
        if problem.severity != "note" or seen[problem.code] <= SHOWN_NOTES:
            shown.append(problem)
    return shown, Counter({code: count - SHOWN_NOTES for code, count in seen.items() if count > SHOWN_NOTES})


def _more(code: str, count: int) -> Message:
    return Message(f"… and {count} more notes “{code}”: kb check --all", f"… และหมายเหตุ “{code}” อีก {count} รายการ: kb check --all")


def _as_dict(problem: Problem) -> dict[str, object]:
    return asdict(problem)


def print_problems(console: Console, folder: Path, problems: Iterable[Problem], quiet_notes: bool = False) -> int:
    """Print each problem on a line of its own; returns the number of errors."""
    errors = 0
    for problem in problems:
        errors += problem.severity == "error"
        if not (quiet_notes and problem.severity == "note"):
            console.finding(problem, folder)
    return errors


def _summary(documents: int, problems: tuple[Problem, ...], errors: int) -> Message:
    warnings = sum(p.severity == "warning" for p in problems)
    notes = len(problems) - errors - warnings
    if not problems:
        return Message(f"{documents} documents, no faults.", f"{documents} เอกสาร ไม่พบข้อผิดพลาด")
    return Message(
        f"{documents} documents are good; {errors} errors, {warnings} warnings, {notes} notes.",
        f"{documents} เอกสารใช้ได้ ข้อผิดพลาด {errors} คำเตือน {warnings} ข้อสังเกต {notes}",
    )
