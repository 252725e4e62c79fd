"""The manifest of a model folder: format, sizes and the checksum of every file, compared before any library parses one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import Message, ModelError

SIZES = ("dim", "max_tokens")


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of model folder holds."""

    name: str  # of the manifest in the folder; tells the kinds apart
    format: int
    required: frozenset[str]  # files

    def stands_in(self, folder: Path) -> bool:
        return (folder / self.name).is_file()


def read(folder: Path, layout: Layout) -> dict[str, Any]:
    """The folder's manifest, all files compared with it. Raises ModelError naming the file."""
    path = folder / layout.name
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        files = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise damaged(path, "is missing or unreadable", "หายไปหรืออ่านไม่ได้") from None
    if manifest.get("format") != layout.format:
        raise damaged(
            path,
            f"is of format {manifest.get('format')}, this version reads {layout.format}",
            f"เป็นรูปแบบที่รุ่นนี้ (รูปแบบ {layout.format}) อ่านไม่ได้",
        )
    sizes = map(manifest.get, SIZES)
    if layout.required - files.keys() or not all(isinstance(size, int) and size > 0 for size in sizes):
        raise damaged(path, "lacks a file, `dim` or `max_tokens`", "ขาดชื่อไฟล์ `dim` หรือ `max_tokens`")
    for name, expected in files.items():
        _check(folder / name, expected, layout.name)
    return manifest


def write(folder: Path, layout: Layout, dim: int, max_tokens: int) -> None:
    """Name the files that stand in the folder, with their checksums."""
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(layout.required)}
    value = {"format": layout.format, "dim": dim, "max_tokens": max_tokens, "files": files}
    (folder / layout.name).write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", "utf-8")


def _check(path: Path, expected: str, manifest: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise damaged(path, "is missing or unreadable", "หายไปหรืออ่านไม่ได้") from None
    if found != expected:
        raise damaged(path, f"is damaged: its checksum differs from {manifest}", f"เสียหาย ค่าตรวจสอบไม่ตรงกับ {manifest}")


def damaged(path: Path, en: str, th: str) -> ModelError:
    return ModelError(
        Message(
            f"{path}: the model file {en}. Install the package again, or fetch the folder from version control.",
            f"{path}: ไฟล์แบบจำลองนี้{th} โปรดติดตั้งแพ็กเกจใหม่ หรือดึงโฟลเดอร์จากระบบควบคุมรุ่น",
        )
    )
