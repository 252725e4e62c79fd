"""Documents as files of content/: which path is one, reading, and saving so that nobody's text is lost.

No link is followed on the way: every folder is opened from the one above it (O_NOFOLLOW). Saving holds a lock on the folder, compares the
file with the version the editor began with, writes a new file beside it, syncs, and renames.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.errors import Message
from kb.reading import decoding, naming
from search_api.problems import Refused

SIZE_LIMIT = 1024 * 1024  # bytes of a document written in the browser
LONGEST_PATH = 200  # characters
DEEPEST = 6  # folders
# What a new document may be called: the same on every computer, and readable in an address.
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NEW_FILE = re.compile(rf"{SLUG.pattern}(?:\.(?:th|en))?\.md")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")  # names that Windows keeps for itself
DRAFT = "_"  # before the name of a file: not a document yet (kb.reading.naming.is_hidden)
NO_FILE = ""  # the digest of a file that is not there
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Stored:
    data: bytes
    digest: str  # sha256 of the bytes, hex

    @property
    def text(self) -> str | None:
        """Line ends "\\n", no byte order mark; None when it is not UTF-8."""
        try:
            return decoding.LINE_END.sub("\n", self.data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return None


class Changed(Refused):
    """Somebody else saved the document, or took it away, in the meantime."""

    def __init__(self, path: str, now: Stored | None) -> None:
        en = f"{path}: was changed by somebody else in the meantime. Compare both texts and save again."
        super().__init__(412, Message(en, f"{path}: มีผู้อื่นแก้ไขเอกสารนี้ไปแล้ว โปรดเปรียบเทียบข้อความทั้งสองฉบับแล้วบันทึกอีกครั้ง"))
        self.now = now  # None: the file is gone


def draft_of(path: str) -> str:
    place = PurePosixPath(path)
    return place.with_name(DRAFT + place.name).as_posix()


def document_of(path: str) -> str:
    """The document that a draft is to become; of a document itself, its own path."""
    place = PurePosixPath(path)
    return place.with_name(place.name.removeprefix(DRAFT)).as_posix()


def check_path(path: str) -> str:
    """The path itself, if a document or a draft may stand there. Raises Refused (422)."""
    document = document_of(path) if PurePosixPath(path).name not in ("", DRAFT) else path
    parts = path.split("/")
    whole = all(part not in ("", ".", "..") and part.isprintable() and not set(part) & set('\\:*?"<>|') for part in parts)
    short = len(path) <= LONGEST_PATH and len(parts) <= DEEPEST + 1
    if whole and short and path.isprintable() and naming.is_document(document) and not naming.is_misnamed(document):
        return path
    raise _bad_path(path)


def check_new(path: str) -> str:
    """The same for a file that does not exist yet, whose name is still free to choose. Raises Refused (422)."""
    *folders, name = document_of(check_path(path)).split("/")
    good = all(SLUG.fullmatch(folder) for folder in folders) and NEW_FILE.fullmatch(name)
    if not good or any(RESERVED.match(part) for part in (*folders, name)):
        raise _bad_path(path)
    return path


def _bad_path(path: str) -> Refused:
    seen = path if len(path) <= 60 else path[:59] + "…"
    return Refused(
        422,
        Message(
            f"path={seen}: no document can stand there. Use small English letters, digits and hyphens, "
            "for example case-studies/hat-yai-flood.th.md.",
            f"path={seen}: ตั้งชื่อไฟล์เอกสารเช่นนี้ไม่ได้ ให้ใช้อักษรอังกฤษตัวเล็ก ตัวเลข และขีดกลาง เช่น case-studies/hat-yai-flood.th.md",
        ),
    )


def read(root: Path, path: str) -> Stored | None:
    """The file as it is now; None when there is none. Raises Refused for a path that is none or leads through a link."""
    check_path(path)
    with _folder(root, path, make=False) as folder:
        return None if folder is None else _stored(folder, PurePosixPath(path).name)


def save(root: Path, path: str, text: str, expected: str) -> Stored:
    """Write the whole file or nothing. `expected`: digest of the version that is replaced, NO_FILE for a new one.

    Raises Changed when another version stands there now, Refused (413, 422), OSError.
    """
    if len(text.encode("utf-8", "replace")) > SIZE_LIMIT:
        raise too_large()
    check_path(path) if expected else check_new(path)
    with _folder(root, path, make=True) as folder:
        assert folder is not None
        fcntl.flock(folder, fcntl.LOCK_EX)
        name = PurePosixPath(path).name
        now = _stored(folder, name)
        if (now.digest if now else NO_FILE) != expected:
            raise Changed(path, now)
        data = _encoded(text, now)
        if now is None or data != now.data:
            _replace(folder, name, data)
        return Stored(data, hashlib.sha256(data).hexdigest())


def remove(root: Path, path: str, expected: str) -> bool:
    """Take a draft away, if it is still the one that was read."""
    with _folder(root, path, make=False) as folder:
        if folder is None:
            return False
        fcntl.flock(folder, fcntl.LOCK_EX)
        now = _stored(folder, PurePosixPath(path).name)
        if now is None or now.digest != expected:
            return False
        os.unlink(PurePosixPath(path).name, dir_fd=folder)
        return True


def too_large() -> Refused:
    limit = SIZE_LIMIT // 1024
    en = f"The document has more than {limit:,} KB. Divide it into several documents."
    return Refused(413, Message(en, f"เอกสารมีขนาดเกิน {limit:,} KB โปรดแบ่งเป็นหลายเอกสาร"))


@contextmanager
def _folder(root: Path, path: str, make: bool) -> Iterator[int | None]:
    """An open descriptor of the file's folder; None when there is no such folder."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in PurePosixPath(path).parent.parts:
            try:
                inner = _enter(descriptor, part, make)
            except FileNotFoundError:
                yield None
                return
            except OSError:
                raise _bad_path(path) from None  # a link, or a file where a folder belongs
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _enter(folder: int, part: str, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(part, dir_fd=folder)
            os.fsync(folder)
    return os.open(part, FOLDER, dir_fd=folder)


def _stored(folder: int, name: str) -> Stored | None:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError:
        raise _bad_path(name) from None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _bad_path(name)
        data = stream.read(2 * SIZE_LIMIT + 1)
    return Stored(data, hashlib.sha256(data).hexdigest())


def _encoded(text: str, now: Stored | None) -> bytes:
    """UTF-8 in the manner of the file that is replaced: its byte order mark, its line ends, its bytes up to the first line that differs."""
    if now is None or now.text is None:
        return text.encode("utf-8")
    mark = decoding.UTF8_BOM if now.data.startswith(decoding.UTF8_BOM) else b""
    ends = decoding.LINE_END_BYTES.findall(now.data)
    usual = b"\r\n" if 2 * ends.count(b"\r\n") > len(ends) else b"\n"
    lines, old = text.split("\n"), now.text.split("\n")
    same = next((i for i, (new, before) in enumerate(zip(lines, old, strict=False)) if new != before), min(len(lines), len(old)))
    after = [*ends[:same], *[usual] * len(lines)][: len(lines) - 1]
    return mark + b"".join(line.encode("utf-8") + end for line, end in zip(lines, [*after, b""], strict=True))


def _replace(folder: int, name: str, data: bytes) -> None:
    temporary = f".{name}.{secrets.token_hex(8)}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            _keep_owner(folder, name, descriptor)
            stream.write(data)
            stream.flush()
            os.fsync(descriptor)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    os.fsync(folder)


def _keep_owner(folder: int, name: str, descriptor: int) -> None:
    """Permissions and, where the system lets us, owner and group of the file that is replaced; the system's defaults for a new one."""
    try:
        old = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    with suppress(PermissionError):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
