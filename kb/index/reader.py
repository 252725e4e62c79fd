"""Open a published generation for reading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.embedding import Embedder
from kb.errors import Lang
from kb.index import generations, statistics
from kb.index.manifest import Manifest, corrupt, mismatch
from kb.index.statistics import SimilarityStatistics
from kb.index.store import Store
from kb.index.terms import TermIndex
from kb.index.vectors import Vectors
from kb.text.analyzer import Analyzer
from kb.types import LANGS

STORE, VECTORS, STATISTICS = "store.sqlite", "vectors.faiss", "statistics.npz"


@dataclass(frozen=True, slots=True)
class Index:
    """One generation, open."""

    folder: Path
    manifest: Manifest
    store: Store
    vectors: Vectors
    terms: dict[Lang, TermIndex]
    statistics: dict[Lang, SimilarityStatistics]

    def span(self, lang: Lang) -> tuple[int, int]:
        """First and end row of the passages of a language."""
        return self.manifest.rows.get(lang, (0, 0))


def check_made_by(folder: Path, made: Manifest, embedder: Embedder, analyzer: Analyzer) -> None:
    """Raises IndexMismatch unless this model and this tokeniser made the index."""
    if made.model.digest != embedder.digest:
        raise mismatch(folder, f"model {made.model.name} ({made.model.digest[:12]})", f"model {embedder.name} ({embedder.digest[:12]})")
    if made.analyzer != analyzer.fingerprint:
        raise mismatch(folder, f"tokeniser {made.analyzer}", f"tokeniser {analyzer.fingerprint}")


def terms_folder(lang: Lang) -> str:
    return f"terms-{lang}"


def open_index(index_dir: Path, written_here: Manifest | None = None) -> Index:
    """Raises IndexMissing, IndexCorrupt (naming the file) or IndexMismatch (another format).

    written_here: of a generation that this process has just written; its checksums are not compared again.
    """
    generation = generations.current(index_dir)
    if generation.manifest != written_here:
        generations.verify(generation)
    folder, manifest = generation.folder, generation.manifest
    vectors = Vectors.read(folder / VECTORS)
    if (vectors.count, vectors.dim) != (manifest.passages, manifest.model.dim):
        raise corrupt(folder / VECTORS, "does not hold as many vectors as the manifest states", "มีจำนวนเวกเตอร์ไม่ตรงกับที่ระบุไว้")
    stats = statistics.parse((folder / STATISTICS).read_bytes())
    return Index(
        folder=folder,
        manifest=manifest,
        store=Store(folder / STORE),
        vectors=vectors,
        terms={lang: TermIndex.read(folder / terms_folder(lang)) for lang in LANGS},
        statistics={lang: stats[lang] for lang in LANGS},
    )
