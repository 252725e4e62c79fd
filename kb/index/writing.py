"""Writing a file of the index: what a library says in its own way when it could not is said as OSError, naming the file."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.failpoints import failpoint

SYSTEM = re.compile(r"os error (\d+)")  # as Rust writes it
SHORT = re.compile(r"\d+ requested and \d+ written")  # NumPy, which drops the number of the error
FULL = "No space left on device"
SQLITE = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS, sqlite3.SQLITE_CANTOPEN: errno.EACCES}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises OSError with the number that the system gave and the path, where something else was raised for it or the path is not told."""
    failpoint("write", path)
    try:
        yield
    except (OSError, sqlite3.Error, RuntimeError, ValueError) as fault:
        number = number_of(fault)
        if number is None:
            raise
        raise OSError(number, os.strerror(number), str(path)) from fault


def reserve(path: Path) -> None:
    """Take the disk's room for all of a file that is written through mapped memory: a page without room would end the process by a signal.

    Raises OSError. Where the system has no such call (macOS), nothing is done.
    """
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def number_of(fault: Exception) -> int | None:
    """errno of what a library or a write raised; None where it was no refusal of the system, or names its file already."""
    if isinstance(fault, sqlite3.Error):
        code = getattr(fault, "sqlite_errorcode", 0) & 0xFF  # the rest of the number says at which call
        return SQLITE.get(code, errno.EIO if code == sqlite3.SQLITE_IOERR else None)
    text = str(fault)
    if isinstance(fault, OSError) and fault.errno is not None:
        return None if fault.filename else fault.errno
    if found := SYSTEM.search(text):
        return int(found[1])
    return errno.ENOSPC if FULL in text or SHORT.search(text) else None
