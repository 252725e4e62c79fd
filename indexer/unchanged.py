"""Whether anything below content/ may have changed since the last run, by what the system says of its files: none is opened.

As git's index does it: a file with the same size, times, inode and kind holds what it held, unless it was written so shortly before it was
looked at that another write would have left the same times (Documentation/technical/racy-git.txt). Then nothing is kept, and the next run
reads everything. Kept with it is what that run found in the files, so that the next one says the same.

    index/seen.json    first line: sha256 of the second; second line: JSON, see _Seen
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.errors import Message
from kb.index import generations
from kb.index.part import MadeBy
from kb.reading import naming
from kb.types import Problem

FILE = "seen.json"
COARSE = 2_000_000_000  # nanoseconds: the coarsest times of a file system in use (FAT)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A folder as the system describes it."""

    digest: str  # sha256 over every entry's path, kind, size, times and inode
    settled: bool  # no entry was written within COARSE before the look


@dataclass(frozen=True, slots=True)
class _Seen:
    folder: str  # Stamp.digest
    index: str  # CURRENT of the index that holds what is in the folder
    made_by: dict[str, object]  # by what it was read
    problems: list[dict[str, object]]


def look(root: Path) -> Stamp:
    """To be called before the files are read: a file that is written in between is then taken for changed."""
    now = time.time_ns()
    digest, newest = hashlib.sha256(), 0
    for path, found in _entries(root, ""):
        newest = max(newest, found.st_mtime_ns, found.st_ctime_ns)
        kept = (found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino)
        digest.update(path.encode("utf-8", "surrogateescape") + b"\0" + " ".join(map(str, kept)).encode() + b"\n")
    return Stamp(digest.hexdigest(), newest < now - COARSE)


def _entries(root: Path, below: str) -> Iterator[tuple[str, os.stat_result]]:
    """All that is not hidden. Links to files stand for the files; folders that cannot be entered are told by their own entry."""
    try:
        with os.scandir(root / below) as found:
            entries = sorted(found, key=lambda each: each.name)
    except OSError:
        return
    for each in entries:
        if naming.is_hidden(each.name):
            continue
        path = f"{below}/{each.name}" if below else each.name
        try:
            yield path, each.stat()
        except OSError:  # a link that leads nowhere
            yield path, each.stat(follow_symlinks=False)
        if each.is_dir(follow_symlinks=False):
            yield from _entries(root, path)


def keep(index_dir: Path, stamp: Stamp, made_by: MadeBy, problems: Sequence[Problem]) -> None:
    """What the index now holds is what the folder held when the stamp was taken. Where that cannot be noted, the next run reads all."""
    with suppress(OSError):
        _keep(index_dir, stamp, made_by, problems)


def _keep(index_dir: Path, stamp: Stamp, made_by: MadeBy, problems: Sequence[Problem]) -> None:
    beside = index_dir / (FILE + ".new")
    for path in (index_dir / FILE, beside):  # the second: of a run that was killed here
        path.unlink(missing_ok=True)
    if not stamp.settled:
        return
    seen = _Seen(stamp.digest, _pointer(index_dir), asdict(made_by), [asdict(each) for each in problems])
    body = json.dumps(asdict(seen), ensure_ascii=False).encode("utf-8", "surrogatepass")
    # Neither synced nor a step of kb.failpoints: what is not whole is not believed, and nothing is lost with it.
    beside.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    beside.replace(index_dir / FILE)


def known(index_dir: Path, stamp: Stamp, made_by: MadeBy) -> tuple[Problem, ...] | None:
    """What was found in the files, if the published index holds all of them as they are. None where only reading them can tell."""
    try:
        digest, _, body = (index_dir / FILE).read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        seen = _Seen(**json.loads(body.decode("utf-8", "surrogatepass")))
        if (seen.folder, seen.index, seen.made_by) != (stamp.digest, _pointer(index_dir), asdict(made_by)):
            return None
        return tuple(_problem(each) for each in seen.problems)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _pointer(index_dir: Path) -> str:
    return generations.pointer(index_dir).decode("utf-8", "replace")


def _problem(raw: dict[str, object]) -> Problem:
    message: dict[str, str] = raw["message"]  # type: ignore[assignment]
    return Problem(**{**raw, "message": Message(**message)})  # type: ignore[arg-type]
