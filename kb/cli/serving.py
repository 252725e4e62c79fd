"""kb serve"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.memory import Memory
from kb.cli import indexing
from kb.cli.checking import print_problems
from kb.errors import Message
from kb.types import Problem
from search_api.main import serve

if TYPE_CHECKING:
    from kb.cli.main import Run


def run(run: Run, host: str | None, port: int | None, watch: bool) -> None:
    """With `watch`, the index is brought up to date (or made) first."""
    console, folder = run.console, run.settings.content_dir

    def tell(message: Message, problems: tuple[Problem, ...]) -> None:
        print_problems(console, folder, problems)
        console.note(message)

    memory = Memory() if watch else None
    if memory:
        indexing.run(run, rebuild=False, as_json=False, memory=memory)
        console.note(Message(f"Watching {folder}: what is saved is indexed at once.", f"กำลังเฝ้าดู {folder} บันทึกไฟล์เมื่อใดจะจัดทำดัชนีทันที"))
    serve(run.settings, console.note, host, port, tell, memory)
