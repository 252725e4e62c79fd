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
from pathlib import Path
from typing import Any

from indexer import batches, collection, compaction, publish, reading, recalled, standing, staying, unchanged
from indexer.batches import Maker
from indexer.engines import target
from indexer.folder import Folder
from indexer.history import History
from indexer.lock import writer_lock
from indexer.memory import Memory
from indexer.parts import Numbers
from indexer.standing import Standing
from indexer.staying import Staying
from indexer.tally import Tally
from indexer.unchanged import Look
from kb import __version__
from kb import passages as splitter
from kb.documents import Loaded
from kb.embedding import Embedder
from kb.errors import ContentFault, IndexProblem, Message
from kb.index import generations, manifest
from kb.index.generations import Generation
from kb.index.manifest import Manifest, ModelStamp
from kb.index.part import MadeBy, Part
from kb.index.reader import open_columns, open_store, resource
from kb.index.semantic_map import SemanticMap
from kb.index.vectors import Choice
from kb.problems import order
from kb.text.analyzer import Analyzer, engine, shared
from kb.text.glossary import Glossary
from kb.types import Document, Problem

GLOSSARY = "glossary.tsv"
LAST_GOOD = "last-good-version"
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
    tally: Tally  # of those that are what their file holds
    kept: Sequence[Document]  # the others: last good versions
    loaded: Mapping[str, Loaded]  # path -> what its file gave
    problems: tuple[Problem, ...]
    glossary: Glossary
    words: frozenset[str]  # domain_words of both
    standing: Standing
    made_by: MadeBy
    changed: frozenset[str] | None  # ids of documents of which anything may have changed since the published generation; None: any


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
        if saved is None:
            memory.forget(Look(content_dir))
        if by_times and not rebuild and (done := _unchanged_since(index_dir, embedder, engine, memory)):
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
            _keep(index_dir, memory, found)
            return Report(same.manifest, found.problems, 0, same.manifest.passages, False, "")
        aim = target.of(engine, index_dir, draft.model, lambda done, total: on_progress("send", done, total))
        maker = _maker(content_dir, index_dir, found, embedder, memory, vector_index)
        contents = publish.as_published(same, found.standing.parts) if same else _contents(found, maker, on_progress)
        # After a save nobody waits until what is old is deleted.
        made = publish.publish(index_dir, contents, draft, None if reason else old, aim, tidy=saved is None)
        memory.known.written = made.manifest
        memory.now_indexed(made.manifest)
        if not same:
            memory.map.published(made)
        maker.forget()
        _keep(index_dir, memory, found)
        return Report(made.manifest, found.problems, maker.computed, maker.reused, True, "engine" if same else reason)


def _unchanged_since(index_dir: Path, embedder: Embedder, engine: str, memory: Memory) -> Report | None:
    """What the last run said, if nothing can have changed since and its index is whole."""
    problems = unchanged.known(index_dir, memory.look.stamp, _made_by(embedder)) if memory.look else None
    if problems is None:
        return None
    try:
        generation = generations.current(index_dir)
        generations.verify(generation)
    except IndexProblem:
        return None
    made = memory.known.written = generation.manifest
    return Report(made, problems, 0, made.passages, False, "") if target.holds(generation, engine) else None


def _keep(index_dir: Path, memory: Memory, found: _Found) -> None:
    if memory.look:
        unchanged.keep(index_dir, memory.look, replace(found.made_by, words=""), found.problems)


def _made_by(embedder: Embedder) -> MadeBy:
    """Without the words of a collection."""
    return MadeBy(manifest.FORMAT, __version__, embedder.digest, splitter.DEFAULT_LIMIT, engine(), "")


def warm_up(content_dir: Path, index_dir: Path, embedder: Embedder, memory: Memory) -> None:
    """Fill `memory` with what a build needs, so that the first build with it is as quick as those that follow. Files are read where the
    last run cannot tell what is in them.

    Raises IndexLocked, OSError.
    """
    with writer_lock(index_dir):
        look, changed = Look(content_dir), frozenset[str]()
        if not memory.holds(look):
            memory.forget(look)
            changed = _recall(content_dir, index_dir, embedder, memory)
        found = _find(content_dir, index_dir, embedder, lambda *_: None, False, memory, changed if memory.folder else None)
        if _is_small(0, len(found.documents)):
            _maker(content_dir, index_dir, found, embedder, memory, "exact").whole(found.documents, lambda _: None)
        elif found.standing.generation:
            made = [each for each in found.standing.parts if each.name in found.standing.published]
            memory.counted.of(made)
            memory.map.recall(found.standing.generation, [compaction.alive(each, found.standing.gone) for each in made])
            found.standing.prepare(memory.known)


def _recall(content_dir: Path, index_dir: Path, embedder: Embedder, memory: Memory) -> frozenset[str]:
    """The folder from the index, as the last run left both of them, if that run can tell; and the paths of what has changed since."""
    made_by = _made_by(embedder)
    seen = unchanged.since(index_dir, memory.look, made_by) if memory.look else None
    if seen is None:
        return frozenset()
    stands, (problems, changed) = Standing.of(index_dir, memory.known).made_alike(made_by, memory.known), seen
    memory.folder = recalled.folder(content_dir, stands, [each for each in problems if not _is_added(each)], memory.loading(stands))
    if memory.folder and stands.generation:
        memory.now_indexed(stands.generation.manifest)
    return frozenset(changed)


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
        kept=frozenset(document.path for document in found.kept),
        times=History(found.standing, memory.known, content_dir),
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
    affected = _read(content_dir, stands, memory, on_progress, saved)
    glossary, faults = Glossary.load(content_dir / GLOSSARY)
    folder = memory.read
    kept = [] if rebuild else _last_good_versions(folder.broken, content_dir, lambda path: _stored(stands, path, memory))
    kept = [document for document in kept if all(each.lang != document.lang for each in folder.of_ids([document.id]))]
    read, words = folder.found, frozenset(folder.tally.names(kept).union(filter(None, glossary.words())))
    loaded = ChainMap({document.path: Loaded(document, ()) for document in kept}, folder.loaded)
    more = (*faults, *map(_kept_problem, kept))
    problems = tuple(sorted((*read.problems, *more), key=order)) if more else read.problems
    known = hashlib.sha256("\n".join(sorted(words)).encode()).hexdigest()
    changed = None if affected is None else _ids(affected, stands, folder, kept)
    documents = (*read.documents, *kept)
    return _Found(documents, folder.tally, kept, loaded, problems, glossary, words, stands, replace(made_by, words=known), changed)


def _ids(affected: Collection[str], stands: Standing, folder: Folder, kept: Iterable[Document]) -> frozenset[str]:
    """Of documents that these files hold now or held."""
    then = (record.document for path in affected if (record := stands.records.get(path)))
    now = (document for path in affected if (document := folder.document(path)))
    return frozenset(each.id for each in (*then, *now, *(each for each in kept if each.path in affected)))


def _read(content_dir: Path, stands: Standing, memory: Memory, on_progress: Stage, saved: Collection[str] | None) -> frozenset[str] | None:
    """Brings the folder in `memory` up to date: read as a whole, or what was saved since. The files that this may have changed, if that can
    be told."""
    if memory.folder and saved is not None and memory.folder.tells(saved):
        if memory.look:
            memory.look.again(saved)
        memory.unpublished |= memory.folder.update(saved, memory.loading(stands)) or frozenset()
        same = stands.generation is not None and stands.generation.manifest == memory.indexed
        return frozenset(memory.unpublished) if same and stands.all_alike else None
    if saved is not None:
        memory.forget(Look(content_dir))
    found = collection.read_by(content_dir, lambda paths: _load_all(content_dir, paths, stands, memory, on_progress))
    memory.folder = Folder(content_dir, found)
    return None


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


def _last_good_versions(broken: Iterable[str], content_dir: Path, stored: Callable[[str], Document | None]) -> list[Document]:
    """An editor's slip takes no document away: files that have errors now stay in the index as they were when they were good.

    stored: path -> the document of the generation before.
    """
    there = (path for path in sorted(broken) if (content_dir / path).exists())
    return [document for path in there if (document := stored(path)) is not None]


def _stored(stands: Standing, path: str, memory: Memory) -> Document | None:
    found = stands.place(path, memory.known)
    return found and found[0].store.stored(int(found[0].columns.number[found[1]])).document


def _kept_problem(document: Document) -> Problem:
    message = Message(
        "the file has errors now: its last good version stays searchable until they are corrected.",
        "ไฟล์นี้มีข้อผิดพลาด ฉบับล่าสุดที่ถูกต้องจะยังค้นหาได้จนกว่าจะแก้ไข",
    )
    return Problem(document.path, 0, "warning", LAST_GOOD, message)


def _is_added(problem: Problem) -> bool:
    """Whether it is no finding of a file by itself or of files among each other."""
    return problem.code == LAST_GOOD or problem.path == GLOSSARY


# What goes where


def _contents(found: _Found, maker: Maker, on_progress: Stage) -> publish.Contents:
    """Makes the parts that are missing, and says which documents of which parts count."""
    stays = _staying(found, maker)
    if _is_small(stays.passages, len(stays.changed)):
        stays, first = replace(stays, parts=(), gone=frozenset()), Numbers(0, 0)
        names = [maker.make_whole(found.documents, _progress(on_progress, len(found.documents)))] if found.documents else []
        for name in names:
            publish.remove_superseded(maker.index_dir, name)
    else:
        first = found.standing.numbers() if stays.parts else Numbers(0, 0)
        names = list(maker.make(stays.changed, first, _progress(on_progress, len(stays.changed))))
    opened = [*stays.parts, *(maker.memory.known.part(maker.index_dir, name) for name in names)]
    opened, gone = _compacted(maker, opened, set(stays.gone), first, on_progress)
    return publish.Contents(opened, gone, _resources(found, maker.memory, opened, gone, stays))


def _drawn(found: _Found) -> SemanticMap | None:
    """The map of the generation before."""
    old = found.standing.generation
    return SemanticMap.from_json(resource(old.folder, "semantic_map")) if old else None


def _progress(on_progress: Stage, total: int) -> batches.Progress:
    return lambda done: on_progress("index", int(done), total)


def _staying(found: _Found, maker: Maker) -> Staying:
    recut = _cut_otherwise(found, maker.analyzer)
    if found.changed is None or recut:
        return staying.of_all(found.documents, found.standing, found.made_by, recut)
    # What a save cannot have changed stays where it stood.
    looked_at = [*maker.memory.read.of_ids(found.changed), *(each for each in found.kept if each.id in found.changed)]
    return staying.of_some(looked_at, found.changed, found.standing, found.made_by, maker.memory.known)


def _cut_otherwise(found: _Found, analyzer: Analyzer) -> set[tuple[str, int]]:
    """(part, number) of published documents that hold a word that has become one, or is none any more, since they were segmented."""
    generation = found.standing.generation
    if generation is None or not found.standing.records:
        return set()
    before = shared(frozenset(resource(generation.folder, "domain_words"))).segmenter.own
    differing = before ^ analyzer.segmenter.own
    if not differing:
        return set()
    parts_ = [each for each in found.standing.parts if each.name in found.standing.published]
    return {(each.name, number) for each in parts_ for number in each.store.documents_holding(differing)}


def _is_small(passages: int, changed: int) -> bool:
    """passages: of documents that stay; changed: the other documents."""
    return passages + TYPICAL * changed <= WHOLE


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


def _resources(found: _Found, memory: Memory, opened: Sequence[Part], gone: set[int], stays: Staying) -> dict[str, Any]:
    alive = [compaction.alive(each, gone) for each in opened]
    return {
        "domain_words": sorted(found.words),
        "glossary": found.glossary.to_json(),
        "word_counts": memory.counted.of(opened).to_json(),
        "semantic_map": memory.map.of_parts(alive, _drawn(found) if stays.parts else None, found.standing.generation, stays.ids),
    }


def domain_words(documents: Iterable[Document], glossary: Glossary) -> set[str]:
    """Names and terms that the segmenter must not cut: the glossary's, and those in the documents' headers."""
    return Tally(documents).names().union(filter(None, glossary.words()))


def _draft(found: _Found, analyzer: Analyzer, embedder: Embedder) -> Manifest:
    return Manifest(
        format=manifest.FORMAT,
        generation="",
        created="",
        model=ModelStamp(embedder.name, embedder.digest, embedder.dim),
        analyzer=analyzer.fingerprint,
        passage_limit=splitter.DEFAULT_LIMIT,
        version=__version__,
        content_digest=_digest(found.tally, found.kept, found.glossary),
        documents=len(found.documents),
        subjects=found.tally.subjects(found.kept),
        passages_in={},
        parts=(),
        vector_index={},
        stale_passages=0,
        files={},
    )


def expected_digest(generation: Generation, content_dir: Path, found: collection.Collection, glossary: Glossary) -> str:
    """The content digest of an index that `build` would make of this folder now, with `generation` to build upon."""
    broken = {p.path for p in found.problems if p.severity == "error"} - {d.path for d in found.documents}
    kept: list[Document] = []
    if broken:
        columns, store, present = open_columns(generation), open_store(generation), {(d.id, d.lang) for d in found.documents}
        places = columns.by_path
        kept = _last_good_versions(broken & places.keys(), content_dir, lambda path: store.document(int(columns.number[places[path]])))
        kept = [document for document in kept if (document.id, document.lang) not in present]
    return _digest(Tally(found.documents), kept, glossary)


def content_digest(documents: Iterable[Document], glossary: Glossary) -> str:
    return _digest(Tally(documents), (), glossary)


def _digest(tally: Tally, others: Iterable[Document], glossary: Glossary) -> str:
    return hashlib.sha256(f"{tally.digest(others)}\n{glossary.to_json()}".encode()).hexdigest()
