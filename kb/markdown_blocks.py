"""Markdown source -> blocks with their lines and plain text.

Blocks are cut as Python-Markdown cuts them (headings need no blank line, lists do), a list into its items and a table into its rows.
Plain text comes from rendering each block with Python-Markdown: links keep their text only, raw HTML is text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kb.plain_text import PlainText
from kb.types import Lines

BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "footnote"]

ATX = re.compile(r"#{1,6}")
SETEXT = re.compile(r"(?:=+|-+) *$")
RULE = re.compile(r" {0,3}(?:(?:- {0,2}){3,}|(?:_ {0,2}){3,}|(?:\* {0,2}){3,}) *$")
ITEM = re.compile(r" {0,3}(?:[*+-]|\d+\.) +")
QUOTE = re.compile(r" {0,3}>")
INDENT = re.compile(r" {4}|\t")
FENCE = re.compile(r"`{3,}|~{3,}")
FOOTNOTE = re.compile(r" {0,3}\[\^(?P<id>[^\]]*)\]:[ ]*")
REFERENCE = re.compile(r" {0,3}\[(?!\^)[^\[\]]*\]: *\S+ *(?:[\"'(].*[\"')] *)?$")
TABLE_RULE = re.compile(r"[ |:-]*\|[ |:-]*$|\s*:?-+:?\s*$")
# A speaker turn: the name in bold and a colon, inside or after the bold.
TURN = re.compile(r"\*\*(?P<name>[^*\n]{1,200}?) {0,3}(?:: {0,3}\*\*|\*\* {0,3}:)")


@dataclass(frozen=True, slots=True)
class Block:
    kind: BlockKind
    text: str  # plain; a paragraph is one line
    lines: Lines
    level: int = 0  # of a heading, 1–6
    label: str = ""  # of a paragraph that may be a speaker turn: the name before the colon
    label_end: int = 0  # where the words begin that follow label and colon: offset in `text`
    starts: tuple[int, ...] = ()  # where the text of each source line begins in `text`; () when that is not known

    def lines_of(self, start: int, end: int) -> Lines:
        """The source lines of text[start:end]; all lines of the block when they cannot be told apart."""
        if not self.starts:
            return self.lines
        first = self.lines.first + bisect_right(self.starts, start) - 1
        return Lines(first, max(first, self.lines.first + bisect_right(self.starts, max(start, end - 1)) - 1))


def blocks(source: str, first_line: int = 1) -> list[Block]:
    """The blocks of `source`, whose first line is line `first_line` of the file."""
    return list(_blocks(source, first_line))


@lru_cache(maxsize=2)  # a file is checked, and then cut into passages
def _blocks(source: str, first_line: int) -> tuple[Block, ...]:
    return tuple(_Scanner(source.split("\n"), first_line).run())


class _Scanner:
    def __init__(self, lines: list[str], first_line: int) -> None:
        self.lines = lines
        self.first_line = first_line
        self.plain = PlainText("\n".join(lines))
        self.closings: dict[str, list[int]] = {}  # fence -> indices of the lines that can close it, ascending
        for index, line in enumerate(lines):
            if FENCE.fullmatch(line.rstrip()):
                self.closings.setdefault(line.rstrip(), []).append(index)
        self.at = 0  # index of the next line
        self.inside: Literal["", "list", "footnote"] = ""  # what an indented block continues

    def run(self) -> Iterator[Block]:
        while self.at < len(self.lines):
            if not self.lines[self.at].strip():
                self.at += 1
                continue
            yield from (block for block in self._next() if block.text or block.kind == "heading")

    def _next(self) -> Iterator[Block]:
        line = self.lines[self.at]
        if INDENT.match(line):
            return self._indented()
        before, self.inside = self.inside, ""
        if self._fence_end():
            return self._fenced(self._fence_end())
        if self._is_table():
            return self._table()
        if ATX.match(line) or (self.at + 1 < len(self.lines) and SETEXT.match(self.lines[self.at + 1])):
            return self._heading()
        if RULE.match(line) or REFERENCE.match(line):
            self.inside = before if REFERENCE.match(line) else ""
            self.at += 1
            return iter(())
        return self._text_block(line)

    def _text_block(self, line: str) -> Iterator[Block]:
        if ITEM.match(line):
            self.inside = "list"
            return self._items()
        if FOOTNOTE.match(line):
            self.inside = "footnote"
            return self._footnote()
        return self._quote() if QUOTE.match(line) else self._paragraph()

    # Each of the methods below takes its lines and moves `at` behind them.

    def _heading(self) -> Iterator[Block]:
        line, start = self.lines[self.at], self.at
        atx = ATX.match(line)
        if atx:
            self.at += 1
            words = line[atx.end() :].strip().rstrip("#").strip()
            yield self._block("heading", start, self.plain.inline(words), level=atx.end())
        else:
            self.at += 2
            yield self._block("heading", start, self.plain.inline(line.strip()), level=1 if self.lines[start + 1][0] == "=" else 2)

    def _paragraph(self) -> Iterator[Block]:
        start = self.at
        self._advance(lambda line: self._interrupts(line) or bool(TURN.match(line)))
        source = "\n".join(line.strip() for line in self.lines[start : self.at])
        raw = self.plain.inline(source)
        pieces = [" ".join(piece.split()) for piece in raw.split("\n")]
        starts = _starts(pieces) if len(pieces) == self.at - start else ()
        text = " ".join(piece for piece in pieces if piece)
        turn = TURN.match(source)
        label = " ".join(self.plain.inline(turn["name"]).split()) if turn else ""
        after = re.match(re.escape(label) + r"\s*:\s*", text) if label else None
        yield self._block("paragraph", start, text, label=label if after else "", label_end=after.end() if after else 0, starts=starts)

    def _items(self) -> Iterator[Block]:
        """One block for every item of the outermost list."""
        while self.at < len(self.lines) and ITEM.match(self.lines[self.at]):
            start = self.at
            self._advance(lambda line: self._interrupts(line) or bool(ITEM.match(line)))
            yield self._block("list", start, self._item_text(self.lines[start : self.at]))

    def _item_text(self, lines: list[str]) -> str:
        words = ITEM.sub("", lines[0], count=1)
        if len(lines) == 1 and self.plain.is_plain(words) and not (ITEM.match(words) or ATX.match(words)):
            return " ".join(words.split())
        return self.plain.block("\n".join(lines))

    def _quote(self) -> Iterator[Block]:
        start = self.at
        self._advance(lambda line: bool(ATX.match(line) or RULE.match(line)))
        source = "\n".join(re.sub(r"^ {0,3}> ?", "", line) for line in self.lines[start : self.at])
        yield self._block("quote", start, self.plain.block(source))

    def _footnote(self) -> Iterator[Block]:
        start = self.at
        self._advance(lambda line: bool(FOOTNOTE.match(line)))
        source = FOOTNOTE.sub("", "\n".join(line.strip() for line in self.lines[start : self.at]), count=1)
        yield self._block("footnote", start, self.plain.block(source))

    def _table(self) -> Iterator[Block]:
        start = self.at
        self._advance(lambda _line: False)
        rows = self.plain.block("\n".join(self.lines[start : self.at])).split("\n")
        numbers = [start, *range(start + 2, self.at)]
        if len(rows) < len(numbers):
            yield self._block("table", start, "\n".join(rows))
            return
        for index, row in zip(numbers, rows, strict=False):  # a table without rows gets an empty one
            yield self._block("table", index, row, last=index)

    def _indented(self) -> Iterator[Block]:
        """What belongs to the list item or footnote before it, else code."""
        start = self.at
        if not self.inside:
            self._advance(lambda line: not INDENT.match(line))
            yield from self._code(start, [INDENT.sub("", line, count=1) for line in self.lines[start : self.at]])
            return
        self._advance(lambda _line: False)
        lines = [INDENT.sub("", line, count=1) for line in self.lines[start : self.at]]
        yield self._block("list" if self.inside == "list" else "footnote", start, self.plain.block("\n".join(lines)))

    def _fenced(self, end: int) -> Iterator[Block]:
        start = self.at
        self.at = end + 1
        yield from self._code(start + 1, self.lines[start + 1 : end])

    def _code(self, start: int, lines: list[str]) -> Iterator[Block]:
        for index, line in enumerate(lines, start):
            yield self._block("code", index, " ".join(line.split()), last=index)

    # What lines are

    def _advance(self, stops: Callable[[str], bool]) -> None:
        """Take the line at `at` and those after it, up to a blank line or one that `stops`."""
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at].strip() and not stops(self.lines[self.at]):
            self.at += 1

    def _interrupts(self, line: str) -> bool:
        return bool(ATX.match(line) or RULE.match(line) or QUOTE.match(line) or REFERENCE.match(line)) or bool(self._fence_end())

    def _fence_end(self) -> int:
        """The index of the line that closes the fence at `at`; 0 when there is none."""
        opening = FENCE.match(self.lines[self.at])
        closings = self.closings.get(opening[0], []) if opening else []
        place = bisect_right(closings, self.at)
        return closings[place] if place < len(closings) else 0

    def _is_table(self) -> bool:
        if self.at + 1 >= len(self.lines) or "|" not in self.lines[self.at]:
            return False
        return bool(TABLE_RULE.match(self.lines[self.at + 1])) and self.plain.is_table("\n".join(self.lines[self.at : self.at + 2]))

    def _block(
        self,
        kind: BlockKind,
        start: int,
        text: str,
        *,
        last: int | None = None,
        level: int = 0,
        label: str = "",
        label_end: int = 0,
        starts: tuple[int, ...] = (),
    ) -> Block:
        end = self.at - 1 if last is None else last
        lines = Lines(self.first_line + start, self.first_line + end)
        return Block(kind, text, lines, level, label, label_end, starts)


def _starts(pieces: list[str]) -> tuple[int, ...]:
    """Offsets of the pieces when joined by single spaces; an empty piece shares the place of the next."""
    offsets, at = [], 0
    for piece in pieces:
        offsets.append(at)
        at += len(piece) + 1 if piece else 0
    return tuple(offsets)
