"""What a peer does, and what all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pythainlp.tokenize import word_tokenize

from kb.embedding import Embedder

FOUND = 10  # passages of an answer


class Asked(Protocol):
    """A hybrid search whose index is on disk."""

    libraries: tuple[str, ...]  # whose versions are told
    settings: str  # what was chosen, for those who judge

    def open(self, folder: Path, embedder: Embedder) -> None: ...

    def ask(self, question: str) -> list[int] | list[str]:
        """The FOUND best, best first: numbers of passages, or ids of documents where the search is for documents."""

    def nearest(self, question: str) -> list[int]:
        """Numbers of the FOUND nearest passages, by vectors alone."""


class Peer(Asked, Protocol):
    """One that is built of texts. Built in one process, opened and asked in another."""

    def build(self, folder: Path, texts: Sequence[str], embedder: Embedder) -> None:
        """Make the index of the texts, whose numbers are their places, and write it into a folder."""


def cut(text: str) -> list[str]:
    """Words as most people would have them: newmm of PyThaiNLP, small letters, no white space."""
    return [word for word in (word.strip().lower() for word in word_tokenize(text, engine="newmm", keep_whitespace=False)) if word]


def embed(texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
    return np.ascontiguousarray(embedder.passages(texts), np.float32)


def reciprocal_ranks(*lists: Sequence[int], constant: int = 60) -> list[int]:
    """Lists fused as most people do it (Cormack et al., SIGIR 2009): 1 / (60 + rank), summed."""
    scores: dict[int, float] = {}
    for found in lists:
        for rank, number in enumerate(found, 1):
            scores[number] = scores.get(number, 0.0) + 1 / (constant + rank)
    return sorted(scores, key=lambda number: (-scores[number], number))[:FOUND]
