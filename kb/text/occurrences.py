"""Where terms occur in a text whose words were kept when it was indexed (kb.text.cuts): only tokens that may hold one are read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kb.text import english, thai
from kb.text.cuts import Cuts
from kb.text.normalise import Normalised, normalise
from kb.text.pieces import Occurrences, Piece, english_group, ordered, thai_group

_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]")
_SIGN = re.compile("[ๆฯ]|(?<=[\u0e01-\u0e4e])[.]")  # what a Thai term has lost: kb.text.thai.term
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
        cases = frozenset(case for pair in pairs for case in (pair, pair.upper(), pair.title(), pair.title().swapcase()))
        return cls(tuple(term for term in found if term not in others), others, initials, cases)

    def may_begin(self, text: str, at: int) -> bool:
        """Whether the word that begins there may be one of the others."""
        pair = text[at : at + 2]
        return pair in self.pairs or len(pair) < 2 or not (pair.isalnum() and pair.isascii())


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
    first, last = (start, end) if cuts.as_written else (bisect_left(clean.offsets, start), bisect_left(clean.offsets, end))
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
    found = _thai(text, cuts, wanted, first, last) if wanted.thai and _THAI.search(text, first, last) else []
    if wanted.others:
        found += _others(text, cuts, wanted, first, last)
    return ordered(found) if len(found) > 1 else found


def _thai(text: str, cuts: Cuts, wanted: Wanted, first: int, last: int) -> list[Piece]:
    found: list[Piece] = []
    signed = _signed(text, cuts, first, last)
    for word in signed:
        found += (piece for piece in thai_group(text, [cuts.span(word), *cuts.inner(word)]) if piece.term in wanted.thai)
    for term in wanted.thai:
        at = text.find(term, first, last)
        while at >= 0:
            if cuts.is_piece(at, at + len(term)) and not (signed and cuts.word(at) in signed):
                found.append(Piece(at, at + len(term), term))
            at = text.find(term, at + 1, last)
    return found


def _signed(text: str, cuts: Cuts, first: int, last: int) -> set[int]:
    """First steps of the Thai words that are written with signs: they have to be read whole."""
    places = (match.end() - 1 for match in _SIGN.finditer(text, first, last))
    return {word for at in places if (word := cuts.word(at)) is not None}


def _others(text: str, cuts: Cuts, wanted: Wanted, first: int, last: int) -> list[Piece]:
    starts, initials = cuts.starts, wanted.initials
    steps = range(bisect_left(starts, first), bisect_left(starts, last))
    begins = [step for step in steps if text[starts[step]] in initials]
    if _OTHER_SCRIPT.search(text, first, last):
        begins += [step for step in steps if _OTHER_SCRIPT.match(text, starts[step])]
    found: list[Piece] = []
    for step in begins:
        start = starts[step]
        if wanted.may_begin(text, start) and (end := cuts.end_of_plain_word(step)):
            term = english.term(text[start:end])
            if term in wanted.others:
                found.append(Piece(start, end, term))
    for word in cuts.hyphened(first, last):
        found += _in_compound(text, cuts.span(word), wanted)
    return found


def _in_compound(text: str, span: tuple[int, int], wanted: Wanted) -> list[Piece]:
    surface = text[span[0] : span[1]]
    places = (0, *(at + 1 for at, letter in enumerate(surface) if letter in english.HYPHENS))
    if not any(wanted.may_begin(surface, at) for at in places):
        return []
    return [piece for piece in english_group(english.compound(surface, span[0])) if piece.term in wanted.others]
