"""Open a published generation for reading."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Embedder
from kb.errors import Lang
from kb.index import columns, generations, part, statistics
from kb.index.columns import Columns
from kb.index.engine import Engine
from kb.index.generations import Generation
from kb.index.local import LocalEngine
from kb.index.manifest import FileStamp, Manifest, corrupt, mismatch
from kb.index.part import FOR_INDEXER, Part
from kb.index.statistics import SimilarityStatistics
from kb.index.store import PartStore, Section, Store
from kb.index.terms import TermIndex
from kb.index.vectors import Vectors
from kb.text.analyzer import Analyzer
from kb.types import LANGS

STATISTICS, GONE = "statistics.npz", "gone.npy"
RESOURCES = ("domain_words", "glossary", "word_counts", "semantic_map")  # each a JSON file


@dataclass(frozen=True, slots=True)
class Index:
    """One generation, open."""

    folder: Path
    manifest: Manifest
    parts: tuple[Part, ...]
    store: Store
    columns: Columns
    engine: Engine
    statistics: dict[Lang, SimilarityStatistics]

    def rows_in(self, lang: Lang, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the rows that are passages of a language, in their order."""
        spans = [part.info.rows[lang] for part in self.parts]
        return rows[np.any([(rows >= first) & (rows < end) for first, end in spans], axis=0)] if spans else rows[:0]

    def resource(self, name: str) -> Any:
        """One of RESOURCES: what the search needs to read a question as the passages were read."""
        return resource(self.folder, name)


def resource(folder: Path, name: str) -> Any:
    """One of RESOURCES of the generation in a folder."""
    return json.loads((folder / f"{name}.json").read_bytes())


def open_store(generation: Generation) -> Store:
    """The documents of a generation alone. The caller has compared the checksums."""
    index_dir, gone = generation.folder.parent, np.load(generation.folder / GONE, allow_pickle=False)
    parts = [(part.read_info(part.folder_of(index_dir, name)), part.folder_of(index_dir, name)) for name in generation.manifest.parts]
    return Store([Section(info.first_row, info.numbers[0], PartStore(folder / part.STORE)) for info, folder in parts], gone.tolist())


def open_columns(generation: Generation) -> Columns:
    """As `open_store`."""
    index_dir, gone = generation.folder.parent, np.load(generation.folder / GONE, allow_pickle=False)
    return columns.join([part.read_columns(part.folder_of(index_dir, name)) for name in generation.manifest.parts], gone.tolist())


def check_made_by(folder: Path, made: Manifest, embedder: Embedder, analyzer: Analyzer) -> None:
    """Raises IndexMismatch unless this model and this tokeniser made the index."""
    if made.model.digest != embedder.digest:
        raise mismatch(folder, f"model {made.model.name} ({made.model.digest[:12]})", f"model {embedder.name} ({embedder.digest[:12]})")
    if made.analyzer != analyzer.fingerprint:
        raise mismatch(folder, f"tokeniser {made.analyzer}", f"tokeniser {analyzer.fingerprint}")


def terms_folder(lang: Lang) -> str:
    return f"terms-{lang}"


def open_index(index_dir: Path, written_here: Manifest | None = None, before: Index | None = None) -> Index:
    """Raises IndexMissing, IndexCorrupt (naming the file) or IndexMismatch (another format).

    written_here: of a generation that this process has just written; its checksums are not compared again. before: a generation of the
    same index that is open; the parts that both hold are not opened and compared again.
    """
    generation = generations.current(index_dir)
    known = {part.name: part for part in before.parts} if before and before.folder.parent == index_dir else {}
    if generation.manifest != written_here:
        generations.verify_files(index_dir, _unseen(generation.manifest, known))
    return _opened(index_dir, generation.folder, generation.manifest, known)


def _unseen(manifest: Manifest, known: Collection[str]) -> dict[str, FileStamp]:
    """Files that a reader opens and that are not open already."""
    found = {Path(name): each for name, each in manifest.files.items()}
    return {path.as_posix(): each for path, each in found.items() if path.parts[1] not in known and not FOR_INDEXER.fullmatch(path.name)}


def _opened(index_dir: Path, folder: Path, manifest: Manifest, known: Mapping[str, Part]) -> Index:
    parts = tuple(known.get(name) or Part.open(index_dir, name) for name in manifest.parts)
    gone: NDArray[np.int64] = np.load(folder / GONE, allow_pickle=False)
    stats = statistics.parse((folder / STATISTICS).read_bytes())
    alive = [_without(part, gone) for part in parts]
    store = Store([Section(part.info.first_row, part.info.numbers[0], part.store) for part in parts], gone.tolist())
    engine = LocalEngine(
        manifest.model.dim,
        manifest.passages_in,
        {lang: [each[lang] for each in alive if each[lang].count] for lang in LANGS},
        {lang: TermIndex.read(folder / terms_folder(lang)) for lang in LANGS},
    )
    _check_counts(folder, manifest, engine)
    joined = columns.join([each.columns for each in parts], gone.tolist())
    return Index(folder, manifest, parts, store, joined, engine, {lang: stats[lang] for lang in LANGS})


def _without(part: Part, gone: NDArray[np.int64]) -> dict[Lang, Vectors]:
    """The part's vectors by language; those of documents that are gone are not found."""
    dead = part.rows_of(gone)
    if len(dead) == 0:
        return dict(part.vectors)
    return {lang: each.with_dead(dead[(dead >= each.first) & (dead < each.end)]) for lang, each in part.vectors.items()}


def _check_counts(folder: Path, manifest: Manifest, engine: LocalEngine) -> None:
    for lang in LANGS:
        alive = sum(each.alive for each in engine.parts[lang])
        if alive != manifest.passages_in.get(lang) or alive != engine.terms[lang].count:
            stated, held = manifest.passages_in.get(lang), f"{alive} vectors, {engine.terms[lang].count} texts"
            en = f"states {stated} passages in {lang}, and there are {held}"
            th = f"ระบุตอนภาษา {lang} จำนวน {stated} แต่มี {held}"
            raise corrupt(folder / "manifest.json", en, th)
        if any(each.dim != manifest.model.dim for each in engine.parts[lang]):
            raise corrupt(folder / "manifest.json", "does not state the length of the vectors", "ระบุขนาดเวกเตอร์ไม่ตรงกับข้อมูล")
