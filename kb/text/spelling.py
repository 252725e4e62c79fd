"""Words near to what was typed: a symmetric-delete index (SymSpell, Garbe 2012) over the skeletons of a vocabulary.

Two skeletons that differ by one edit share a string when one letter is left out of either, or of one of them. Only hashes of those
strings are kept, in one sorted array: 42 bits of the hash, then the letter that is left out, then the number of the word. So the index of
100,000 words is made in a fraction of a second and takes 8 bytes an entry; what is found is measured by `kb.text.edits`, so a clash of
hashes does no harm.

Most stretches that are asked about are near to no word. The array is too long for a processor's caches, so a bit for the beginning of
each hash (Bloom, 1970, with one hash) tells of most of these before the array is searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.text import edits

LONGEST = 24  # code points of a skeleton; longer words are made of shorter ones
SHORTEST_DELETED = 4  # from a shorter skeleton no letter is left out: too many words are near it
MOST_WORDS = 1 << 17  # of one vocabulary
_WORD = np.uint64(MOST_WORDS - 1)
_HASH = ~np.uint64((1 << 22) - 1)  # the high bits
_BITS = 8  # at least, for each entry: one of so many stretches that no word is near to is searched for in vain
_FEWEST, _MOST = 10, 24  # of the first bits of a hash, by which its bit is found
_EVERY_BIT = (1 << 64) - 1
_MIX = np.uint64(0xD6E8FEB86659FD93)  # odd
_BASE = np.uint64(0x9E3779B97F4A7C15)  # of the polynomial hash modulo 2^64; odd


_APART = "\n"  # between words; in none of them


def _powers(count: int) -> NDArray[np.uint64]:
    return np.cumprod(np.concatenate([[np.uint64(1)], np.full(count, _BASE)]), dtype=np.uint64)


_POWERS = _powers(1100)


Stretches = Sequence[tuple[int, int]]  # (start, end) of parts of a text, ascending


class Near(NamedTuple):
    """A word of the vocabulary that a stretch of text may mean."""

    start: int  # code points of the text that was looked up
    end: int  # exclusive
    word: int  # number in the vocabulary


@dataclass(frozen=True, slots=True)
class Asked:
    """Stretches of a text, each as it is and without one of its characters: (n,) each."""

    begin: NDArray[np.int64]  # code points of the text
    until: NDArray[np.int64]  # exclusive
    hashes: NDArray[np.uint64]

    @classmethod
    def of(cls, text: str, least: int = 2, whole: bool = False, stretches: Stretches | None = None) -> Asked | None:
        """Those whose skeletons have at least `least` code points and at most LONGEST; `whole`: all of the text; `stretches`: only these.
        None where there are none."""
        skeleton, places = edits.skeleton(text), [*edits.places(text), len(text)]
        pairs = [(0, len(skeleton))] if whole else _pairs(len(skeleton)) if stretches is None else _between(places, stretches)
        fewest = 1 if whole else least
        chosen = np.array([(a, b) for a, b in pairs if fewest <= b - a <= LONGEST], np.int64).reshape(-1, 2)
        if not len(chosen):
            return None
        spans = _Spans.of(chosen[:, 0], chosen[:, 1])
        position = np.array(places)
        return cls(position[spans.start], position[spans.end], _mixed(_hashes_of_spans(skeleton, spans)))


class DeleteIndex:
    """Immutable. Words longer than LONGEST are not found."""

    def __init__(self, words: Sequence[str]) -> None:
        """Raises ValueError for more than MOST_WORDS words."""
        if len(words) > MOST_WORDS:
            raise ValueError(f"{len(words)} words; an index holds {MOST_WORDS}")
        self._entries = np.sort(_entries(edits.skeleton(_APART.join(words)).split(_APART)))
        bits = min(max((_BITS * len(self._entries)).bit_length(), _FEWEST), _MOST)
        self._unread = np.uint64(64 - bits)  # bits of a hash that do not say where its bit is held
        held = np.zeros(1 << bits, np.bool_)
        held[self._entries >> self._unread] = True
        self._held = np.packbits(held, bitorder="little")

    def near(self, text: str, least: int = 2, whole: bool = False, stretches: Stretches | None = None) -> list[Near]:
        """Words within one edit of the skeleton of some stretch of `text`, at least `least` code points long; `whole`: of all of it;
        `stretches`: only of these."""
        asked = Asked.of(text, least, whole, stretches)
        return self.found(asked) if asked else []

    def found(self, asked: Asked) -> list[Near]:
        """Words near to stretches, in the order of these."""
        at = (asked.hashes >> self._unread).astype(np.int64)
        likely = np.flatnonzero(self._held[at >> 3] >> (at & 7) & 1)
        hashes = asked.hashes[likely]
        first = np.searchsorted(self._entries, hashes)
        hit = np.flatnonzero(first < len(self._entries))
        hit = hit[self._entries[first[hit]] & _HASH == hashes[hit]]
        if not len(hit):
            return []
        begin, until = asked.begin[likely[hit]], asked.until[likely[hit]]
        last = np.searchsorted(self._entries, hashes[hit] | ~_HASH, "right")
        found: dict[Near, None] = {}
        for first_at, end_at, start, end in zip(first[hit].tolist(), last.tolist(), begin.tolist(), until.tolist(), strict=True):
            found |= dict.fromkeys(Near(start, end, word) for word in (self._entries[first_at:end_at] & _WORD).tolist())
        return list(found)


class Vocabulary:
    """Words and their index."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._known = frozenset(words)
        self._index = DeleteIndex(words)

    def __contains__(self, word: object) -> bool:
        return word in self._known

    def found(self, asked: Asked) -> list[tuple[int, int, str]]:
        """(start, end, word) as DeleteIndex.found."""
        return [(start, end, self._words[word]) for start, end, word in self._index.found(asked)]


class TwoVocabularies:
    """The words that every collection knows, whose index is made once, and those of one collection."""

    def __init__(self, general: Vocabulary, own: Sequence[str]) -> None:
        self._parts = general, Vocabulary(own)

    def __contains__(self, word: object) -> bool:
        return any(word in part for part in self._parts)

    def near(self, text: str, whole: bool = False, stretches: Stretches | None = None) -> list[tuple[int, int, str]]:
        """(start, end, word) as DeleteIndex.near."""
        asked = Asked.of(text, whole=whole, stretches=stretches)
        return [found for part in self._parts for found in part.found(asked)] if asked else []


def _pairs(length: int) -> list[tuple[int, int]]:
    return list(combinations(range(length + 1), 2))


def _between(places: Sequence[int], stretches: Stretches) -> list[tuple[int, int]]:
    """Stretches of a text as stretches of its skeleton; without those that begin with a sign that the skeleton does not have."""
    number = {place: at for at, place in enumerate(places)}
    return [(number[start], number[end]) for start, end in stretches if start in number and end in number]


def _entries(skeletons: Sequence[str]) -> NDArray[np.uint64]:
    """Hashes of all skeletons and of what is left of them without one letter, with that letter's place and the numbers of their words."""
    lengths = np.fromiter(map(len, skeletons), np.int64, len(skeletons))
    letters = np.frombuffer("".join(skeletons).encode("utf-32-le"), "<u4")
    starts = np.cumsum(lengths) - lengths
    entries = [np.empty(0, np.uint64)]
    for length in np.unique(lengths[(lengths > 0) & (lengths <= LONGEST)]).tolist():
        chosen = np.flatnonzero(lengths == length)
        prefix = _prefix_hashes(letters[starts[chosen, None] + np.arange(length)].astype(np.uint64))
        words = chosen.astype(np.uint64)
        entries.append(_mixed(prefix[:, length]) | words)
        for left_out in range(length if length >= SHORTEST_DELETED else 0):
            rest = prefix[:, length] - prefix[:, left_out + 1] * _POWERS[length - left_out - 1]
            hashes = prefix[:, left_out] * _POWERS[length - left_out - 1] + rest
            entries.append(_mixed(hashes) | np.uint64((left_out + 1) * MOST_WORDS) | words)
    return np.concatenate(entries)


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The bits of a hash that are kept, made to depend on every letter: the last letters of a text move its low bits alone."""
    return (hashes ^ (hashes >> np.uint64(29))) * _MIX & _HASH


def _prefix_hashes(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """codes (n, length) -> hashes of the first 0, 1, … length characters (n, length + 1)."""
    prefix = np.zeros((len(codes), codes.shape[1] + 1), np.uint64)
    for i in range(codes.shape[1]):
        prefix[:, i + 1] = prefix[:, i] * _BASE + codes[:, i]
    return prefix


@dataclass(frozen=True, slots=True)
class _Spans:
    """Stretches of a skeleton, each as it is and without one of its characters."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    left_out: NDArray[np.int64]  # the character without which it is looked up; the one before its start: none

    @classmethod
    def of(cls, start: NDArray[np.int64], end: NDArray[np.int64]) -> _Spans:
        """Of stretches that are as they are."""
        lengths = end - start
        ways = np.where(lengths >= SHORTEST_DELETED, lengths + 1, 1)
        ends = np.cumsum(ways)
        starts = np.repeat(start, ways)
        return cls(starts, np.repeat(end, ways), np.arange(ends[-1]) - np.repeat(ends - ways, ways) + starts - 1)


def _hashes_of_spans(skeleton: str, spans: _Spans) -> NDArray[np.uint64]:
    prefix = _prefixes(skeleton)
    start, end, out = spans.start, spans.end, spans.left_out
    first = prefix[start]
    whole = prefix[end] - first * _POWERS[end - start]
    at = np.maximum(out, start)
    left = prefix[at] - first * _POWERS[at - start]
    after = _POWERS[end - at - 1]
    shorter: NDArray[np.uint64] = left * after + prefix[end] - prefix[at + 1] * after
    return np.asarray(np.where(out < start, whole, shorter), dtype=np.uint64)


def _prefixes(text: str) -> NDArray[np.uint64]:
    """As `_prefix_hashes`, of one text: (length + 1,)."""
    found, base = [0], int(_BASE)
    for character in text:
        found.append(found[-1] * base + ord(character) & _EVERY_BIT)
    return np.array(found, np.uint64)
