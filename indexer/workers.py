"""One function over many items on several processes, with the results in the order of the items.

Every worker has a pipe of its own and answers item by item, so that it is known at which item a worker was that is killed.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from indexer.ahead import ahead
from kb.errors import Message, WorkerLost

Item = TypeVar("Item")
Result = TypeVar("Result")
Setup = Callable[[], Callable[[Item], Result]]  # called once in every process; gives the function

FEWEST = 64  # items from which on it is worth the second or two that a process takes to start
CHUNK = 16  # items sent to a worker at once
AHEAD = 4  # chunks for each worker that may be done while an item before them is not
# Results that may be taken from the workers before they are asked for; a document's are about 100 KB. Pipes hold none of that size: without
# this all workers would stand still while a part is written.
TAKEN = 512
PATIENCE = 5.0  # seconds that a worker has to end
# A worker has one core. The libraries read these when they are loaded.
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


def over(items: Sequence[Item], setup: Setup[Item, Result], cores: int) -> Iterator[Result]:
    """The results in order; made in this process where there are few items or one core.

    `setup` and the items are pickled. Raises what the function raises, and WorkerLost when a worker is killed. No process is left
    when the iterator is closed or this process ends, in whatever way.
    """
    if cores < 2 or len(items) < FEWEST:
        yield from map(setup(), items)
        return
    workers: list[_Worker] = []
    try:
        with _environment(ONE_CORE):
            for _ in range(cores):
                workers.append(_Worker(setup))
        yield from ahead(_in_order(workers, items), TAKEN)
    finally:
        for worker in workers:
            worker.stop()


def _in_order(workers: Sequence[_Worker], items: Sequence[Item]) -> Iterator[Any]:
    done: dict[int, Any] = {}  # number of an item -> its result
    sent = 0
    for number in range(len(items)):
        while number not in done:
            for worker in workers:
                end = min(sent + CHUNK, len(items), number + CHUNK * AHEAD * len(workers))
                if len(worker.waiting) < CHUNK and sent < end:
                    worker.send(sent, items[sent:end])
                    sent = end
            for pipe in wait([worker.pipe for worker in workers if worker.waiting]):
                done.update(next(worker for worker in workers if worker.pipe is pipe).receive())
        yield done.pop(number)


class _Worker:
    def __init__(self, setup: Setup[Any, Any]) -> None:
        context = get_context("spawn")
        self.pipe, end = context.Pipe()
        self.waiting: deque[tuple[int, object]] = deque()  # number and item of what it has to do, in order
        self._process = context.Process(target=_serve, args=(end, setup), daemon=True)
        self._process.start()
        end.close()  # now the pipe ends when the worker does

    def send(self, first: int, items: Sequence[object]) -> None:
        self.waiting.extend(enumerate(items, first))
        try:
            self.pipe.send(items)
        except OSError as fault:
            raise self._lost() from fault

    def receive(self) -> dict[int, Any]:
        """Number -> result of one item."""
        try:
            result, fault = self.pipe.recv()
        except (EOFError, OSError) as end:
            raise self._lost() from end
        if fault is not None:
            raise fault
        return {self.waiting.popleft()[0]: result}

    def _lost(self) -> WorkerLost:
        self._process.join(PATIENCE)
        item, code = self.waiting[0][1], self._process.exitcode
        return WorkerLost(
            Message(
                f"{item}: the process that read this file ended unexpectedly (exit code {code}). Memory may have run out: "
                "close other programs or use fewer cores, and run the command again.",
                f"{item}: โพรเซสที่อ่านไฟล์นี้หยุดทำงานโดยไม่คาดคิด (รหัส {code}) หน่วยความจำอาจไม่พอ "
                "โปรดปิดโปรแกรมอื่นหรือใช้แกนประมวลผลน้อยลง แล้วสั่งใหม่อีกครั้ง",
            )
        )

    def stop(self) -> None:
        self.pipe.close()
        self._process.terminate()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(pipe: Connection, setup: Setup[Any, Any]) -> None:
    """What a worker does until its pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the first one ends the others
    try:
        work = setup()
        while True:
            for item in pipe.recv():
                pipe.send((work(item), None))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Exception as fault:
        fault.add_note("In the worker:\n" + traceback.format_exc())
        pipe.send((None, fault))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Variables for the processes started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
