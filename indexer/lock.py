"""One writer at a time. The system frees the lock when its holder dies, so a stale one cannot be left behind."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import IndexLocked, Message
from kb.index.writing import writing


@contextmanager
def writer_lock(index_dir: Path) -> Iterator[None]:
    """Raises IndexLocked naming the process that holds the lock."""
    path = index_dir / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _locked(path, os.pread(descriptor, 1000, 0)) from None
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        with writing(path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _locked(path: Path, raw: bytes) -> IndexLocked:
    try:
        holder = json.loads(raw)
        who = f"pid {holder['pid']} @ {holder['host']}, {holder['since']}"
    except (ValueError, KeyError, TypeError):
        who = "?"
    return IndexLocked(
        Message(
            en=f"{path}: another process is writing this index ({who}). Wait until it has finished, or stop it, and run the command again.",
            th=f"{path}: มีโปรเซสอื่นกำลังเขียนดัชนีนี้อยู่ ({who}) โปรดรอให้เสร็จหรือหยุดโปรเซสนั้น แล้วสั่งใหม่อีกครั้ง",
        )
    )
