"""Processes that read an index all the while it is written, killed, mended and written again."""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults.answers import Answers, of, opened
from bench.faults.collection import Embedder
from search_api.newest import Newest

PAUSE = 0.2  # seconds between two answers: the writers need the processor as well


@dataclass(slots=True)
class Read:
    answers: int = 0
    changes: int = 0  # answers that were others than the one before
    faults: list[str] = field(default_factory=list)


@contextmanager
def reading(index_dir: Path, allowed: Collection[Answers], log: Path) -> Iterator[Read]:
    """Two readers: one takes over what is new as a server does, one opens the index anew each time. What they saw is told at the end."""
    found = Read()
    readers = {name: _start(index_dir, allowed, log.with_suffix(f".{name}"), name) for name in ("follows", "opens")}
    try:
        yield found
    finally:
        for name, child in readers.items():
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            told = json.loads(log.with_suffix(f".{name}").read_bytes())
            found.answers += told["answers"]
            found.changes += told["changes"]
            found.faults += told["faults"]


def _start(index_dir: Path, allowed: Collection[Answers], log: Path, name: str) -> int:
    child = os.fork()
    if child:
        return child
    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stop.append(number))
    seen = Read()
    try:
        _read(index_dir, allowed, name, stop, seen)
    except BaseException:
        seen.faults.append(traceback.format_exc())
    log.write_text(json.dumps({"answers": seen.answers, "changes": seen.changes, "faults": seen.faults[:20]}), "utf-8")
    os._exit(0)


def _read(index_dir: Path, allowed: Collection[Answers], name: str, stop: list[int], seen: Read) -> None:
    newest = Newest(index_dir, Embedder(), lambda message: seen.faults.append(message.en))
    last = None
    while not stop:
        try:
            answers = of(newest()) if name == "follows" else opened(index_dir)
        except Exception:
            seen.faults.append(traceback.format_exc())
            continue
        if answers not in allowed:
            seen.faults.append(f"neither before nor after: {answers}")
        seen.answers += 1
        seen.changes += last is not None and answers != last
        last = answers
        time.sleep(PAUSE)
