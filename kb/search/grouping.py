"""From passages to documents: the versions of a subject share one place in the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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

    group_id: str
    score: float
    passages: tuple[Scored, ...]


def rank(passages: Sequence[Scored], group_of: Sequence[str]) -> list[Ranked]:
    """Subjects by their best passage; ties by id, so that the order is the same in every run. group_of: the id of each row's subject."""
    groups: dict[str, list[Scored]] = {}
    for each in passages:
        groups.setdefault(group_of[each.row], []).append(each)
    ranked = [_ranked(group_id, members) for group_id, members in groups.items()]
    return sorted(ranked, key=lambda r: (-r.score, r.group_id))


def without_tail(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Subjects whose score is a fair part of the best one: a list that goes on to the last document says nothing."""
    least = LEAST_OF_BEST * ranked[0].score if ranked and ranked[0].score > 0 else float("-inf")
    return [each for each in ranked if each.score >= least]


def _ranked(group_id: str, members: list[Scored]) -> Ranked:
    if len(members) > 1:
        members.sort(key=lambda s: (-s.score, s.row))
    return Ranked(group_id, members[0].score, tuple(members))
