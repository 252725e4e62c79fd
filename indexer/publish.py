"""Write one generation beside the current one and publish it in a single step."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index import generations, manifest, statistics, store
from kb.index.generations import Generation
from kb.index.manifest import Manifest
from kb.index.reader import STATISTICS, STORE, VECTORS, terms_folder
from kb.index.statistics import SimilarityStatistics
from kb.index.store import Sentence, SentenceTwin
from kb.index.terms import TermIndex
from kb.index.vectors import Vectors
from kb.types import LANGS, Document, Lang, Passage

KEPT_GENERATIONS = 2  # the current one, and the one before for readers that are just opening it


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a generation holds, in row order (language, document, position)."""

    documents: Sequence[Document]
    passages: Sequence[tuple[int, Passage]]  # (position of its document in `documents`, passage)
    terms: Sequence[Sequence[str]]  # for each passage
    cuts: Sequence[bytes]  # for each passage: its words, see kb.text.cuts
    vectors: NDArray[np.float32]  # (n, dim)
    sentences: Sequence[Sequence[Sentence]]  # for each passage
    twins: Sequence[SentenceTwin]  # of the sentences of translation pairs
    resources: dict[str, Any]  # JSON: what the search needs to read a question as the passages were read

    def span(self, lang: Lang) -> tuple[int, int]:
        rows = [row for row, (_, passage) in enumerate(self.passages) if passage.lang == lang]
        return (rows[0], rows[-1] + 1) if rows else (0, 0)


def publish(index_dir: Path, contents: Contents, draft: Manifest) -> Generation:
    """Write all files, then make them current. `draft` says what made the contents; generation, rows and files are filled in here.

    A killed or failing writer leaves the current generation as it was.
    """
    remove_litter(index_dir)
    folder = index_dir / generations.next_name(index_dir)
    folder.mkdir(parents=True)
    try:
        _write(folder, contents)
        files = {p.relative_to(folder).as_posix(): manifest.stamp(p) for p in sorted(folder.rglob("*")) if p.is_file()}
        rows: dict[str, tuple[int, int]] = {lang: contents.span(lang) for lang in LANGS}
        created = datetime.now(UTC).isoformat(timespec="seconds")
        generation = Generation(folder, replace(draft, generation=folder.name, created=created, rows=rows, files=files))
        generations.publish(index_dir, generation)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    remove_litter(index_dir)
    return generation


def _write(folder: Path, contents: Contents) -> None:
    passages = list(zip(contents.passages, contents.cuts, strict=True))
    store.write(folder / STORE, contents.documents, passages, contents.sentences, contents.resources, contents.twins)
    Vectors.build(contents.vectors).write(folder / VECTORS)
    spans = {lang: contents.span(lang) for lang in LANGS}
    fitted: dict[str, SimilarityStatistics] = {lang: SimilarityStatistics.fit(contents.vectors[a:b]) for lang, (a, b) in spans.items()}
    generations.write_synced(folder / STATISTICS, statistics.dump(fitted))
    for lang, (first, end) in spans.items():
        TermIndex.write(folder / terms_folder(lang), ((row, contents.terms[row]) for row in range(first, end)))


def remove_litter(index_dir: Path) -> None:
    """Delete generations that a killed writer left behind and old ones beyond KEPT_GENERATIONS. Call with the writer's lock held."""
    try:
        current = generations.current(index_dir).folder.name
    except Exception:
        # Without a readable pointer nobody can say which folder is litter; deleting waits for the next good generation.
        return
    folders = sorted(p for p in index_dir.glob(generations.PREFIX + "*") if p.is_dir())
    keep = {p.name for p in folders if p.name <= current and (p / manifest.FILE_NAME).exists()}
    for folder in folders:
        if folder.name not in set(sorted(keep)[-KEPT_GENERATIONS:]):
            shutil.rmtree(folder, ignore_errors=True)
