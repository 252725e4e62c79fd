"""Documents -> parts: read and cut, embedded, written batch by batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import parts, reading, reuse
from indexer.embeddings import EmbeddingCache, Vector, embed
from indexer.memory import Memory
from indexer.parts import Contents, Numbers, Ready
from indexer.reading import Prepared
from indexer.reuse import AtHand
from indexer.standing import Standing, findings
from indexer.twins import Finder
from kb.documents import Loaded
from kb.embedding import BUILTIN, STATIC, Embedder
from kb.embedding.queries import behind
from kb.embedding.static import StaticEmbedder
from kb.errors import ContentFault, Message
from kb.failpoints import failpoint
from kb.index import part
from kb.index.columns import Times
from kb.index.part import MadeBy
from kb.index.sentences import Sentence, as_kept
from kb.index.vectors import Choice
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.types import LANGS, Document

CACHE = "embeddings.sqlite"
PASSAGES = 16_384  # of a part, about: what an interrupted run loses at most
READ = 0.3  # share of a document's work that is done when it is read
Progress = Callable[[float], None]  # hears how many documents are done
Rows = NDArray[np.float32]


def forget(index_dir: Path) -> None:
    """What was kept for an interrupted run is in parts now, and so is what SQLite kept for it. Call with the writer's lock held."""
    for name in (CACHE, CACHE + "-journal"):
        failpoint("delete", index_dir / name)
        (index_dir / name).unlink(missing_ok=True)


@dataclass(slots=True)
class Maker:
    """Makes parts, all with the same tools, and counts what was embedded."""

    content_dir: Path
    index_dir: Path
    words: frozenset[str]  # that the analyzer does not cut
    analyzer: Analyzer
    embedder: Embedder
    glossary: Glossary
    memory: Memory
    choice: Choice
    made_by: MadeBy
    standing: Standing
    loaded: Mapping[str, Loaded]  # path -> what its file gave
    kept: Collection[str]  # paths of documents that are the last good version of their file, and not what it holds
    times: Callable[[Document], Times]  # of its file
    computed: int = field(default=0, init=False)  # texts embedded
    reused: int = field(default=0, init=False)  # texts whose vector was at hand

    def make(self, documents: Sequence[Document], numbers: Numbers, progress: Progress) -> Iterator[str]:
        """The names of new parts, of about PASSAGES each; the versions of a document are never apart."""
        done = 0
        for batch in self._batches(sorted(documents, key=lambda d: (d.id, LANGS.index(d.lang))), progress):
            at_hand = reuse.at_hand(self.standing, (each.document for each in batch), self.embedder)
            contents = self._contents(batch, at_hand, Memory(), _embedding(progress, done, len(batch)))
            name = parts.write(self.index_dir, contents, numbers, self.made_by, self.choice, self.times)
            numbers, done = numbers.behind(part.read_info(part.folder_of(self.index_dir, name))), done + len(batch)
            yield name

    def make_whole(self, documents: Sequence[Document], progress: Progress) -> str:
        """The name of one part with all documents of a small index; the next run finds in `memory` what it need not do again."""
        return parts.write(self.index_dir, self.whole(documents, progress), Numbers(0, 0), self.made_by, self.choice, self.times)

    def whole(self, documents: Sequence[Document], progress: Progress) -> Contents:
        ready: list[Ready] = []
        for document in map(self.standing.full, documents):
            ready.append(
                Ready(document, findings(self.loaded[document.path]), self.memory.prepared(document, self.analyzer, self.embedder))
            )
            progress(READ * len(ready))
        if self.memory.vectors is None:
            self.memory.vectors = reuse.at_hand(self.standing, documents, self.embedder)
        return self._contents(ready, self.memory.vectors, self.memory, _embedding(progress, 0, len(ready)))

    def forget(self) -> None:
        forget(self.index_dir)

    # Reading

    def _batches(self, ordered: Sequence[Document], progress: Progress) -> Iterator[list[Ready]]:
        batch: list[Ready] = []
        size = done = 0
        for each in self._read(ordered):
            if size >= PASSAGES and each.document.id != batch[-1].document.id:
                yield batch
                done, batch, size = done + len(batch), [], 0
            batch.append(each)
            size += len(each.read.passages)
            progress(done + READ * len(batch))
        if batch:
            yield batch

    def _read(self, ordered: Sequence[Document]) -> Iterator[Ready]:
        """The documents in this order; those whose file holds something else by now from where they stand."""
        paths = [document.path for document in ordered if document.path not in self.kept]
        cores = os.cpu_count() or 1 if self.embedder.name in (BUILTIN, STATIC) else 1  # other processes open the model by its name
        stream = reading.prepare(self.content_dir, paths, self.words, self.embedder, cores, embeds=self._is_quick)
        for document in ordered:
            if document.path not in self.kept:
                yield self._ready(document, next(stream))
            else:
                full = self.standing.full(document)
                read = Memory().prepared(full, self.analyzer, self.embedder)
                yield Ready(full, findings(self.loaded[full.path]), reading.embedded(read, self.embedder) if self._is_quick else read)

    def _ready(self, expected: Document, read: Prepared) -> Ready:
        found = read.loaded.document
        if found is None or found.digest != expected.digest:
            raise _changed(expected.path)
        document = replace(found, id=expected.id)
        if found.id != expected.id:  # by its translationKey
            read = replace(read, passages=tuple(replace(passage, document_id=expected.id) for passage in read.passages))
        return Ready(document, findings(self.loaded[document.path]), read)

    # Embedding

    @property
    def _is_quick(self) -> bool:
        """The static model has a vector sooner than a file, also where a server remembers its questions."""
        return isinstance(behind(self.embedder), StaticEmbedder)

    def _contents(self, ready: Sequence[Ready], at_hand: AtHand, memory: Memory, share: Progress) -> Contents:
        ordered = sorted(ready, key=lambda each: (LANGS.index(each.document.lang), each.document.id))
        vectors, spoken = self._embedded([each.read for each in ordered], at_hand, share)
        rest = iter(as_kept(spoken))
        sentences = [[Sentence(start, end, next(rest)) for start, end in spans] for each in ordered for spans in each.read.spans]
        made_by = (self.analyzer.fingerprint, self.embedder.digest)
        finder = Finder(self.analyzer, self.glossary, lexicon.shipped(), made_by, memory)
        owned = [(number, passage) for number, each in enumerate(ordered) for passage in each.read.passages]
        return Contents(ordered, vectors, sentences, finder.find([each.document for each in ordered], owned, sentences))

    def _embedded(self, read: Sequence[Prepared], at_hand: AtHand, share: Progress) -> tuple[Rows, Rows]:
        """Vectors of all passages and of all their sentences, (n, dim) each."""
        if all(each.vectors is not None for each in read):
            none = np.zeros((0, self.embedder.dim), np.float32)
            found = [np.concatenate([none, *rows]) for rows in zip(*((each.vectors, each.sentence_vectors) for each in read), strict=True)]
            self.computed += sum(map(len, found))
            share(1.0)
            return found[0], found[1]
        texts = [text for each in read for text in each.texts]
        spoken = [text for each in read for group in each.sentences for text in group]
        total = max(1, len(texts) + len(spoken))
        cache = None if self._is_quick else EmbeddingCache(self.index_dir / CACHE)
        try:
            first = self._embed(texts, cache, at_hand.passages, lambda done: share(done / total))
            return first, self._embed(spoken, cache, at_hand.sentences, lambda done: share((len(texts) + done) / total))
        finally:
            if cache:
                cache.close()

    def _embed(self, texts: Sequence[str], cache: EmbeddingCache | None, known: dict[bytes, Vector], progress: Progress) -> Rows:
        found = embed(texts, self.embedder, cache, lambda done, of: progress(len(texts) - of + done), known)
        self.computed, self.reused = self.computed + found.computed, self.reused + found.reused
        return found.rows


def _embedding(progress: Progress, before: int, count: int) -> Progress:
    """Hears the share of a batch that is embedded. before: documents done before it."""
    return lambda share: progress(before + count * (READ + (1 - READ) * share))


def _changed(path: str) -> ContentFault:
    return ContentFault(
        Message(
            f"{path}: the file was changed while the folder was being indexed. Run the command again: what is done is kept.",
            f"{path}: ไฟล์ถูกแก้ไขระหว่างจัดทำดัชนี โปรดสั่งใหม่อีกครั้ง งานที่ทำเสร็จแล้วยังอยู่",
        )
    )
