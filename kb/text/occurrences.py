"""Where terms occur in a text whose words were kept when it was indexed (kb.text.cuts): only tokens that may hold one are read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kb.text import english, thai
from kb.text.cuts import Cuts
from kb.text.normalise import Normalised, normalise
from kb.text.pieces import Occurrences, Piece, english_group, ordered, thai_group

_SIGNS = re.compile("[ๆฯ.]")  # what a Thai term has lost: kb.text.thai.term
_THAI_FIRST, _THAI_LAST = "\u0e01", "\u0e4e"
_OTHER_SCRIPT = re.compile("[\xaa-\u0dff\u0e80-\u1fff\u2070-\U0010ffff]")  # neither ASCII nor Thai, nor the usual signs


@dataclass(frozen=True, slots=True)
class Wanted:
    """Index terms to look for."""

    thai: tuple[str, ...]
    others: frozenset[str]
    initials: frozenset[str]  # with which a word may begin whose term is one of the others, if it begins in ASCII
    pairs: frozenset[str]  # its first two letters, if they are letters or figures of ASCII

    @classmethod
    def of(cls, terms: Iterable[str]) -> Wanted:
        found = dict.fromkeys(terms)
        others = frozenset(term for term in found if not thai.is_thai(term[0]))
        folded = {term.casefold() for term in others}
        initials = frozenset(letter for term in folded for letter in (term[0], term[0].upper()))
        # Stemming leaves the first two letters, but for dying, lying, tying.
        pairs = {term[:2] for term in folded} | {f"{term[0]}y" for term in folded if term[1:2] == "i"}
        return cls(tuple(term for term in found if term not in others), others, initials, frozenset(pairs))

    def may_begin(self, text: str, at: int) -> bool:
        """Whether the word that begins there may be one of the others."""
        pair = text[at : at + 2].lower()
        return pair in self.pairs or not (pair.isascii() and pair.isalnum() and len(pair) == 2)


@lru_cache(maxsize=256)  # the best passages of a page answer several searches: pages, languages, filters
def _cuts(kept: bytes) -> Cuts:
    return Cuts(kept)


def find(text: str, kept: bytes, wanted: Wanted) -> Occurrences:
    """kept: as kb.text.cuts.encode, not empty."""
    cuts = _cuts(kept)
    clean = _clean(text, cuts)
    return Occurrences(text, clean, _pieces(clean.text, cuts, wanted, 0, len(clean.text)))


def find_within(text: str, kept: bytes, wanted: Wanted, start: int, end: int) -> Occurrences | None:
    """Those in text[start:end]. None where this part, read by itself, might be cut in other words than the whole."""
    cuts = _cuts(kept)
    clean = _clean(text, cuts)
    first, last = bisect_left(clean.offsets, start), bisect_left(clean.offsets, end)
    if not (_parts(text, start) and _parts(text, end) and _parts_words(cuts, first) and _parts_words(cuts, last)):
        return None
    return Occurrences(text, clean, _pieces(clean.text, cuts, wanted, first, last))


def _parts(text: str, position: int) -> bool:
    """Whether no spelling rule and no word of Thai reaches over a place."""
    return position in (0, len(text)) or text[position - 1].isspace() or text[position].isspace()


def _parts_words(cuts: Cuts, position: int) -> bool:
    first = cuts.word(position)
    return first is None or cuts.starts[first] == position


def _clean(text: str, cuts: Cuts) -> Normalised:
    return Normalised(text, range(len(text) + 1)) if cuts.as_written else normalise(text)


def _pieces(text: str, cuts: Cuts, wanted: Wanted, first: int, last: int) -> list[Piece]:
    found: list[Piece] = []
    if wanted.thai:
        found += _thai(text, cuts, wanted, first, last)
    if wanted.others:
        found += _others(text, cuts, wanted, first, last)
    return ordered(found) if len(found) > 1 else found


def _thai(text: str, cuts: Cuts, wanted: Wanted, first: int, last: int) -> Iterator[Piece]:
    # Words with signs are read whole.
    signed = dict.fromkeys(cuts.word(match.start()) for match in _SIGNS.finditer(text, first, last) if _is_thai(text, match.start()))
    whole = {word: cuts.span(word) for word in signed if word is not None}
    for word, span in whole.items():
        yield from (piece for piece in thai_group(text, [span, *cuts.inner(word)]) if piece.term in wanted.thai)
    for term in wanted.thai:
        at = text.find(term, first, last)
        while at >= 0:
            end = at + len(term)
            if cuts.is_piece(at, end) and not any(begin <= at < stop for begin, stop in whole.values()):
                yield Piece(at, end, term)
            at = text.find(term, at + 1, last)


def _is_thai(text: str, at: int) -> bool:
    """Whether a sign stands in a Thai word."""
    return text[at] != "." or _THAI_FIRST <= text[at - 1 : at] <= _THAI_LAST


def _others(text: str, cuts: Cuts, wanted: Wanted, first: int, last: int) -> Iterator[Piece]:
    starts = cuts.starts[bisect_left(cuts.starts, first) : bisect_left(cuts.starts, last)]
    begins = [start for start in starts if text[start] in wanted.initials]
    if _OTHER_SCRIPT.search(text, first, last):
        begins += [start for start in starts if _OTHER_SCRIPT.match(text, start)]
    for start in begins:
        if wanted.may_begin(text, start) and (end := cuts.end_of_plain_word(start)):
            if (term := english.term(text[start:end])) in wanted.others:
                yield Piece(start, end, term)
    for word in {cuts.word(at) for at in cuts.hyphened(first, last)} - {None}:
        start, end = cuts.span(word)
        yield from (piece for piece in english_group(english.compound(text[start:end], start)) if piece.term in wanted.others)
