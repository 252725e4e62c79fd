"""Documents about what a question names are ranked higher: a city, a country, a speaker, a subject under one of its other names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.errors import Message
from kb.search.catalogue import Catalogue
from kb.search.fusion import TERM_WEIGHT_SAME
from kb.search.grouping import Ranking
from kb.search.narrowing import dated
from kb.types import Condition, Mode, Reading, Why

# In standard deviations of the similarity, as the scores are; chosen in a flat region, see docs/questions.md.
BONUS = 1.0


@dataclass(frozen=True, slots=True)
class Fitting:
    """Which groups fit the conditions of a question that rank higher."""

    conditions: tuple[tuple[Condition, NDArray[np.bool_]], ...] = ()  # with bool (g,): the groups that fit

    def of(self, group: int) -> list[Condition]:
        return [condition for condition, groups in self.conditions if groups[group]]


def fitting(reading: Reading, catalogue: Catalogue, about: Callable[[str], NDArray[np.int64]]) -> Fitting:
    """about: value of a subject -> groups."""
    named = [each for each in reading.conditions if not each.filters and each.by == "names"]
    found = [(each, _mask(catalogue, about(each.value) if each.facet == "subject" else _filed(catalogue, each))) for each in named]
    if stretches := dated(reading, filters=False):
        groups = catalogue.dated(stretches)
        found += [(each, groups) for each in reading.conditions if each.by == "dates" and not each.filters]
    return Fitting(tuple(found))


def _filed(catalogue: Catalogue, condition: Condition) -> NDArray[np.int32]:
    filed = catalogue.filed[condition.facet]
    return filed.groups[filed.numbers[condition.value]] if condition.value in filed.numbers else np.zeros(0, np.int32)


def _mask(catalogue: Catalogue, groups: NDArray[np.int64] | NDArray[np.int32]) -> NDArray[np.bool_]:
    found = np.zeros(len(catalogue.groups), np.bool_)
    found[groups] = True
    return found


def raise_up(ranking: Ranking, fit: Fitting, mode: Mode) -> Ranking:
    """The ranking with the bonus once for each facet that a document fits."""
    if not fit.conditions:
        return ranking
    facets: dict[str, list[NDArray[np.bool_]]] = {}
    for condition, groups in fit.conditions:
        facets.setdefault(condition.facet, []).append(groups[ranking.groups])
    fitting_facets = np.sum([np.any(each, axis=0) for each in facets.values()], axis=0)
    return ranking.raised((BONUS / TERM_WEIGHT_SAME if mode == "terms" else BONUS) * fitting_facets)


def reason(why: Why, fits: Sequence[Condition]) -> Why:
    """The reason with what the document is about."""
    if not fits:
        return why
    en, th = (", ".join(dict.fromkeys(getattr(c.label, lang) for c in fits)) for lang in ("en", "th"))
    message = Message(
        f"{why.message.en}; the document is about {en}" if why.message.en else f"The document is about {en}",
        f"{why.message.th} และเอกสารนี้เกี่ยวกับ {th}" if why.message.th else f"เอกสารนี้เกี่ยวกับ {th}",
    )
    return replace(why, about=tuple(dict.fromkeys(c.label for c in fits)), message=message)
