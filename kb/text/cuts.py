"""The words of a text as bytes: kept with a passage when it is indexed, so that showing it needs no segmenter.

One byte a word, or a piece of a compound: kind in the upper four bits, length less one in the lower four. The bytes cover the normalised
text; a first byte tells whether that is the text as written.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

# Kinds. 1–7: a piece of a compound, after which the pieces part at that depth; the last one of a word has kind 0.
WORD, WORD_AND_SIGN = 0, 8  # with the one character after it that belongs to no word, mostly a space
HYPHENED, HYPHENED_AND_SIGN = 9, 10  # an English compound; its parts show by themselves
SIGNS = 11  # what belongs to no word
GOES_ON = 12  # the next byte continues the word or the piece
LONGEST, DEEPEST = 16, 7
AS_WRITTEN, CHANGED = b"\1", b"\0"

Span = tuple[int, int]
_COMPOUND = re.compile(b"[\x90-\xaf]")  # of kind HYPHENED or HYPHENED_AND_SIGN
_PLAIN = frozenset((WORD, WORD_AND_SIGN))
_WITH_SIGN = frozenset((WORD_AND_SIGN, HYPHENED_AND_SIGN))
_ADVANCE = bytes((byte & 15) + 1 + (byte >> 4 in _WITH_SIGN) for byte in range(256))
_DEPTH = bytes(
    byte >> 4 if 1 <= byte >> 4 <= DEEPEST else 15 * (byte >> 4 == GOES_ON) for byte in range(256)
)  # at which it parts from the next
_WITHIN = frozenset(byte for byte in range(256) if 1 <= byte >> 4 <= DEEPEST or byte >> 4 == GOES_ON)  # the word is not at its end


def of_word(length: int, inner: Sequence[Span], hyphened: bool = False) -> bytes:
    """A word of `length` code points; `inner`: ranges of its pieces, each followed by those inside it, without remainder.

    Empty where the pieces stand deeper than can be told.
    """
    levels = _levels(inner)
    if max(levels.values(), default=0) > DEEPEST:
        return b""
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
        found.setdefault(start, len(around))
    return found


def _bytes(kind: int, length: int) -> bytes:
    on, last = divmod(length - 1, LONGEST)
    return bytes([GOES_ON << 4 | LONGEST - 1] * on + [kind << 4 | last])


def encode(text: str, words: Iterable[Span], as_written: bool, word: Callable[[str], bytes]) -> bytes:
    """text: normalised; words: ranges in order; word: as `of_word` for a surface. Empty where one of them is."""
    parts = [AS_WRITTEN if as_written else CHANGED]
    at = 0
    for (start, end), (following, _) in pairwise([*words, (len(text), len(text))]):
        if start > at:
            parts.append(_signs(start - at))
        found = word(text[start:end])
        if not found:
            return b""
        at = end
        if following == end + 1:
            found, at = _with_sign(found), following
        parts.append(found)
    return b"".join([*parts, _signs(len(text) - at)])


def _with_sign(word: bytes) -> bytes:
    last = word[-1]
    return word[:-1] + bytes([(WORD_AND_SIGN if last >> 4 == WORD else HYPHENED_AND_SIGN) << 4 | last & 15])


def _signs(length: int) -> bytes:
    full, rest = divmod(length, LONGEST)
    return bytes([SIGNS << 4 | LONGEST - 1] * full + ([SIGNS << 4 | rest - 1] if rest else []))


class Cuts:
    """The bytes read back. A step is what one byte stands for: a word, a piece of one, or signs."""

    __slots__ = ("_bytes", "_ends", "as_written", "starts")

    def __init__(self, kept: bytes) -> None:
        """kept: as `encode`, not empty."""
        self.as_written = kept[:1] == AS_WRITTEN
        self._bytes = kept[1:]
        self._ends = list(accumulate(self._bytes.translate(_ADVANCE)))
        self.starts = [0, *self._ends[:-1]]  # of the steps, in the normalised text

    def is_piece(self, start: int, end: int) -> bool:
        """Whether a word, or a piece of a compound at any depth, stands exactly there."""
        kept, first = self._bytes, bisect_left(self.starts, start)
        if first == len(kept) or self.starts[first] != start or kept[first] >> 4 == SIGNS:
            return False
        last = bisect_left(self.starts, end, first) - 1
        if self._end(last) != end:
            return False
        # A piece parts from what is beside it before it parts in itself.
        depth = max(_DEPTH[kept[first - 1]] if first else 0, _DEPTH[kept[last]])
        return depth <= DEEPEST and all(_DEPTH[byte] > depth for byte in kept[first:last])

    def word(self, position: int) -> int | None:
        """The first step of the word about a position of the text; None where no word is."""
        first = bisect_right(self.starts, position) - 1
        if first < 0 or self._bytes[first] >> 4 == SIGNS or position >= self._end(first):
            return None
        while first and self._bytes[first - 1] in _WITHIN:
            first -= 1
        return first

    def end_of_plain_word(self, step: int) -> int:
        """The end of the word that begins with a step and is no compound of English; 0 where none begins."""
        if step and self._bytes[step - 1] in _WITHIN:
            return 0
        last = self._last(step)
        return self._end(last) if self._bytes[last] >> 4 in _PLAIN else 0

    def hyphened(self, first: int, end: int) -> list[int]:
        """The first steps of the English compounds that begin between two places of the text."""
        found = (self.word(self.starts[match.start()]) for match in _COMPOUND.finditer(self._bytes))
        return [step for step in found if step is not None and first <= self.starts[step] < end]

    def span(self, first: int) -> Span:
        """The range of the word that begins with a step."""
        return self.starts[first], self._end(self._last(first))

    def inner(self, first: int) -> list[Span]:
        """The ranges of the pieces that the word is made of, each followed by those inside it; empty if it is of one piece."""
        pieces: list[tuple[int, int, int]] = []  # start, end, depth at which it parts from the next one
        start = self.starts[first]
        for at in range(first, self._last(first) + 1):
            if self._bytes[at] >> 4 != GOES_ON:
                pieces.append((start, self._end(at), self._bytes[at] >> 4))
                start = self._ends[at]
        return list(_inside(pieces, 1))

    def _last(self, first: int) -> int:
        last = first
        while self._bytes[last] in _WITHIN:
            last += 1
        return last

    def _end(self, step: int) -> int:
        return self._ends[step] - (self._bytes[step] >> 4 in _WITH_SIGN)


def _inside(pieces: Sequence[tuple[int, int, int]], depth: int) -> Iterator[Span]:
    if len(pieces) == 1:
        return
    begin = 0
    for at, (_, end, parts_at) in enumerate(pieces):
        if parts_at == depth or at == len(pieces) - 1:
            yield pieces[begin][0], end
            yield from _inside(pieces[begin : at + 1], depth + 1)
            begin = at + 1
