"""Which generation is current, and is it whole? A reader sees the old one or the new one, never a mixture.

Layout of an index folder:

    CURRENT                    JSON: name of the generation and sha256 of its manifest; replaced by one rename
    gen-00000007/manifest.json and what belongs to this generation alone: terms (or a ledger of Milvus's), statistics, resources
    parts/p-00000003/          documents, passages and vectors that do not change any more; generations share them
    embeddings.sqlite          vectors of a run that was not finished (indexer)
    lock                       held by the one writer
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kb.errors import IndexCorrupt, IndexMissing, Message
from kb.failpoints import failpoint
from kb.index import manifest as manifests
from kb.index.manifest import FileStamp, Manifest
from kb.index.writing import writing

CURRENT = "CURRENT"
NEW = CURRENT + ".new"  # until it is renamed
PREFIX = "gen-"
AT_ONCE = 8  # files that are synced


@dataclass(frozen=True, slots=True)
class Generation:
    folder: Path
    manifest: Manifest


def current(index_dir: Path) -> Generation:
    """The published generation, its manifest checked; the other files are checked by `verify`.

    Raises IndexMissing, IndexCorrupt, IndexMismatch.
    """
    name, digest = _pointer(index_dir)
    path = index_dir / name / manifests.FILE_NAME
    try:
        data = path.read_bytes()
    except OSError:
        raise manifests.corrupt(path, "is missing or unreadable", "หายไปหรืออ่านไม่ได้") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise manifests.corrupt(path, "does not have the checksum that CURRENT states", "มีค่าตรวจสอบไม่ตรงกับที่ CURRENT ระบุ")
    return Generation(path.parent, Manifest.from_json(data, path))


def pointer(index_dir: Path) -> bytes:
    """What names the current generation, for seeing whether there is another one; empty when there is none."""
    try:
        return (index_dir / CURRENT).read_bytes()
    except OSError:
        return b""


def _pointer(index_dir: Path) -> tuple[str, str]:
    path = index_dir / CURRENT
    try:
        raw = json.loads(path.read_bytes())
        name, digest = str(raw["generation"]), str(raw["manifest_sha256"])
    except FileNotFoundError:
        raise missing(index_dir) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise manifests.corrupt(path, "is damaged", "เสียหาย") from None
    if not name.startswith(PREFIX) or not name.removeprefix(PREFIX).isdigit():
        raise manifests.corrupt(path, f"names no generation ({name!r})", f"ไม่ได้ระบุรุ่นของดัชนี ({name!r})")
    return name, digest


def missing(index_dir: Path) -> IndexMissing:
    return IndexMissing(
        Message(
            en=f"{index_dir}: there is no index here. Make one with `kb index`, or set KB_INDEX_DIR to where it is.",
            th=f"{index_dir}: ยังไม่มีดัชนีที่นี่ โปรดสร้างด้วยคำสั่ง `kb index` หรือตั้ง KB_INDEX_DIR ให้ชี้ไปยังดัชนี",
        )
    )


def verify(generation: Generation) -> None:
    """Compare every file with its checksum before a library parses it. Raises IndexCorrupt naming the file."""
    verify_files(generation.folder.parent, generation.manifest.files)


def verify_files(root: Path, files: Mapping[str, FileStamp], later: Collection[str] = ()) -> None:
    """Raises IndexCorrupt naming a file: of several damaged ones always the same, the largest. later: see `faults`."""
    for fault in faults(root, files, later=later).values():
        raise fault


def faults(
    root: Path, files: Mapping[str, FileStamp], told: Callable[[int], None] = lambda _: None, later: Collection[str] = ()
) -> dict[str, IndexCorrupt]:
    """Name -> what is wrong with it. Large files first and side by side: hashing lets go of Python's lock. told: bytes compared so far.

    later: files of which only the size is compared now, as kb.index.blocks compares them where they are read.
    """
    ordered = sorted(files.items(), key=lambda item: (-item[1].bytes, item[0]))
    found, done = {}, 0

    def fault_of(item: tuple[str, FileStamp]) -> IndexCorrupt | None:
        name, expected = item
        return _fault(root / name, name, expected, whole=name not in later)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for (name, each), fault in zip(ordered, pool.map(fault_of, ordered), strict=True):
            done += each.bytes
            told(done)
            if fault is not None:
                found[name] = fault
    return found


def _fault(path: Path, name: str, expected: FileStamp, whole: bool) -> IndexCorrupt | None:
    try:
        if ".." in Path(name).parts or not path.is_file():
            return manifests.corrupt(path, "is missing", "หายไป")
        if (seen := path.stat().st_size) != expected.bytes:
            return manifests.corrupt(path, f"has {seen} bytes instead of {expected.bytes}", f"มี {seen} ไบต์ แทนที่จะเป็น {expected.bytes}")
        if whole and manifests.stamp(path) != expected:
            return manifests.corrupt(path, "has changed since it was written (checksum differs)", "ถูกเปลี่ยนหลังจากเขียน (ค่าตรวจสอบไม่ตรง)")
    except OSError as fault:
        reason = fault.strerror or str(fault)
        return manifests.corrupt(path, f"cannot be read ({reason})", f"อ่านไม่ได้ ({reason})")
    return None


def publish(index_dir: Path, generation: Generation) -> None:
    """Make a generation whose files all stand on disk the current one: manifest, sync, one rename."""
    data = generation.manifest.to_json()
    write(generation.folder / manifests.FILE_NAME, data)
    sync_tree(generation.folder)
    pointer = {"generation": generation.folder.name, "manifest_sha256": hashlib.sha256(data).hexdigest()}
    write_synced(index_dir / NEW, json.dumps(pointer).encode())
    # The new folder's own entry must be on disk before anything points at it.
    sync(index_dir)
    failpoint("rename", index_dir / CURRENT)
    (index_dir / NEW).replace(index_dir / CURRENT)
    sync(index_dir)


def next_name(index_dir: Path) -> str:
    numbers = [int(p.name.removeprefix(PREFIX)) for p in index_dir.glob(PREFIX + "*") if p.name.removeprefix(PREFIX).isdigit()]
    return f"{PREFIX}{max(numbers, default=0) + 1:08d}"


def write(path: Path, data: bytes) -> None:
    """A file of a folder that is synced as a whole."""
    with writing(path):
        path.write_bytes(data)


def write_synced(path: Path, data: bytes) -> None:
    with writing(path), path.open("wb") as file:
        file.write(data)
        file.flush()
        failpoint("sync", path)
        os.fsync(file.fileno())


def sync_tree(folder: Path) -> None:
    """All files of a folder and their names are on disk when this returns. Those that stand elsewhere under another name were synced there,
    before anything pointed at them.

    Side by side: the disk writes one journal for several that wait for it.
    """
    paths = [path for path in sorted(folder.rglob("*")) if path.is_dir() or path.stat().st_nlink == 1]
    for path in paths:
        failpoint("sync", path)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_synced, paths))
    sync(folder)


def sync(path: Path) -> None:
    """A file, or the names in a folder."""
    failpoint("sync", path)
    _synced(path)


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
