"""Document -> passages: stretches of text under one heading, by at most one speaker, short enough for the embedding model.

Short texts are what embedding models were trained on, and a passage should answer one question; yet a lone line has too little
to be found by. So paragraphs are merged up to `limit` tokens, in passages of nearly equal length, and only a paragraph that is
too long by itself, or leaves a crumb behind, is cut at sentence ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from kb.markdown_blocks import Block, blocks
from kb.speakers import Speakers
from kb.text import sentences
from kb.text.graphemes import snap
from kb.types import Document, Lang, Lines, Passage

DEFAULT_LIMIT = 160  # tokens of the embedding model, context and special tokens included
CRUMB = 5  # a passage shorter than limit / CRUMB should not stand alone
SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part that is never cut again: a paragraph, or a sentence of one."""

    block: int  # position in the group's blocks
    start: int  # text[start:end] of that block
    end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Consecutive blocks under one heading by one speaker; a passage never leaves it."""

    heading: tuple[str, ...]
    speaker: str
    blocks: tuple[Block, ...]


def split(document: Document, count_tokens: Callable[[str], int], limit: int = DEFAULT_LIMIT) -> list[Passage]:
    """The passages of a document, in order. Every word of the body but headings and speakers' names is in exactly one of them.

    `count_tokens` is the embedding model's, special tokens included. A passage has at most `limit` of them unless a single
    grapheme cluster has more.
    """
    splitter = _Splitter(document, count_tokens, limit)
    passages = [passage for group in groups(document) for passage in splitter.passages(group)]
    return [replace(passage, ordinal=number) for number, passage in enumerate(passages)]


def groups(document: Document) -> list[_Group]:
    located = _located(blocks(document.body, document.body_line), Speakers.of(document))
    return [_Group(key[1], key[2], tuple(block for _, block in members)) for key, members in groupby(located, key=lambda each: each[0])]


def _located(found: Iterable[Block], speakers: Speakers) -> Iterator[tuple[tuple[int, tuple[str, ...], str], Block]]:
    """Every block of text with the number of its section, the headings above it and its speaker."""
    section, speaker = 0, ""
    path: list[tuple[int, str]] = []  # level and text
    for block in found:
        if block.kind == "heading":
            section, speaker = section + 1, ""
            path = [*(each for each in path if each[0] < block.level), *([(block.level, block.text)] if block.text else [])]
            continue
        name = speakers.speaker(block.label) if block.label else None
        speaker = speaker if name is None else name
        said = block if name is None else _without_label(block)
        heading = tuple(text for _, text in path)
        if said.text:
            yield (section, heading, "" if said.kind == "footnote" else speaker), said


def _without_label(block: Block) -> Block:
    starts = tuple(max(0, start - block.label_end) for start in block.starts)
    return replace(block, text=block.text[block.label_end :], starts=starts)


class _Splitter:
    def __init__(self, document: Document, count_tokens: Callable[[str], int], limit: int) -> None:
        self.document = document
        self.count = cache(count_tokens)  # a paragraph that is cut, and a passage that fits, are counted again
        self.limit = limit
        self.overhead = count_tokens("")  # special tokens

    def passages(self, group: _Group) -> list[Passage]:
        context = self._context(group)
        room = max(1, self.limit - self.count(context) if context else self.limit - self.overhead)
        chunks = _balanced(self._pieces(group, room, cut=False), room)
        if len(chunks) > 1 and any(_size(chunk) < self.limit // CRUMB for chunk in chunks):
            chunks = _balanced(self._pieces(group, room, cut=True), room)
        return [self._passage(group, context, part) for chunk in chunks for part in self._fitting(group, context, chunk)]

    def _context(self, group: _Group) -> str:
        """Title, headings and speaker; the outer ones are left out where all of them would take half of the passage."""
        names = [self.document.title, *group.heading, group.speaker]
        fewer = [names, [names[0], *group.heading[-1:], group.speaker], [*group.heading[-1:], group.speaker], [group.speaker]]
        texts = (SEPARATOR.join(name for name in each if name) for each in fewer)
        return next((text for text in texts if self.count(text) <= self.limit // 2), "")

    def _pieces(self, group: _Group, room: int, cut: bool) -> list[_Piece]:
        pieces = []
        for number, block in enumerate(group.blocks):
            tokens = self._tokens(block.text)
            if tokens <= room and not (cut and block.kind == "paragraph"):
                pieces.append(_Piece(number, 0, len(block.text), tokens))
                continue
            parts = self._parts(block.text, room)
            pieces += [_Piece(number, start, end, self._tokens(block.text[start:end])) for start, end in parts]
        return pieces

    def _tokens(self, text: str) -> int:
        return self.count(text) - self.overhead

    def _parts(self, text: str, room: int) -> Iterator[tuple[int, int]]:
        """Sentences, and for a sentence that is too long stretches of it, without the white space around them."""
        lang: Lang = self.document.lang
        for start, end in sentences.split(text, lang):
            for first, last in self._stretches(text, start, end, room):
                words = text[first:last].strip()
                if words:
                    begin = text.index(words, first)
                    yield begin, begin + len(words)

    def _stretches(self, text: str, start: int, end: int, room: int) -> Iterator[tuple[int, int]]:
        while self._tokens(text[start:end]) > room:
            middle = _cut(text, start, end)
            if middle in (start, end):
                break
            yield from self._stretches(text, start, middle, room)
            start = middle
        yield start, end

    def _fitting(self, group: _Group, context: str, chunk: Sequence[_Piece]) -> list[Sequence[_Piece]]:
        """Tokens of joined pieces can be more than the sum; then the chunk is halved."""
        if len(chunk) < 2 or self.count(_embedded(context, _text(group, chunk))) <= self.limit:
            return [chunk]
        half = len(chunk) // 2
        return [*self._fitting(group, context, chunk[:half]), *self._fitting(group, context, chunk[half:])]

    def _passage(self, group: _Group, context: str, chunk: Sequence[_Piece]) -> Passage:
        text = _text(group, chunk)
        spans = [group.blocks[piece.block].lines_of(piece.start, piece.end) for piece in chunk]
        lines = Lines(min(span.first for span in spans), max(span.last for span in spans))
        tokens = self.count(_embedded(context, text))
        return Passage(self.document.id, self.document.lang, 0, group.heading, group.speaker, text, lines, tokens, context)


def _embedded(context: str, text: str) -> str:
    return f"{context}\n{text}" if context else text


def _text(group: _Group, chunk: Sequence[_Piece]) -> str:
    """Every paragraph in a line of its own; sentences of one paragraph as they stand there."""
    runs = [list(pieces) for _, pieces in groupby(chunk, key=lambda piece: piece.block)]
    return "\n".join(group.blocks[run[0].block].text[run[0].start : run[-1].end] for run in runs)


def _size(chunk: Sequence[_Piece]) -> int:
    return sum(piece.tokens for piece in chunk)


def _balanced(pieces: Sequence[_Piece], room: int) -> list[Sequence[_Piece]]:
    """Chunks of at most `room` tokens (a longer piece stands alone), as near as can be to one common length.

    The squared distances from that length are minimised by dynamic programming, as in the paragraph breaking of Knuth and Plass
    (Breaking Paragraphs into Lines, 1981). Of equally good cuts the one with the longer first chunks is taken.
    """
    target = sum(piece.tokens for piece in pieces) / max(1, _fewest(pieces, room))
    best = [0.0] * (len(pieces) + 1)  # best[i]: least cost of pieces[i:]
    ends = [0] * len(pieces)  # where the chunk that begins at i ends in that solution
    for start in range(len(pieces) - 1, -1, -1):
        best[start] = math.inf
        size = 0
        for end in range(start + 1, len(pieces) + 1):
            size += pieces[end - 1].tokens
            if size > room and end > start + 1:
                break
            cost = (size - target) ** 2 + best[end]
            if cost <= best[start]:
                best[start], ends[start] = cost, end
    chunks, at = [], 0
    while at < len(pieces):
        chunks.append(pieces[at : ends[at]])
        at = ends[at]
    return chunks


def _fewest(pieces: Sequence[_Piece], room: int) -> int:
    """The number of chunks when each takes as many pieces as fit."""
    number, left = 0, -1
    for piece in pieces:
        if piece.tokens > left:
            number, left = number + 1, room
        left -= piece.tokens
    return number


def _cut(text: str, start: int, end: int) -> int:
    """A place near the middle: behind a space where there is one in the middle half, else between two grapheme clusters."""
    middle, quarter = (start + end) // 2, (end - start) // 4
    spaces = [i + 1 for i in range(middle - quarter, middle + quarter) if text[i].isspace()]
    if spaces:
        return min(spaces, key=lambda place: abs(place - middle))
    return snap(text, middle, middle + 1)[0] if middle > start else start
