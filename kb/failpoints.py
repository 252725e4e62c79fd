"""Faults on purpose, to show that none of them costs anything: at the n-th step the process is killed, or a disk refuses.

Off unless the environment names one (or a test calls `arm`):

    KB_FAILPOINT=count       each step is printed on standard error, with its number
    KB_FAILPOINT=kill@7      the process is killed (SIGKILL) before step 7
    KB_FAILPOINT=ENOSPC@7    step 7 fails as on a full disk; any name of errno will do
    KB_FAILPOINT=ENOSPC@7+   so do all steps behind it that write: the disk stays full
    KB_FAILPOINT=EIO@7:read  counts steps of reading only; without a word behind the colon, those of writing

A library writes several times within a step (SQLite, tantivy, FAISS); bench/faults kills inside as well.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb.errors import Message, SettingsError

VARIABLE = "KB_FAILPOINT"
FORM = re.compile(r"(?P<what>kill|E[A-Z0-9]+)@(?P<at>\d+)(?P<on>\+?)(?::(?P<kind>read|write))?|count")
Kind = Literal["read", "write"]


@dataclass(slots=True)
class Plan:
    what: str  # "count", "kill", or a name of errno
    at: int = 0  # number of the step, from 1
    stays: bool = False  # also at the steps behind it
    kind: Kind = "write"
    passed: int = 0  # steps of this kind until now


def parse(text: str) -> Plan | None:
    """Raises SettingsError for what is no failpoint."""
    if not text:
        return None
    found = FORM.fullmatch(text)
    if not found or (found["what"] not in (None, "kill") and not hasattr(errno, found["what"])):
        raise SettingsError(
            Message(
                f"{VARIABLE}={text!r} is not like count, kill@7, ENOSPC@7, ENOSPC@7+ or EIO@7:read. In production leave it unset.",
                f"{VARIABLE}={text!r} ไม่ใช่รูปแบบ count, kill@7, ENOSPC@7, ENOSPC@7+ หรือ EIO@7:read ในการใช้งานจริงไม่ต้องตั้งค่านี้",
            )
        )
    if found["what"] is None:
        return Plan("count")
    return Plan(found["what"], int(found["at"]), bool(found["on"]), "read" if found["kind"] == "read" else "write")


_plan: Plan | None = None
with suppress(SettingsError):  # kb.settings.load tells of it, where it can be told in one line
    _plan = parse(os.environ.get(VARIABLE, ""))


def arm(text: str) -> None:
    """As the environment does; "" switches off. Counting begins at 0."""
    global _plan  # noqa: PLW0603 — one switch for the whole process, as the environment is
    _plan = parse(text)


def passed() -> int:
    """Steps that were passed since a failpoint was set."""
    return _plan.passed if _plan else 0


def failpoint(step: str, place: Path, kind: Kind = "write") -> None:
    """Stands before each step that changes the index on disk ("write"), or that reads a whole file of it ("read").

    Raises OSError naming the place, where that was asked for.
    """
    if _plan is not None and _plan.kind == kind:
        _reached(_plan, step, place)


def _reached(plan: Plan, step: str, place: Path) -> None:
    plan.passed += 1
    if plan.what == "count":
        print(plan.passed, step, place, file=sys.stderr)
    elif plan.passed == plan.at or (plan.stays and plan.passed > plan.at):
        if plan.what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, plan.what)
        raise OSError(number, os.strerror(number), str(place))
