"""Which sentences of two versions of a document say the same: monotone alignment by dynamic programming.

The beads (one sentence with one, one with two, two with one … or with none) are those of Gale & Church (A Program for Aligning Sentences in
Bilingual Corpora, 1993); they are chosen by the cosine of sentence vectors above what is usual between the two versions, as in Vecalign
(Thompson & Koehn, EMNLP 2019), by the words that translate each other, by figures, lengths and the borders of sections.
Nothing here knows a language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Shape = tuple[int, int]  # sentences here, sentences there

SHAPES: tuple[Shape, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
LONGEST = 3  # sentences of one side of a bead
BLOCK = 1_000_000  # cells of a score matrix that are held at once
WORDS, FIGURES, LENGTH, BORDER = 1.0, 0.15, 0.2, 0.15  # weights of the evidence beside the cosine's 1
LEAST = 0.25  # evidence from which sentences are rather a bead than unaligned
MERGING = 0.12  # cost of every sentence of a bead beyond the first of each side
SPREAD = 0.4  # by so much (natural logarithm) lengths may differ at no cost


@dataclass(frozen=True, slots=True)
class Side:
    """The n sentences of one version, in order, or its n runs of so many sentences."""

    vectors: Matrix  # (n, dim), length 1
    said: Matrix  # (n, words of this version): how telling each word is that the sentence holds, else 0
    carried: Matrix  # (n, words of the other version): probability that the sentence's words mean it, 0–1
    figures: Matrix  # (n, figures of both versions): 1 where the sentence has it
    lengths: Matrix  # (n,) code points
    sections: NDArray[np.int64]  # (n,) ascending; a bead never leaves its section
    starts: NDArray[np.bool_]  # (n,) whether it begins a section


@dataclass(frozen=True, slots=True)
class Bead:
    here: range  # sentences of the one side
    there: range  # sentences of the other

    @property
    def turned(self) -> Bead:
        """Seen from the other side."""
        return Bead(self.there, self.here)


def align(here: Side, there: Side) -> list[Bead]:
    """The beads with sentences on both sides, in order; what is in none has no counterpart."""
    runs_here, runs_there = _all_runs(here), _all_runs(there)
    evidence = {(a, b): _Evidence(runs_here[a], runs_there[b]) for a, b in SHAPES if a in runs_here and b in runs_there}
    if not evidence:
        return []
    best, chosen = _table(evidence, len(here.vectors), len(there.vectors))
    return _path(best, chosen, list(evidence))


def _table(evidence: Mapping[Shape, _Evidence], n: int, m: int) -> tuple[Matrix, NDArray[np.int8]]:
    """(n + 1, m + 1) each: what the best path wins up to there, and the the shape that ends there (-1: one unaligned sentence)."""
    best = np.zeros((n + 1, m + 1), np.float32)
    chosen = np.full((n + 1, m + 1), -1, np.int8)
    for i in range(1, n + 1):
        row = best[i - 1].copy()
        for number, (a, b) in enumerate(evidence):
            if a <= i:
                ending = best[i - a, : m + 1 - b] + _gain(evidence[a, b].row(i - a), a + b)
                better = ending > row[b:]
                row[b:][better] = ending[better]
                chosen[i, b:][better] = number
        best[i] = np.maximum.accumulate(row)
        chosen[i][best[i] > row] = -1
    return best, chosen


def _gain(evidence: Matrix, size: int) -> Matrix:
    """What a bead of `size` sentences wins: for each of them the evidence above LEAST, less the cost of merging."""
    return size * (evidence - LEAST) - np.float32(MERGING * size * (size - 2) / 2)


def _path(best: Matrix, chosen: NDArray[np.int8], shapes: Sequence[Shape]) -> list[Bead]:
    """The beads on the best path, in order."""
    found = []
    i, j = len(best) - 1, len(best[0]) - 1
    while i and j:
        number = int(chosen[i, j])
        if number >= 0:
            a, b = shapes[number]
            found.append(Bead(range(i - a, i), range(j - b, j)))
            i, j = i - a, j - b
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i -= 1
    return found[::-1]


class _Evidence:
    """For every place the evidence that the bead of one shape that begins there says the same on both sides; -inf beyond a section."""

    def __init__(self, here: Side, there: Side) -> None:
        self._here, self._there = here, there
        # In the middle of their own version sentences are near to all of the other: that says nothing.
        self._usual_here = here.vectors @ there.vectors.mean(axis=0)
        self._usual_there = there.vectors @ here.vectors.mean(axis=0)
        self._ratio = np.log(here.lengths.sum() / there.lengths.sum())
        self._height = max(1, BLOCK // len(there.vectors))  # rows held at once
        self._first, self._block = -1, np.zeros((0, 0), np.float32)

    def row(self, i: int) -> Matrix:
        """(places there,) for the bead that begins with sentence i here."""
        first = i // self._height * self._height
        if first != self._first:
            self._first, self._block = first, self._rows(slice(first, first + self._height))
        row: Matrix = self._block[i - first]
        return row

    def _rows(self, rows: slice) -> Matrix:
        here, there = _cut(self._here, rows), self._there
        cosines = here.vectors @ there.vectors.T - (self._usual_here[rows, None] + self._usual_there) / 2
        words = (coverage(here.carried, there.said) + coverage(there.carried, here.said).T) / 2
        lengths = np.maximum(np.abs(np.log(here.lengths[:, None] / there.lengths) - self._ratio) - SPREAD, 0)
        borders = np.where(here.starts[:, None] == there.starts, here.starts[:, None], -1)
        evidence = cosines + WORDS * words + FIGURES * _agreement(here.figures, there.figures) - LENGTH * lengths + BORDER * borders
        within = (here.sections[:, None] >= 0) & (there.sections >= 0)
        return np.where(within, evidence, -np.inf).astype(np.float32)


def coverage(carried: Matrix, said: Matrix) -> Matrix:
    """(runs that carry, runs that say): the part of what the one says that the other's words mean, each word by how telling it is."""
    shared: Matrix = carried @ said.T / np.maximum(said.sum(axis=1), 1e-6)
    return shared


def _agreement(here: Matrix, there: Matrix) -> Matrix:
    """1 where both hold the same figures, -1 where they hold others, 0 where there are none."""
    shared = here @ there.T
    either = here.sum(axis=1)[:, None] + there.sum(axis=1) - shared
    return np.where(either > 0, (2 * shared - either) / np.maximum(either, 1), 0).astype(np.float32)


def _cut(side: Side, part: slice) -> Side:
    return Side(*(getattr(side, name)[part] for name in Side.__dataclass_fields__))


def _all_runs(side: Side) -> dict[int, Side]:
    """Number of sentences -> the runs of so many."""
    return {size: _runs(side, size) for size in range(1, min(LONGEST, len(side.vectors)) + 1)}


def _runs(side: Side, size: int) -> Side:
    """One run of `size` sentences for each place; those that would leave their section have section -1."""
    count = len(side.vectors) - size + 1
    parts = [slice(k, k + count) for k in range(size)]
    vectors = np.sum([side.vectors[part] for part in parts], axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    said, carried, figures = (np.maximum.reduce([each[part] for part in parts]) for each in (side.said, side.carried, side.figures))
    lengths = np.sum([side.lengths[part] for part in parts], axis=0)
    sections = np.where(side.sections[parts[0]] == side.sections[parts[-1]], side.sections[:count], -1)
    return Side(vectors, said, carried, figures, lengths, sections, side.starts[:count])
