"""Vectors that stand in an index already, by the digest of their text: an unchanged passage of a changed document keeps its vector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from indexer.embeddings import Vector, text_digest
from indexer.records import Record
from indexer.standing import Standing
from kb.embedding import Embedder
from kb.index.store import alone
from kb.text.normalise import normalise
from kb.types import Document


@dataclass(frozen=True, slots=True)
class AtHand:
    """Digest of a text -> its vector. Sentences are kept in fewer bits, so they are apart."""

    passages: dict[bytes, Vector]
    sentences: dict[bytes, Vector]


def at_hand(standing: Standing, documents: Iterable[Document], embedder: Embedder) -> AtHand:
    """Of the documents as they stood before, found by their path or, if they were moved, by their digest."""
    found = AtHand({}, {})
    for document in documents:
        record = standing.embedded.get(document.path) or standing.embedded.of_digest(document.digest)
        if record:
            _add(record, embedder, found)
    return found


def _add(record: Record, embedder: Embedder, found: AtHand) -> None:
    rows = np.arange(record.rows.start, record.rows.stop)
    vectors = record.part.vectors[record.document.lang].gather(rows)
    store = alone(record.part.store)
    passages = store.passages(record.rows)
    sentences = store.sentences(record.rows)
    for row, vector in zip(record.rows, vectors, strict=True):
        passage = passages[row]
        found.passages[text_digest(embedder, normalise(passage.embedded_text).text)] = vector
        for sentence in sentences[row]:
            text = normalise(passage.text[sentence.start : sentence.end]).text
            found.sentences[text_digest(embedder, text)] = sentence.vector
