"""Facets: how many of the groups found are filed under what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang, Message
from kb.index.strings import ranges
from kb.search.filing import Filed
from kb.search.filter_values import FACET_LABELS, FACETS
from kb.types import Facet, FacetValue

MOST_VALUES = 200  # of a facet that are listed: a page of thousands of names helps nobody
Numbers = NDArray[np.int64]


class Facets:
    """All facets, counted together: most have few values, and every call of numpy has a price of its own. Thread-safe."""

    def __init__(self, filed: Mapping[str, Filed]) -> None:
        self._filed = [filed[name] for name in FACETS]
        # Keys are numbered one facet after the other; where those of each begin, and the end of all.
        self._bases = [0, *accumulate(len(each.numbers) for each in self._filed)]
        values = [each.keys.values + base for each, base in zip(self._filed, self._bases, strict=False)]
        self._values = np.concatenate(values).astype(np.int32)
        # (facets, g): where the keys of each group stand among the values.
        before = [0, *accumulate(map(len, values))]
        self._starts = _moved([each.keys.starts for each in self._filed], before)
        self._ends = _moved([each.keys.ends for each in self._filed], before)
        self._ranks: dict[Lang, Numbers] = {}

    def of(self, groups: Numbers, selected: Mapping[str, Collection[str]], lang: Lang) -> tuple[Facet, ...]:
        """groups: each once; selected: for each facet keys, which are listed even if nothing has them."""
        counts = self._counts(groups)
        found = np.flatnonzero(counts)  # facet by facet
        begins = found.searchsorted(self._bases)
        facets = np.repeat(np.arange(len(FACETS)), np.diff(begins))
        listed = found[np.lexsort((self._rank(lang)[found], -counts[found], facets))]
        of_each = [listed[first:end] for first, end in pairwise(begins.tolist())]
        return tuple(self._facet(at, each, counts, selected[FACETS[at]], lang) for at, each in enumerate(of_each))

    def _counts(self, groups: Numbers) -> Numbers:
        """By number of the key."""
        values = self._values
        if len(groups) < self._ends.shape[1]:
            values = values[ranges(self._starts[:, groups].ravel(), self._ends[:, groups].ravel())]
        return np.bincount(values, minlength=self._bases[-1])

    def _rank(self, lang: Lang) -> Numbers:
        """For each key its place among those of its facet, in the order of a language."""
        if lang not in self._ranks:
            self._ranks[lang] = np.concatenate([each.rank(lang) for each in self._filed])
        return self._ranks[lang]

    def _facet(self, at: int, found: Numbers, counts: Numbers, selected: Collection[str], lang: Lang) -> Facet:
        """found: numbers of its keys, the frequent ones first."""
        name, filed, base = FACETS[at], self._filed[at], self._bases[at]
        kept = found if name == "year" else found[:MOST_VALUES]
        pairs = zip(kept.tolist(), counts[kept].tolist(), strict=True)
        listed = [_value(filed, filed.listed[number - base], count, selected) for number, count in pairs]
        if selected:
            shown = {value.value for value in listed}
            missing = {key: filed.numbers.get(key) for key in selected if key not in shown}
            listed += [_value(filed, key, 0 if number is None else int(counts[base + number]), selected) for key, number in missing.items()]
        if selected or name == "year":
            listed = _sorted(listed, name, lang)
        more = len(found) - sum(value.count > 0 for value in listed)
        return Facet(name, FACET_LABELS[name], tuple(listed), more)


def _moved(places: Collection[Numbers], before: Collection[int]) -> NDArray[np.int32]:
    return np.stack([(each + base).astype(np.int32) for each, base in zip(places, before, strict=False)])


def _sorted(values: list[FacetValue], name: str, lang: Lang) -> list[FacetValue]:
    """Years the last first, others the frequent ones first."""
    if name == "year":
        return sorted(values, key=lambda each: each.value, reverse=True)
    return sorted(values, key=lambda each: (-each.count, each.label.in_language(lang)))


def _value(filed: Filed, key: str, count: int, selected: Collection[str]) -> FacetValue:
    return FacetValue(key, filed.labels.get(key) or Message(key, key), count, key in selected)
