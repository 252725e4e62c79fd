"""From passages to documents: the versions of a subject share one place in the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.types import LANGS, Lang

# No relevant document of the evaluation questions is lost by it, and the number of hits falls from 19 to 14 of 24.
LEAST_OF_BEST = 0.15


class Scored(NamedTuple):
    """A passage with its score and what it is made of."""

    row: int
    lang: Lang
    score: float
    cosine: float  # nan when no vectors were asked
    coverage: float


@dataclass(frozen=True, eq=False)
class Passages:
    """n scored passages, column by column: a search has hundreds of them and shows a few."""

    rows: NDArray[np.int64]
    langs: NDArray[np.int8]  # places in kb.types.LANGS
    scores: NDArray[np.float32]
    cosines: NDArray[np.float32]
    coverage: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def _columns(self) -> tuple[NDArray[np.generic], ...]:
        return self.rows, self.langs, self.scores, self.cosines, self.coverage

    def select(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Passages:
        return Passages(*(column[chosen] for column in self._columns))  # type: ignore[arg-type]

    def order(self) -> NDArray[np.int64]:
        """The places of the passages, best first, ties by row."""
        return np.lexsort((self.rows, -self.scores))

    def listed(self) -> tuple[Scored, ...]:
        rows, langs, *numbers = (column.tolist() for column in self._columns)
        return tuple(map(Scored, rows, map(LANGS.__getitem__, langs), *numbers))

    @classmethod
    def joined(cls, found: Sequence[Passages]) -> Passages:
        return cls(*map(np.concatenate, zip(*(each._columns for each in found), strict=True)))


NO_PASSAGES = Passages(np.zeros(0, np.int64), np.zeros(0, np.int8), *(np.zeros(0, np.float32) for _ in range(3)))


class Ranked(NamedTuple):
    """A subject with its score."""

    group: int  # as kb.search.groups numbers them
    score: float


@dataclass(frozen=True, eq=False)
class Page:
    """Subjects that follow each other in a ranking."""

    ranked: Sequence[Ranked]
    passages: Passages  # those that speak for them, best first
    groups: NDArray[np.int32]  # the group of each passage

    def best(self, group: int, lang: Lang | None = None) -> Scored | None:
        """The best passage of a subject, in any language or in one."""
        of_group = self.groups == group
        if lang:
            of_group &= self.passages.langs == LANGS.index(lang)
        first = of_group.nonzero()[0][:1]
        return self.passages.select(first).listed()[0] if len(first) else None


def _no_groups() -> NDArray[np.int32]:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, eq=False)
class Ranking:
    """Subjects, best first, and the passages that speak for them."""

    groups: NDArray[np.int64]  # (g,) as kb.search.groups numbers them, each once
    scores: NDArray[np.float64]  # (g,)
    passages: Passages = NO_PASSAGES  # best first; also of groups that were left out since
    passage_groups: NDArray[np.int32] = field(default_factory=_no_groups)  # the group of each passage

    def __len__(self) -> int:
        return len(self.groups)

    def select(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Ranking:
        """Some subjects, or all in another order."""
        return replace(self, groups=self.groups[chosen], scores=self.scores[chosen])

    def raised(self, bonus: NDArray[np.float64]) -> Ranking:
        """In the order of the scores with a bonus (g,)."""
        return _in_order(replace(self, scores=self.scores + bonus))

    def page(self, offset: int, limit: int) -> Page:
        groups, scores = (each[offset : offset + limit] for each in (self.groups, self.scores))
        among = np.zeros(1 + max(int(each.max(initial=0)) for each in (groups, self.passage_groups)), np.bool_)
        among[groups] = True
        shown = among[self.passage_groups].nonzero()[0]
        return Page(list(map(Ranked, groups.tolist(), scores.tolist())), self.passages.select(shown), self.passage_groups[shown])


def rank(passages: Passages, groups: NDArray[np.int32]) -> Ranking:
    """Subjects by their best passage. groups: (n,) the group of each passage, numbered in the order of the ids."""
    order = passages.order()
    best, of = passages.select(order), groups[order]
    found, first = np.unique(of, return_index=True)
    return _in_order(Ranking(found.astype(np.int64), best.scores[first].astype(np.float64), best, of))


def _in_order(ranking: Ranking) -> Ranking:
    """Ties by group, so that the order is the same in every run."""
    return ranking.select(np.lexsort((ranking.groups, -ranking.scores)))


def without_tail(ranking: Ranking) -> Ranking:
    """Subjects whose score is a fair part of the best one: a list that goes on to the last document says nothing."""
    if not len(ranking) or ranking.scores[0] <= 0:
        return ranking
    return ranking.select(ranking.scores >= LEAST_OF_BEST * ranking.scores[0])
