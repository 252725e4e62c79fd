"""Filters in Milvus's expression language.

Values are written into the expression: milvus-lite 3.2.2 knows no templates. Nothing is quoted that could end a string, because keys are
rewritten by `plain` both where they are stored and where they are asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

FOREVER = 2**62  # `died` of a passage that is alive
KEY_BYTES = 240  # UTF-8; longer keys are stored as their digest
UNSAFE = re.compile(r"[%\"'\\{}\x00-\x1f\x7f]")


def plain(key: str) -> str:
    """A key ("city=Makok") without the characters that mean something in an expression."""
    safe = UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", key)
    data = safe.encode("utf-8")
    return safe if len(data) <= KEY_BYTES else hashlib.blake2b(data, digest_size=24).hexdigest()


def visible(generation: int) -> str:
    return f"born <= {generation} and died > {generation}"


def in_language(lang: str, generation: int) -> str:
    return f'lang == "{lang}" and {visible(generation)}'


def with_keys(any_of: Sequence[str]) -> str:
    """Passages that have at least one of the keys."""
    listed = ", ".join(f'"{plain(key)}"' for key in any_of)
    return f"array_contains_any(keys, [{listed}])"


def of_rows(rows: NDArray[np.int64]) -> str:
    return f"row in {rows.tolist()}"


def every(parts: Iterable[str]) -> str:
    return " and ".join(parts)
