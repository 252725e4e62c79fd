"""content/ -> documents -> passages -> terms and vectors -> parts -> a published generation: the one path, in order.

Documents that stand in a part of the published generation stay where they are. What is new or has changed is read, goes into new parts
(finished one by one, so that an interrupted run goes on after the last of them), and a new generation names the parts that count.
"""

from __future__ import annotations

import hashlib
import os
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from indexer import batches, collection, compaction, publish, reading, semantic_map, standing, unchanged
from indexer.batches import Maker
from indexer.engines import target
from indexer.folder import Folder
from indexer.history import History
from indexer.lock import writer_lock
from indexer.memory import Memory
from indexer.parts import Numbers
from indexer.standing import Record, Standing
from kb import __version__
from kb import passages as splitter
from kb.documents import Loaded
from kb.embedding import Embedder
from kb.errors import ContentFault, IndexProblem, Message
from kb.index import generations, manifest, part
from kb.index.generations import Generation
from kb.index.manifest import Manifest, ModelStamp
from kb.index.part import MadeBy, Part
from kb.index.reader import open_columns, open_store, resource
from kb.index.semantic_map import SemanticMap
from kb.index.vectors import Choice
from kb.problems import order
from kb.text.analyzer import Analyzer, engine, shared
from kb.text.glossary import Glossary
from kb.text.word_counts import Counting
from kb.types import Document, Problem

GLOSSARY = "glossary.tsv"
WHOLE = 2_000  # passages up to which an index is made as one part: quicker than to tell what of it can stay
TYPICAL = 8  # passages of a document, for an estimate
Stage = Callable[[str, int, int], None]  # (name of the stage, done, total)


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of the indexer did."""

    manifest: Manifest
    problems: tuple[Problem, ...]
    embedded: int  # texts (passages and their sentences) whose vector was computed in this run
    reused: int  # texts whose vector was at hand
    published: bool  # False: nothing had changed
    reason: (
        str  # why everything was made anew: "", "rebuild", "model", "analyzer", "version", "damaged"; "engine": only what the engine holds
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The folder as it is now, and what stands of it in the index."""

    documents: Sequence[Document]  # those that stand in a part may come without their text
    loaded: Mapping[str, Loaded]  # path -> what its file gave
    problems: tuple[Problem, ...]
    glossary: Glossary
    words: frozenset[str]  # domain_words of both
    standing: Standing
    made_by: MadeBy
    in_files: frozenset[str]  # paths of documents that are what their file holds, and not its last good version
    affected: frozenset[str] | None  # paths of files of which anything may have changed since the published generation; None: any


def build(
    content_dir: Path,
    index_dir: Path,
    embedder: Embedder,
    on_progress: Stage,
    rebuild: bool = False,
    memory: Memory | None = None,
    vector_index: Choice = "auto",
    engine: str = "local",
    saved: Collection[str] | None = None,
    by_times: bool = False,
) -> Report:
    """Bring the index up to date with the folder. Faulty files are left out and reported; the others are indexed.

    `memory`: of the run before in this process, if there was one; `engine`: as in kb.settings; `saved`: paths in the folder, where it is
    known that nothing but these was written, renamed or deleted since that run (indexer.watching); `by_times`: no file is opened where
    sizes, times and inodes say that none has changed (indexer.unchanged). Raises ContentFault (no such folder),
    IndexLocked, EngineUnreachable, SettingsError, OSError; the current generation stays as it was.
    """
    if not content_dir.is_dir():
        raise _no_folder(content_dir)
    index_dir.mkdir(parents=True, exist_ok=True)
    memory = memory or Memory()
    memory.begin()
    with writer_lock(index_dir):
        standing.remove_unfinished(index_dir)
        stamp = None if saved is not None else unchanged.look(content_dir)
        if by_times and stamp and not rebuild and (done := _unchanged_since(index_dir, embedder, stamp, engine)):
            return done
        found = _find(content_dir, index_dir, embedder, on_progress, rebuild, memory, saved)
        draft = _draft(found, shared(found.words), embedder)
        old = found.standing.generation
        reason = "damaged" if found.standing.damaged else _reason(old.manifest if old else None, draft, rebuild)
        same = old if old and not reason and old.manifest.content_digest == draft.content_digest else None
        if same and target.holds(same, engine):
            memory.now_indexed(same.manifest)
            publish.remove_litter(index_dir)  # of a run that was killed when it had published
            batches.forget(index_dir)
            _keep(index_dir, stamp, found)
            return Report(same.manifest, found.problems, 0, same.manifest.passages, False, "")
        aim = target.of(engine, index_dir, draft.model, lambda done, total: on_progress("send", done, total))
        maker = _maker(content_dir, index_dir, found, embedder, memory, vector_index)
        contents = publish.as_published(same, found.standing.parts) if same else _contents(found, maker, on_progress)
        memory.known.written = publish.publish(index_dir, contents, draft, None if reason else old, aim).manifest
        memory.now_indexed(memory.known.written)
        maker.forget()
        _keep(index_dir, stamp, found)
        return Report(memory.known.written, found.problems, maker.computed, maker.reused, True, "engine" if same else reason)


def _unchanged_since(index_dir: Path, embedder: Embedder, stamp: unchanged.Stamp, engine: str) -> Report | None:
    """What the last run said, if nothing can have changed since and its index is whole."""
    problems = unchanged.known(index_dir, stamp, _made_by(embedder))
    if problems is None:
        return None
    try:
        generation = generations.current(index_dir)
        generations.verify(generation)
    except IndexProblem:
        return None
    made = generation.manifest
    return Report(made, problems, 0, made.passages, False, "") if target.holds(generation, engine) else None


def _keep(index_dir: Path, stamp: unchanged.Stamp | None, found: _Found) -> None:
    if stamp:
        unchanged.keep(index_dir, stamp, replace(found.made_by, words=""), found.problems)


def _made_by(embedder: Embedder) -> MadeBy:
    """Without the words of a collection."""
    return MadeBy(manifest.FORMAT, __version__, embedder.digest, splitter.DEFAULT_LIMIT, engine(), "")


def warm_up(content_dir: Path, index_dir: Path, embedder: Embedder, memory: Memory) -> None:
    """Fill `memory` with what a build needs, so that the first build with it is as quick as those that follow.

    Raises IndexLocked, OSError.
    """
    with writer_lock(index_dir):
        found = _find(content_dir, index_dir, embedder, lambda *_: None, False, memory)
        if _is_small(found, {}):
            _maker(content_dir, index_dir, found, embedder, memory, "exact").whole(found.documents, lambda _: None)


def _maker(content_dir: Path, index_dir: Path, found: _Found, embedder: Embedder, memory: Memory, choice: Choice) -> Maker:
    return Maker(
        content_dir=content_dir,
        index_dir=index_dir,
        words=found.words,
        analyzer=shared(found.words),
        embedder=embedder,
        glossary=found.glossary,
        memory=memory,
        choice=choice,
        made_by=found.made_by,
        standing=found.standing,
        loaded=found.loaded,
        in_files=found.in_files,
        times=History(found.standing.columns(memory.known), content_dir),
    )


def _find(
    content_dir: Path,
    index_dir: Path,
    embedder: Embedder,
    on_progress: Stage,
    rebuild: bool,
    memory: Memory,
    saved: Collection[str] | None = None,
) -> _Found:
    made_by = _made_by(embedder)
    stands = Standing.of(index_dir, memory.known)
    stands = replace(stands, parts=()) if rebuild else stands.made_alike(made_by, memory.known)
    read, affected = _read(content_dir, stands, memory, on_progress, saved)
    glossary, faults = Glossary.load(content_dir / GLOSSARY)
    kept = _last_good_versions(stands.generation, content_dir, read) if stands.generation and not rebuild else []
    documents = (*read.documents, *kept)
    words = frozenset(domain_words(documents, glossary))
    loaded = ChainMap({document.path: Loaded(document, ()) for document in kept}, dict(read.loaded))
    more = (*faults, *map(_kept_problem, kept))
    problems = tuple(sorted((*read.problems, *more), key=order)) if more else read.problems
    known = hashlib.sha256("\n".join(sorted(words)).encode()).hexdigest()
    in_files = frozenset(document.path for document in read.documents)
    return _Found(documents, loaded, problems, glossary, words, stands, replace(made_by, words=known), in_files, affected)


def _read(
    content_dir: Path, stands: Standing, memory: Memory, on_progress: Stage, saved: Collection[str] | None
) -> tuple[collection.Collection, frozenset[str] | None]:
    """The whole folder, or what is known of it with what was saved since; and the files that this may have changed, if that can be told."""
    if memory.folder and saved is not None:
        affected = memory.folder.update(saved, memory.loading(stands))
        if affected is not None:
            memory.unpublished |= affected
            same = stands.generation is not None and stands.generation.manifest == memory.indexed
            return memory.folder.found, frozenset(memory.unpublished) if same else None
    found = collection.read_by(content_dir, lambda paths: _load_all(content_dir, paths, stands, memory, on_progress))
    memory.folder = Folder(content_dir, found)
    return found, None


def _load_all(root: Path, paths: Sequence[str], stands: Standing, memory: Memory, on_progress: Stage) -> Iterator[Loaded]:
    """What stands is not read again. New files are read on all cores where they are many, and then come without their text."""
    new = [path for path in paths if path not in stands.records]
    load = memory.loading(stands)
    if TYPICAL * len(new) <= WHOLE:
        for done, path in enumerate(paths, start=1):
            yield load(root, root / path)
            on_progress("read", done, len(paths))
        return
    others = reading.load(root, new, os.cpu_count() or 1)
    for done, path in enumerate(paths, start=1):
        yield next(others) if path not in stands.records else load(root, root / path)
        on_progress("read", done, len(paths))


def _no_folder(content_dir: Path) -> ContentFault:
    return ContentFault(
        Message(
            f"{content_dir}: there is no such folder. Set KB_CONTENT_DIR to the folder that holds the Markdown files.",
            f"{content_dir}: ไม่มีโฟลเดอร์นี้ โปรดตั้ง KB_CONTENT_DIR ให้ชี้ไปยังโฟลเดอร์ที่มีไฟล์ Markdown",
        )
    )


def _reason(old: Manifest | None, draft: Manifest, rebuild: bool) -> str:
    """Why nothing of the current generation can stay; "" if something can."""
    if rebuild or old is None:
        return "rebuild" if rebuild else ""
    checks = {
        "model": old.model.digest != draft.model.digest,
        "analyzer": engine(old.analyzer) != engine(draft.analyzer),
        "version": (old.passage_limit, old.version) != (draft.passage_limit, draft.version),
    }
    return next((name for name, failed in checks.items() if failed), "")


def _last_good_versions(old: Generation, content_dir: Path, found: collection.Collection) -> list[Document]:
    """An editor's slip takes no document away: files that have errors now stay in the index as they were when they were good."""
    broken = {p.path for p in found.problems if p.severity == "error"} - {d.path for d in found.documents}
    if not broken:
        return []
    present = {(d.id, d.lang) for d in found.documents}
    known, store = open_columns(old), open_store(old)
    places = sorted(at for path in broken if (at := known.by_path.get(path)) is not None)
    kept = [store.document(int(known.number[at])) for at in places]
    return [d for d in kept if (d.id, d.lang) not in present and (content_dir / d.path).exists()]


def _kept_problem(document: Document) -> Problem:
    message = Message(
        "the file has errors now: its last good version stays searchable until they are corrected.",
        "ไฟล์นี้มีข้อผิดพลาด ฉบับล่าสุดที่ถูกต้องจะยังค้นหาได้จนกว่าจะแก้ไข",
    )
    return Problem(document.path, 0, "warning", "last-good-version", message)


# What goes where


def _contents(found: _Found, maker: Maker, on_progress: Stage) -> publish.Contents:
    """Makes the parts that are missing, and says which documents of which parts count."""
    staying = _staying(found, maker.analyzer)
    if _is_small(found, staying):
        staying = {}
        first = Numbers(0, 0)
        names = [maker.make_whole(found.documents, _progress(on_progress, len(found.documents)))] if found.documents else []
        for name in names:
            publish.remove_superseded(maker.index_dir, name)
    else:
        changed = [document for document in found.documents if document.path not in staying]
        held = {record.part.name for record in staying.values()}
        first = found.standing.numbers() if held else Numbers(0, 0)
        names = [each.name for each in found.standing.parts if each.name in held]
        names += maker.make(changed, first, _progress(on_progress, len(changed)))
    opened = [maker.memory.known.part(maker.index_dir, name) for name in names]
    held = {record.part.name for record in staying.values()}
    gone = _gone([each for each in opened if each.name in held], {record.number for record in staying.values()})
    opened, gone = _compacted(maker, opened, gone, first, on_progress)
    return publish.Contents(opened, gone, _resources(found, opened, gone, _drawn(found) if held else None))


def _drawn(found: _Found) -> SemanticMap | None:
    """The map of the generation before."""
    old = found.standing.generation
    return SemanticMap.from_json(resource(old.folder, "semantic_map")) if old else None


def _progress(on_progress: Stage, total: int) -> batches.Progress:
    return lambda done: on_progress("index", int(done), total)


def _staying(found: _Found, analyzer: Analyzer) -> dict[str, Record]:
    """Path -> where it stands, of the documents that stay there. The versions of a document stay together or not at all: each knows what
    the other says."""
    recut = _cut_otherwise(found, analyzer)
    known = found.standing.records
    if found.affected is None or recut:
        return _unchanged(found, found.documents, known, recut)
    # What a save cannot have changed stays where it stood.
    ids = {known[path].document.id for path in found.affected if path in known}
    ids |= {document.id for document in found.documents if document.path in found.affected}
    looked_at = [document for document in found.documents if document.id in ids]
    near = {path: record for path, record in known.items() if record.document.id in ids}
    rest = {path: record for path, record in known.items() if path not in near}
    return rest | _unchanged(found, looked_at, near, recut)


def _unchanged(
    found: _Found, documents: Iterable[Document], known: Mapping[str, Record], recut: Collection[tuple[str, int]]
) -> dict[str, Record]:
    """known: all records with an id of one of the documents."""
    published = set(found.standing.generation.manifest.parts) if found.standing.generation else set()
    then: dict[str, set[str]] = {}
    for path, record in known.items():
        then.setdefault(record.document.id, set()).add(path)
    now: dict[str, list[Document]] = {}
    for document in documents:
        now.setdefault(document.id, []).append(document)
    staying: dict[str, Record] = {}
    for id_, group in now.items():
        records = [known.get(document.path) for document in group]
        same = all(r is not None and _same(r, d) and (r.part.name, r.number) not in recut for r, d in zip(records, group, strict=True))
        together = len({r.part.name for r in records if r}) == 1
        current = all(r.part.name in published or r.part.info.made_by.words == found.made_by.words for r in records if r)
        if same and together and current and then[id_] == {document.path for document in group}:
            staying |= {r.document.path: r for r in records if r}
    return staying


def _same(record: Record, document: Document) -> bool:
    old = record.document
    return (old.id, old.lang, old.digest) == (document.id, document.lang, document.digest)


def _cut_otherwise(found: _Found, analyzer: Analyzer) -> set[tuple[str, int]]:
    """(part, number) of published documents that hold a word that has become one, or is none any more, since they were segmented."""
    generation = found.standing.generation
    if generation is None or not found.standing.records:
        return set()
    before = shared(frozenset(resource(generation.folder, "domain_words"))).segmenter.own
    differing = before ^ analyzer.segmenter.own
    parts_ = [each for each in found.standing.parts if each.name in generation.manifest.parts]
    return {(each.name, number) for each in parts_ for number in each.store.documents_holding(differing)}


def _is_small(found: _Found, staying: Mapping[str, Record]) -> bool:
    standing_passages = sum(len(record.rows) for record in staying.values())
    return standing_passages + TYPICAL * (len(found.documents) - len(staying)) <= WHOLE


def _gone(parts_: Iterable[Part], alive: Collection[int]) -> set[int]:
    """Numbers of documents of these parts that do not count any more."""
    kept = np.fromiter(alive, np.int64, len(alive))
    return {number for each in parts_ for number in np.setdiff1d(each.store.ranges()[:, 0], kept, assume_unique=True).tolist()}


def _compacted(maker: Maker, opened: list[Part], gone: set[int], first: Numbers, on_progress: Stage) -> tuple[list[Part], set[int]]:
    """The parts, of which some may have been joined to one, and what is gone of them."""
    while picked := compaction.chosen([compaction.alive(each, gone) for each in opened]):
        numbers = first.past(opened)
        name = compaction.join(
            maker.index_dir, picked, numbers, maker.made_by, maker.choice, lambda done, total: on_progress("compact", done, total)
        )
        joined = {each.part.name for each in picked}
        opened = [*(each for each in opened if each.name not in joined), maker.memory.known.part(maker.index_dir, name)]
        gone = gone & {number for each in opened for number in each.store.ranges()[:, 0].tolist()}
    return opened, gone


def _resources(found: _Found, opened: Sequence[Part], gone: set[int], drawn: SemanticMap | None) -> dict[str, Any]:
    counting = Counting()
    for each in opened:
        counting.add_counts(orjson.loads((each.folder / part.WORDS).read_bytes()))
    return {
        "domain_words": sorted(found.words),
        "glossary": found.glossary.to_json(),
        "word_counts": counting.bounded().to_json(),
        "semantic_map": semantic_map.of_parts([compaction.alive(each, gone) for each in opened], drawn),
    }


def domain_words(documents: Iterable[Document], glossary: Glossary) -> set[str]:
    """Names and terms that the segmenter must not cut: the glossary's, and those in the documents' headers."""
    words = set(glossary.words())
    for document in documents:
        words.update(document.cities, document.organisations, document.aliases)
        for person in (*document.people, *document.participants):
            words.update((person.name, person.organisation), person.aliases)
    return {word for word in words if word}


def _draft(found: _Found, analyzer: Analyzer, embedder: Embedder) -> Manifest:
    return Manifest(
        format=manifest.FORMAT,
        generation="",
        created="",
        model=ModelStamp(embedder.name, embedder.digest, embedder.dim),
        analyzer=analyzer.fingerprint,
        passage_limit=splitter.DEFAULT_LIMIT,
        version=__version__,
        content_digest=content_digest(found.documents, found.glossary),
        documents=len(found.documents),
        subjects=len({document.id for document in found.documents}),
        passages_in={},
        parts=(),
        vector_index={},
        stale_passages=0,
        files={},
    )


def expected_digest(generation: Generation, content_dir: Path, found: collection.Collection, glossary: Glossary) -> str:
    """The content digest of an index that `build` would make of this folder now, with `generation` to build upon."""
    return content_digest((*found.documents, *_last_good_versions(generation, content_dir, found)), glossary)


def content_digest(documents: Iterable[Document], glossary: Glossary) -> str:
    """Of a set: the sum of the digests of its members (Bellare & Micciancio, A new paradigm for collision-free hashing, 1997)."""
    total = sum(_member(d.path, d.id, d.lang, d.digest) for d in documents)
    return hashlib.sha256(f"{total % (1 << 256)}\n{glossary.to_json()}".encode()).hexdigest()


@lru_cache(maxsize=1 << 17)  # one run in this process asks what the one before did
def _member(*names: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).digest())
