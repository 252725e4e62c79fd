"""A server that keeps up: with the published index, and, if it is asked to, with every save in content/.

One thread beside those that answer. It indexes what was saved, opens the new generation and puts it in the place of the old one in one
step; a request that has begun keeps the KnowledgeBase it was given.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.datastructures import State

from indexer import unchanged, watching
from indexer.memory import Memory
from indexer.pipeline import Report, build, warm_up
from kb.collecting import collection_put_off
from kb.embedding import Embedder
from kb.errors import IndexLocked, KbError, Message
from kb.index.vectors import vector_choice
from kb.knowledge_base import KnowledgeBase
from kb.refusals import explained
from kb.settings import Settings
from kb.types import Problem
from search_api.newest import Newest
from search_api.workers import Tell

log = logging.getLogger("kb.server")
EVERY = 0.5  # seconds between two looks at the published index
AT_ONCE = 4  # times 4 MiB of it are compared at each look: 3 GB take a minute and a half, and a question waits for none of it
REST = unchanged.COARSE / 1e9 + 1  # seconds after a save: its file is settled then


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last indexing in this process said: for the editors' page."""

    report: Report | None  # of the last run that could be done; None before the first
    failure: Message | None  # why the last run could not be done (index locked, no folder, disk full); None if it could
    at: datetime  # when, UTC
    seconds: float  # from the first look at the folder until the new generation answered


class Live:
    """`state` is the application's: its `kb` is replaced, `last_run` holds the LastRun, `watching` whether saves are indexed.

    `memory`: what earlier runs left for the indexing of saves; None: nothing is indexed here. `heard` is told each LastRun.
    """

    def __init__(
        self,
        state: State,
        settings: Settings,
        embedder: Embedder,
        tell: Tell,
        memory: Memory | None,
        heard: Callable[[LastRun], None] | None = None,
    ) -> None:
        self._state = state
        self._settings = settings
        self._embedder = embedder
        self._tell = tell
        self._memory = memory
        self._heard = heard
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kb-live", daemon=True)
        self._unseen: set[str] | None = None  # saved and not indexed yet; None: whatever was saved before this process looked
        self._again = memory is not None  # something is to be indexed
        self._resting: float | None = None  # when the last save was indexed, until it was read once more
        self._newest = Newest(settings.index_dir, embedder, self._fail, opened=state.kb, engine=settings.engine)
        self._said: frozenset[Problem] = frozenset()
        self._damage: set[Message] = set()  # that was told
        state.last_run = None
        state.watching = memory is not None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Wait for the run that has begun; a killed one would do no harm either."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        for saved in self._steps():
            try:
                self._again = self._again or bool(saved)
                self._unseen = None if self._unseen is None else self._unseen | saved
                if self._again and self._memory:
                    self._index(self._memory)
                elif self._memory and self._resting and time.monotonic() - self._resting > REST:
                    self._settle(self._memory)
                self._follow()
                self._compare()
            except Exception as fault:  # the thread must outlive whatever one run meets
                self._fail(Message(str(fault) or type(fault).__name__, str(fault) or type(fault).__name__))
                log.exception("indexing failed")

    def _steps(self) -> Iterator[frozenset[str]]:
        if self._memory:
            saves = watching.saves(self._settings.content_dir, self._stop, EVERY)
            first = next(saves, frozenset[str]())  # the watch begins here: what is saved while warming up is not missed
            self._warm_up(self._memory)
            yield first
            yield from saves
            return
        while not self._stop.wait(EVERY):
            yield frozenset()

    def _warm_up(self, memory: Memory) -> None:
        kb: KnowledgeBase = self._state.kb
        try:
            if kb.manifest.engine == "local":
                memory.known.take_over(self._settings.index_dir, kb.manifest, kb.parts)
            with collection_put_off():
                warm_up(self._settings.content_dir, self._settings.index_dir, self._embedder, memory)
                gc.freeze()  # it stays: looking for garbage must not walk through it either
            self._unseen = set()
        except (KbError, OSError):  # only the first save takes longer; what is wrong is told when it is indexed
            log.debug("not warmed up", exc_info=True)

    def _index(self, memory: Memory) -> None:
        began = time.monotonic()
        try:
            report = self._built(memory, self._unseen)
        except IndexLocked as fault:  # another process is indexing: when it has finished, this one looks again
            self._fail(fault.message)
            return
        except (KbError, OSError) as fault:
            self._again = False
            self._fail(fault.message if isinstance(fault, KbError) else explained(fault))
            return
        self._again, self._unseen = False, set()
        self._resting = time.monotonic() if report.published else None
        self._follow()
        self._keep(report, time.monotonic() - began)

    def _settle(self, memory: Memory) -> None:
        """What was written too shortly before it was read is read once more, so that the next `kb index` need read nothing; and what the
        last run left behind is deleted while nobody waits for it."""
        self._resting = None
        with suppress(KbError, OSError):
            report = self._built(memory, memory.look.unsettled if memory.look else ())
            if report.published:
                self._keep(report, 0.0)

    def _built(self, memory: Memory, saved: Collection[str] | None) -> Report:
        return build(
            self._settings.content_dir,
            self._settings.index_dir,
            self._embedder,
            _silent,
            memory=memory,
            vector_index=vector_choice(self._settings.vector_index),
            engine=self._settings.engine,
            saved=saved,
        )

    def _keep(self, report: Report, seconds: float) -> None:
        self._note(LastRun(report, None, datetime.now(UTC), seconds))
        problems = [p for p in report.problems if p.severity != "note"]
        new = tuple(p for p in problems if p not in self._said)
        settled = self._said - frozenset(problems)
        self._said = frozenset(problems)
        if report.published or new or settled:
            self._tell(_done(report, seconds, len(problems)), new)

    def _fail(self, message: Message) -> None:
        before: LastRun | None = self._state.last_run
        if before is None or before.failure != message:
            self._tell(message, ())
        self._note(LastRun(before.report if before else None, message, datetime.now(UTC), 0.0))

    def _note(self, run: LastRun) -> None:
        self._state.last_run = run
        if self._heard:
            self._heard(run)

    def _follow(self) -> None:
        """Put a newer generation, whoever made it, in the place of the one that answers."""
        self._state.kb = self._newest(self._memory.known.written if self._memory else None)

    def _compare(self) -> None:
        """Some of the index that no question has read yet, so that damage is told before one meets it."""
        kb: KnowledgeBase = self._state.kb
        for _ in range(AT_ONCE):
            if not kb.compare_some():
                break
        for message in kb.damage().values():
            if message not in self._damage:
                self._damage.add(message)
                self._tell(message, ())


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches the progress of a run of half a second."""


def _done(report: Report, seconds: float, problems: int) -> Message:
    made = report.manifest
    work_en = f"{report.embedded} texts embedded, {problems} errors and warnings, {seconds:.1f} s"
    work_th = f"สร้างเวกเตอร์ {report.embedded} ข้อความ ข้อผิดพลาดและคำเตือน {problems} รายการ {seconds:.1f} วินาที"
    return Message(f"{made.documents} documents, {work_en} ({made.generation})", f"{made.documents} เอกสาร {work_th} ({made.generation})")
