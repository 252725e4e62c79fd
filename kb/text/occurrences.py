"""Where terms occur in a text whose words were kept when it was indexed (kb.text.cuts): only words that may hold one are read.

The letters that words begin with are compared all at once: many texts are better read as one, see kb.text.joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from kb.text import english, thai
from kb.text.cuts import Cuts, Span
from kb.text.pieces import Piece, english_group, ordered, thai_group

Letters = NDArray[np.uint32]  # (n,) code points

_OTHER = 128  # stands for all that is not ASCII
_FIGURES = np.array([chr(code).isalnum() for code in range(_OTHER)] + [False])
_UNSURE = ~(_FIGURES[:, None] & _FIGURES)  # pairs of which one is no letter or figure of ASCII
_HYPHENS = [ord(hyphen) for hyphen in english.HYPHENS]
_REPETITION, _ABBREVIATION, _DOT = map(ord, "ๆฯ.")  # what a Thai term has lost: kb.text.thai.term


@dataclass(frozen=True, slots=True)
class Wanted:
    """Index terms to look for."""

    thai: tuple[str, ...]
    others: frozenset[str]
    pairs: NDArray[np.bool_]  # with which two letters of ASCII a word may begin whose term is one of the others

    @classmethod
    def of(cls, terms: Iterable[str]) -> Wanted:
        found = dict.fromkeys(terms)
        others = frozenset(term for term in found if not thai.is_thai(term[0]))
        return cls(tuple(term for term in found if term not in others), others, _pairs(others))

    def may_begin(self, letters: Letters, following: Letters) -> NDArray[np.bool_]:
        """(n,) whether a word that begins with two letters may be one of the others."""
        return self.pairs[np.minimum(letters, _OTHER), np.minimum(following, _OTHER)] | _of_other_script(letters)


def _pairs(terms: Iterable[str]) -> NDArray[np.bool_]:
    found = np.zeros(_UNSURE.shape, np.bool_)
    for pair in {term.casefold()[:2] for term in terms}:
        for initial in _cases(pair[0]):
            found[initial] |= _UNSURE[initial]
            # Stemming leaves the first two letters, but for dying, lying, tying.
            for following in "iy" if pair[1:] == "i" else pair[1:]:
                found[initial, _cases(following)] = True
    return found


def _cases(letter: str) -> list[int]:
    return [ord(case) for case in (letter, letter.upper()) if case.isascii()]


def _of_other_script(letters: Letters) -> NDArray[np.bool_]:
    """Which are neither ASCII nor Thai, nor the usual signs."""
    return ((letters >= 0xAA) & (letters <= 0xDFF)) | ((letters >= 0xE80) & (letters <= 0x1FFF)) | (letters >= 0x2070)


def find(text: str, cuts: Cuts, wanted: Wanted) -> list[Piece]:
    """All pieces whose term is wanted, in the order of kb.text.pieces. text: normalised; cuts: of it."""
    # The two at the end stand where there is no next letter.
    letters = np.frombuffer(f"{text}\0\0".encode("utf-32-le", "surrogatepass"), np.uint32)
    found = _thai(text, letters, cuts, wanted.thai) if wanted.thai else []
    if wanted.others:
        found += _others(text, letters, cuts, wanted)
    return ordered(found)


def _thai(text: str, letters: Letters, cuts: Cuts, wanted: tuple[str, ...]) -> list[Piece]:
    signed = _signed(letters, cuts)
    found = [piece for word, span in zip(signed, cuts.spans(signed), strict=True) for piece in _in_signed(text, cuts, word, span, wanted)]
    standing = [(at, term) for term in wanted for at in _places(text, term)]
    if standing:
        starts = np.array([at for at, _ in standing])
        whole = cuts.are_pieces(starts, starts + [len(term) for _, term in standing])
        if signed:
            whole &= ~np.isin(cuts.words(starts), signed)
        found += (Piece(at, at + len(term), term) for at, term in compress(standing, whole.tolist()))
    return found


def _places(text: str, term: str) -> Iterator[int]:
    at = text.find(term)
    while at >= 0:
        yield at
        at = text.find(term, at + 1)


def _signed(letters: Letters, cuts: Cuts) -> list[int]:
    """First steps of the Thai words that are written with signs: they have to be read whole."""
    dots = np.flatnonzero(letters[1:] == _DOT) + 1
    before = letters[dots - 1]
    dots = dots[(before >= 0xE01) & (before <= 0xE4E)]
    signs = np.flatnonzero((letters == _REPETITION) | (letters == _ABBREVIATION))
    return sorted({*cuts.words(np.append(dots, signs)).tolist()} - {-1})


def _in_signed(text: str, cuts: Cuts, word: int, span: Span, wanted: Iterable[str]) -> list[Piece]:
    undotted = text[slice(*span)].replace(".", "")
    if not any(term in undotted for term in wanted):
        return []
    return [piece for piece in thai_group(text, [span, *cuts.inner(word)]) if piece.term in wanted]


def _others(text: str, letters: Letters, cuts: Cuts, wanted: Wanted) -> list[Piece]:
    hyphens = np.concatenate([np.flatnonzero(letters == hyphen) for hyphen in _HYPHENS])
    places = np.append(cuts.starts, hyphens + 1)
    begins = places[wanted.may_begin(letters[places], letters[places + 1])]
    plain, compounds = cuts.words_of_english(begins)
    found = [Piece(start, end, english.term(text[start:end])) for start, end in plain]
    found += (piece for start, end in compounds for piece in english_group(english.compound(text[start:end], start)))
    return [piece for piece in found if piece.term in wanted.others]
