"""Texts -> rows of token ids, kept on disk as two flat arrays, so that cutting is done once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from kb.embedding.tokenizer import BilingualTokenizer

CHUNK = 2000  # texts a task


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different length."""

    values: NDArray[np.int32]  # (total,)
    offsets: NDArray[np.int64]  # (rows + 1,)

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> Ragged:
        lengths = np.array([len(row) for row in rows], np.int64)
        values = np.concatenate([np.asarray(row, np.int32) for row in rows]) if len(rows) else np.zeros(0, np.int32)
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]))

    @classmethod
    def load(cls, path: Path) -> Ragged:
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["values"], arrays["offsets"])

    def save(self, path: Path) -> None:
        np.savez(path, values=self.values, offsets=self.offsets)

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> NDArray[np.int32]:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        return (self[row] for row in range(len(self)))

    def __add__(self, other: Ragged) -> Ragged:
        return Ragged(np.concatenate([self.values, other.values]), np.concatenate([self.offsets, self.offsets[-1] + other.offsets[1:]]))


def encode(texts: Sequence[str], folder: Path, limit: int, workers: int, name: str) -> Ragged:
    """Ids of every text with the special tokens, cut at `limit`. folder: holds the words and the pieces of the tokenizer."""
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    task = partial(_encode, folder=folder, limit=limit)
    if workers == 1:
        parts = [task(chunk) for chunk in tqdm(chunks, desc=name)]
    else:
        with ProcessPoolExecutor(workers) as pool:
            parts = list(tqdm(pool.map(task, chunks), desc=name, total=len(chunks)))
    return Ragged.of([row for part in parts for row in part])


def _encode(texts: Sequence[str], folder: Path, limit: int) -> list[list[int]]:
    tokenizer = _tokenizer(folder, limit)
    return [tokenizer.ids(text) for text in texts]


@cache
def _tokenizer(folder: Path, limit: int) -> BilingualTokenizer:
    """One a process: loading the dictionaries takes longer than cutting a chunk."""
    return BilingualTokenizer(folder, limit)
