"""From passages to documents: the versions of a subject share one place in the ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.types import Lang

# No relevant document of the evaluation questions is lost by it, and the number of hits falls from 19 to 14 of 24.
LEAST_OF_BEST = 0.15


class Scored(NamedTuple):
    """A passage with its score and what it is made of."""

    row: int
    lang: Lang
    score: float
    cosine: float  # nan when no vectors were asked
    coverage: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A subject with its score and the scored passages that speak for it, best first."""

    group: int  # as kb.search.groups numbers them
    score: float
    passages: tuple[Scored, ...]


GroupsOf = Callable[[NDArray[np.int64]], NDArray[np.int32]]  # passages -> the group of each


def rank(passages: Sequence[Scored], groups_of: GroupsOf) -> list[Ranked]:
    """Subjects by their best passage; ties by id, so that the order is the same in every run."""
    groups: dict[int, list[Scored]] = {}
    rows = np.array([each.row for each in passages], np.int64)
    for each, group in zip(passages, groups_of(rows).tolist(), strict=True):
        groups.setdefault(group, []).append(each)
    ranked = [_ranked(group, members) for group, members in groups.items()]
    return sorted(ranked, key=lambda r: (-r.score, r.group))


def without_tail(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Subjects whose score is a fair part of the best one: a list that goes on to the last document says nothing."""
    least = LEAST_OF_BEST * ranked[0].score if ranked and ranked[0].score > 0 else float("-inf")
    return [each for each in ranked if each.score >= least]


def _ranked(group: int, members: list[Scored]) -> Ranked:
    if len(members) > 1:
        members.sort(key=lambda s: (-s.score, s.row))
    return Ranked(group, members[0].score, tuple(members))
