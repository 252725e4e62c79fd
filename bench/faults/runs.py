"""A run of the indexer in a forked process, which a failpoint or a signal from outside ends: forked, it need not load anything again."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from bench.faults.collection import Embedder
from indexer import batches, compaction, pipeline
from indexer.engines import local
from kb import failpoints
from kb.errors import KbError

Layout = Literal["whole", "rebuild", "parts"]
LAYOUTS: tuple[Layout, ...] = ("whole", "rebuild", "parts")
FAILED = 3


@dataclass(frozen=True, slots=True)
class Ended:
    killed: bool
    said: str  # the message of a fault; "" where the run did all it had to, or was killed
    seconds: float
    steps: int  # of writing that were passed (kb.failpoints); 0 where it was killed or failed


def build(content: Path, index_dir: Path, layout: Layout) -> None:
    """parts: as a large collection, of which only what is new is read and put into parts of its own, which are joined later on."""
    if layout == "parts":
        pipeline.WHOLE, batches.PASSAGES, compaction.MOST = 0, 6, 2
        local.CHEAP, local.STALE = 0, 0.5
    pipeline.build(content, index_dir, Embedder(), lambda *_: None, rebuild=layout == "rebuild")


def run(content: Path, index_dir: Path, layout: Layout, failpoint: str = "", after: float | None = None) -> Ended:
    """failpoint: as kb.failpoints; after: seconds until SIGKILL comes from outside. Raises RuntimeError for a fault nobody foresaw."""
    return forked(lambda: build(content, index_dir, layout), failpoint, after)


def forked(work: Callable[[], object], failpoint: str = "", after: float | None = None) -> Ended:
    """As `run`, of anything."""
    began = time.monotonic()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(work, failpoint, writing)
    os.close(writing)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
        raise RuntimeError(f"ended by signal {os.WTERMSIG(status)}")
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) not in (0, FAILED):
        raise RuntimeError(said)
    steps = int(said) if status == 0 else 0
    return Ended(os.WIFSIGNALED(status), "" if status == 0 else said, time.monotonic() - began, steps)


def _child(work: Callable[[], object], failpoint: str, pipe: int) -> NoReturn:
    code = 0
    try:
        failpoints.arm(failpoint or "kill@0")  # never reached: it counts
        work()
        os.write(pipe, str(failpoints.passed()).encode())
    except (KbError, OSError) as fault:  # what a person is told in one line
        os.write(pipe, str(fault).encode())
        code = FAILED
    except BaseException:
        os.write(pipe, traceback.format_exc().encode())
        code = 1
    os._exit(code)
