"""Open a published generation for reading."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from kb.embedding import Embedder
from kb.errors import IndexCorrupt, Lang, Message
from kb.index import blocks, engines, generations, joining, part, statistics
from kb.index.blocks import Blocks
from kb.index.columns import Columns
from kb.index.engine import Engine
from kb.index.generations import Generation
from kb.index.manifest import FileStamp, Manifest, mismatch
from kb.index.part import FOR_INDEXER, VECTORS, Part
from kb.index.statistics import SimilarityStatistics
from kb.index.store import Section, Store
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

    def compare_some(self) -> int:
        """The next 4 MiB at most of what nobody has read and compared yet; the bytes, 0 where nothing is left. What is wrong: `damage`."""
        for each in self._read_in_places():
            try:
                if each.fault is None and (compared := each.check_some()):
                    return compared
            except IndexCorrupt:
                continue
        return 0

    def damage(self) -> dict[str, Message]:
        """Path in the index folder -> what is wrong, of each file that was found damaged since it was opened."""
        root = self.folder.parent
        return {each.path.relative_to(root).as_posix(): each.fault.message for each in self._read_in_places() if each.fault}

    def _read_in_places(self) -> Iterator[Blocks]:
        return (each for part in self.parts for each in part.read_in_places)

    def resource(self, name: str) -> Any:
        """One of RESOURCES: what the search needs to read a question as the passages were read."""
        return resource(self.folder, name)


def resource(folder: Path, name: str) -> Any:
    """One of RESOURCES of the generation in a folder."""
    return orjson.loads((folder / f"{name}.json").read_bytes())


def open_store(generation: Generation) -> Store:
    """The documents of a generation alone. The caller has compared the checksums."""
    index_dir, gone = generation.folder.parent, np.load(generation.folder / GONE, allow_pickle=False)
    parts = [(part.read_info(part.folder_of(index_dir, name)), part.folder_of(index_dir, name)) for name in generation.manifest.parts]
    return Store([Section(info.first_row, info.numbers[0], part.read_store(folder)) for info, folder in parts], gone.tolist())


def open_columns(generation: Generation) -> Columns:
    """As `open_store`."""
    index_dir, gone = generation.folder.parent, np.load(generation.folder / GONE, allow_pickle=False)
    return joining.join([part.read_columns(part.folder_of(index_dir, name)) for name in generation.manifest.parts], gone.tolist())


def check_made_by(folder: Path, made: Manifest, embedder: Embedder, analyzer: Analyzer) -> None:
    """Raises IndexMismatch unless this model and this tokeniser made the index."""
    if made.model.digest != embedder.digest:
        raise mismatch(folder, f"model {made.model.name} ({made.model.digest[:12]})", f"model {embedder.name} ({embedder.digest[:12]})")
    if made.analyzer != analyzer.fingerprint:
        raise mismatch(folder, f"tokeniser {made.analyzer}", f"tokeniser {analyzer.fingerprint}")


def open_index(index_dir: Path, written_here: Manifest | None = None, before: Index | None = None, engine: str = "local") -> Index:
    """Raises IndexMissing, IndexCorrupt (naming the file), IndexMismatch (another format, another engine) or EngineUnreachable.

    written_here: of a generation that this process has just written, or whose checksums it has compared; they are not compared again.
    before: a generation of the same index that is open; the parts that both hold are not opened and compared again. engine: as in
    kb.settings.

    A generation that was replaced and deleted while it was being opened is no fault: the one in its place is opened.
    """
    while True:
        pointer = generations.pointer(index_dir)
        try:
            return _open(index_dir, written_here, before, engine)
        except (IndexCorrupt, OSError, ValueError):
            if generations.pointer(index_dir) in (pointer, b""):
                raise


def _open(index_dir: Path, written_here: Manifest | None, before: Index | None, engine: str) -> Index:
    generation = generations.current(index_dir)
    engines.check_kind(generation, engine)
    alike = before is not None and before.folder.parent == index_dir and before.manifest.engine == generation.manifest.engine
    held = before.parts if before and alike else ()
    known = {part.name: part for part in held if before and generation.manifest.holds_same_part(part.name, before.manifest)}
    if generation.manifest != written_here:
        _compare(index_dir, _unseen(generation.manifest, known))
    return _opened(generation, known, engine, before.engine if before else None)


def check_ahead(index_dir: Path, engine: str = "local") -> Future[Manifest]:
    """Begin to compare the checksums of the published generation, while the caller imports and loads what opening it will need.

    The result says which generation is whole; it raises what open_index raises for one that is not.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="kb-checksums")
    checked = pool.submit(_checked, index_dir, engine)
    pool.shutdown(wait=False)
    return checked


def _checked(index_dir: Path, engine: str) -> Manifest:
    generation = generations.current(index_dir)
    engines.check_kind(generation, engine)
    _compare(index_dir, _unseen(generation.manifest, ()))
    return generation.manifest


def _compare(index_dir: Path, files: Mapping[str, FileStamp]) -> None:
    """Files that are read in places are compared there."""
    generations.verify_files(index_dir, files, blocks.read_in_places(files))


def _unseen(manifest: Manifest, known: Collection[str]) -> dict[str, FileStamp]:
    """Files that a reader opens and that are not open already."""
    found = {Path(name): each for name, each in manifest.files.items()}
    return {path.as_posix(): each for path, each in found.items() if path.parts[1] not in known and not _passed_over(path.name, manifest)}


def _passed_over(name: str, manifest: Manifest) -> bool:
    return bool(FOR_INDEXER.fullmatch(name) or (manifest.engine != "local" and VECTORS.fullmatch(name)))


def _opened(generation: Generation, known: Mapping[str, Part], setting: str, before: Engine | None) -> Index:
    folder, manifest = generation.folder, generation.manifest
    local = manifest.engine == "local"
    parts = tuple(known.get(name) or Part.open(folder.parent, name, vectors=local) for name in manifest.parts)
    gone: NDArray[np.int64] = np.load(folder / GONE, allow_pickle=False)
    stats = statistics.parse((folder / STATISTICS).read_bytes(), SimilarityStatistics)
    store = Store([Section(part.info.first_row, part.info.numbers[0], part.store) for part in parts], gone.tolist())
    engine = engines.open_engine(generation, parts, gone, setting, before)
    joined = joining.join([each.columns for each in parts], gone.tolist())
    return Index(folder, manifest, parts, store, joined, engine, {lang: stats[lang] for lang in LANGS})
