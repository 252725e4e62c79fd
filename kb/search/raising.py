"""Documents about what a question names are ranked higher: a city, a country, a speaker, a subject under one of its other names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.errors import Message
from kb.search.catalogue import Catalogue
from kb.search.fusion import TERM_WEIGHT_SAME
from kb.search.grouping import Ranked
from kb.search.narrowing import dated
from kb.types import Condition, Mode, Reading, Why

# In standard deviations of the similarity, as the scores are; chosen in a flat region, see docs/questions.md.
BONUS = 1.0


def raised_groups(reading: Reading, catalogue: Catalogue, subjects: Mapping[str, frozenset[str]]) -> dict[str, list[Condition]]:
    """Group id -> conditions of the question that it fits. subjects: value of a subject -> ids of groups."""
    found: dict[str, list[Condition]] = {}
    for each in reading.conditions:
        if not each.filters and each.by == "names":
            groups = subjects.get(each.value, frozenset()) if each.facet == "subject" else catalogue.groups_with(each.facet, each.value)
            for group_id in groups:
                found.setdefault(group_id, []).append(each)
    if stretches := dated(reading, filters=False):
        for group_id in catalogue.dated(stretches):
            found.setdefault(group_id, []).extend(c for c in reading.conditions if c.by == "dates" and not c.filters)
    return found


def raise_up(ranked: Sequence[Ranked], fitting: Mapping[str, Sequence[Condition]], mode: Mode) -> list[Ranked]:
    """The ranking, best first as it comes, with the bonus once for each facet that a document fits."""
    if not fitting:
        return list(ranked)
    bonus = BONUS / TERM_WEIGHT_SAME if mode == "terms" else BONUS
    facets = {group_id: len({condition.facet for condition in found}) for group_id, found in fitting.items()}
    lifted = [replace(each, score=each.score + bonus * facets[each.group_id]) if each.group_id in facets else each for each in ranked]
    return sorted(lifted, key=lambda r: (-r.score, r.group_id))


def reason(why: Why, fitting: Sequence[Condition]) -> Why:
    """The reason with what the document is about."""
    if not fitting:
        return why
    en, th = (", ".join(dict.fromkeys(getattr(c.label, lang) for c in fitting)) for lang in ("en", "th"))
    message = Message(
        f"{why.message.en}; the document is about {en}" if why.message.en else f"The document is about {en}",
        f"{why.message.th} และเอกสารนี้เกี่ยวกับ {th}" if why.message.th else f"เอกสารนี้เกี่ยวกับ {th}",
    )
    return replace(why, about=tuple(dict.fromkeys(c.label for c in fitting)), message=message)
