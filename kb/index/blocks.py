"""Large files that are read in places: each block of one is compared with its checksum when it is first read, not when the index opens.

    texts.bin          what is read
    texts.bin.blocks   XXH3 of each 16 KiB of it, 64 bits, little endian

The table is compared as a whole when the index opens, as any other file, and so is the size of what it describes. What is read of a block
comes after its comparison: no library parses bytes that nobody has looked at.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexCorrupt
from kb.failpoints import failpoint
from kb.index import checksums
from kb.index.manifest import corrupt
from kb.index.strings import ranges
from kb.index.writing import writing

SUFFIX = ".blocks"
SIZE = 16 * 1024  # bytes of a block: a few passages, or as many vectors; smaller ones cost a call each, larger ones are read for nothing
PIECE = 256  # blocks that are read at once where all are compared: 4 MiB


def table_of(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def read_in_places(files: Iterable[str]) -> frozenset[str]:
    """Those of the names that have a table beside them."""
    known = frozenset(files)
    return frozenset(name for name in known if name + SUFFIX in known)


def write_table(path: Path) -> None:
    """The table of a file that is complete."""
    failpoint("read", path, "read")
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE * SIZE), b"")
        sums = np.array([each for piece in pieces for each in _sums(piece)], "<u8")
    with writing(table_of(path)):
        table_of(path).write_bytes(sums.tobytes())


def _sums(piece: bytes) -> Iterator[int]:
    view = memoryview(piece)
    return (checksums.of_block(view[at : at + SIZE]) for at in range(0, len(piece), SIZE))


class Blocks:
    """One file, open for reading. Thread-safe: a block that two threads read first is compared twice, which does no harm.

    The file may be deleted while it is open.
    """

    def __init__(self, path: Path) -> None:
        """Raises IndexCorrupt where the table is one of another file."""
        self.path = path
        self.fault: IndexCorrupt | None = None  # the first that was found
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file).atexit = False  # a thread may still be reading then
        self.size = os.fstat(self._file).st_size
        table = table_of(path).read_bytes()
        if len(table) != -(-self.size // SIZE) * 8:
            raise corrupt(table_of(path), "does not describe the file beside it", "ไม่ตรงกับไฟล์ที่อยู่ข้างกัน")
        self._sums = memoryview(table).cast("Q")
        self._compared = bytearray(len(self._sums))  # 1: it was
        self._marks = np.frombuffer(self._compared, np.uint8)  # the same
        self._whole = not len(self._sums)  # whether all were

    def read(self, start: int, end: int) -> bytes:
        """Raises IndexCorrupt, as all that compares."""
        self.check(start, end)
        return self._read(start, end)

    def check(self, start: int, end: int) -> None:
        """Bytes that are read by another way, as of mapped memory."""
        if self._whole:
            return
        first, last = start // SIZE, -(-end // SIZE)
        while (at := self._compared.find(0, first, last)) >= 0:
            self._compare(at, at + 1)

    def check_all(self) -> None:
        while self.check_some():
            pass

    def check_spans(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
        """Many stretches of bytes, none of which is empty."""
        if self._whole or not len(starts):
            return
        first, last = starts // SIZE, (ends - 1) // SIZE
        touched = ranges(first, last + 1) if (last - first > 1).any() else np.concatenate([first, last])
        for number in np.unique(touched[self._marks[touched] == 0]).tolist():
            self._compare(number, number + 1)

    def check_some(self) -> int:
        """The next blocks that were not compared yet, 4 MiB of them at most; the bytes, 0 where there are none left."""
        first = self._compared.find(0)
        if first < 0:
            self._whole = True
            return 0
        last = self._compared.find(1, first, first + PIECE)
        last = min(first + PIECE, len(self._compared)) if last < 0 else last
        self._compare(first, last)
        return min(last * SIZE, self.size) - first * SIZE

    def _compare(self, first: int, last: int) -> None:
        data = self._read(first * SIZE, min(last * SIZE, self.size))
        for number, found in enumerate(_sums(data), start=first):
            if found != self._sums[number]:
                at = number * SIZE
                en = f"has changed since it was written (checksum differs at byte {at:,})"
                raise self._faulty(en, f"ถูกเปลี่ยนหลังจากเขียน (ค่าตรวจสอบไม่ตรงที่ไบต์ {at:,})")
            self._compared[number] = 1

    def _read(self, start: int, end: int) -> bytes:
        try:
            data = os.pread(self._file, end - start, start)
            while len(data) < end - start and (more := os.pread(self._file, end - start - len(data), start + len(data))):
                data += more
        except OSError as fault:
            reason = fault.strerror or str(fault)
            raise self._faulty(f"cannot be read ({reason})", f"อ่านไม่ได้ ({reason})") from None
        if len(data) != end - start:
            raise self._faulty(f"ends before byte {end:,}", f"สิ้นสุดก่อนไบต์ที่ {end:,}")
        return data

    def _faulty(self, en: str, th: str) -> IndexCorrupt:
        found = corrupt(self.path, en, th)
        self.fault = self.fault or found
        return found
