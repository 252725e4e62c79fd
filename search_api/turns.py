"""How long a thread may hold Python's lock while others wait for it."""

from __future__ import annotations

import sys

TURN = 0.0005  # seconds; Python's own is 0.005


def short() -> None:
    """A thread that often lets go of the lock, to read a file or to hash, waits a turn each time until it has it again: with Python's long
    turns, indexing a save beside visitors and checking an index beside imports would mostly wait."""
    sys.setswitchinterval(TURN)
