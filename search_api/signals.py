"""How a process of the server is stopped: SIGTERM by the system, Ctrl-C by a person at the terminal."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def leave_on_sigterm() -> None:
    """SIGTERM leaves by SystemExit, so that everything that is open is closed; the system is told 0."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)


def ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def ctrl_c_ignored() -> Iterator[None]:
    """For a process that is started meanwhile: it begins deaf to Ctrl-C, which it could not answer in good order while it starts."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
