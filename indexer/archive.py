"""The one file that `kb backup` writes and `kb restore` reads: a zip whose last entry says what else is in it, with digests.

backup.json              format, version, time, generation, and of every other entry its sha256 and bytes
content/…                the documents
index/CURRENT, index/…   one whole generation
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from kb.errors import KbError, Message

LIST = "backup.json"
FORMAT = 1
CONTENT, INDEX = "content", "index"
PIECE = 1024 * 1024  # bytes copied at once
MOST_FILES = 1_000_000
MOST_LIST = 512 * 1024 * 1024  # bytes of backup.json
STRANGE = re.compile(r"[\x00-\x1f\x7f\\:]")  # in no name that `kb backup` writes


class BackupRefused(KbError):
    """A file that is no whole backup, or a place that may not be written to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry must be: its digest goes with it to other machines, where no index says what its files should be."""

    sha256: str  # hex
    bytes: int


@dataclass(frozen=True, slots=True)
class Backup:
    format: int
    version: str  # of kb
    made: str  # ISO 8601, UTC
    generation: str  # of the index
    files: Mapping[str, Entry]  # name in the archive -> what it must be

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(each.bytes for each in self.files.values())

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def is_safe(name: str) -> bool:
    """Whether an entry stays inside content/ and index/: its name comes from a file that anybody may have written."""
    parts = name.split("/")
    inside = parts[0] in (CONTENT, INDEX) and len(parts) > 1
    return inside and not STRANGE.search(name) and not any(each in ("", ".", "..") for each in parts) and len(name.encode()) < 4096


def read_list(archive: zipfile.ZipFile, place: Path) -> Backup:
    """What the archive says of itself, compared with the entries that it has; their bytes are compared when they are read.

    Raises BackupRefused.
    """
    try:
        if archive.getinfo(LIST).file_size > MOST_LIST:
            raise refused(place, "its list is too large", "รายการไฟล์ใหญ่เกินไป")
        raw = json.loads(archive.read(LIST))
        found = Backup(**{**raw, "files": {name: Entry(**each) for name, each in raw["files"].items()}})
        sizes = {name: int(each.bytes) for name, each in found.files.items()}
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise refused(place, "it is no backup of kb, or a damaged one", "ไม่ใช่ไฟล์สำรองของ kb หรือไฟล์เสียหาย") from None
    if found.format != FORMAT:
        raise refused(place, f"it has format {found.format}; this version reads {FORMAT}", f"เป็นรูปแบบ {found.format} รุ่นนี้อ่านรูปแบบ {FORMAT}")
    entries = [each for each in archive.infolist() if each.filename != LIST]
    if bad := next((name for name in (*sizes, *(each.filename for each in entries)) if not is_safe(name)), None):
        raise refused(place, f"it holds a name that leads elsewhere ({bad[:80]!r})", f"มีชื่อไฟล์ที่ชี้ไปที่อื่น ({bad[:80]!r})")
    if len(entries) > MOST_FILES or sorted((e.filename, e.file_size) for e in entries) != sorted(sizes.items()):
        raise refused(place, "its entries are not those that its list names", "ไฟล์ภายในไม่ตรงกับรายการที่ระบุ")
    if clash := _clash(sizes):
        raise refused(place, f"it holds {clash!r} both as a file and as a folder", f"มี {clash!r} เป็นทั้งไฟล์และโฟลเดอร์")
    return found


def _clash(names: Mapping[str, int]) -> str | None:
    return next((str(folder) for name in names for folder in PurePosixPath(name).parents if str(folder) in names), None)


def refused(place: Path, en: str, th: str) -> BackupRefused:
    return BackupRefused(
        Message(
            f"{place}: cannot be restored: {en}. Nothing was changed; use another backup.",
            f"{place}: กู้คืนไม่ได้: {th} ไม่มีการเปลี่ยนแปลงใด ๆ โปรดใช้ไฟล์สำรองอื่น",
        )
    )
