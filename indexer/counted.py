"""How often the words of an index are used, kept up to date by the parts that come and go: a new part costs its own words."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from itertools import islice

import orjson

from kb.index import part
from kb.index.part import Part
from kb.text.word_counts import MOST_WORDS, WordCounts

Words = Mapping[str, Mapping[str, int]]  # script -> word -> occurrences

KEPT = 20_000  # words of a part that are remembered until it goes; when one with more has gone, all are counted anew
FEW = 0.1  # share of the words up to which they are put in their new places one by one


class _Ranked:
    """Words of one script by how often they are used, ties by the alphabet: see kb.text.word_counts.Counting."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._order: list[tuple[int, str]] = []  # (-count, word), ascending

    def change(self, by: Mapping[str, int]) -> None:
        """by: word -> occurrences that have come (or gone, below 0)."""
        one_by_one = len(by) < FEW * len(self._counts)
        for word, more in by.items():
            before = self._counts.get(word, 0)
            after = before + more
            if after:
                self._counts[word] = after
            else:
                self._counts.pop(word, None)
            if one_by_one and more:
                self._move(word, before, after)
        if not one_by_one:
            self._order = sorted((-count, word) for word, count in self._counts.items())

    def _move(self, word: str, before: int, after: int) -> None:
        if before:
            del self._order[bisect_left(self._order, (-before, word))]
        if after:
            insort(self._order, (-after, word))

    def most_frequent(self) -> dict[str, int]:
        return {word: -less for less, word in islice(self._order, MOST_WORDS)}


class Counted:
    """For one thread at a time."""

    def __init__(self) -> None:
        self._parts: dict[str, Words | None] = {}  # description of a part -> its words; None: too many to be kept
        self._thai, self._english = _Ranked(), _Ranked()

    def of(self, parts: Iterable[Part]) -> WordCounts:
        """The most frequent words of all parts, as Counting.bounded gives them."""
        now = {_name(each): each for each in parts}
        left = [words for name, words in self._parts.items() if name not in now]
        if None in left or not self._parts:
            self._parts, self._thai, self._english, left = {}, _Ranked(), _Ranked(), []
        come = {name: _words(each) for name, each in now.items() if name not in self._parts}
        changes = [*((each, 1) for each in come.values()), *((each, -1) for each in left if each)]
        self._thai.change(_summed("thai", changes))
        self._english.change(_summed("english", changes))
        known = self._parts | {name: words if sum(map(len, words.values())) <= KEPT else None for name, words in come.items()}
        self._parts = {name: known[name] for name in now}
        return WordCounts(self._thai.most_frequent(), self._english.most_frequent())


def _summed(script: str, changes: Iterable[tuple[Words, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for words, sign in changes:
        for word, count in words[script].items():
            found[word] = found.get(word, 0) + sign * count
    return found


def _name(each: Part) -> str:
    """Tells it from another part of its name, in an index that was made anew."""
    return f"{each.name} {each.info.files[part.WORDS].xxh3}"


def _words(each: Part) -> Words:
    found: Words = orjson.loads((each.folder / part.WORDS).read_bytes())
    return found
