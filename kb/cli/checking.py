"""kb check"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.check import check
from kb import problems as wording
from kb.cli.output import Console
from kb.errors import Message
from kb.types import Problem

if TYPE_CHECKING:
    from kb.cli.main import Run

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def run(run: Run, folder: Path, as_json: bool) -> int:
    """Returns the exit code: 1 when a file has an error."""
    found = check(folder)
    errors = sum(p.severity == "error" for p in found.problems)
    if as_json:
        run.console.json({"documents": found.documents, "problems": [_as_dict(p) for p in found.problems]})
    else:
        print_problems(run.console, folder, found.problems)
        run.console.note(_summary(found.documents, found.problems, errors))
    return 1 if errors else 0


def _as_dict(problem: Problem) -> dict[str, object]:
    return asdict(problem)


def print_problems(console: Console, folder: Path, problems: Iterable[Problem], quiet_notes: bool = False) -> int:
    """Print each problem on a line of its own; returns the number of errors."""
    errors = 0
    for problem in problems:
        errors += problem.severity == "error"
        if not (quiet_notes and problem.severity == "note"):
            click.secho(wording.format(problem, console.lang, folder), fg=COLOURS[problem.severity], err=True)
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
