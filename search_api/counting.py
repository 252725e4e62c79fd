"""Counting without delay: a search hands its question to a queue, a thread writes what is in it to the file of counts."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import Lang
from kb.questions import Asked, QuestionCounts, asked
from kb.types import Filters, SearchResult
from search_api.observing.record import of

if TYPE_CHECKING:
    from fastapi import Request

log = logging.getLogger("kb.server")
WAITING = 1000  # questions in the queue; more are not counted, so that a flood costs no memory
PAUSE = 1.0  # seconds in which questions gather for one transaction


@dataclass(frozen=True, slots=True)
class Searched:
    """What is noted and counted of a search each time that it is answered."""

    question: str
    lang: Lang  # of the question
    found: int  # documents
    asked: Asked | None  # None: not counted, see kb.questions.asked


def searched(found: SearchResult, filters: Filters) -> Searched:
    return Searched(found.query, found.query_lang, found.total, asked(found, filters))


def count(request: Request, search: Searched) -> None:
    """Count a search that a person sent, where the application counts; a HEAD request is no question."""
    if record := of(request):
        record.lang, record.found, record.question = search.lang, search.found, search.question
    counter: Counter | None = request.app.state.counter
    if counter and request.method == "GET" and search.asked:
        counter.note(search.asked)


def is_counting(request: Request) -> bool:
    counter: Counter | None = request.app.state.counter
    return bool(counter and counter.active)


class Counter:
    """Counts searches in a thread of its own. Where the folder cannot be written it says so once and counts nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: queue.Queue[Asked] = queue.Queue(WAITING)
        self._stop = threading.Event()
        self._counts = self._open()
        self._thread = threading.Thread(target=self._write, name="question-counts", daemon=True)
        if self._counts:
            self._thread.start()

    @property
    def active(self) -> bool:
        return self._counts is not None

    def note(self, question: Asked) -> None:
        """Never waits and never raises."""
        if self._counts is None:
            return
        try:
            self._waiting.put_nowait(question)
        except queue.Full:
            return

    def close(self) -> None:
        """Write what waits, then stop."""
        self._stop.set()
        if self._counts is not None:
            self._thread.join(timeout=10)

    def _open(self) -> QuestionCounts | None:
        try:
            return QuestionCounts(self._folder)
        except (OSError, sqlite3.Error) as fault:
            log.warning(
                "questions are not counted: %s cannot be written (%s); set KB_STATE_DIR or KB_COUNT_QUESTIONS=0", self._folder, fault
            )
            return None

    def _write(self) -> None:
        counts = self._counts
        assert counts is not None
        while not self._stop.wait(PAUSE):
            self._flush(counts)
        self._flush(counts)
        counts.close()

    def _flush(self, counts: QuestionCounts) -> None:
        batch: list[Asked] = []
        while not self._waiting.empty():
            batch.append(self._waiting.get_nowait())
        if not batch:
            return
        try:
            counts.add(batch)
        except sqlite3.Error as fault:
            log.warning("%d questions were not counted: %s", len(batch), fault)
