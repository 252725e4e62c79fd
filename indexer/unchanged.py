"""Whether anything below content/ may have changed since the last run, by what the system says of its files: none is opened.

As git's index does it: a file with the same size, times, inode and kind holds what it held, unless it was written so shortly before it was
looked at that another write would have left the same times (Documentation/technical/racy-git.txt). Then nothing is kept, and the next run
reads everything. Kept with it is what that run found in the files, so that the next one says the same.

A process that indexes saves keeps its Look and takes up only what was saved: what changed without being told of is then still another
entry than the one that was looked at, and seen by the next run that looks at all.

    index/seen.json    first line: sha256 of the second; second line: JSON, see _Seen
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from kb.errors import Message
from kb.index import generations
from kb.index.part import MadeBy
from kb.reading import files, naming
from kb.types import Problem

FILE = "seen.json"
COARSE = 2_000_000_000  # nanoseconds: the coarsest times of a file system in use (FAT)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A folder as the system describes it."""

    digest: str  # of the set of all entries: path, kind, size, times and inode of each
    settled: bool  # no file was written within COARSE before it was looked at


@dataclass(frozen=True, slots=True)
class _Seen:
    folder: str  # Stamp.digest
    entries: Mapping[str, str]  # Look.entries
    index: str  # CURRENT of the index that holds what is in the folder
    made_by: Mapping[str, object]  # by what it was read
    problems: Sequence[Problem]


class Look:
    """What the system said of every entry of a folder when it was last looked at.

    To be taken before the files are read: a file that is written in between is then taken for changed. Not thread-safe.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._members: dict[str, int] = {}  # path -> digest of its entry
        self._total = 0  # of all digests
        self.unsettled: set[str] = set()  # files that were written so shortly before that another write would show no difference
        now = time.time_ns()
        for path, found in _entries(root, ""):
            self._add(path, found, now)

    @property
    def stamp(self) -> Stamp:
        return Stamp(f"{self._total % (1 << 256):064x}", not self.unsettled)

    @property
    def entries(self) -> dict[str, str]:
        """Path, as it can be written -> what tells whether an entry is another one."""
        return {files.printable(path): _short(member) for path, member in self._members.items()}

    def changed_since(self, then: Mapping[str, str]) -> set[str] | None:
        """Paths of files whose entries are others than they were, are new or gone. None where paths cannot tell what has changed."""
        found = {path for path, member in self._members.items() if then.get(path) != _short(member)} | (then.keys() - self._members.keys())
        told = all(files.printable(path) == path and not (self._root / path).is_dir() for path in found)
        return found if told else None

    def again(self, paths: Collection[str]) -> None:
        """Look at some paths again, which are read after this; none of them is a folder that is there."""
        now = time.time_ns()
        for path in tuple(paths):
            self._take(path)
            if not naming.is_hidden(path) and (found := _entry(self._root / path)):
                self._add(path, found, now)

    def _add(self, path: str, found: os.stat_result, now: int) -> None:
        member = _member(path, found)
        self._members[path] = member
        self._total += member
        # What a folder holds is told by what is in it.
        if not stat.S_ISDIR(found.st_mode) and max(found.st_mtime_ns, found.st_ctime_ns) >= now - COARSE:
            self.unsettled.add(path)

    def _take(self, path: str) -> None:
        gone = [path] if path in self._members else []
        if not os.path.lexists(self._root / path):
            gone += [each for each in self._members if each.startswith(f"{path}/")]  # where it was a folder
        for each in gone:
            self._total -= self._members.pop(each)
            self.unsettled.discard(each)


def _member(path: str, found: os.stat_result) -> int:
    """The digest of a set is the sum of those of its members: see indexer.tally."""
    kept = [found.st_mode, found.st_dev, found.st_ino]
    if not stat.S_ISDIR(found.st_mode):
        kept += [found.st_size, found.st_mtime_ns, found.st_ctime_ns]
    line = path.encode("utf-8", "surrogateescape") + b"\0" + " ".join(map(str, kept)).encode()
    return int.from_bytes(hashlib.sha256(line).digest())


def _short(member: int) -> str:
    return f"{member >> 128:032x}"


def _entries(root: Path, below: str) -> Iterator[tuple[str, os.stat_result]]:
    """All that is not hidden. Links to files stand for the files; folders that cannot be entered are told by their own entry."""
    try:
        with os.scandir(root / below) as found:
            entries = list(found)
    except OSError:
        return
    for each in entries:
        if naming.is_hidden(each.name):
            continue
        path = f"{below}/{each.name}" if below else each.name
        if (told := _entry(each)) is not None:
            yield path, told
        if each.is_dir(follow_symlinks=False):
            yield from _entries(root, path)


def _entry(place: Path | os.DirEntry[str]) -> os.stat_result | None:
    """None for what is no longer there."""
    try:
        return place.stat()
    except OSError:  # a link that leads nowhere
        with suppress(OSError):
            return place.stat(follow_symlinks=False)
        return None


def keep(index_dir: Path, look: Look, made_by: MadeBy, problems: Sequence[Problem]) -> None:
    """What the index now holds is what the folder held when it was looked at. Where that cannot be noted, the next run reads all."""
    with suppress(OSError, TypeError):  # the second: a finding that quotes half of a surrogate pair
        _keep(index_dir, look, made_by, problems)


def _keep(index_dir: Path, look: Look, made_by: MadeBy, problems: Sequence[Problem]) -> None:
    beside = index_dir / (FILE + ".new")
    for path in (index_dir / FILE, beside):  # the second: of a run that was killed here
        path.unlink(missing_ok=True)
    if not look.stamp.settled:
        return
    body = orjson.dumps(_Seen(look.stamp.digest, look.entries, _pointer(index_dir), asdict(made_by), problems))
    # Neither synced nor a step of kb.failpoints: what is not whole is not believed, and nothing is lost with it.
    beside.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    beside.replace(index_dir / FILE)


def known(index_dir: Path, stamp: Stamp, made_by: MadeBy) -> tuple[Problem, ...] | None:
    """What was found in the files, if the published index holds all of them as they are. None where only reading them can tell."""
    seen = _last(index_dir, made_by)
    return tuple(seen.problems) if seen and seen.folder == stamp.digest else None


def since(index_dir: Path, look: Look, made_by: MadeBy) -> tuple[tuple[Problem, ...], set[str]] | None:
    """What was found in the files when the published index was made of them, and the paths of those that have changed since. None where
    only reading all of them can tell."""
    seen = _last(index_dir, made_by)
    changed = look.changed_since(seen.entries) if seen else None
    return (tuple(seen.problems), changed) if seen and changed is not None else None


def _last(index_dir: Path, made_by: MadeBy) -> _Seen | None:
    """None where it cannot be read, or says nothing of the published index."""
    try:
        digest, _, body = (index_dir / FILE).read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        seen = _Seen(**orjson.loads(body))
        if (seen.index, seen.made_by) != (_pointer(index_dir), asdict(made_by)):
            return None
        return replace(seen, problems=[_problem(each) for each in seen.problems])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _pointer(index_dir: Path) -> str:
    return generations.pointer(index_dir).decode("utf-8", "replace")


def _problem(raw: Any) -> Problem:
    return Problem(raw["path"], raw["line"], raw["severity"], raw["code"], Message(**raw["message"]))
