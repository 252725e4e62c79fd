"""Words near to what was typed: a symmetric-delete index (SymSpell, Garbe 2012) over the skeletons of a vocabulary.

Two skeletons that differ by one edit share a string when one letter is left out of either, or of one of them. Only hashes of those
strings are kept, in one sorted array: 42 bits of the hash, then the letter that is left out, then the number of the word. So the index of
100,000 words is made in a fraction of a second and takes 8 bytes an entry; what is found is measured by `kb.text.edits`, so a clash of
hashes does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.text import edits

LONGEST = 24  # code points of a skeleton; longer words are made of shorter ones
SHORTEST_DELETED = 4  # from a shorter skeleton no letter is left out: too many words are near it
MOST_WORDS = 1 << 17  # of one vocabulary
_WORD = np.uint64(MOST_WORDS - 1)
_HASH = ~np.uint64((1 << 22) - 1)  # the high bits
_MIX = np.uint64(0xD6E8FEB86659FD93)  # odd
_BASE = np.uint64(0x9E3779B97F4A7C15)  # of the polynomial hash modulo 2^64; odd


_APART = "\n"  # between words; in none of them


def _powers(count: int) -> NDArray[np.uint64]:
    return np.cumprod(np.concatenate([[np.uint64(1)], np.full(count, _BASE)]), dtype=np.uint64)


_POWERS = _powers(1100)


Stretches = NDArray[np.bool_]  # (length + 1, length + 1): whether the stretch of a text from one place to another is meant


class Near(NamedTuple):
    """A word of the vocabulary that a stretch of text may mean."""

    start: int  # code points of the text that was looked up
    end: int  # exclusive
    word: int  # number in the vocabulary


class DeleteIndex:
    """Immutable. Words longer than LONGEST are not found."""

    def __init__(self, words: Sequence[str]) -> None:
        """Raises ValueError for more than MOST_WORDS words."""
        if len(words) > MOST_WORDS:
            raise ValueError(f"{len(words)} words; an index holds {MOST_WORDS}")
        self._entries = np.sort(_entries(edits.skeleton(_APART.join(words)).split(_APART)))

    def near(self, text: str, least: int = 2, whole: bool = False, stretches: Stretches | None = None) -> list[Near]:
        """Words within one edit of the skeleton of some stretch of `text`, at least `least` code points long; `whole`: of all of it;
        `stretches`: only of these."""
        places = _places(text)
        skeleton = "".join(character for _, character in places)
        if not skeleton:
            return []
        spans = _whole_spans(len(skeleton)) if whole else _spans(len(skeleton), least)
        position = np.array([*(place for place, _ in places), len(text)])
        if stretches is not None:
            spans = spans.select(stretches[position[spans.start], position[spans.end]])
        hashes = _mixed(_hashes_of_spans(skeleton, spans))
        first = np.searchsorted(self._entries, hashes)
        hit = np.flatnonzero(first < len(self._entries))
        hit = hit[self._entries[first[hit]] & _HASH == hashes[hit]]
        begin, until = position[spans.start[hit]], position[spans.end[hit]]
        last = np.searchsorted(self._entries, hashes[hit] | ~_HASH, "right")
        found: dict[Near, None] = {}
        for at, end_at, start, end in zip(hit.tolist(), last.tolist(), begin.tolist(), until.tolist(), strict=True):
            found |= dict.fromkeys(Near(start, end, word) for word in (self._entries[first[at] : end_at] & _WORD).tolist())
        return list(found)


class Vocabulary:
    """Words and their index."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._known = frozenset(words)
        self._index = DeleteIndex(words)

    def __contains__(self, word: object) -> bool:
        return word in self._known

    def near(self, text: str, whole: bool = False, stretches: Stretches | None = None) -> list[tuple[int, int, str]]:
        """(start, end, word) as DeleteIndex.near."""
        return [(each.start, each.end, self._words[each.word]) for each in self._index.near(text, whole=whole, stretches=stretches)]


class TwoVocabularies:
    """The words that every collection knows, whose index is made once, and those of one collection."""

    def __init__(self, general: Vocabulary, own: Sequence[str]) -> None:
        self._parts = general, Vocabulary(own)

    def __contains__(self, word: object) -> bool:
        return any(word in part for part in self._parts)

    def near(self, text: str, whole: bool = False, stretches: Stretches | None = None) -> list[tuple[int, int, str]]:
        return [found for part in self._parts for found in part.near(text, whole, stretches)]


def _places(text: str) -> list[tuple[int, str]]:
    """The characters of the skeleton with their places in the text."""
    return [(i, kept) for i, character in enumerate(text) if (kept := edits.skeleton(character))]


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
    """Stretches of a text, each as it is and without one of its characters."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    left_out: NDArray[np.int64]  # the character without which it is looked up; -1: none

    def select(self, chosen: NDArray[np.bool_]) -> _Spans:
        return _Spans(self.start[chosen], self.end[chosen], self.left_out[chosen])


@lru_cache(maxsize=256)
def _spans(length: int, least: int) -> _Spans:
    rows = [(a, b, out) for a in range(length) for b in range(a + least, min(length, a + LONGEST) + 1) for out in _left_out(a, b)]
    return _as_spans(rows)


@lru_cache(maxsize=64)
def _whole_spans(length: int) -> _Spans:
    return _as_spans([(0, length, out) for out in _left_out(0, length)] if length <= LONGEST else [])


def _left_out(start: int, end: int) -> list[int]:
    return [-1, *(range(start, end) if end - start >= SHORTEST_DELETED else ())]


def _as_spans(rows: list[tuple[int, int, int]]) -> _Spans:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return _Spans(table[:, 0], table[:, 1], table[:, 2])


def _hashes_of_spans(skeleton: str, spans: _Spans) -> NDArray[np.uint64]:
    prefix = _prefix_hashes(np.array([[ord(c) for c in skeleton]], dtype=np.uint64))[0]
    start, end, out = spans.start, spans.end, spans.left_out
    whole = prefix[end] - prefix[start] * _POWERS[end - start]
    at = np.maximum(out, start)
    left = prefix[at] - prefix[start] * _POWERS[at - start]
    right = prefix[end] - prefix[at + 1] * _POWERS[end - at - 1]
    shorter: NDArray[np.uint64] = left * _POWERS[end - at - 1] + right
    return np.asarray(np.where(out < 0, whole, shorter), dtype=np.uint64)
