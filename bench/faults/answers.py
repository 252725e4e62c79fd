"""What an index answers, so that two answers can be compared; and what of its folder nobody needs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bench.faults.collection import QUESTIONS, Embedder
from indexer import unchanged
from indexer.publish import KEPT_GENERATIONS, parts_of
from kb.index import generations, part
from kb.knowledge_base import KnowledgeBase
from kb.types import LANGS

DIGITS = 3  # of a score that are compared


@dataclass(frozen=True, slots=True)
class Answers:
    documents: tuple[tuple[str, str, str], ...]  # id, language, digest of the text
    hits: tuple[tuple[tuple[str, float], ...], ...]  # of each question: id and score


def of(kb: KnowledgeBase) -> Answers:
    """Raises whatever an index raises that is not whole."""
    versions = {(summary.id, lang) for lang in LANGS for summary in kb.documents(lang=lang)[1] if summary.lang == lang}
    rows = sorted((id_, lang, hashlib.sha256(kb.document(id_, lang).source.encode()).hexdigest()) for id_, lang in versions)
    hits = tuple(tuple((hit.document.id, round(hit.score, DIGITS)) for hit in kb.search(question).hits) for question in QUESTIONS)
    return Answers(tuple(rows), hits)


def opened(index_dir: Path) -> Answers:
    """Of the index as a process finds it that opens it now: every checksum compared, also those that otherwise wait for a reader."""
    generations.verify(generations.current(index_dir))
    return of(KnowledgeBase.open(index_dir, embedder=Embedder()))


def litter(index_dir: Path) -> list[str]:
    """Names in the folder that no reader and no writer needs when a run has ended well."""
    held = sorted(path.name for path in index_dir.glob(generations.PREFIX + "*"))
    parts = {name for folder in held for name in parts_of(index_dir / folder)}
    beyond = held[:-KEPT_GENERATIONS] if held[-1:] == [generations.current(index_dir).folder.name] else held
    extra = [path.name for path in (index_dir / part.FOLDER).iterdir() if path.name not in parts]
    known = {generations.CURRENT, part.FOLDER, unchanged.FILE, "lock", *held}
    return sorted([*beyond, *extra, *(path.name for path in index_dir.iterdir() if path.name not in known)])
