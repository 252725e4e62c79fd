"""How unlikely is a text? Costs in nats of Thai, English and mixed text, word by word: the scale on which readings are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.errors import Lang
from kb.text import english, lattice, thai
from kb.text.likelihood import EnglishWords, ThaiWords, unknown

FIGURE, SIGN = 2.3, 5.0  # nats for a digit, and for a sign
END_SIGN = 1.0  # a sign where signs usually stand
ONE_LETTER = 5.0  # a, I
TWO_LETTERS = 17.0  # a word of two letters that is none of the grammar
_PIECE = re.compile(f"(?P<thai>[{thai.LETTERS}]+(?:\\.[{thai.LETTERS}]*)*)|(?P<latin>[A-Za-z]+)|(?P<figure>[0-9๐-๙]+)|(?P<sign>\\S)")
_USUAL = re.compile(r"[.,?!:;()\"'“”‘’\-/]")


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str  # thai, latin, figure, sign
    text: str
    start: int
    end: int


class Readings:
    """Thread-safe."""

    def __init__(self, thai_words: ThaiWords, english_words: EnglishWords, segmenter: thai.Segmenter) -> None:
        self.thai, self.english = thai_words, english_words
        self._segmenter = segmenter

    def same_words(self, other: Readings) -> tuple[bool, bool]:
        """Whether the collection's Thai and its English words are those of another state of it, however often they are used."""
        return self.thai.own.keys() == other.thai.own.keys(), self.english.own.keys() == other.english.own.keys()

    def cost(self, text: str) -> float:
        return sum(self._piece(piece, text) for piece in pieces(text))

    def certain_cost(self, text: str, lang: Lang) -> float | None:
        """The cost where all words are known and of that language; None where they are not."""
        found = list(pieces(text))
        wanted = "thai" if lang == "th" else "latin"
        words = [piece for piece in found if piece.kind in ("thai", "latin")]
        if not any(piece.kind == wanted for piece in words) or (lang == "en" and any(piece.kind == "thai" for piece in words)):
            return None
        return self.cost(text) if all(self.known(piece) for piece in words) else None

    def known(self, piece: Piece) -> bool:
        if piece.kind == "latin":
            price = self._latin(piece.text)
            return price is not None and price <= TWO_LETTERS
        return thai.is_abbreviation(piece.text) or all(edge.known for edge in self.thai_path(piece.text).edges)

    def thai_path(self, text: str) -> lattice.Path:
        return lattice.likeliest(text, self._segmenter.prefixes, self.thai.cost)

    def thai_edges(self, text: str) -> list[lattice.Edge]:
        return lattice.as_written(text, self._segmenter.prefixes, self.thai.cost)

    def _piece(self, piece: Piece, text: str) -> float:
        if piece.kind == "thai":
            return self.thai_path(piece.text).cost
        if piece.kind == "latin":
            price = self._latin(piece.text)
            return unknown(len(piece.text)) if price is None else price
        if piece.kind == "figure":
            return FIGURE * len(piece.text)
        at_end = piece.start == 0 or piece.end == len(text) or not text[piece.end].isalnum()
        return END_SIGN if at_end and _USUAL.match(piece.text) else SIGN

    def _latin(self, word: str) -> float | None:
        folded = word.casefold()
        if len(folded) == 1:
            return ONE_LETTER if folded in ("a", "i") else unknown(1)
        price = self.english.cost(folded)
        irregular = not (word.islower() or word.isupper() or word.istitle())
        if len(folded) == 2 and folded not in english.STOPWORDS:
            price = TWO_LETTERS
        return price if price is None or not irregular else price + SIGN


def pieces(text: str) -> Iterator[Piece]:
    for match in _PIECE.finditer(text):
        assert match.lastgroup
        yield Piece(match.lastgroup, match[0], match.start(), match.end())
