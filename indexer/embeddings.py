"""Vectors by digest: text that has not changed is never embedded twice, and an interrupted run loses at most one batch.

What is published has its vectors in its parts; what was embedded for a part that is not finished waits in a cache of its own.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Embedder
from kb.index.writing import writing

BATCH = 64  # texts between two commits
LARGE_BATCH = 4096  # texts embedded at once where nothing is kept
Progress = Callable[[int, int], None]  # (done, total)
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Embedded:
    rows: NDArray[np.float32]  # (n, dim), in the order of the texts
    computed: int  # distinct texts that were embedded now
    reused: int  # texts whose vector was at hand


class EmbeddingCache:
    """SQLite table digest -> vector beside the generations, until a run ends. A damaged cache costs time, never a wrong vector.

    Raises OSError where the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with writing(path):
            try:
                self._connection = self._open(path)
            except sqlite3.DatabaseError:
                path.unlink(missing_ok=True)
                self._connection = self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB NOT NULL, checksum BLOB NOT NULL)")
        connection.execute("PRAGMA quick_check")
        return connection

    def close(self) -> None:
        self._connection.close()

    def get(self, digest: bytes, dim: int) -> NDArray[np.float32] | None:
        try:
            found = self._connection.execute("SELECT vector, checksum FROM vectors WHERE digest = ?", (digest,)).fetchone()
        except sqlite3.DatabaseError:
            return None
        if found is None or len(found[0]) != 4 * dim or _checksum(digest, found[0]) != found[1]:
            return None
        return np.frombuffer(found[0], dtype="<f4")

    def put(self, digests: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        blobs = [vector.astype("<f4").tobytes() for vector in vectors]
        with writing(self._path), self._connection:
            rows = ((digest, blob, _checksum(digest, blob)) for digest, blob in zip(digests, blobs, strict=True))
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)


def _checksum(digest: bytes, blob: bytes) -> bytes:
    return hashlib.sha256(digest + blob).digest()[:8]


def text_digest(embedder: Embedder, text: str) -> bytes:
    """Identifies a vector: the model and the exact text that is embedded."""
    return hashlib.sha256(f"{embedder.digest}\0{text}".encode()).digest()


def embed(
    texts: Sequence[str],
    embedder: Embedder,
    cache: EmbeddingCache | None,
    on_progress: Progress,
    at_hand: dict[bytes, Vector] | None = None,
) -> Embedded:
    """Vectors of all texts; what the cache lacks is computed in batches that are kept one by one.

    cache: None where a vector is sooner computed than looked up. at_hand: digest -> vector (dim,) of what is known from elsewhere; holds
    afterwards what was used.
    """
    digests = [text_digest(embedder, text) for text in texts]
    at_hand = {} if at_hand is None else at_hand
    known = {digest: at_hand[digest] for digest in digests if digest in at_hand}
    if cache:
        looked_up = ((digest, cache.get(digest, embedder.dim)) for digest in dict.fromkeys(digests) if digest not in known)
        known |= {digest: vector for digest, vector in looked_up if vector is not None}
    reused = sum(digest in known for digest in digests)
    missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
    # Texts of like length share a batch: padding is wasted work.
    work = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))
    size = BATCH if cache else LARGE_BATCH
    for first in range(0, len(work), size):
        batch = work[first : first + size]
        vectors = embedder.passages([text for _, text in batch])
        if cache:
            cache.put([digest for digest, _ in batch], vectors)
        known |= {digest: vector for (digest, _), vector in zip(batch, vectors, strict=True)}
        on_progress(first + len(batch), len(work))
    at_hand.clear()
    at_hand |= known
    rows = np.stack([known[digest] for digest in digests]) if digests else np.zeros((0, embedder.dim), np.float32)
    return Embedded(rows.astype(np.float32), len(work), reused)
