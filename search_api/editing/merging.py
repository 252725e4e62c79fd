"""Two texts made of one base, line by line: what only one side changed is taken, where both changed the same place people choose.

The method of diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007): between the lines that all three have in common, a
stretch that equals the base on one side is the other side's; one that differs on both is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

import regex

from kb.text import thai

Choice = Literal["mine", "theirs", "both"]
CHOICES: tuple[Choice, ...] = ("mine", "theirs", "both")
WORD = regex.compile(r"\s+|[A-Za-z0-9]+|\X")  # of what is not Thai
LONGEST_LINE = 1500  # characters; within longer lines nothing is marked


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that stand in the merged text, or two versions of them."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    base: tuple[str, ...]

    @property
    def conflict(self) -> bool:
        return self.mine != self.theirs and self.base not in (self.mine, self.theirs)

    @property
    def agreed(self) -> tuple[str, ...]:
        return self.theirs if self.mine == self.base else self.mine

    def chosen(self, choice: Choice) -> tuple[str, ...]:
        """`both`: what is there now, then what was written, with an empty line between."""
        if choice == "both":
            return (*self.theirs, *([""] if self.theirs and self.mine else []), *self.mine)
        return self.mine if choice == "mine" else self.theirs


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    changed: bool


def stretches(base: str, mine: str, theirs: str) -> tuple[Stretch, ...]:
    a, b, c = base.split("\n"), mine.split("\n"), theirs.split("\n")
    return tuple(_between(a, b, c, _common(a, b, c)))


def merged(found: Sequence[Stretch], choices: Mapping[int, Choice]) -> str | None:
    """The text with a choice for each conflict (by its number among the conflicts); None while one is missing."""
    lines: list[str] = []
    number = 0
    for each in found:
        if not each.conflict:
            lines += each.agreed
            continue
        if number not in choices:
            return None
        lines += each.chosen(choices[number])
        number += 1
    return "\n".join(lines)


def _common(a: Sequence[str], b: Sequence[str], c: Sequence[str]) -> list[tuple[int, int, int]]:
    """(line of base, of mine, of theirs) for every line that both sides kept, with the ends of all three."""
    in_mine, in_theirs = _kept(a, b), _kept(a, c)
    return [*((i, in_mine[i], in_theirs[i]) for i in range(len(a)) if i in in_mine and i in in_theirs), (len(a), len(b), len(c))]


def _kept(a: Sequence[str], b: Sequence[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


def _between(a: Sequence[str], b: Sequence[str], c: Sequence[str], common: Sequence[tuple[int, int, int]]) -> Iterator[Stretch]:
    at = (0, 0, 0)
    for i, j, k in common:
        if (i, j, k) != at:
            yield Stretch(tuple(b[at[1] : j]), tuple(c[at[2] : k]), tuple(a[at[0] : i]))
        if i < len(a):
            yield Stretch((b[j],), (c[k],), (a[i],))
        at = (i + 1, j + 1, k + 1)


def marked(old: str, new: str) -> tuple[Piece, ...]:
    """`new` in pieces, those that `old` does not have marked as changed."""
    if max(len(old), len(new)) > LONGEST_LINE:
        return (Piece(new, old != new),)
    a, b = _words(old), _words(new)
    pieces = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return tuple(Piece("".join(b[j1:j2]), tag != "equal") for tag, _, _, j1, j2 in pieces if j1 < j2)


def _words(text: str) -> list[str]:
    """The text in words, Thai ones as a reader sees them: marks inside a syllable cannot be read."""
    pieces = (text[start:end] for start, end in _segmenter().segment(text))
    return [word for piece in pieces for word in ((piece,) if thai.is_thai(piece[0]) else WORD.findall(piece))]


@cache
def _segmenter() -> thai.Segmenter:
    return thai.Segmenter(())
