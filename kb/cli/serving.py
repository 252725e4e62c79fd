"""kb serve"""

from __future__ import annotations

import multiprocessing
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb.cli.checking import print_problems
from kb.cli.output import Console
from kb.errors import KbError, Lang, Message
from kb.settings import Settings
from kb.types import Problem
from search_api.main import serve
from search_api.observing import logs

if TYPE_CHECKING:
    from indexer.memory import Memory
    from kb.cli.main import Run


class _Log(Console):
    """What people would be told, as lines of the log."""

    draws = False

    def note(self, message: Message) -> None:
        logs.say(message)

    def error(self, message: Message) -> None:
        logs.complain(message)

    def finding(self, problem: Problem, folder: Path) -> None:
        logs.say_problem(problem, folder)


def run(run: Run, host: str | None, port: int | None, watch: bool, workers: int | None) -> None:
    """With `watch`, the index is brought up to date (or made) first."""
    folder = run.settings.content_dir
    given = {"host": host, "port": port, "workers": workers}
    settings = replace(run.settings, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    console = _console(settings, run.console.lang)

    def tell(message: Message, problems: tuple[Problem, ...]) -> None:
        print_problems(console, folder, problems)
        console.note(message)

    watching: Memory | bool = False
    if watch:
        watching = _indexed(settings, console) if settings.workers == 1 else _indexed_apart(settings, console.lang)
        console.note(Message(f"Watching {folder}: what is saved is indexed at once.", f"กำลังเฝ้าดู {folder} บันทึกไฟล์เมื่อใดจะจัดทำดัชนีทันที"))
    serve(settings, console.note, tell, watching)


def _console(settings: Settings, lang: Lang) -> Console:
    """In each process; what libraries log goes the same way."""
    logs.configure(settings)
    return _Log("en") if settings.log_format == "json" else Console(lang)


def _indexed(settings: Settings, console: Console) -> Memory:
    from indexer.memory import Memory
    from kb.cli import indexing
    from kb.cli.main import Run

    memory = Memory()
    indexing.run(Run(settings, console), rebuild=False, as_json=False, memory=memory)
    return memory


def _indexed_apart(settings: Settings, lang: Lang) -> bool:
    """In a process of its own: one that only watches over others need not keep the model in memory. True."""
    process = multiprocessing.get_context("spawn").Process(target=_index, args=(settings, lang))
    process.start()
    process.join()
    if process.exitcode not in (0, 1):
        sys.exit(process.exitcode)
    return True


def _index(settings: Settings, lang: Lang) -> None:
    from kb.cli import indexing
    from kb.cli.main import FAILED, STOPPED, Run

    console = _console(settings, lang)
    try:
        sys.exit(indexing.run(Run(settings, console), rebuild=False, as_json=False))
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except KbError as fault:
        console.error(fault.message)
        sys.exit(FAILED)
