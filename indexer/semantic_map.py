"""Where the subjects lie on a plane, near in meaning being near on paper: computed once, when the index is made.

    passages' vectors -> one vector a subject -> distances -> classical scaling -> stress majorisation -> coordinates

Classical scaling (Torgerson 1952; of Euclidean distances it is PCA, Gower 1966) gives the start, SMACOF (de Leeuw 1977; Borg and
Groenen, Modern Multidimensional Scaling, 2005, chapter 8) lowers the raw stress from there. Nothing is random: the same vectors
give the same map.

Of a large collection DRAWN subjects are in the map, chosen by the digest of their ids: a fair sample that one more document hardly
changes. While few subjects have changed since the map was drawn the others stay where they are, and a new one takes the place of the
one nearest to it in meaning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.compaction import Alive
from kb.index import joining
from kb.index.columns import Columns
from kb.index.generations import Generation
from kb.index.reader import resource
from kb.index.semantic_map import SemanticMap
from kb.types import LANGS, Lang

DRAWN = 2000  # subjects at most: each is compared with every other
REDRAWN = 300  # subjects up to which the map is always drawn anew, in some hundredths of a second
STALE = 0.1  # share of the subjects that may have changed since the map was drawn
REFINED = 1000  # subjects up to which the stress is lowered: a step costs n²
STEPS = 200
ENOUGH = 1e-5  # share of the stress that a step must win
CHUNK = 500  # subjects compared with all others at once


class Mapped:
    """The map of the generation that this process has published last: most changes have nothing to do with it. For one thread at a time."""

    def __init__(self) -> None:
        self._generation = ""
        self._made_of: Mapping[str, str] = {}  # as `chosen`, of that generation
        self._json: Any = None

    def recall(self, generation: Generation, standing: Sequence[Alive]) -> None:
        """Of a generation that is published. standing: its parts."""
        self._generation, self._json = generation.folder.name, resource(generation.folder, "semantic_map")
        self._made_of = chosen(_joined(standing))

    def of_parts(
        self, standing: Sequence[Alive], before: SemanticMap | None, published: Generation | None, changed: Collection[str] | None
    ) -> Any:
        """As `of_parts`. changed: ids of the documents that differ from those of the published generation; None: any."""
        same = published is not None and published.folder.name == self._generation and before is not None
        if not same or changed is None or any(map(self._counts, changed)):
            self._made_of = chosen(_joined(standing))
            self._json = of_parts(standing, before)
        self._generation = ""
        return self._json

    def published(self, generation: Generation) -> None:
        """With what was drawn last."""
        self._generation = generation.folder.name

    def _counts(self, id_: str) -> bool:
        """Whether the map may be another one with or without this subject."""
        return len(self._made_of) < DRAWN or id_ in self._made_of or _by_chance(id_) <= max(map(_by_chance, self._made_of))


def of_parts(standing: Sequence[Alive], before: SemanticMap | None) -> Any:
    """The map of the subjects that stand in these parts, as JSON. before: the map that was there, made with the same model."""
    joined = _joined(standing)
    made_of = chosen(joined)
    owners: list[tuple[str, Lang]] = []
    vectors: list[NDArray[np.float32]] = [np.zeros((0, 1), np.float32)]
    for at, id_ in enumerate(joined.id.listed):
        if id_ in made_of:
            lang, rows = joined.language(at), np.arange(joined.first_row[at], joined.end_row[at])
            owners += [(id_, lang)] * len(rows)
            vectors.append(_source(standing, int(joined.number[at])).part.vectors[lang].gather(rows))
    return draw(made_of, owners, np.concatenate(vectors[1:] if owners else vectors), before)


def _joined(standing: Sequence[Alive]) -> Columns:
    return joining.join([each.part.columns for each in standing], _gone(standing))


def _gone(standing: Sequence[Alive]) -> list[int]:
    return [
        number for each in standing for number in np.setdiff1d(each.part.columns.number, each.documents[:, 0], assume_unique=True).tolist()
    ]


def _source(standing: Sequence[Alive], number: int) -> Alive:
    return next(each for each in standing if each.part.info.numbers[0] <= number < each.part.info.numbers[1])


def chosen(joined: Columns) -> dict[str, str]:
    """Id -> what of its versions the map is made of, of the subjects that are in the map, by id."""
    digests: dict[str, str] = {}
    for id_, digest in zip(joined.id.listed, joined.digest.listed, strict=True):
        digests[id_] = digests.get(id_, "") + digest[:8]
    kept = nsmallest(DRAWN, digests, key=_by_chance)
    return {each: digests[each] for each in sorted(kept)}


@lru_cache(maxsize=1 << 17)  # one run in this process asks what the one before did
def _by_chance(id_: str) -> bytes:
    """An order that has nothing to do with what the subjects are about, and is the same in every run."""
    return blake2b(id_.encode(), digest_size=8).digest()


def draw(
    made_of: Mapping[str, str], owners: Sequence[tuple[str, Lang]], vectors: NDArray[np.float32], before: SemanticMap | None = None
) -> Any:
    """The map as JSON. made_of: as `chosen`; owners: (id, language) of each passage; vectors: float32 (n passages, dim)."""
    ids = list(made_of)
    if not ids or not len(vectors):
        return SemanticMap({}, {}, 0.0, {}).to_json()
    rows = _of_subjects(ids, owners, vectors)
    near = _nearest(rows)
    nearest = {each: ids[other] for each, other in zip(ids, near, strict=True) if other >= 0}
    if before is not None and len(ids) > REDRAWN and _is_fresh(made_of, before):
        return SemanticMap(_kept(ids, rows, before), nearest, before.stress, _made_then(made_of, before)).to_json()
    places, stress = _placed(rows)
    drawn = {each: (float(x), float(y)) for each, (x, y) in zip(ids, np.round(places, 4), strict=True)}
    return SemanticMap(drawn, nearest, round(stress, 4), made_of).to_json()


def _is_fresh(made_of: Mapping[str, str], before: SemanticMap) -> bool:
    same = sum(before.made_of.get(each) == digest for each, digest in made_of.items())
    return same >= (1 - STALE) * max(len(made_of), len(before.places))


def _made_then(made_of: Mapping[str, str], before: SemanticMap) -> dict[str, str]:
    """What the places were made of when the map was drawn; nothing for those that came later."""
    return {each: before.made_of.get(each, "") for each in made_of}


def _kept(ids: Sequence[str], rows: NDArray[np.float64], before: SemanticMap) -> dict[str, tuple[float, float]]:
    known = [at for at, each in enumerate(ids) if each in before.places]
    new = [at for at, each in enumerate(ids) if each not in before.places]
    nearest = (rows[new] @ rows[known].T).argmax(axis=1) if new else ()
    taken = {ids[at]: before.places[ids[known[near]]] for at, near in zip(new, nearest, strict=True)}
    return {each: taken.get(each) or before.places[each] for each in ids}


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
    centred = rows - rows.mean(axis=0)
    # The axes by their covariance: of many rows a hundredth of the time that a singular value decomposition takes.
    _, axes = np.linalg.eigh(centred.T @ centred)
    found = np.zeros((len(rows), 2))
    kept = axes[:, ::-1][:, :2]
    found[:, : kept.shape[1]] = centred @ kept
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
