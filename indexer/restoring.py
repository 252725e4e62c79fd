"""One file of `kb backup` -> content and index. Everything is unpacked beside them and compared before anything is replaced."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from indexer.archive import CONTENT, INDEX, PIECE, Backup, BackupRefused, Entry, read_list, refused
from indexer.lock import writer_lock
from kb.errors import IndexMismatch, IndexProblem, Message
from kb.index import generations
from kb.index.generations import sync_tree
from kb.index.writing import writing

Told = Callable[[int, int], None]  # (bytes done, of)


@dataclass(frozen=True, slots=True)
class Restored:
    backup: Backup
    kept: tuple[Path, ...]  # the folders that were there before, under their new names


def restore(source: Path, content_dir: Path, index_dir: Path, told: Told, force: bool = False) -> Restored:
    """force: folders that hold something are renamed, never deleted.

    Raises BackupRefused (no whole backup; something stands where it would go), IndexLocked, OSError. Nothing is changed before all of the
    backup has been unpacked and compared.
    """
    if held := [folder for folder in (content_dir, index_dir) if not force and folder.exists() and any(folder.iterdir())]:
        raise BackupRefused(_full(held[0]))
    with ExitStack() as stack:
        archive = stack.enter_context(_opened(source))
        found = read_list(archive, source)
        if index_dir.is_dir():
            stack.enter_context(writer_lock(index_dir))
        _room(source, found, content_dir, index_dir)
        new_content, new_index = (stack.enter_context(_beside(folder)) for folder in (content_dir, index_dir))
        _unpack(archive, source, found, {CONTENT: new_content, INDEX: new_index}, told)
        _check_index(source, new_index)
        kept = [path for path in (_put(new_content, content_dir), _put(new_index, index_dir)) if path]
    return Restored(found, tuple(kept))


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        raise refused(source, "it is no backup of kb, or a damaged one", "ไม่ใช่ไฟล์สำรองของ kb หรือไฟล์เสียหาย") from None
    with archive:
        yield archive


def _room(source: Path, found: Backup, *folders: Path) -> None:
    """A list that promises more than the disk can take is refused before a byte is written."""
    for folder in folders:
        place = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        if shutil.disk_usage(place).free < found.size:
            raise refused(source, f"it needs {found.size:,} bytes, more than are free", f"ต้องใช้พื้นที่ {found.size:,} ไบต์ ซึ่งมากกว่าที่ว่าง")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new folder on the same disk; what is left of it in the end is removed."""
    new = folder.absolute().with_name(f".{folder.absolute().name}.restoring")
    shutil.rmtree(new, ignore_errors=True)  # of a run that was killed
    new.mkdir(parents=True)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _unpack(archive: zipfile.ZipFile, source: Path, found: Backup, folders: dict[str, Path], told: Told) -> None:
    done = 0
    for name, expected in found.files.items():
        kind, _, rest = name.partition("/")
        path = folders[kind] / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            seen = _copied(archive, name, path, expected.bytes)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError):
            seen = None  # what a damaged entry makes the library say
        if seen != expected:
            raise refused(source, f"{name} in it is damaged", f"{name} ภายในเสียหาย")
        done += expected.bytes
        told(done, found.size)
    for folder in folders.values():
        sync_tree(folder)


def _copied(archive: zipfile.ZipFile, name: str, path: Path, most: int) -> Entry:
    """An entry may hold more than it says: no more than one piece beyond `most` bytes is taken."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as entry, writing(path), path.open("xb") as file:
        while size <= most and (piece := entry.read(PIECE)):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
    return Entry(digest.hexdigest(), size)


def _check_index(source: Path, folder: Path) -> None:
    """An index of another format is put back all the same: `kb index` makes it anew."""
    try:
        generations.verify(generations.current(folder))
    except IndexMismatch:
        return
    except IndexProblem:
        raise refused(source, "the index in it is damaged", "ดัชนีภายในเสียหาย") from None


def _put(new: Path, folder: Path) -> Path | None:
    """The new folder in the place of the old one, which is kept under another name."""
    kept = None
    if folder.exists():
        kept = _free(folder.with_name(f"{folder.name}.before-restore-{datetime.now():%Y%m%d-%H%M%S}"))
        folder.rename(kept)
    new.rename(folder)
    return kept


def _free(path: Path) -> Path:
    return next(each for each in (path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 1000))) if not each.exists())


def _full(folder: Path) -> Message:
    return Message(
        f"{folder}: is not empty. Set KB_CONTENT_DIR and KB_INDEX_DIR to new folders, or add --force: what is there is then kept under "
        "another name.",
        f"{folder}: ไม่ใช่โฟลเดอร์ว่าง โปรดตั้ง KB_CONTENT_DIR และ KB_INDEX_DIR ไปยังโฟลเดอร์ใหม่ หรือเพิ่ม --force เพื่อเก็บของเดิมไว้ในชื่ออื่น",
    )
