"""The manifest: what made a generation, what is in it, and the checksum of each of its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kb.errors import IndexCorrupt, IndexMismatch, Message
from kb.failpoints import failpoint
from kb.index import checksums

FORMAT = 9  # raise it whenever the files of a generation change their meaning
PIECE = 4 * 1024 * 1024  # bytes read at once: they are still in the processor's cache when they are hashed, which saves a third
FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class ModelStamp:
    name: str  # as given in the settings
    digest: str  # sha256 of the model's files
    dim: int  # length of its vectors


@dataclass(frozen=True, slots=True)
class FileStamp:
    xxh3: str  # 128 bits, hex: kb.index.checksums
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    format: int
    generation: str  # name of the folder, e.g. "gen-00000007"
    created: str  # ISO 8601, UTC
    model: ModelStamp
    analyzer: str  # fingerprint of tokeniser, normaliser, stemmer and dictionary
    passage_limit: int  # tokens
    version: str  # of kb: another one may cut passages and sentences in other places
    content_digest: str  # sha256 over paths and digests of all documents and of the glossary
    documents: int  # files
    subjects: int  # documents with translations counted once
    passages_in: Mapping[str, int]  # language -> passages
    parts: tuple[str, ...]  # names of the folders under parts/ that hold them, in order of their rows
    vector_index: Mapping[str, str]  # part -> "exact" or "ivf-pq": how its vectors are searched
    stale_passages: int  # that are gone and still count in the frequencies of terms
    files: Mapping[str, FileStamp]  # path inside the index folder, POSIX
    engine: str = "local"  # where its vectors and terms can be asked: "local" or "milvus"; at which address is a setting
    rows_given: int = 0  # passages are numbered from here on: numbers below may stand for passages that an engine still keeps

    @property
    def passages(self) -> int:
        return sum(self.passages_in.values())

    def holds_same_part(self, name: str, other: Manifest) -> bool:
        """Whether a part is the same in both: an index that was made from nothing, or restored, may give its name to another one."""
        description = f"parts/{name}/part.json"  # it states the checksums of all the others
        return description in self.files and self.files[description] == other.files.get(description)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")

    @classmethod
    def from_json(cls, data: bytes, place: Path) -> Manifest:
        """Raises IndexMismatch for another format and IndexCorrupt for anything that is no manifest."""
        try:
            raw = json.loads(data)
            found = raw["format"]
        except (ValueError, KeyError, TypeError):
            raise _corrupt(place) from None
        if found != FORMAT:
            raise mismatch(place.parent, f"format {found}", f"format {FORMAT}")
        try:
            return cls(**{**raw, **_typed(raw)})
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _corrupt(place) from None


def _typed(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": ModelStamp(**raw["model"]),
        "passages_in": {lang: int(count) for lang, count in raw["passages_in"].items()},
        "parts": tuple(map(str, raw["parts"])),
        "files": stamps(raw["files"]),
    }


def stamps(raw: Mapping[str, Any]) -> dict[str, FileStamp]:
    return {name: FileStamp(**each) for name, each in raw.items()}


def stamp(path: Path) -> FileStamp:
    """Python's lock is let go while a piece is read and hashed."""
    failpoint("read", path, "read")
    digest, size = checksums.running(), path.stat().st_size
    piece = memoryview(bytearray(max(1, min(size, PIECE))))
    with path.open("rb", buffering=0) as file:
        while read := file.readinto(piece):
            digest.update(piece[:read])
    return FileStamp(digest.hexdigest(), size)


def mismatch(place: Path, made_by: str, wanted: str) -> IndexMismatch:
    return IndexMismatch(
        Message(
            en=f"{place}: this index was made by {made_by}, but {wanted} is asked for. Rebuild it with `kb index --rebuild`, "
            "or go back to the settings it was made with.",
            th=f"{place}: ดัชนีนี้สร้างด้วย {made_by} แต่ขณะนี้ต้องใช้ {wanted} โปรดสร้างใหม่ด้วยคำสั่ง `kb index --rebuild` หรือกลับไปใช้ค่าตั้งเดิม",
        )
    )


def _corrupt(place: Path) -> IndexCorrupt:
    return corrupt(place, "is not a readable manifest", "ไม่ใช่ไฟล์กำกับดัชนีที่อ่านได้")


def corrupt(place: Path, en: str, th: str) -> IndexCorrupt:
    return IndexCorrupt(
        Message(
            en=f"{place}: {en}. Rebuild the index with `kb index --rebuild`; the documents in content/ are not touched.",
            th=f"{place}: {th} โปรดสร้างดัชนีใหม่ด้วยคำสั่ง `kb index --rebuild` เอกสารใน content/ ไม่ถูกแตะต้อง",
        )
    )
