"""content/ -> documents -> passages -> terms and vectors -> a published generation: the one path, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import collection, history, publish, semantic_map
from indexer.embeddings import Embedded, EmbeddingCache, embed, text_digest
from indexer.lock import writer_lock
from indexer.memory import Memory, Words
from indexer.twins import Finder
from kb import __version__
from kb import passages as splitter
from kb.embedding import Embedder
from kb.errors import ContentFault, IndexMissing, IndexProblem, Message
from kb.index import generations, manifest
from kb.index.generations import Generation
from kb.index.history import History
from kb.index.manifest import Manifest, ModelStamp
from kb.index.reader import STORE
from kb.index.store import Sentence, Store
from kb.text import lexicon
from kb.text.analyzer import Analyzer, shared
from kb.text.glossary import Glossary
from kb.text.word_counts import Counting, WordCounts
from kb.types import LANGS, Document, Passage, Problem

GLOSSARY = "glossary.tsv"
Stage = Callable[[str, int, int], None]  # (name of the stage, done, total)


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of the indexer did."""

    manifest: Manifest
    problems: tuple[Problem, ...]
    embedded: int  # texts (passages and their sentences) whose vector was computed in this run
    reused: int  # texts whose vector was at hand
    published: bool  # False: nothing had changed
    reason: str  # why everything was made anew: "", "rebuild", "model", "analyzer", "version", "damaged"


@dataclass(frozen=True, slots=True)
class _Work:
    """What a generation is made of, and with what."""

    documents: Sequence[Document]
    glossary: Glossary
    words: frozenset[str]  # domain_words of both
    analyzer: Analyzer  # with these words
    embedder: Embedder
    memory: Memory

    @classmethod
    def of(cls, documents: Sequence[Document], glossary: Glossary, embedder: Embedder, memory: Memory) -> _Work:
        words = frozenset(domain_words(documents, glossary))
        return cls(documents, glossary, words, shared(words), embedder, memory)


def build(
    content_dir: Path, index_dir: Path, embedder: Embedder, on_progress: Stage, rebuild: bool = False, memory: Memory | None = None
) -> Report:
    """Bring the index up to date with the folder. Faulty files are left out and reported; the others are indexed.

    `memory`: of the run before in this process, if there was one. Raises ContentFault (no such folder), IndexLocked, OSError; the
    current generation stays as it was.
    """
    if not content_dir.is_dir():
        raise _no_folder(content_dir)
    index_dir.mkdir(parents=True, exist_ok=True)
    memory = memory or Memory()
    memory.begin()
    with writer_lock(index_dir):
        found = collection.read(content_dir, lambda done, total: on_progress("read", done, total), memory.load)
        glossary, faults = Glossary.load(content_dir / GLOSSARY)
        old, damaged = _existing(index_dir, memory.written)
        kept = _last_good_versions(old, content_dir, found) if old and not rebuild else []
        documents = (*found.documents, *kept)
        problems = tuple(sorted((*found.problems, *faults, *map(_kept_problem, kept)), key=lambda p: (p.path, p.line)))
        work = _Work.of(documents, glossary, embedder, memory)
        draft = _draft(documents, glossary, work.analyzer, embedder)
        reason = "damaged" if damaged else _reason(old.manifest if old else None, draft, rebuild)
        if old and not reason and old.manifest.content_digest == draft.content_digest:
            return Report(old.manifest, problems, 0, old.manifest.passages, False, "")
        contents, vectors, texts = _contents(
            work, index_dir, on_progress, history.carry(old, documents, content_dir), fresh=reason == "rebuild"
        )
        memory.written = publish.publish(index_dir, contents, draft).manifest
        _forget_unused(index_dir, embedder, texts)
        return Report(memory.written, problems, vectors.computed, vectors.reused, True, reason)


def warm_up(content_dir: Path, index_dir: Path, embedder: Embedder, memory: Memory) -> None:
    """Fill `memory` with all but the writing of a build, so that the first build with it is as quick as those that follow.

    Raises IndexLocked, OSError.
    """
    with writer_lock(index_dir):
        documents = collection.read(content_dir, load=memory.load).documents
        glossary, _ = Glossary.load(content_dir / GLOSSARY)
        work = _Work.of(documents, glossary, embedder, memory)
        _contents(work, index_dir, lambda *_: None, history.carry(None, documents, content_dir), fresh=False)


def _no_folder(content_dir: Path) -> ContentFault:
    return ContentFault(
        Message(
            f"{content_dir}: there is no such folder. Set KB_CONTENT_DIR to the folder that holds the Markdown files.",
            f"{content_dir}: ไม่มีโฟลเดอร์นี้ โปรดตั้ง KB_CONTENT_DIR ให้ชี้ไปยังโฟลเดอร์ที่มีไฟล์ Markdown",
        )
    )


def _existing(index_dir: Path, written_here: Manifest | None) -> tuple[Generation | None, bool]:
    """The current generation if it is whole, and whether there is one that is not."""
    try:
        generation = generations.current(index_dir)
        if generation.manifest != written_here:
            generations.verify(generation)
    except IndexMissing:
        return None, False
    except IndexProblem:
        return None, True
    return generation, False


def _reason(old: Manifest | None, draft: Manifest, rebuild: bool) -> str:
    """Why the current generation cannot be built upon; "" if it can."""
    if rebuild or old is None:
        return "rebuild" if rebuild else ""
    checks = {
        "model": old.model.digest != draft.model.digest,
        "analyzer": old.analyzer != draft.analyzer,
        "version": (old.passage_limit, old.version) != (draft.passage_limit, draft.version),
    }
    return next((name for name, failed in checks.items() if failed), "")


def _last_good_versions(old: Generation, content_dir: Path, found: collection.Collection) -> list[Document]:
    """An editor's slip takes no document away: files that have errors now stay in the index as they were when they were good."""
    broken = {p.path for p in found.problems if p.severity == "error"} - {d.path for d in found.documents}
    present = {(d.id, d.lang) for d in found.documents}
    store = Store(old.folder / STORE)
    numbers = [n for n, d in enumerate(store.documents()) if d.path in broken and (d.id, d.lang) not in present]
    return [d for d in map(store.document, numbers) if (content_dir / d.path).exists()]


def _kept_problem(document: Document) -> Problem:
    message = Message(
        "the file has errors now: its last good version stays searchable until they are corrected.",
        "ไฟล์นี้มีข้อผิดพลาด ฉบับล่าสุดที่ถูกต้องจะยังค้นหาได้จนกว่าจะแก้ไข",
    )
    return Problem(document.path, 0, "warning", "last-good-version", message)


def _contents(
    work: _Work, index_dir: Path, on_progress: Stage, times: History, fresh: bool
) -> tuple[publish.Contents, Embedded, list[str]]:
    """What a generation holds, how its texts got their vectors, and these texts."""
    memory, embedder, analyzer, glossary = work.memory, work.embedder, work.analyzer, work.glossary
    ordered = sorted(work.documents, key=lambda d: (LANGS.index(d.lang), d.id))
    passages = [(number, p) for number, document in enumerate(ordered) for p in memory.passages(document, embedder)]
    words, counts = _words([p for _, p in passages], analyzer, on_progress, memory)
    prepared = [memory.embeddable(p) for _, p in passages]
    texts = [*(each.text for each in prepared), *(part for each in prepared for part in each.sentences)]
    vectors = _vectors(index_dir, texts, embedder, on_progress, fresh, memory)
    rows, parts = vectors.rows[: len(passages)], vectors.rows[len(passages) :]
    resources: dict[str, Any] = {"domain_words": sorted(work.words), "glossary": glossary.to_json()}
    resources |= {"word_counts": counts.to_json(), "history": times.to_json()}
    resources |= {"semantic_map": semantic_map.draw(ordered, passages, rows)}
    stored = _sentences([each.spans for each in prepared], parts)
    twins = Finder(analyzer, glossary, lexicon.shipped(), (analyzer.fingerprint, embedder.digest), memory).find(ordered, passages, stored)
    terms, cuts = [each.terms for each in words], [each.cuts for each in words]
    return publish.Contents(ordered, passages, terms, cuts, rows, stored, twins, resources), vectors, texts


def _sentences(spans: Sequence[Sequence[tuple[int, int]]], vectors: NDArray[np.float32]) -> list[list[Sentence]]:
    rest = iter(vectors)
    return [[Sentence(start, end, next(rest)) for start, end in found] for found in spans]


def _words(passages: Sequence[Passage], analyzer: Analyzer, on_progress: Stage, memory: Memory) -> tuple[list[Words], WordCounts]:
    """The words of each passage, and how often they occur in all."""
    found: list[Words] = []
    counting = Counting()
    for done, passage in enumerate(passages, start=1):
        found.append(memory.words(analyzer, passage.embedded_text, len(passage.embedded_text) - len(passage.text)))
        counting.add(found[-1].used)
        on_progress("terms", done, len(passages))
    return found, counting.bounded()


def _vectors(index_dir: Path, texts: Sequence[str], embedder: Embedder, on_progress: Stage, fresh: bool, memory: Memory) -> Embedded:
    path = index_dir / "embeddings.sqlite"
    if fresh:
        memory.vectors.clear()
        path.unlink(missing_ok=True)
    cache = EmbeddingCache(path)
    try:
        return embed(texts, embedder, cache, lambda done, total: on_progress("embed", done, total), memory.vectors)
    finally:
        cache.close()


def _forget_unused(index_dir: Path, embedder: Embedder, texts: Sequence[str]) -> None:
    cache = EmbeddingCache(index_dir / "embeddings.sqlite")
    cache.keep_only(text_digest(embedder, text) for text in texts)
    cache.close()


def domain_words(documents: Iterable[Document], glossary: Glossary) -> set[str]:
    """Names and terms that the segmenter must not cut: the glossary's, and those in the documents' headers."""
    words = set(glossary.words())
    for document in documents:
        people = (*document.people, *document.participants)
        words |= {*document.cities, *document.organisations, *document.aliases}
        words |= {part for person in people for part in (person.name, person.organisation, *person.aliases)}
    return {word for word in words if word}


def _draft(documents: Sequence[Document], glossary: Glossary, analyzer: Analyzer, embedder: Embedder) -> Manifest:
    return Manifest(
        format=manifest.FORMAT,
        generation="",
        created="",
        model=ModelStamp(embedder.name, embedder.digest, embedder.dim),
        analyzer=analyzer.fingerprint,
        passage_limit=splitter.DEFAULT_LIMIT,
        version=__version__,
        content_digest=content_digest(documents, glossary),
        documents=len(documents),
        subjects=len({document.id for document in documents}),
        rows={},
        files={},
    )


def expected_digest(standing: Generation, content_dir: Path, found: collection.Collection, glossary: Glossary) -> str:
    """The content digest of an index that `build` would make of this folder now, with `standing` to build upon."""
    return content_digest((*found.documents, *_last_good_versions(standing, content_dir, found)), glossary)


def content_digest(documents: Iterable[Document], glossary: Glossary) -> str:
    lines = sorted(f"{d.path}\0{d.id}\0{d.lang}\0{d.digest}" for d in documents)
    return hashlib.sha256("\n".join([*lines, str(glossary.to_json())]).encode()).hexdigest()
