"""Named arrays in one file, mapped into memory: opening costs nothing, and processes that read the same index share its pages.

magic, length of the header | header: JSON name -> [dtype, shape, offset] | the arrays, each at a multiple of 64 bytes
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.writing import writing

MAGIC = b"kbarrays"
ALIGNED = 64  # bytes


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    header: dict[str, tuple[str, tuple[int, ...], int]] = {}
    end = 0
    for name, array in arrays.items():
        header[name] = (array.dtype.str, array.shape, end)
        end += _padded(array.nbytes)
    text = json.dumps(header).encode()
    with writing(path), path.open("wb") as file:
        head = MAGIC + len(text).to_bytes(8, "little") + text
        file.write(head.ljust(_padded(len(head)), b"\0"))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).tobytes().ljust(_padded(array.nbytes), b"\0"))


def read(path: Path) -> dict[str, NDArray[Any]]:
    """Read-only views of the file, which must never be written to again: to delete it or to rename another over it does no harm.

    The caller has compared its checksum. Raises ValueError for a file that is none of these.
    """
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError(f"{path}: no file of arrays")
    body = len(MAGIC) + 8
    length = int.from_bytes(data[len(MAGIC) : body], "little")
    first = _padded(body + length)
    return {name: _view(data, first, each) for name, each in json.loads(data[body : body + length]).items()}


def _view(data: mmap.mmap, first: int, entry: tuple[str, list[int], int]) -> NDArray[Any]:
    dtype, shape, offset = entry
    count = int(np.prod(shape))
    if count == 0:  # a view of nothing may not begin at the end of the file
        return np.zeros(shape, dtype)
    return np.frombuffer(data, np.dtype(dtype), count, first + offset).reshape(shape)


def _padded(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED
