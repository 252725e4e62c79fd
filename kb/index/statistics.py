"""How the similarities of a question with all passages of one language are distributed.

For unit vectors p with mean m and covariance C, the inner products of a question q with them have mean q·m and variance qᵀCq:
exact, and independent of the number of passages. Standardising with them does two things at once. It removes the offset between
the clouds that the two languages form (the per-language mean: SHIFT, arXiv 2606.18801), and it puts questions and languages on
one scale (z-score normalisation for fusion: Montague & Aslam, CIKM 2001).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.types import Lang

# Collections of a few passages have no distribution worth the name: towards this one they are drawn, with the weight of this many passages.
PRIOR_MEAN, PRIOR_STD, PRIOR_WEIGHT = 0.15, 0.12, 20.0
CHUNK = 16_384  # rows summed at a time in single precision


@dataclass(frozen=True, slots=True)
class SimilarityStatistics:
    count: int  # passages
    mean: NDArray[np.float32]  # (dim,)
    covariance: NDArray[np.float32]  # (dim, dim)

    @classmethod
    def fit(cls, rows: NDArray[np.float32]) -> SimilarityStatistics:
        """rows: float32 (n, dim), n may be 0."""
        return Sums.of(rows).statistics()

    def expected(self, query: NDArray[np.float32]) -> tuple[float, float]:
        """Mean and standard deviation of the cosine between `query` (dim,) and a passage of this language."""
        weight = self.count / (self.count + PRIOR_WEIGHT)
        mean = weight * float(query @ self.mean) + (1 - weight) * PRIOR_MEAN
        variance = weight * max(float(query @ self.covariance @ query), 0.0) + (1 - weight) * PRIOR_STD**2
        return mean, float(np.sqrt(variance))


@dataclass(frozen=True, slots=True)
class Sums:
    """What statistics are made of. Sums of parts of a collection can be added and taken away without their rows."""

    count: int
    total: NDArray[np.float64]  # (dim,)
    products: NDArray[np.float64]  # (dim, dim): of each row with itself

    @classmethod
    def none(cls, dim: int) -> Sums:
        return cls(0, np.zeros(dim), np.zeros((dim, dim)))

    @classmethod
    def of(cls, rows: NDArray[np.float32]) -> Sums:
        """rows: float32 (n, dim), n may be 0."""
        found = cls.none(rows.shape[1])
        for first in range(0, len(rows), CHUNK):
            some = np.asarray(rows[first : first + CHUNK])
            found += cls(len(some), some.sum(axis=0, dtype=np.float64), (some.T @ some).astype(np.float64))
        return found

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.count + other.count, self.total + other.total, self.products + other.products)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.count - other.count, self.total - other.total, self.products - other.products)

    def statistics(self) -> SimilarityStatistics:
        if self.count == 0:
            return SimilarityStatistics(0, np.zeros_like(self.total, np.float32), np.zeros_like(self.products, np.float32))
        mean = self.total / self.count
        covariance = self.products / self.count - np.outer(mean, mean)
        return SimilarityStatistics(self.count, mean.astype(np.float32), covariance.astype(np.float32))


Kind = TypeVar("Kind", SimilarityStatistics, Sums)


def chance(one: SimilarityStatistics, other: SimilarityStatistics, same: bool) -> float:
    """The cosine of two passages taken at random, one of each language; `same`: of one language, a passage not being paired with itself.

    Collections of a few passages say little of chance: their value is drawn towards 0.
    """
    cosine = float(one.mean @ other.mean)
    if same and one.count > 1:
        cosine = (one.count * cosine - 1) / (one.count - 1)
    count = min(one.count, other.count)
    return max(cosine, 0.0) * count / (count + PRIOR_WEIGHT)


def dump(by_lang: Mapping[Lang, SimilarityStatistics] | Mapping[Lang, Sums]) -> bytes:
    buffer = io.BytesIO()
    arrays = {f"{lang}.{field.name}": np.asarray(getattr(each, field.name)) for lang, each in by_lang.items() for field in fields(each)}
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def parse(data: bytes, kind: type[Kind]) -> dict[str, Kind]:
    """What `dump` wrote: language -> statistics or sums, as `kind` says."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        langs = sorted({name.split(".")[0] for name in arrays})
        names = [field.name for field in fields(kind) if field.name != "count"]
        return {lang: kind(int(arrays[f"{lang}.count"]), *(arrays[f"{lang}.{name}"] for name in names)) for lang in langs}
