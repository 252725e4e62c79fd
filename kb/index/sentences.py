"""The sentences of passages with their vectors, as a part keeps them: in 8 bits a dimension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

CODED = 512  # passages whose sentences' vectors are put into 8 bits at once


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a passage's text with its embedding, for showing the part that answers."""

    start: int  # code points in the passage's text
    end: int  # exclusive
    vector: NDArray[np.float32]  # (dim,), length 1; kept in 8 bits a dimension on disk


@dataclass(frozen=True, slots=True)
class SentenceTable:
    """The sentences of some passages, passage by passage, in order of the text."""

    counts: Mapping[int, int]  # passage row -> how many are its
    spans: NDArray[np.int32]  # (n, 2) start and end, code points in the passage's text
    vectors: NDArray[np.float32]  # (n, dim)

    def by_passage(self) -> Iterator[tuple[int, slice]]:
        """(passage row, where its sentences stand in the table)"""
        end = 0
        for row, count in self.counts.items():
            yield row, slice(end, end + count)
            end += count


def packed(sentences: Iterable[Sequence[Sentence]]) -> Iterator[bytes]:
    """For each passage number of sentences, their ranges, the scale of each vector, the vectors in 8 bits."""
    groups = iter(sentences)
    while some := list(islice(groups, CODED)):
        vectors = [each.vector for group in some for each in group]
        codes, scales = _coded(np.stack(vectors)) if vectors else (np.zeros(0, np.int8), np.zeros(0, "<f4"))
        at = 0
        for group in some:
            own = slice(at, at := at + len(group))
            spans = np.array([(each.start, each.end) for each in group], "<i4")
            found = (len(group).to_bytes(4, "little"), spans.tobytes(), scales[own].tobytes(), codes[own].tobytes())
            yield b"".join(found) if group else b""


def _coded(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12).astype("<f4") / np.float32(127)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def as_kept(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors of sentences, float32 (n, dim), as they will be read again: what is made of them is the same in every run."""
    if len(vectors) == 0:
        return vectors
    codes, scales = _coded(vectors)
    return codes.astype(np.float32) * scales[:, None]


def unpacked(blobs: Mapping[int, bytes]) -> SentenceTable:
    """blobs: what `packed` gave, by passage row."""
    counts = {row: int.from_bytes(blob[:4], "little") for row, blob in blobs.items()}
    both = [(blob, count) for blob, count in zip(blobs.values(), counts.values(), strict=True) if count]
    spans = np.frombuffer(b"".join([blob[4 : 4 + 8 * count] for blob, count in both]), "<i4").reshape(-1, 2)
    scales = np.frombuffer(b"".join([blob[4 + 8 * count : 4 + 12 * count] for blob, count in both]), "<f4")
    codes = np.frombuffer(b"".join([blob[4 + 12 * count :] for blob, count in both]), np.int8).reshape(len(spans), -1 if both else 0)
    return SentenceTable(counts, spans, codes.astype(np.float32) * scales[:, None])
