"""Answers that are kept: what was asked before is answered without a search, what is just being searched for is waited for.

What decides an answer is the generation, the day by which "last year" is measured, and what the visitor sent. The first two belong to a
Shelf, which is left behind whole when another generation or another day comes; the last is the key.
"""

from __future__ import annotations

import asyncio
import datetime
import threading
import weakref
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass

from kb.knowledge_base import KnowledgeBase
from search_api.counting import Searched

MOST = 16 * 1024 * 1024  # bytes of one process: 300 answers of ten hits, or 1,200 compressed
PART = 16  # an answer larger than such a part of that is not kept: a few of them would push out all others
BESIDE = 1024  # bytes that are counted for what an answer holds beside its body


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished reply of a search."""

    body: bytes  # JSON, as it is sent
    packed: bool  # whether by gzip
    searched: Searched  # what is noted and counted each time it is sent


class Kept:
    """The shelf of the generation that answers now."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._shelf = Shelf(most)
        self._kb: Callable[[], KnowledgeBase | None] = lambda: None  # weak: a generation is not held for its answers
        self._day = datetime.date.min

    def of(self, kb: KnowledgeBase) -> Shelf:
        today = datetime.date.today()
        with self._lock:
            if self._kb() is not kb or self._day != today:
                self._shelf, self._kb, self._day = Shelf(self._most), weakref.ref(kb), today
            return self._shelf


class Shelf:
    """Answers of one generation and day. Thread-safe; when there are too many bytes, what was not asked for longest goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._coming: dict[Hashable, Future[Answer | None]] = {}
        self._bytes = 0

    async def answer(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """The kept one, or what `make` gives, which is called once for all who ask meanwhile. What it raises they all hear, and nothing is
        kept of it."""
        while True:
            found, coming = self._look(key)
            if found:
                return found
            if not coming:
                return await self._made(key, make)
            if waited := await asyncio.wrap_future(coming):
                return waited

    def _look(self, key: Hashable) -> tuple[Answer | None, Future[Answer | None] | None]:
        """The answer, or the one that is coming; neither: it is now coming from the caller."""
        with self._lock:
            if found := self._answers.get(key):
                self._answers.move_to_end(key)
            elif key not in self._coming:
                mine = self._coming[key] = Future()
                mine.set_running_or_notify_cancel()  # a visitor who leaves shall not cancel it for the others
                return None, None
            return found, self._coming.get(key)

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            made = await make()
        except Exception as fault:
            self._take(key).set_exception(fault)
            raise
        except BaseException:  # this visitor is no longer waited for; one of the others begins anew
            self._take(key).set_result(None)
            raise
        self._take(key, made).set_result(made)
        return made

    def _take(self, key: Hashable, made: Answer | None = None) -> Future[Answer | None]:
        with self._lock:
            if made and BESIDE + len(made.body) <= self._most // PART:
                self._answers[key] = made
                self._bytes += BESIDE + len(made.body)
                while self._bytes > self._most:
                    _, oldest = self._answers.popitem(last=False)
                    self._bytes -= BESIDE + len(oldest.body)
            return self._coming.pop(key)
