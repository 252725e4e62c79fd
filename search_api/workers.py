"""Several processes answer on one socket. This one starts them, prints what they say, and puts another in the place of one that died.

Each worker holds one end of a pipe. It says there when it is ready and what happened; it hears there how the last indexing went, and when
the pipe closes, also because the process that started it was killed, it answers what it has begun and ends.
"""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from kb.errors import KbError, Message
from kb.settings import Settings
from kb.types import Problem
from search_api import worker
from search_api.counting import Counter
from search_api.observing.exposition import Gone
from search_api.signals import ctrl_c_ignored
from search_api.worker import Failed, Ran, Ready, Told

Tell = Callable[[Message, tuple[Problem, ...]], None]  # what happened, and the findings that are new
BACKLOG = 2048  # connections that wait to be taken
DRAIN = 10  # seconds for requests that have begun when a server stops
NOT_TAKING = -1  # connections of a process that takes none
PAUSE = 5.0  # seconds before a worker is started in the place of one that died before it was ready


@dataclass(slots=True)
class Worker:
    place: int  # 0 indexes what is saved, and is the one whose words are printed
    process: BaseProcess
    pipe: Connection
    ready: bool = False


def supervise(
    settings: Settings, listener: socket.socket, ready: Callable[[int, int], None], tell: Tell, watching: bool, gone: Gone
) -> None:
    """Until Ctrl-C or SIGTERM. `ready` is called when the first worker is, `gone` for each that died.

    Raises what keeps all from starting as KbError.
    """
    _Supervisor(_counting(settings), listener, ready, tell, watching, gone).run()


def _counting(settings: Settings) -> Settings:
    """The file of counts is made once before several processes open it, and one says so if it cannot be."""
    if not settings.count_questions:
        return settings
    counter = Counter(settings.state_folder)
    counter.close()
    return replace(settings, count_questions=counter.active)


class _Supervisor:
    def __init__(
        self, settings: Settings, listener: socket.socket, ready: Callable[[int, int], None], tell: Tell, watching: bool, gone: Gone
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._ready: Callable[[int, int], None] | None = ready  # None once it was called
        self._tell = tell
        self._watching = watching
        self._gone = gone
        self._workers: dict[int, Worker] = {}
        self._missing: dict[int, float] = {}  # place -> when to start a worker there
        self._last_run: bytes | None = None
        self._spawning = multiprocessing.get_context("spawn")  # a fork would copy threads and locks in whatever state they are
        self._connections = self._spawning.RawArray("i", [NOT_TAKING] * settings.workers)

    def run(self) -> None:
        try:
            for place in range(self._settings.workers):
                self._start(place)
            while True:
                self._step()
        finally:
            self._stop()

    def _step(self) -> None:
        """Hear what the workers say until the next one is to be started."""
        pipes = {each.pipe: each for each in self._workers.values()}
        pause = max(0.0, min(self._missing.values()) - time.monotonic()) if self._missing else None
        for pipe in wait(list(pipes), pause):
            self._hear(pipes[pipe])  # type: ignore[index]
        for place in [place for place, when in self._missing.items() if when <= time.monotonic()]:
            del self._missing[place]
            self._start(place)

    def _start(self, place: int) -> None:
        here, there = multiprocessing.Pipe()
        watching = "here" if self._watching and place == 0 else "elsewhere" if self._watching else "no"
        given = (self._settings, self._listener, watching, there, self._connections, place)
        process = self._spawning.Process(target=worker.work, args=given)
        with ctrl_c_ignored():
            process.start()
        there.close()
        self._workers[place] = Worker(place, process, here)
        if self._last_run:
            here.send_bytes(self._last_run)

    def _hear(self, heard: Worker) -> None:
        try:
            said = heard.pipe.recv()
        except (EOFError, OSError):
            self._replace(heard)
            return
        if isinstance(said, Ready):
            heard.ready = True
            self._announce(said)
        elif isinstance(said, Failed):
            self._failed(said.message)
        elif isinstance(said, Ran):
            self._pass_on(said.pickled)
        elif isinstance(said, Told) and heard.place == 0:
            self._tell(said.message, said.problems)

    def _announce(self, said: Ready) -> None:
        if self._ready:
            self._ready(said.documents, said.passages)
            self._ready = None

    def _failed(self, message: Message) -> None:
        """Before any worker answers, the same fault keeps the others from it. Later they go on, and another try is made."""
        if self._ready:
            raise KbError(message)
        self._tell(message, ())

    def _pass_on(self, pickled: bytes) -> None:
        self._last_run = pickled
        for each in self._workers.values():
            if each.place:
                _send(each.pipe, pickled)

    def _replace(self, dead: Worker) -> None:
        del self._workers[dead.place]
        self._connections[dead.place] = NOT_TAKING
        dead.pipe.close()
        dead.process.join(DRAIN)
        if dead.process.pid:
            self._gone(dead.process.pid)
        if self._ready:
            raise KbError(_ended_early(dead.process.exitcode))
        self._missing[dead.place] = time.monotonic() + (0.0 if dead.ready else PAUSE)
        self._tell(_ended(dead.process.pid, dead.process.exitcode), ())

    def _stop(self) -> None:
        """Closed pipes tell the workers; who does not end in time is killed."""
        self._listener.close()
        for each in self._workers.values():
            each.pipe.close()
        end = time.monotonic() + DRAIN + 5
        try:
            for each in self._workers.values():
                each.process.join(max(0.0, end - time.monotonic()))
        finally:
            for each in self._workers.values():
                each.process.kill()


def _send(pipe: Connection, data: bytes) -> None:
    try:
        pipe.send_bytes(data)
    except OSError:
        """It died just now; the end of its pipe says so as well."""


def _reason(code: int | None) -> Message:
    if code is not None and code < 0:
        return Message(f"signal {-code}", f"สัญญาณ {-code}")
    return Message(f"exit code {code}", f"รหัส {code}")


def _ended(pid: int | None, code: int | None) -> Message:
    why = _reason(code)
    en = f"Server process {pid} ended unexpectedly ({why.en}); the others answer on, another one takes its place."
    return Message(en, f"โปรเซสเซิร์ฟเวอร์ {pid} หยุดทำงานโดยไม่คาดคิด ({why.th}) โปรเซสอื่นยังตอบต่อ และกำลังเปิดโปรเซสใหม่แทน")


def _ended_early(code: int | None) -> Message:
    why = _reason(code)
    en = f"A server process ended before it could answer ({why.en}). Try KB_WORKERS=1; what it printed says more."
    return Message(en, f"โปรเซสเซิร์ฟเวอร์หยุดก่อนพร้อมตอบ ({why.th}) โปรดลองตั้ง KB_WORKERS=1 และดูข้อความที่แสดงไว้ก่อนหน้า")
