"""Subjects: documents that are translations of each other, by their id. In a search a group is its place in the order of the ids."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang
from kb.index.columns import Columns
from kb.index.names import NOTHING
from kb.index.strings import Lists, Strings
from kb.types import LANGS


@dataclass(frozen=True, eq=False)
class Groups:
    ids: Strings  # (g,) ascending
    of: NDArray[np.int32]  # (n,) for every document, by position in the columns, its group
    versions: NDArray[np.int32]  # (g, languages as in LANGS) position of the version; NOTHING where there is none

    @classmethod
    def among(cls, columns: Columns) -> Groups:
        ids = columns.id.fixed
        order = np.argsort(ids, kind="stable")
        ordered = ids[order]
        begins = np.append(True, ordered[1:] != ordered[:-1])[: len(order)]
        of = np.empty(len(order), np.int32)
        of[order] = np.cumsum(begins) - 1
        versions = np.full((int(begins.sum()), len(LANGS)), NOTHING, np.int32)
        versions[of, columns.lang] = np.arange(len(order), dtype=np.int32)
        return cls(columns.id.take(order[begins]), of, versions)

    def __len__(self) -> int:
        return len(self.versions)

    def find(self, group_id: str) -> int | None:
        at = bisect_left(self.ids, group_id)
        return at if at < len(self) and self.ids[at] == group_id else None

    @cached_property
    def every(self) -> NDArray[np.bool_]:
        return np.ones(len(self), np.bool_)

    def in_languages(self, langs: Sequence[Lang]) -> Iterator[str]:
        """Ids of the groups with a version in one of the languages."""
        wanted = [LANGS.index(lang) for lang in langs]
        return iter(self.ids.take(np.flatnonzero((self.versions[:, wanted] != NOTHING).any(axis=1))))

    def version(self, groups: NDArray[np.int64], lang: Lang | None, only: tuple[str, ...] = ()) -> NDArray[np.int32]:
        """For each group the position of the version in `lang` where it exists (and is among `only`), else in another language."""
        first, *others = sorted(range(len(LANGS)), key=lambda at: (bool(only) and LANGS[at] not in only, LANGS[at] != lang, LANGS[at]))
        versions = self.versions[groups]
        found = versions[:, first]
        for at in others:
            found = np.where(found == NOTHING, versions[:, at], found)
        return found

    # Lists of the documents, group by group

    def listed(self, lists: Lists, lang: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """(group, value) of the lists of the versions in one language, in order."""
        groups = np.flatnonzero(self.versions[:, lang] != NOTHING)
        taken = lists.take(self.versions[groups, lang].astype(np.int64))
        return np.repeat(groups, taken.lengths), taken.values

    def of_all(self, lists: Lists) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """(group, value) of the lists of all versions, group by group."""
        found = [self.listed(lists, at) for at in range(len(LANGS))]
        groups, values = (np.concatenate(each) for each in zip(*found, strict=True))
        order = np.argsort(groups, kind="stable")
        return groups[order], values[order]

    def lengths(self, lists: Lists) -> NDArray[np.int64]:
        """(g, languages) length of the list of each version; NOTHING where there is no version."""
        return np.where(self.versions == NOTHING, NOTHING, np.append(lists.lengths, 0)[self.versions])


@dataclass(frozen=True, eq=False)
class Pairs:
    """Names of groups in two languages."""

    group: NDArray[np.int64]  # ascending
    th: NDArray[np.int32]  # names
    en: NDArray[np.int32]  # the same one where there is no other

    def select(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Pairs:
        return Pairs(self.group[chosen], self.th[chosen], self.en[chosen])

    @classmethod
    def joined(cls, pairs: list[Pairs]) -> Pairs:
        """In the order of the groups, those of one group in the order given."""
        whole = cls(*(np.concatenate([getattr(each, name) for each in pairs]) for name in ("group", "th", "en")))
        return whole.select(np.argsort(whole.group, kind="stable"))

    def firsts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(places of the pairs that differ from all before, for every pair the place among those of the one that it equals)."""
        both = self.th.astype(np.int64) << 32 | self.en
        _, first, same = np.unique(both, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return first[order], rank[same]


def paired(groups: Groups, lists: Lists, *, always: bool = True) -> Pairs:
    """Lists of a translation pair that are equally long stand in the same order: their names are the same in two languages.

    always: names of other lists too, those of the English version first, each as the name in both languages.
    """
    th, en = LANGS.index("th"), LANGS.index("en")
    lengths = groups.lengths(lists)
    same = (lengths[:, th] == lengths[:, en]) & (lengths[:, th] > 0)
    thai, english = groups.listed(lists, th), groups.listed(lists, en)
    matched = Pairs(thai[0][same[thai[0]]], thai[1][same[thai[0]]], english[1][same[english[0]]])
    if not always:
        return matched
    alone = [Pairs(at[~same[at]], names[~same[at]], names[~same[at]]) for at, names in (english, thai)]
    return Pairs.joined([matched, *alone])
