"""Content and index -> one file, while others write: each document as one save left it, the index as one whole generation."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from indexer.archive import CONTENT, FORMAT, INDEX, LIST, PIECE, Backup, BackupRefused, Entry
from kb import __version__
from kb.errors import IndexCorrupt, Message
from kb.index import checksums, generations, manifest
from kb.index.generations import Generation
from kb.index.manifest import FileStamp, corrupt
from kb.index.writing import writing

Told = Callable[[int, int], None]  # (bytes done, of)


def backup(content_dir: Path, index_dir: Path, target: Path, told: Told, force: bool = False) -> Backup:
    """Written beside `target` and renamed when it is whole.

    Raises BackupRefused (there is such a file), IndexMissing, IndexCorrupt (a damaged index is not kept), OSError.
    """
    if target.exists() and not force:
        raise BackupRefused(
            Message(
                f"{target}: exists already. Choose another name, or add --force.",
                f"{target}: มีไฟล์นี้อยู่แล้ว โปรดตั้งชื่ออื่นหรือเพิ่ม --force",
            )
        )
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        made = _write(content_dir, index_dir, beside, told)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return made


def _write(content_dir: Path, index_dir: Path, beside: Path, told: Told) -> Backup:
    """As often as the generation is replaced and deleted while it is copied."""
    while True:
        pointer = generations.pointer(index_dir)
        try:
            generation = generations.current(index_dir)
            if generations.pointer(index_dir) == pointer:  # it was not replaced between the two
                return _written(content_dir, generation, pointer, beside, told)
        except (IndexCorrupt, FileNotFoundError):
            if generations.pointer(index_dir) in (pointer, b""):
                raise


def _written(content_dir: Path, generation: Generation, pointer: bytes, beside: Path, told: Told) -> Backup:
    index_dir, listed = generation.folder.parent, generation.manifest.files
    named = f"{generation.folder.name}/{manifest.FILE_NAME}"
    files = {named: manifest.stamp(index_dir / named), **listed}
    total = sum(each.bytes for each in files.values())
    kept: dict[str, Entry] = {}
    with writing(beside), zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        done = 0
        for path in documents(content_dir):
            name = f"{CONTENT}/{path.relative_to(content_dir).as_posix()}"
            if (data := _bytes(path)) is not None:
                kept[name] = _add(archive, name, data)
        kept[f"{INDEX}/{generations.CURRENT}"] = _add(archive, f"{INDEX}/{generations.CURRENT}", pointer)
        for name, expected in files.items():
            kept[f"{INDEX}/{name}"] = _copied(archive, index_dir / name, f"{INDEX}/{name}", expected)
            done += expected.bytes
            told(done, total)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        made = Backup(FORMAT, __version__, now, generation.folder.name, kept)
        archive.writestr(LIST, made.to_json())
    return made


def documents(content_dir: Path) -> Iterator[Path]:
    """All files of the folder, in order; hidden ones (half-saved, of git) and links are passed over, as they are by the indexer."""
    for folder, folders, names in os.walk(content_dir):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (Path(folder) / name).is_symlink())
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _bytes(path: Path) -> bytes | None:
    """None where it was deleted since the folder was listed."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> Entry:
    archive.writestr(name, data)
    return Entry(hashlib.sha256(data).hexdigest(), len(data))


def _copied(archive: zipfile.ZipFile, path: Path, name: str, expected: FileStamp) -> Entry:
    """Compared while it is copied. Raises IndexCorrupt."""
    digest, checksum, size = hashlib.sha256(), checksums.running(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=expected.bytes > 1 << 30) as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            checksum.update(piece)
            size += len(piece)
            target.write(piece)
    if FileStamp(checksum.hexdigest(), size) != expected:
        raise corrupt(path, "has changed since it was written (checksum differs)", "ถูกเปลี่ยนหลังจากเขียน (ค่าตรวจสอบไม่ตรง)")
    return Entry(digest.hexdigest(), size)
