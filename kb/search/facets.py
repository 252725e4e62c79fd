"""Facets: how many of the groups found are filed under what."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang, Message
from kb.index.strings import ranges
from kb.search.filing import Filed
from kb.search.filter_values import FACET_LABELS
from kb.types import Facet, FacetValue

MOST_VALUES = 200  # of a facet that are listed: a page of thousands of names helps nobody
Numbers = NDArray[np.int64]


def facet(name: str, filed: Filed, groups: Numbers, selected: Collection[str], lang: Lang) -> Facet:
    """groups: each once; selected: keys, which are listed even if nothing has them."""
    counts = _counts(filed, groups)
    order = _listed(filed, counts, name, lang)
    listed = [_value(filed, filed.listed[at], count, selected) for at, count in zip(order.tolist(), counts[order].tolist(), strict=True)]
    shown = {value.value for value in listed}
    missing = [_value(filed, key, _count(filed, key, counts), selected) for key in selected if key not in shown]
    if missing:
        listed = _sorted([*listed, *missing], name, lang)
    more = int(np.count_nonzero(counts)) - sum(value.count > 0 for value in listed)
    return Facet(name, FACET_LABELS[name], tuple(listed), more)


def _counts(filed: Filed, groups: Numbers) -> Numbers:
    """By number of the key."""
    keys = filed.keys
    values = keys.values if len(groups) == len(keys) else keys.values[ranges(keys.starts[groups], keys.ends[groups])]
    return np.bincount(values, minlength=len(filed.numbers))


def _listed(filed: Filed, counts: Numbers, name: str, lang: Lang) -> Numbers:
    """Numbers of the keys in the order in which they are listed: years the last first, others the frequent ones first."""
    found = np.flatnonzero(counts)
    if name == "year":
        return np.array(sorted(found.tolist(), key=filed.listed.__getitem__, reverse=True), np.int64)
    return found[np.lexsort((filed.rank(lang)[found], -counts[found]))[:MOST_VALUES]]


def _sorted(values: list[FacetValue], name: str, lang: Lang) -> list[FacetValue]:
    if name == "year":
        return sorted(values, key=lambda each: each.value, reverse=True)
    return sorted(values, key=lambda each: (-each.count, each.label.in_language(lang)))


def _count(filed: Filed, key: str, counts: Numbers) -> int:
    return int(counts[filed.numbers[key]]) if key in filed.numbers else 0


def _value(filed: Filed, key: str, count: int, selected: Collection[str]) -> FacetValue:
    return FacetValue(key, filed.labels.get(key) or Message(key, key), count, key in selected)
