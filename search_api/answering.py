"""Where questions are answered: in a few threads beside the event loop, which stays free for all that needs no search.

One thread a core and no more: further ones would only take turns, and every question would wait for all. What comes while all are at
work waits in a queue; what comes while that is full is told to come again, which costs nothing and keeps the waiting short.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from starlette.requests import Request

from kb.errors import Message
from search_api.observing.record import of
from search_api.problems import Refused

Given = ParamSpec("Given")
Reply = TypeVar("Reply")
WAITING = 64  # questions in the queue of one process; at 10 ms each the last waits less than a second
BUSY = Message(
    "Too many questions at once. Ask again in a second.",
    "มีคำถามเข้ามาพร้อมกันมากเกินไป โปรดถามอีกครั้งในอีกหนึ่งวินาที",
)


class Answering:
    """`workers`: processes that share this machine's cores. `waiting`: questions that may wait for a thread."""

    def __init__(self, workers: int = 1, waiting: int = WAITING) -> None:
        self.threads = max(1, (os.cpu_count() or 1) // workers)
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="kb-answer")
        self._places = self._room = self.threads + waiting

    @property
    def at_work(self) -> int:
        """Questions that are answered or wait."""
        return self._places - self._room

    async def run(self, work: Callable[[], Reply]) -> Reply:
        """Called on the event loop alone, so that the count needs no lock. Raises Refused (503) when too many wait."""
        if not self._room:
            raise Refused(503, BUSY, {"Retry-After": "1"})
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._room += 1


def threaded(handler: Callable[Given, Reply]) -> Callable[Given, Awaitable[Reply]]:
    """A handler with a `request`, run in the threads of its application."""

    @wraps(handler)
    async def route(*given: Given.args, **named: Given.kwargs) -> Reply:
        request = named["request"]
        assert isinstance(request, Request)
        answering: Answering = request.app.state.answering
        work, record = partial(handler, *given, **named), of(request)
        return await answering.run(record.timed(work) if record else work)

    return route
