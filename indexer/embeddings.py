"""Vectors by digest: text that has not changed is never embedded twice, and an interrupted run loses at most one batch."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Embedder

BATCH = 64  # passages between two commits
Progress = Callable[[int, int], None]  # (done, total)
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Embedded:
    rows: NDArray[np.float32]  # (n, dim), in the order of the texts
    computed: int  # distinct texts that were embedded now
    reused: int  # texts whose vector was at hand


class EmbeddingCache:
    """SQLite table digest -> vector beside the generations. A damaged cache costs time, never a wrong vector."""

    def __init__(self, path: Path) -> None:
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
        with self._connection:
            rows = ((digest, blob, _checksum(digest, blob)) for digest, blob in zip(digests, blobs, strict=True))
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def keep_only(self, digests: Iterable[bytes]) -> None:
        """Forget vectors that the published generation does not use."""
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS used (digest BLOB PRIMARY KEY)")
            self._connection.execute("DELETE FROM used")
            self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((digest,) for digest in digests))
            self._connection.execute("DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM used)")


def _checksum(digest: bytes, blob: bytes) -> bytes:
    return hashlib.sha256(digest + blob).digest()[:8]


def text_digest(embedder: Embedder, text: str) -> bytes:
    """Identifies a vector: the model and the exact text that is embedded."""
    return hashlib.sha256(f"{embedder.digest}\0{text}".encode()).digest()


def embed(
    texts: Sequence[str], embedder: Embedder, cache: EmbeddingCache, on_progress: Progress, at_hand: dict[bytes, Vector] | None = None
) -> Embedded:
    """Vectors of all texts; what the cache lacks is computed in batches that are kept one by one.

    at_hand: digest -> vector (dim,), from the run before in this process; holds afterwards what this run used.
    """
    digests = [text_digest(embedder, text) for text in texts]
    at_hand = {} if at_hand is None else at_hand
    known = {digest: at_hand[digest] for digest in digests if digest in at_hand}
    looked_up = ((digest, cache.get(digest, embedder.dim)) for digest in dict.fromkeys(digests) if digest not in known)
    known |= {digest: vector for digest, vector in looked_up if vector is not None}
    reused = sum(digest in known for digest in digests)
    missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
    # Texts of like length share a batch: padding is wasted work.
    work = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))
    for first in range(0, len(work), BATCH):
        batch = work[first : first + BATCH]
        vectors = embedder.passages([text for _, text in batch])
        cache.put([digest for digest, _ in batch], vectors)
        known |= {digest: vector for (digest, _), vector in zip(batch, vectors, strict=True)}
        on_progress(first + len(batch), len(work))
    at_hand.clear()
    at_hand |= known
    rows = np.stack([known[digest] for digest in digests]) if digests else np.zeros((0, embedder.dim), np.float32)
    return Embedded(rows.astype(np.float32), len(work), reused)
