"""A passage as a row of pieces for the page: marked words, the nearest sentence, cut at whole grapheme clusters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from kb.text.graphemes import snap
from kb.types import Highlight, PassageHit, Twin

if TYPE_CHECKING:
    from search_api.pages.page import Page

LENGTH = 420  # characters of a snippet, about four lines on a wide screen
LEAD = 60  # characters shown before the sentence that matters
REACH = 24  # how far a cut may move to find a space: Thai has spaces between phrases only


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool  # a word of the question
    answer: bool  # part of the nearest sentence
    word: str = ""  # of the question, where this translates it


@dataclass(frozen=True, slots=True)
class Snippet:
    pieces: tuple[Piece, ...]
    cut_before: bool  # something of the passage was left out here
    cut_after: bool

    @property
    def rest(self) -> tuple[Piece | None, ...]:
        """The pieces around the nearest sentence, which is shown before them; None where it stood between two of them."""
        runs = [tuple(run) for inside, run in groupby(self.pieces, key=lambda piece: piece.answer) if not inside]
        return (*runs[0], None, *runs[1]) if len(runs) == 2 else tuple(piece for run in runs for piece in run)


def answer(hit: PassageHit) -> tuple[Piece, ...]:
    """The nearest sentence by itself; empty without one."""
    return _pieces(hit.passage.text, hit.answer.start, hit.answer.end, hit.highlights, None) if hit.answer else ()


def twin(found: Twin) -> tuple[Piece, ...]:
    return _pieces(found.text, 0, len(found.text), found.highlights, None)


def marked(page: Page, pieces: Iterable[Piece]) -> Markup:
    """Pieces as HTML. Not in a template: there are a hundred on a page, and each call of a macro has a frame of its own to make."""
    return Markup("".join(_html(page, piece) for piece in pieces))


def rest(page: Page, found: Snippet) -> Markup:
    """The HTML of Snippet.rest, whose pieces have no lines of their own."""
    return Markup("".join(" … " if piece is None else _html(page, piece).strip("\n") for piece in found.rest))


def _html(page: Page, piece: Piece) -> str:
    if not piece.marked:
        return escape(piece.text)
    title = Markup(' title="{}"').format(page.word("answers_word", word=piece.word)) if piece.word else ""
    return f"<mark{title}>{escape(piece.text)}</mark>"


def by_word(translated: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Each word of the question with the words that answer it, in order: one line for plastic, plastics."""
    found: dict[str, list[str]] = {}
    for asked, there in translated:
        found.setdefault(asked, []).append(there)
    return found


def snippet(hit: PassageHit, length: int = LENGTH) -> Snippet:
    """The part of a passage that holds its nearest sentence or, without one, its first mark."""
    text = hit.passage.text
    start, end = _window(hit, length)
    return Snippet(_pieces(text, start, end, hit.highlights, hit.answer), start > 0, end < len(text))


def _window(hit: PassageHit, length: int) -> tuple[int, int]:
    text = hit.passage.text
    if len(text) <= length:
        return 0, len(text)
    centre = hit.answer or next(iter(hit.highlights), Highlight(0, 0))
    start = 0 if centre.end <= length else min(max(centre.start - LEAD, 0), len(text) - length)
    return _cut(text, start), _cut(text, start + length)


def _cut(text: str, position: int) -> int:
    """The nearest place after `position` where a text may be cut: after a space, else at a grapheme cluster."""
    if position <= 0 or position >= len(text):
        return max(0, min(position, len(text)))
    space = next((i for i in range(position, min(position + REACH, len(text))) if text[i].isspace()), None)
    return space + 1 if space is not None else snap(text, position, position + 1)[0]


def _pieces(text: str, start: int, end: int, marks: Sequence[Highlight], answer: Highlight | None) -> tuple[Piece, ...]:
    edges = {start, end} | {edge for each in (*marks, *([answer] if answer else [])) for edge in (each.start, each.end)}
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    return tuple(_piece(text, first, last, marks, answer) for first, last in pairwise(cuts))


def _piece(text: str, first: int, last: int, marks: Sequence[Highlight], answer: Highlight | None) -> Piece:
    mark = next((each for each in marks if _inside(first, last, each)), None)
    return Piece(text[first:last], mark is not None, bool(answer and _inside(first, last, answer)), mark.word if mark else "")


def _inside(first: int, last: int, range_: Highlight) -> bool:
    return range_.start <= first and last <= range_.end
