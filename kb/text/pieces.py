"""The indexed words of a text with their places: a token, and the words inside it where it is a compound."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from kb.text import english, thai
from kb.text.graphemes import snap
from kb.text.normalise import Normalised


class Piece(NamedTuple):
    """One indexed word of a text. Words of a compound lie inside it."""

    start: int  # code points of the normalised text
    end: int  # exclusive
    term: str


_START, _END = itemgetter(0), itemgetter(1)
Found = tuple[int, int, str]  # a piece without its name: hundreds are found in a page
Group = tuple[Piece, ...]  # a token, then the words inside it
Place = tuple[int, int, str]  # start, end in the text as written, index term


def thai_group(text: str, spans: Iterable[tuple[int, int]]) -> Group:
    """spans: of a Thai token, then of the words inside it."""
    pieces = [Piece(a, b, thai.term(text[a:b])) for a, b in spans]
    return tuple(piece for piece in pieces if piece.term)


def english_group(token: english.Token) -> Group:
    parts = [part for part in token.parts if len(part.term) > 1]
    return tuple(Piece(each.start, each.end, each.term) for each in (token, *parts) if each.term)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Pieces of a text, at least all whose term is asked for."""

    text: str  # as written
    clean: Normalised
    pieces: Sequence[Found]  # by their starts, longer ones first

    @classmethod
    def of(cls, text: str, clean: Normalised, groups: Iterable[Group]) -> Occurrences:
        return cls(text, clean, ordered(piece for group in groups for piece in group))

    def places(self, wanted: Container[str]) -> list[Place]:
        """Where the text holds one of the terms, the outermost of a compound; whole grapheme clusters, ascending."""
        found: list[Place] = []
        text, offsets = self.text, self.clean.offsets
        reached = -1
        for start, end, term in self.pieces:
            if end > reached and term in wanted:
                found.append((*snap(text, offsets[start], offsets[end]), term))
                reached = end
        return found


def ordered(pieces: Iterable[Found]) -> list[Found]:
    found = sorted(pieces, key=_END, reverse=True)
    found.sort(key=_START)
    return found
