"""kb serve"""

from __future__ import annotations

import multiprocessing
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.cli.checking import print_problems
from kb.cli.output import Console
from kb.errors import KbError, Message
from kb.settings import Settings
from kb.types import Problem
from search_api.main import serve
from search_api.observing import logs

if TYPE_CHECKING:
    from indexer.memory import Memory
    from kb.cli.main import Run


def run(run: Run, host: str | None, port: int | None, watch: bool, workers: int | None) -> None:
    """With `watch`, the index is brought up to date (or made) first."""
    console, folder = run.console, run.settings.content_dir
    given = {"host": host, "port": port, "workers": workers}
    settings = replace(run.settings, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]

    logs.configure(settings)
    note = logs.say if settings.log_format == "json" else console.note

    def tell(message: Message, problems: tuple[Problem, ...]) -> None:
        if settings.log_format == "json":
            logs.say_problems(problems, folder)
        else:
            print_problems(console, folder, problems)
        note(message)

    watching: Memory | bool = False
    if watch:
        watching = _indexed(run) if settings.workers == 1 else _indexed_apart(settings, console)
        note(Message(f"Watching {folder}: what is saved is indexed at once.", f"กำลังเฝ้าดู {folder} บันทึกไฟล์เมื่อใดจะจัดทำดัชนีทันที"))
    serve(settings, note, tell, watching)


def _indexed(run: Run) -> Memory:
    from indexer.memory import Memory
    from kb.cli import indexing

    memory = Memory()
    indexing.run(run, rebuild=False, as_json=False, memory=memory)
    return memory


def _indexed_apart(settings: Settings, console: Console) -> bool:
    """In a process of its own: one that only watches over others need not keep the model in memory. True."""
    process = multiprocessing.get_context("spawn").Process(target=_index, args=(settings, console.lang))
    process.start()
    process.join()
    if process.exitcode not in (0, 1):
        sys.exit(process.exitcode)
    return True


def _index(settings: Settings, lang: str) -> None:
    from kb.cli import indexing
    from kb.cli.main import FAILED, STOPPED, Run

    console = Console("th" if lang == "th" else "en")
    try:
        sys.exit(indexing.run(Run(settings, console), rebuild=False, as_json=False))
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except KbError as fault:
        console.error(fault.message)
        sys.exit(FAILED)
