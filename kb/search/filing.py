"""What documents are filed under: the values of each facet, with one key in both languages.

Lists of a translation pair stand in the same order, so the English name of the second city is the key of the second city of the Thai
file. Which key a name has depends on all documents: it is settled here once an open index, from the different names alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb import vocabulary
from kb.errors import Message
from kb.index.columns import Columns
from kb.index.strings import Lists
from kb.search.groups import Groups, Pairs, paired
from kb.text.folding import fold
from kb.types import LANGS, Lang

LANG_LABELS = {"th": Message("Thai", "ไทย"), "en": Message("English", "อังกฤษ")}


def _nothing() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(eq=False)
class Filed:
    """One facet."""

    names: dict[str, str] = field(default_factory=dict)  # folded name -> key
    labels: dict[str, Message] = field(default_factory=dict)  # key -> label
    written: dict[str, tuple[int, int]] = field(default_factory=dict)  # key -> label as names of the columns: Thai, English
    numbers: dict[str, int] = field(default_factory=dict)  # key -> its number, in the order of the groups
    pairs: NDArray[np.int64] = field(default_factory=_nothing)  # the different names of both languages, as numbers, in order
    of_pairs: NDArray[np.int64] = field(default_factory=_nothing)  # for each of them the number of its key
    ranks: dict[Lang, NDArray[np.int64]] = field(default_factory=dict)  # see `rank`; filled as it is asked for
    keys: Lists = field(default_factory=lambda: Lists.of(()))  # for each group the numbers of its keys

    @cached_property
    def listed(self) -> list[str]:
        """Keys by number."""
        return list(self.numbers)

    @cached_property
    def groups(self) -> Lists:
        """For each key the groups filed under it, ascending."""
        order = np.argsort(self.keys.values, kind="stable")
        ends = np.cumsum(np.bincount(self.keys.values, minlength=len(self.numbers)), dtype=np.int64)
        return Lists(ends, self.keys.owners()[order].astype(np.int32))

    def rank(self, lang: Lang) -> NDArray[np.int64]:
        """For each key its place in the order of the labels of a language."""
        if lang not in self.ranks:
            labels = [self.labels[key].in_language(lang) for key in self.listed]
            rank = np.empty(len(labels), np.int64)
            rank[np.array(sorted(range(len(labels)), key=labels.__getitem__), np.int64)] = np.arange(len(labels))
            self.ranks[lang] = rank
        return self.ranks[lang]

    def again(self) -> Filed:
        """The same keys, with nothing filed under them yet."""
        return replace(self, keys=Lists.of(()))

    def number(self, key: str) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def file(self, size: int, groups: NDArray[np.int64], numbers: NDArray[np.int64]) -> None:
        """Take the keys of `size` groups, each once a group, in the order given; groups ascend."""
        width = max(len(self.numbers), 1)
        _, first = np.unique(groups * width + numbers, return_index=True)
        first.sort()
        ends = np.cumsum(np.bincount(groups[first], minlength=size), dtype=np.int64)
        self.keys = Lists(ends, numbers[first].astype(np.int32))


class Filing:
    """All facets by name."""

    def __init__(self, columns: Columns, groups: Groups, before: Mapping[str, Filed] | None = None) -> None:
        """before: the facets of another generation in which all names had the numbers that they have now."""
        self._columns, self._groups, self._before = columns, groups, before or {}
        self._texts, self._folds = columns.names.texts.listed, columns.names.folds.listed
        self.facets = {
            "kind": self._fixed(*self._of_documents(columns.kind), self._texts.__getitem__, lambda key: vocabulary.KINDS[key]),
            "lang": self._fixed(*self._of_documents(columns.lang), LANGS.__getitem__, lambda key: LANG_LABELS[key]),
            "country": self._fixed(*groups.of_all(columns.countries), self._texts.__getitem__, vocabulary.country_label),
            "theme": self._fixed(*groups.of_all(columns.themes), self._texts.__getitem__, lambda key: vocabulary.THEMES[key]),
            "year": self._fixed(*self._dated(), str, _year_label),
            "city": self._named("city", paired(groups, columns.cities)),
            "organisation": self._named("organisation", paired(groups, columns.organisations)),
            "speaker": self._spoken(),
        }
        del self._texts, self._folds

    def _of_documents(self, values: NDArray[np.int32] | NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """(group, value) of a column with one value a document."""
        return self._groups.of_all(Lists(np.arange(1, len(values) + 1), values.astype(np.int32)))

    def _dated(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        groups, years = self._of_documents(self._columns.date[:, 0].astype(np.int32))
        return groups[years > 0], years[years > 0]

    def _fixed(
        self, groups: NDArray[np.int64], values: NDArray[np.int32], key: Callable[[int], str], label: Callable[[str], Message]
    ) -> Filed:
        """A facet whose values are the same in both languages."""
        found = Filed()
        different, first, same = np.unique(values, return_index=True, return_inverse=True)
        numbers = np.zeros(len(different), np.int64)
        for at in np.argsort(first).tolist():
            value = key(int(different[at]))
            numbers[at] = found.number(value)
            text = found.labels.setdefault(value, label(value))
            found.names |= {fold(value): value, fold(text.en): value, fold(text.th): value}
        found.file(len(self._groups), groups, numbers[same])
        return found

    def _named(self, facet: str, pairs: Pairs, filed: NDArray[np.bool_] | None = None) -> Filed:
        """A facet of names. filed: which of the pairs groups are filed under; the others only tell names of both languages."""
        firsts, same = pairs.firsts()
        found = self._registered(facet, _both(pairs.th[firsts], pairs.en[firsts]))
        taken = slice(None) if filed is None else filed
        found.file(len(self._groups), pairs.group[taken], found.of_pairs[same][taken])
        return found

    def _registered(self, facet: str, pairs: NDArray[np.int64]) -> Filed:
        """Keys depend on all different names and their order alone: the same names have the same keys."""
        before = self._before.get(facet)
        if before is not None and np.array_equal(before.pairs, pairs):
            return before.again()
        found = Filed(pairs=pairs)
        keys = [self._register(found, pair >> 32, pair & 0xFFFFFFFF) for pair in pairs.tolist()]
        found.of_pairs = np.array([found.number(key) for key in keys], np.int64)
        return found

    def _register(self, found: Filed, th: int, en: int) -> str:
        names, thai, english = self._texts, self._folds[th], self._folds[en]
        key = found.names.get(english) or found.names.get(thai) or names[en]
        known = found.labels.get(key)
        if known is None or (known.th == known.en and names[th] != names[en]):
            found.labels[key], found.written[key] = Message(en=names[en], th=names[th]), (th, en)
        found.names[thai] = found.names[english] = key
        return key

    def _spoken(self) -> Filed:
        """Speakers are joined across languages by their places in the lists of participants, people and organisations."""
        spoken = self._speakers()
        lists = [self._of_people(self._columns.participants), self._of_people(self._columns.people), self._columns.organisations]
        told = [self._told(paired(self._groups, each, always=False), spoken) for each in lists]
        alone = [Pairs(*each, each[1]) for each in (self._groups.listed(spoken, at) for at in range(len(LANGS)))]
        whole = Pairs.joined([*told, *alone])
        marks = [np.full(len(each.group), count >= len(told)) for count, each in enumerate([*told, *alone])]
        order = np.argsort(np.concatenate([each.group for each in (*told, *alone)]), kind="stable")
        return self._named("speaker", whole, np.concatenate(marks)[order])

    def _told(self, pairs: Pairs, spoken: Lists) -> Pairs:
        """Those pairs of which one name speaks in the version of its language."""
        owners, groups = spoken.owners(), np.zeros(len(self._groups), np.bool_)
        groups[self._groups.of[owners]] = True
        pairs = pairs.select(groups[pairs.group])
        known = _both(self._groups.of[owners], spoken.values)
        speaks = np.zeros(len(pairs.group), np.bool_)
        for lang, names in (("th", pairs.th), ("en", pairs.en)):
            speaks |= np.isin(_both(pairs.group, names), known[self._columns.lang[owners] == LANGS.index(lang)])
        return pairs.select(speaks)

    def _speakers(self) -> Lists:
        """For each document the different speakers of its passages, by name."""
        columns = self._columns
        different, same = np.unique(columns.speaker, return_inverse=True)
        texts = [self._texts[number] for number in different.tolist()]
        rank = np.empty(len(texts), np.int64)
        ordered = np.array(sorted(range(len(texts)), key=texts.__getitem__), np.int64)
        rank[ordered] = np.arange(len(texts))
        width = max(len(texts), 1)
        found = np.unique(columns.positions(columns.speaker_row) * width + rank[same])
        ends = np.cumsum(np.bincount(found // width, minlength=len(columns)), dtype=np.int64)
        return Lists(ends, different[ordered][found % width])

    def _of_people(self, lists: Lists) -> Lists:
        """The names of people instead of the people."""
        persons = self._columns.persons
        return Lists(lists.ends, persons.values[persons.starts[lists.values]])


def _both(one: NDArray[np.int64] | NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.asarray(one.astype(np.int64) << 32 | other)


def _year_label(key: str) -> Message:
    return Message(en=key, th=str(int(key) + 543))


def chosen(filed: Filed, keys: Iterable[str], size: int) -> NDArray[np.bool_]:
    """bool (size,): groups that are filed under one of the keys."""
    found = np.zeros(size, np.bool_)
    for key in keys:
        if key in filed.numbers:
            found[filed.groups[filed.numbers[key]]] = True
    return found
