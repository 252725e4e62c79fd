"""Which word translates which: IBM Model 1, estimated by EM (Brown et al. 1993, Computational Linguistics 19(2))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import trange

NULL = 0  # source of target words that translate nothing; ids of real words are moved up by one inside
LONGEST = 40  # words of a side; longer pairs say little about single words and cost their product


@dataclass(frozen=True, slots=True)
class Translations:
    """P(target | source) > 0, sorted by source, then by falling probability."""

    sources: NDArray[np.int64]  # (n,)
    targets: NDArray[np.int64]  # (n,)
    probabilities: NDArray[np.float64]  # (n,) sum to at most 1 for each source
    counts: NDArray[np.float64]  # (n,) expected number of times that source gives target


def ibm1(
    pairs: Sequence[tuple[Sequence[int], Sequence[int]]], weights: Sequence[float] | None = None, iterations: int = 6, floor: float = 1e-3
) -> Translations:
    """pairs: (source ids, target ids) of sentences that translate each other; ids from 0. weights: how often each pair counts.

    Translations less probable than `floor` are dropped. Memory: 40 bytes for each word of a source times each word of its target.
    """
    kept = [i for i, (a, b) in enumerate(pairs) if 0 < len(a) <= LONGEST and 0 < len(b) <= LONGEST]
    width = 1 + max((max(pairs[i][1]) for i in kept), default=0)
    links, cells, cell_weights = _links([pairs[i] for i in kept], [1.0 if weights is None else weights[i] for i in kept], width)
    keys, link_keys = np.unique(links, return_inverse=True)
    sources = keys // width
    probabilities: NDArray[np.float64] = np.ones(len(keys))
    counts = probabilities
    for _ in trange(iterations, desc="alignment", leave=False):
        likelihood = probabilities[link_keys]
        share = likelihood / np.bincount(cells, likelihood)[cells]
        counts = np.bincount(link_keys, share * cell_weights[cells], minlength=len(keys)).astype(np.float64)
        probabilities = counts / np.bincount(sources, counts)[sources]
    return _sorted(sources, keys % width, probabilities, counts, floor)


def _links(
    pairs: Sequence[tuple[Sequence[int], Sequence[int]]], weights: Sequence[float], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """For every target word (a cell) of every pair its possible sources: key source·width + target, cell number; weight a cell."""
    keys, cells, cell_weights, first = [], [], [], 0
    for (source, target), weight in zip(pairs, weights, strict=True):
        sources = np.concatenate([[NULL], np.asarray(source, np.int64) + 1])
        targets = np.asarray(target, np.int64)
        keys.append((sources[:, None] * width + targets).ravel())
        cells.append(np.tile(np.arange(first, first + len(targets)), len(sources)))
        cell_weights.append(np.full(len(targets), weight))
        first += len(targets)
    return np.concatenate(keys), np.concatenate(cells), np.concatenate(cell_weights)


def _sorted(
    sources: NDArray[np.int64], targets: NDArray[np.int64], probabilities: NDArray[np.float64], counts: NDArray[np.float64], floor: float
) -> Translations:
    kept = np.flatnonzero((probabilities >= floor) & (sources != NULL))
    order = kept[np.lexsort((targets[kept], -probabilities[kept], sources[kept]))]
    return Translations(sources[order] - 1, targets[order], probabilities[order], counts[order])
