"""The words of a text as bytes: kept with a passage when it is indexed, so that showing it needs no segmenter.

One byte a word, or a piece of a compound: kind in the upper four bits, length less one in the lower four. The bytes cover the normalised
text; a first byte tells whether that is the text as written.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

# Kinds. 1–7: a piece of a compound, after which the pieces part at that depth; the last one of a word has kind 0.
WORD, WORD_AND_SIGN = 0, 8  # with the one character after it that belongs to no word, mostly a space
HYPHENED, HYPHENED_AND_SIGN = 9, 10  # an English compound; its parts show by themselves
SIGNS = 11  # what belongs to no word
GOES_ON = 12  # the next byte continues the word or the piece
LONGEST, DEEPEST = 16, 7
AS_WRITTEN, CHANGED = b"\1", b"\0"

Span = tuple[int, int]
Places = NDArray[np.int64]  # (n,) code points of a text
Steps = NDArray[np.int64]  # (n,) numbers of steps
_WITH_SIGN = frozenset((WORD_AND_SIGN, HYPHENED_AND_SIGN))
_ADVANCE = bytes((byte & 15) + 1 + (byte >> 4 in _WITH_SIGN) for byte in range(256))
_DEPTHS = [*range(DEEPEST + 1), *(15 * (kind == GOES_ON) for kind in range(DEEPEST + 1, 16))]
_DEPTH = bytes(_DEPTHS[byte >> 4] for byte in range(256))  # at which it parts from the next
_ENDS_WORD = bytes(not (1 <= byte >> 4 <= DEEPEST or byte >> 4 == GOES_ON) for byte in range(256))
_SIGN_BEHIND = bytes(byte >> 4 in _WITH_SIGN for byte in range(256))
# By kind.
_PLAIN = np.array([kind in (WORD, WORD_AND_SIGN) for kind in range(16)])
_HYPHENED = np.array([kind in (HYPHENED, HYPHENED_AND_SIGN) for kind in range(16)])


def of_word(length: int, inner: Sequence[Span], hyphened: bool = False) -> bytes:
    """A word of `length` code points; `inner`: ranges of its pieces, each followed by those inside it, without remainder.

    Pieces that stand deeper than can be told are left out.
    """
    levels = _levels(inner)
    borders = [*((at, level) for at, level in sorted(levels.items()) if at), (length, HYPHENED if hyphened else WORD)]
    begins = [0, *(at for at, _ in borders)]
    return b"".join(_bytes(level, at - begin) for begin, (at, level) in zip(begins, borders, strict=False))


def _levels(inner: Sequence[Span]) -> dict[int, int]:
    """Where a piece begins -> how deep the outermost one that begins there lies, from 1."""
    found: dict[int, int] = {}
    around: list[int] = []  # ends of the pieces about this one
    for start, end in inner:
        while around and around[-1] <= start:
            around.pop()
        around.append(end)
        if len(around) <= DEEPEST:
            found.setdefault(start, len(around))
    return found


def _bytes(kind: int, length: int) -> bytes:
    on, last = divmod(length - 1, LONGEST)
    return bytes([GOES_ON << 4 | LONGEST - 1] * on + [kind << 4 | last])


def encode(text: str, words: Iterable[Span], as_written: bool, word: Callable[[str], bytes]) -> bytes:
    """text: normalised; words: ranges in order; word: as `of_word` for a surface."""
    parts = [AS_WRITTEN if as_written else CHANGED]
    at = 0
    for (start, end), (following, _) in pairwise([*words, (len(text), len(text))]):
        if start > at:
            parts.append(signs(start - at))
        found, at = word(text[start:end]), end
        if following == end + 1:
            found, at = _with_sign(found), following
        parts.append(found)
    return b"".join([*parts, signs(len(text) - at)])


def _with_sign(word: bytes) -> bytes:
    last = word[-1]
    return word[:-1] + bytes([(WORD_AND_SIGN if last >> 4 == WORD else HYPHENED_AND_SIGN) << 4 | last & 15])


def signs(length: int) -> bytes:
    """So many characters that belong to no word."""
    full, rest = divmod(length, LONGEST)
    return bytes([SIGNS << 4 | LONGEST - 1] * full + ([SIGNS << 4 | rest - 1] if rest else []))


def as_written(kept: bytes) -> bool:
    """Whether they cover the text as it is written, not another spelling."""
    return kept.startswith(AS_WRITTEN)


def join(kept: Sequence[bytes]) -> bytes:
    """The cuts of texts that stand in one, between each two a character that belongs to no word; none of them empty."""
    return (AS_WRITTEN if all(map(as_written, kept)) else CHANGED) + signs(1).join([each[1:] for each in kept])


def part(kept: bytes, start: int, end: int, as_written: bool) -> bytes:
    """The cuts of text[start:end] of the normalised text, not empty. Empty where it begins or ends inside a word."""
    steps = kept[1:]
    ends = list(accumulate(steps.translate(_ADVANCE)))
    first, last = bisect_right(ends, start), bisect_left(ends, end)
    begins = [ends[at - 1] if at else 0 for at in (first, last)]
    if (first and begins[0] == start and not _ENDS_WORD[steps[first - 1]]) or (ends[last] == end and not _ENDS_WORD[steps[last]]):
        return b""
    borders = [_rest(steps[at], max(start - begin, 0), end - begin) for at, begin in zip((first, last), begins, strict=True)]
    if not all(borders):
        return b""
    within = borders[0] if first == last else borders[0] + steps[first + 1 : last] + borders[1]
    return (AS_WRITTEN if as_written else CHANGED) + within


def _rest(step: int, start: int, end: int) -> bytes:
    """What stays of a step of which only the characters from `start` to `end` stay; empty if that cuts a word."""
    length, kind = _ADVANCE[step], step >> 4
    word = 0 if kind == SIGNS else length - (kind in _WITH_SIGN)
    if start == 0 and end >= length:
        return bytes([step])
    if start >= word:
        return signs(min(end, length) - start)
    return bytes([(WORD if kind == WORD_AND_SIGN else HYPHENED) << 4 | step & 15]) if start == 0 and end == word else b""


class Cuts:
    """The bytes read back. A step is what one byte stands for: a word, a piece of one, or signs."""

    def __init__(self, kept: bytes) -> None:
        """kept: as `encode`, not empty."""
        self._bytes = kept[1:]
        self._depths = self._bytes.translate(_DEPTH)
        self._kinds = np.frombuffer(self._bytes, np.uint8) >> 4
        advance = np.frombuffer(self._bytes.translate(_ADVANCE), np.uint8)
        self._after = np.cumsum(advance, dtype=np.int64)  # where the next step begins
        self.starts: Places = self._after - advance  # of the steps, in the normalised text
        self._ends: Places = self._after - np.frombuffer(self._bytes.translate(_SIGN_BEHIND), np.uint8)
        # Of every word, and of all signs between words, the first and the last step.
        self._last: Steps = np.flatnonzero(np.frombuffer(self._bytes.translate(_ENDS_WORD), np.bool_))
        self._first: Steps = np.concatenate([[0], self._last[:-1] + 1])

    def _at(self, places: Places) -> Steps:
        """The steps in which places of the text lie."""
        return self._after.searchsorted(places, "right")

    def are_pieces(self, starts: Places, ends: Places) -> NDArray[np.bool_]:
        """(n,) for ranges of the text whether a word, or a piece of a compound at any depth, stands exactly there."""
        first, last = self._at(starts), self._at(ends - 1)
        exact: NDArray[np.bool_] = (self.starts[first] == starts) & (self._ends[last] == ends) & (self._kinds[first] != SIGNS)
        # At which they part from what is beside them; a piece parts in itself after that.
        parts = np.frombuffer(self._depths, np.uint8)
        beside = np.maximum(parts[first - 1] * (first > 0), parts[last])
        exact &= beside <= DEEPEST
        many = np.flatnonzero(exact & (first < last))
        steps = zip(*(each[many].tolist() for each in (first, last, beside)), strict=True)
        exact[many] = [min(self._depths[begin:end]) > depth for begin, end, depth in steps]
        return exact

    def words(self, places: Places) -> Steps:
        """The first steps of the words about places of the text; -1 where no word is."""
        steps = self._at(places)
        inside = (self._kinds[steps] != SIGNS) & (places < self._ends[steps])
        return np.where(inside, self._first[self._last.searchsorted(steps)], -1)

    def words_of_english(self, places: Places) -> tuple[list[Span], list[Span]]:
        """The ranges of the words about places of the text that are written in one, and of the compounds; other than Thai compounds."""
        words = np.sort(self._last.searchsorted(self._at(places)))
        words = words[np.append(True, words[1:] != words[:-1])[: len(words)]]  # np.unique takes thrice as long
        kinds = self._kinds[self._last[words]]
        return self._ranges(words[_PLAIN[kinds]]), self._ranges(words[_HYPHENED[kinds]])

    def spans(self, first: Sequence[int]) -> list[Span]:
        """The ranges of the words that begin with each of the steps."""
        return self._ranges(np.searchsorted(self._last, first))

    def _ranges(self, words: NDArray[np.int64]) -> list[Span]:
        return list(zip(self.starts[self._first[words]].tolist(), self._ends[self._last[words]].tolist(), strict=True))

    def inner(self, first: int) -> list[Span]:
        """The ranges of the pieces that the word is made of, each followed by those inside it; empty if it is of one piece."""
        last = int(self._last[np.searchsorted(self._last, first)])
        starts, ends, after = (each[first : last + 1].tolist() for each in (self.starts, self._ends, self._after))
        found: list[tuple[int, int, int]] = []  # start, end, depth at which it parts from the next one
        start = starts[0]
        for at, step in enumerate(self._bytes[first : last + 1]):
            if step >> 4 != GOES_ON:
                found.append((start, ends[at], step >> 4))
                start = after[at]
        return list(_inside(found, 1))


def _inside(pieces: Sequence[tuple[int, int, int]], depth: int) -> Iterator[Span]:
    if len(pieces) == 1:
        return
    begin = 0
    for at, (_, end, parts_at) in enumerate(pieces):
        if parts_at == depth or at == len(pieces) - 1:
            yield pieces[begin][0], end
            yield from _inside(pieces[begin : at + 1], depth + 1)
            begin = at + 1
