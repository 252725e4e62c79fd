"""A part: documents with their passages and vectors that never change, shared by the generations that hold them.

    part.json          what made it, its numbers, and the checksum of each of its files
    texts.bin, places.bin   documents, passages, sentences; where each of them stands, twins: kb.index.part_store
    columns.bin        what can be asked of the documents without their text
    folded.bin, folded-ends.npy, grams.npy   where exact phrases stand: kb.index.phrases
    times-named.bin    which passages name a year or a month
    vectors-th.npy     the passages' vectors, one file a language; beside it vectors-th.faiss where they are many
    sums.npz           what the statistics of similarities are added up from
    terms-th.gz        the passages' terms, for the indexer when it makes the term index anew
    words.json         how often words are used, for the indexer

    *.blocks           of files that are read in places, beside them: kb.index.blocks

A part without a part.json was not finished.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.failpoints import failpoint
from kb.index import blocks, columns, generations, phrases, statistics, times_named
from kb.index.blocks import Blocks
from kb.index.columns import Columns
from kb.index.manifest import FORMAT, FileStamp, corrupt, stamp, stamps
from kb.index.part_store import PLACES, PartStore
from kb.index.phrases import Phrases
from kb.index.statistics import Sums
from kb.index.times_named import TimesNamed
from kb.index.vectors import Method, Vectors
from kb.types import LANGS, Lang

FOLDER, PREFIX = "parts", "p-"
# Of these a reader opens none.
FOR_INDEXER = re.compile(r"sums\.npz|words\.json|terms-..\.gz")
# And these not where another engine holds the vectors.
VECTORS = re.compile(r"vectors-..\.(npy(\.blocks)?|faiss)")
# Large, and of each question a little: compared where they are read.
IN_PLACES = re.compile(r"texts\.bin|folded\.bin|grams\.npy|vectors-..\.npy")
INFO, COLUMNS, SUMS, WORDS = "part.json", "columns.bin", "sums.npz", "words.json"


@dataclass(frozen=True, slots=True)
class MadeBy:
    """Parts that were made by the same can stand in one index."""

    format: int
    version: str  # of kb
    model: str  # digest
    passage_limit: int  # tokens
    analyzer: str  # engine, without the words of the collection
    words: str  # digest of the collection's words that were known when the terms were made


@dataclass(frozen=True, slots=True)
class PartInfo:
    made_by: MadeBy
    rows: Mapping[str, tuple[int, int]]  # language -> first and end passage row
    numbers: tuple[int, int]  # first and end document number
    files: Mapping[str, FileStamp]  # name -> checksum; all but part.json

    @property
    def first_row(self) -> int:
        return min(first for first, _ in self.rows.values())

    @property
    def end_row(self) -> int:
        return max(end for _, end in self.rows.values())

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def vectors_name(lang: Lang) -> str:
    return f"vectors-{lang}.npy"


def coarse_name(lang: Lang) -> str:
    return f"vectors-{lang}.faiss"


def folder_of(index_dir: Path, name: str) -> Path:
    return index_dir / FOLDER / name


def read_info(folder: Path) -> PartInfo:
    """Raises IndexCorrupt for what is no description of a part of this format; the files are not compared."""
    path = folder / INFO
    try:
        raw: dict[str, Any] = json.loads(path.read_bytes())
        made_by = MadeBy(**raw["made_by"])
        rows = {lang: (int(first), int(end)) for lang, (first, end) in raw["rows"].items()}
        first, end = raw["numbers"]
        info = PartInfo(made_by, rows, (int(first), int(end)), stamps(raw["files"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise corrupt(path, "is not a readable description of a part", "ไม่ใช่ไฟล์กำกับส่วนของดัชนีที่อ่านได้") from None
    if made_by.format != FORMAT or set(rows) != set(LANGS):
        raise corrupt(path, f"describes a part of format {made_by.format}", f"เป็นส่วนของดัชนีรูปแบบ {made_by.format}")
    return info


def finish(folder: Path, made_by: MadeBy, rows: Mapping[str, tuple[int, int]], numbers: tuple[int, int]) -> PartInfo:
    """Say what a part is, when all its files are on disk."""
    for path in sorted(folder.iterdir()):
        if IN_PLACES.fullmatch(path.name) and not blocks.table_of(path).exists():
            blocks.write_table(path)
    generations.sync_tree(folder)
    files = {path.name: stamp(path) for path in sorted(folder.iterdir())}
    info = PartInfo(made_by, rows, numbers, files)
    generations.write_synced(folder / (INFO + ".new"), info.to_json())
    failpoint("rename", folder / INFO)
    (folder / (INFO + ".new")).replace(folder / INFO)
    for place in (folder, folder.parent):
        generations.sync(place)
    return info


def read_sums(folder: Path) -> dict[str, Sums]:
    return statistics.parse((folder / SUMS).read_bytes(), Sums)


@dataclass(frozen=True, slots=True)
class Part:
    """One part, open for reading."""

    name: str
    folder: Path
    info: PartInfo
    store: PartStore
    columns: Columns
    phrases: Phrases
    times_named: TimesNamed
    vectors: Mapping[Lang, Vectors]  # all rows, also of documents that are gone; empty where they were not opened

    @classmethod
    def open(cls, index_dir: Path, name: str, *, vectors: bool = True) -> Part:
        """The caller has compared the checksums. Raises IndexCorrupt."""
        folder = folder_of(index_dir, name)
        info = read_info(folder)
        opened = {lang: _vectors(folder, info, lang) for lang in LANGS} if vectors else {}
        texts, named = _phrases(folder, info), _times_named(folder)
        return cls(name, folder, info, read_store(folder), read_columns(folder), texts, named, opened)

    @property
    def read_in_places(self) -> tuple[Blocks, ...]:
        """Its files that are compared where they are read."""
        mapped = [each.blocks for each in self.vectors.values() if each.blocks]
        return (self.store.file, *self.phrases.files, *mapped)

    @property
    def vector_index(self) -> Method:
        """How the vectors of its larger language are searched."""
        return "exact" if not any(coarse_name(lang) in self.info.files for lang in LANGS) else "ivf-pq"

    def rows_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Passage rows int64, ascending, of those of the documents that are in this part."""
        first, end = self.info.numbers
        own = numbers[(numbers >= first) & (numbers < end)]
        found = [np.arange(rows.start, rows.stop) for rows in map(self.store.rows_of, own.tolist())]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *found]))


def read_store(folder: Path) -> PartStore:
    """The caller has compared the checksums. Raises IndexCorrupt."""
    try:
        return PartStore(folder)
    except (OSError, ValueError, KeyError):
        raise corrupt(folder / PLACES, "does not say where the texts stand", "ไม่มีตำแหน่งข้อความที่อ่านได้") from None


def read_columns(folder: Path) -> Columns:
    """The caller has compared the checksum. Raises IndexCorrupt."""
    try:
        return columns.read(folder / COLUMNS)
    except (OSError, ValueError, KeyError):
        raise corrupt(folder / COLUMNS, "holds no columns", "ไม่มีข้อมูลที่อ่านได้") from None


def _phrases(folder: Path, info: PartInfo) -> Phrases:
    try:
        found = Phrases.open(folder)
    except (OSError, ValueError):
        raise corrupt(folder / phrases.TEXT, "holds no text of passages", "ไม่มีข้อความของตอนที่อ่านได้") from None
    if found.count != info.end_row - info.first_row:
        raise corrupt(folder / phrases.TEXT, "does not hold as many passages as the part", "มีจำนวนตอนไม่ตรงกับส่วนของดัชนี")
    return found


def _times_named(folder: Path) -> TimesNamed:
    try:
        return times_named.read(folder)
    except (OSError, ValueError):
        raise corrupt(folder / times_named.FILE, "does not say which passages name a year", "ไม่มีข้อมูลปีที่อ่านได้") from None


def _vectors(folder: Path, info: PartInfo, lang: Lang) -> Vectors:
    first, end = info.rows[lang]
    coarse = folder / coarse_name(lang) if coarse_name(lang) in info.files else None
    found = Vectors.open(folder / vectors_name(lang), coarse, first)
    if found.count != end - first:
        raise corrupt(folder / vectors_name(lang), "does not hold as many vectors as the part has passages", "มีจำนวนเวกเตอร์ไม่ตรงกับจำนวนตอน")
    return found
