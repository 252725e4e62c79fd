"""Where the subjects lie on a plane, near in meaning being near on paper: computed once, when the index is made.

    passages' vectors -> one vector a subject -> distances -> classical scaling -> stress majorisation -> coordinates

Classical scaling (Torgerson 1952; of Euclidean distances it is PCA, Gower 1966) gives the start, SMACOF (de Leeuw 1977; Borg and
Groenen, Modern Multidimensional Scaling, 2005, chapter 8) lowers the raw stress from there. Nothing is random: the same vectors
give the same map.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.compaction import Alive
from kb.index.semantic_map import SemanticMap
from kb.types import LANGS, Document, Lang

DRAWN = 5000  # subjects up to which there is a map: every one is compared with every other
REFINED = 1000  # subjects up to which the stress is lowered: a step costs n²
STEPS = 200
ENOUGH = 1e-5  # share of the stress that a step must win
CHUNK = 500  # subjects compared with all others at once


def of_parts(documents: Sequence[Document], standing: Sequence[Alive]) -> Any:
    """The map of the documents that stand in these parts, as JSON."""
    by_key = {(document.path, document.lang): document for document in documents}
    if len({document.id for document in documents}) > DRAWN:
        return SemanticMap({}, {}, float("nan")).to_json()
    owners: list[tuple[str, Lang]] = []
    vectors: list[NDArray[np.float32]] = []
    for each in standing:
        names = {number: (document.path, document.lang) for number, _, document, _ in each.part.store.metas()}
        for number, first, end, place in each.documents.tolist():
            lang = LANGS[place]
            owners += [(by_key[names[number]].id, lang)] * (end - first)
            vectors.append(each.part.vectors[lang].gather(np.arange(first, end)))
    return draw(
        sorted({document.id for document in documents}), owners, np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32)
    )


def draw(ids: Sequence[str], owners: Sequence[tuple[str, Lang]], vectors: NDArray[np.float32]) -> Any:
    """The map of the subjects `ids` as JSON. owners: (id, language) of each passage; vectors: float32 (n passages, dim)."""
    if not ids or not len(vectors):
        return SemanticMap({}, {}, 0.0).to_json()
    rows = _of_subjects(ids, owners, vectors)
    places, stress = _placed(rows)
    near = _nearest(rows)
    return SemanticMap(
        {each: (float(x), float(y)) for each, (x, y) in zip(ids, np.round(places, 4), strict=True)},
        {each: ids[other] for each, other in zip(ids, near, strict=True) if other >= 0},
        round(stress, 4),
    ).to_json()


def _of_subjects(ids: Sequence[str], owners: Sequence[tuple[str, Lang]], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64 (subjects, dim), length 1: the mean over versions of the mean passage, each language centred on itself."""
    position = {each: i for i, each in enumerate(ids)}
    number = np.array([position[each] for each, _ in owners])
    total = np.zeros((len(ids), vectors.shape[1]))
    for lang in LANGS:
        mine = np.array([each == lang for _, each in owners])
        if mine.any():
            order = np.flatnonzero(mine)[np.argsort(number[mine], kind="stable")]
            subjects, starts, counts = np.unique(number[order], return_index=True, return_counts=True)
            total[subjects] += np.add.reduceat(vectors[order] - vectors[mine].mean(axis=0), starts, axis=0) / counts[:, None]
    lengths = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(np.divide(total, lengths, out=np.zeros_like(total), where=lengths > 0))


def _placed(rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Coordinates float64 (n, 2) from 0 to 1 along the longer axis x, and Kruskal's stress-1 of them (nan above REFINED subjects)."""
    start = _principal(rows)
    if not 2 < len(rows) <= REFINED:
        return _in_unit_square(start), float("nan")
    wanted = _distances(rows)
    found = _smacof(wanted, start)
    error = ((wanted - _distances(found)) ** 2).sum() / max((_distances(found) ** 2).sum(), 1e-12)
    return _in_unit_square(_principal(found)), float(np.sqrt(error))


def _principal(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 (n, 2): coordinates along the two longest axes, turned so that the largest of each is positive."""
    left, size, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    found = np.zeros((len(rows), 2))
    kept = min(2, len(size))
    found[:, :kept] = left[:, :kept] * size[:kept]
    largest = found[np.abs(found).argmax(axis=0), [0, 1]]
    return np.asarray(found * np.where(largest < 0, -1, 1))


def _smacof(wanted: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Guttman transform until the stress stays."""
    places, last = start, np.inf
    for _ in range(STEPS):
        now = _distances(places)
        stress = float(((wanted - now) ** 2).sum())
        if last - stress < ENOUGH * last:
            break
        last = stress
        pull = -np.divide(wanted, now, out=np.zeros_like(now), where=now > 1e-9)
        np.fill_diagonal(pull, 0.0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        places = pull @ places / len(places)
    return places


def _distances(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 (n, n), Euclidean"""
    squares = (rows**2).sum(axis=1)
    found = squares[:, None] + squares[None, :] - 2 * rows @ rows.T
    np.fill_diagonal(found, 0.0)
    return np.asarray(np.sqrt(np.maximum(found, 0.0)))


def _in_unit_square(places: NDArray[np.float64]) -> NDArray[np.float64]:
    low = places.min(axis=0)
    return np.asarray((places - low) / max(float((places.max(axis=0) - low).max()), 1e-12))


def _nearest(rows: NDArray[np.float64]) -> list[int]:
    """For every subject the one nearest in meaning; -1 where there is no other."""
    found: list[int] = []
    for first in range(0, len(rows), CHUNK):
        cosines = rows[first : first + CHUNK] @ rows.T
        cosines[np.arange(len(cosines)), np.arange(first, first + len(cosines))] = -np.inf
        found += [int(each) for each in cosines.argmax(axis=1)]
    return found if len(rows) > 1 else [-1]
