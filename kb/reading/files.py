"""Where a file lies under content/, and its bytes. Whatever is wrong with the file itself is a finding, not an exception."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kb.problems import Report

SIZE_LIMIT = 2 * 1024 * 1024  # bytes


def relative_path(root: Path, path: Path) -> str:
    """The path below `root` with POSIX separators. `path` is absolute, begins with `root`, or is relative to `root`."""
    whole = path.as_posix()
    for base in (root, root.absolute()):
        above = base.as_posix().removesuffix("/") + "/"
        if whole.startswith(above):
            return whole[len(above) :]
    return "." if path == root else whole


def printable(path: str) -> str:
    """A path that can be shown and stored even when the file's name is not UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def read(root: Path, relative: str, report: Report) -> bytes | None:
    """The bytes of a regular file of at most SIZE_LIMIT bytes inside `root`; None when a finding says why not."""
    if printable(relative) != relative:
        report.error(0, "name-not-utf8", "the file's name is not UTF-8; rename it", "ชื่อไฟล์ไม่ใช่ UTF-8 โปรดเปลี่ยนชื่อไฟล์")
        return None
    path = root / relative
    try:
        if not _may_lead_out(root, relative) or path.resolve(strict=True).is_relative_to(root.resolve()):
            return _read_regular(path, report)
        en = "the link leads out of the content folder; put the file itself here"
        report.error(0, "outside", en, "ลิงก์นี้ชี้ออกนอกโฟลเดอร์เนื้อหา โปรดวางตัวไฟล์ไว้ในโฟลเดอร์นี้")
    except FileNotFoundError:
        en = "there is no such file (or the link leads nowhere); restore it or remove the link"
        report.error(0, "vanished", en, "ไม่มีไฟล์นี้ (หรือลิงก์ชี้ไปยังที่ที่ไม่มีอยู่) โปรดนำไฟล์กลับมาหรือลบลิงก์ทิ้ง")
    except (OSError, RuntimeError) as fault:  # RuntimeError: how Python before 3.13 reports a loop of links
        reason = getattr(fault, "strerror", None) or str(fault)
        report.error(0, "unreadable", f"cannot be read ({reason}); check its permissions", f"เปิดอ่านไม่ได้ ({reason}) โปรดตรวจสิทธิ์ของไฟล์")
    return None


def _may_lead_out(root: Path, relative: str) -> bool:
    """False where no link and no ".." is on the way, which is quickly told. Raises OSError."""
    parts, place = relative.split("/"), os.fspath(root)
    for part in parts:
        place = f"{place}/{part}"
        if part in ("", "..") or stat.S_ISLNK(os.lstat(place).st_mode):
            return True
    return False


def _read_regular(path: Path, report: Report) -> bytes | None:
    """Opened without blocking, so that a named pipe cannot stop the reader."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            en, th = ("a folder", "โฟลเดอร์") if stat.S_ISDIR(mode) else ("not a regular file", "ไฟล์ชนิดพิเศษ")
            report.error(0, "not-a-file", f"this is {en}; rename or remove it", f"รายการนี้เป็น{th} ไม่ใช่เอกสาร โปรดเปลี่ยนชื่อหรือนำออก")
            return None
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    finally:
        os.close(descriptor)
    if len(data) <= SIZE_LIMIT:
        return data
    report.error(0, "too-large", "larger than 2 MB; split it into several documents", "ไฟล์ใหญ่เกิน 2 MB โปรดแบ่งเป็นหลายเอกสาร")
    return None
