"""Which files of a folder were saved: one batch for what an editor or git writes at a time."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from pathlib import Path

from watchfiles import Change, watch

from kb.reading import files, naming

GROUPED = 400  # milliseconds: at most so long is waited for more files of one batch
QUIET = 50  # milliseconds without a change end a batch


def saves(folder: Path, stop: threading.Event | None = None, every: float = 0.5) -> Iterator[frozenset[str]]:
    """Paths relative to `folder` (POSIX) that were written, renamed or deleted; an empty set every `every` seconds when none was.

    Editors that save under another name and rename, and folders that are put in the place of others, are seen as well: it is the folder
    that is watched, not its files. Hidden files (beginning with "_" or ".") are passed over. Ends when `stop` is set; Ctrl-C in the main
    thread raises KeyboardInterrupt. While there is no such folder, empty sets come; when it appears, it counts as one change ("").
    """
    stop = stop or threading.Event()
    missed = False
    while not stop.is_set():
        if not folder.is_dir():
            missed = True
            stop.wait(every)
            yield frozenset()
            continue
        if missed:
            yield frozenset([""])
        missed = yield from _while_it_stands(folder, stop, every)


def _while_it_stands(folder: Path, stop: threading.Event, every: float) -> Generator[frozenset[str], None, bool]:
    """Returns True when the folder has gone, and with it the system's watch of it."""
    root = folder.resolve()
    identity = _identity(root)
    timeout = max(1, int(every * 1000))
    for changes in watch(
        root, watch_filter=None, stop_event=stop, debounce=GROUPED, step=QUIET, rust_timeout=timeout, yield_on_timeout=True
    ):
        yield frozenset(_relevant(root, changes))
        if _identity(root) != identity:
            return True
    return False


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _relevant(root: Path, changes: set[tuple[Change, str]]) -> Iterator[str]:
    for _, written in changes:
        path = files.relative_path(root, Path(written))
        if path in (".", "") or not naming.is_hidden(path):
            yield files.printable(path)
