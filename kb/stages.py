"""How long each stage of a search took, for whoever wants to know. While nobody does, a stage looks at one variable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Literal, ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
Stage = Literal["understand", "encode", "terms", "vectors", "rank", "show", "facets"]


class Clock:
    """Seconds by stage; what runs inside another stage counts for the inner one alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running: list[Stage] = []
        self._since = 0.0

    def enter(self, stage: Stage) -> None:
        self._book()
        self._running.append(stage)

    def leave(self) -> None:
        self._book()
        self._running.pop()

    def _book(self) -> None:
        now = time.perf_counter()
        if self._running:
            stage = self._running[-1]
            self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


class _Thread(threading.local):
    clock: Clock | None = None


_here = _Thread()


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """The seconds of the stages that run in this thread meanwhile, complete at the end."""
    before, clock = _here.clock, Clock()
    _here.clock = clock
    try:
        yield clock.seconds
    finally:
        _here.clock = before


def stage(name: Stage) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Marks a function as a stage."""

    def decorate(function: Callable[Given, Result]) -> Callable[Given, Result]:
        @wraps(function)
        def measured(*given: Given.args, **named: Given.kwargs) -> Result:
            clock = _here.clock
            if clock is None:
                return function(*given, **named)
            clock.enter(name)
            try:
                return function(*given, **named)
            finally:
                clock.leave()

        return measured

    return decorate


def elsewhere(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """To be called in another thread: what it does there counts for this thread, beside what this one does meanwhile."""
    clock = _here.clock
    if clock is None:
        return function

    def run(*given: Given.args, **named: Given.kwargs) -> Result:
        with timed() as seconds:
            result = function(*given, **named)
        for name, spent in seconds.items():
            clock.seconds[name] = clock.seconds.get(name, 0.0) + spent
        return result

    return run
