"""kb eval"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.output import progress
from kb.errors import KbError, Message
from kb.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from kb.cli.main import Run
    from kb.evaluation import Cell

QUESTIONS = "evaluation/questions.jsonl"  # in the content folder
FLOOR = "evaluation/floor.json"


class EvalUnavailable(KbError):
    pass


def run(run: Run, questions: Path | None, floor: Path | None, as_json: bool) -> int:
    """Returns the exit code: 1 when a value is under the floor."""
    if importlib.util.find_spec("ir_measures") is None:
        raise EvalUnavailable(
            Message('kb eval needs one more package: pip install "kb[eval]".', 'kb eval ต้องติดตั้งเพิ่ม: pip install "kb[eval]"')
        )
    from kb import evaluation

    settings, console = run.settings, run.console
    source = questions or settings.content_dir / QUESTIONS
    asked = evaluation.read_questions(source)
    least = json.loads((floor or settings.content_dir / FLOOR).read_text("utf-8")) if questions is None or floor else {}
    kb = KnowledgeBase.open(settings.index_dir, model=settings.model, engine=settings.engine, threads=settings.threads)
    bars = progress(console)
    cells = list(evaluation.evaluate(kb, asked, lambda done, total: bars("eval", done, total)))
    faults = evaluation.failures(cells, least)
    if as_json:
        console.json({"questions": len(asked), "cells": [asdict(cell) for cell in cells], "failures": [fault.en for fault in faults]})
    else:
        click.echo(table(cells))
    for fault in faults:
        console.error(fault)
    return 1 if faults else 0


def table(cells: list[Cell]) -> str:
    """Markdown, so that it can stand in the documentation as it is."""
    names = list(cells[0].values) if cells else []
    lines = ["| direction | questions | arm | " + " | ".join(names) + " |", "|---|---|---|" + "---|" * len(names)]
    for cell in cells:
        values = " | ".join(f"{cell.values[name]:.3f}" for name in names)
        lines.append(f"| {cell.direction} | {cell.questions} | {cell.mode} | {values} |")
    return "\n".join(lines)
