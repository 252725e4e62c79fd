"""Documents -> parts, a batch at a time: passages, terms, vectors, twins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import parts, reuse
from indexer.embeddings import EmbeddingCache, Vector, embed
from indexer.memory import Embeddable, Memory
from indexer.parts import Contents, Numbers, Prepared
from indexer.reuse import AtHand
from indexer.standing import Standing
from indexer.twins import Finder
from kb.embedding import Embedder
from kb.embedding.static import StaticEmbedder
from kb.index.part import MadeBy
from kb.index.store import Sentence, as_kept
from kb.index.vectors import Choice
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.types import LANGS, Document

CACHE = "embeddings.sqlite"
PASSAGES = 16_384  # of a batch, about: what an interrupted run loses at most
TYPICAL = 430  # characters of a passage
CHARACTERS = TYPICAL * PASSAGES
Share = Callable[[float], None]  # hears which share of a batch is done


def of(documents: Sequence[Document], size: Callable[[Document], int]) -> Iterator[list[Document]]:
    """Batches of about CHARACTERS; the versions of a document are never apart. `size`: characters of a document."""
    ordered = sorted(documents, key=lambda document: (document.id, LANGS.index(document.lang)))
    batch: list[Document] = []
    characters = 0
    for document in ordered:
        if characters >= CHARACTERS and document.id != batch[-1].id:
            yield batch
            batch, characters = [], 0
        batch.append(document)
        characters += size(document)
    if batch:
        yield batch


@dataclass(slots=True)
class Maker:
    """Makes parts, all with the same tools, and counts what was embedded."""

    index_dir: Path
    analyzer: Analyzer
    embedder: Embedder
    glossary: Glossary
    memory: Memory
    choice: Choice
    made_by: MadeBy
    computed: int = field(default=0, init=False)  # texts embedded
    reused: int = field(default=0, init=False)  # texts whose vector was at hand

    def make(self, documents: Sequence[tuple[Document, str]], standing: Standing, numbers: Numbers, remember: bool, share: Share) -> str:
        """The name of a new part. documents: with their text, and their findings; remember: keep for the next run what can be kept;
        share: is told how much is done, 0–1."""
        memory = self.memory if remember else Memory()
        contents = self.prepare(documents, standing, memory, share)
        return parts.write(self.index_dir, contents, numbers, self.made_by, self.choice)

    def prepare(self, documents: Sequence[tuple[Document, str]], standing: Standing, memory: Memory, share: Share) -> Contents:
        """All that a part of these documents holds."""
        ordered = sorted(documents, key=lambda each: (LANGS.index(each[0].lang), each[0].id))
        prepared: list[Prepared] = []
        for document, findings in ordered:
            prepared.append(self._prepared(document, findings, memory))
            share(0.5 * len(prepared) / len(ordered))
        if memory.vectors is None:
            memory.vectors = reuse.at_hand(standing, (document for document, _ in ordered), self.embedder)
        vectors, sentences = self._embedded([each for one in prepared for each in one.embeddable], memory.vectors, share)
        made_by = (self.analyzer.fingerprint, self.embedder.digest)
        finder = Finder(self.analyzer, self.glossary, lexicon.shipped(), made_by, memory)
        owned = [(number, passage) for number, each in enumerate(prepared) for passage in each.passages]
        twins = finder.find([each.document for each in prepared], owned, sentences)
        return Contents(prepared, vectors, sentences, twins)

    def forget(self) -> None:
        """What was kept for an interrupted run is in parts now."""
        (self.index_dir / CACHE).unlink(missing_ok=True)

    def _prepared(self, document: Document, findings: str, memory: Memory) -> Prepared:
        passages = memory.passages(document, self.embedder)
        words = [memory.words(self.analyzer, passage.embedded_text) for passage in passages]
        return Prepared(document, findings, passages, words, [memory.embeddable(passage) for passage in passages])

    def _embedded(self, passages: Sequence[Embeddable], at_hand: AtHand, share: Share) -> tuple[NDArray[np.float32], list[list[Sentence]]]:
        texts, parts_of = [each.text for each in passages], [part for each in passages for part in each.sentences]
        total = len(texts) + len(parts_of)

        def embedded(some: Sequence[str], known: dict[bytes, Vector], before: int) -> NDArray[np.float32]:
            found = embed(some, self.embedder, cache, lambda done, of: share(0.5 + 0.5 * (before + len(some) - of + done) / total), known)
            self.computed, self.reused = self.computed + found.computed, self.reused + found.reused
            return found.rows

        # The static model has a vector sooner than a file.
        cache = None if isinstance(self.embedder, StaticEmbedder) else EmbeddingCache(self.index_dir / CACHE)
        try:
            vectors = embedded(texts, at_hand.passages, 0)
            rest = iter(as_kept(embedded(parts_of, at_hand.sentences, len(texts))))
        finally:
            if cache:
                cache.close()
        return vectors, [[Sentence(start, end, next(rest)) for start, end in each.spans] for each in passages]
