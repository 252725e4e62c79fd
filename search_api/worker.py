"""One of several processes that answer on one socket, and what it says to the process that started it."""

from __future__ import annotations

import gc
import pickle
import socket
import sys
import threading
from collections.abc import MutableSequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Literal

from kb.errors import KbError, Message
from kb.settings import Settings
from kb.types import Problem
from search_api import turns
from search_api.signals import ignore_ctrl_c, leave_on_sigterm

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from search_api.live import LastRun

Watching = Literal["here", "elsewhere", "no"]  # which process indexes what is saved


@dataclass(frozen=True, slots=True)
class Ready:
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Told:
    message: Message
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    message: Message


@dataclass(frozen=True, slots=True)
class Ran:
    """An indexing ended, or could not be done."""

    pickled: bytes  # of a live.LastRun: the process in between need not know what is in it


def work(
    settings: Settings, listener: socket.socket, watching: Watching, pipe: Connection, counts: MutableSequence[int], place: int
) -> None:
    """Answer until the other end of the pipe closes. counts, place: of connections, as in search_api.accepting."""
    # Imported here: the process that starts workers imports this module as well and shall stay small.
    from kb.index.reader import check_ahead

    turns.short()
    gc.disable()  # until all is open: kb.collecting.set_aside
    checked = check_ahead(settings.index_dir, settings.engine)
    from search_api.accepting import Share
    from search_api.answers import Outside, answer

    leave_on_sigterm()
    ignore_ctrl_c()
    voice = _Voice(pipe, watching)
    last_run = voice.last_run if watching == "here" else None
    try:
        # The event loop of Windows does not watch file descriptors.
        share = Share(counts, place) if sys.platform != "win32" else None
        answer(settings, listener, Outside(voice.ready, voice.tell, last_run, voice.listen, share), watching == "here", checked)
    except KbError as fault:
        voice.say(Failed(fault.message))


class _Voice:
    """The worker's end of the pipe; several threads speak."""

    def __init__(self, pipe: Connection, watching: Watching) -> None:
        self._pipe = pipe
        self._watching = watching
        self._lock = threading.Lock()

    def say(self, what: Ready | Told | Failed | Ran) -> None:
        try:
            with self._lock:
                self._pipe.send(what)
        except OSError:
            """Nobody listens any more; `listen` ends this process."""

    def ready(self, documents: int, passages: int) -> None:
        self.say(Ready(documents, passages))

    def tell(self, message: Message, problems: tuple[Problem, ...]) -> None:
        self.say(Told(message, problems))

    def last_run(self, run: LastRun) -> None:
        self.say(Ran(pickle.dumps(run)))

    def listen(self, app: FastAPI, server: uvicorn.Server) -> None:
        app.state.watching = self._watching != "no"
        threading.Thread(target=self._listen, args=(app, server), name="kb-pipe", daemon=True).start()

    def _listen(self, app: FastAPI, server: uvicorn.Server) -> None:
        try:
            while True:
                app.state.last_run = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, OSError):
            server.should_exit = True
