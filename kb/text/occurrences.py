"""Where terms occur in a text whose words were kept when it was indexed (kb.text.cuts): only words that may hold one are read.

The letters that words begin with are compared all at once: many texts are better read as one, see kb.text.joined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from kb.text import english, thai
from kb.text.cuts import Cuts, Places
from kb.text.pieces import Found, english_group, ordered, thai_group

Letters = NDArray[np.uint32]  # (n,) code points

_OTHER = 128  # stands for all that is not ASCII
_FIGURES = np.array([chr(code).isalnum() for code in range(_OTHER)] + [False])
_UNSURE = ~(_FIGURES[:, None] & _FIGURES)  # pairs of which one is no letter or figure of ASCII
# By code point, the last one for all beyond: neither ASCII nor Thai, nor the usual signs.
_OTHER_SCRIPTS = np.array([0xAA <= code <= 0xDFF or 0xE80 <= code <= 0x1FFF or code >= 0x2070 for code in range(0x2071)])
_SIGNS = "ๆฯ"  # what a Thai term has lost, as the dots in it: kb.text.thai.term


@dataclass(frozen=True)
class Wanted:
    """Index terms to look for."""

    thai: tuple[str, ...]
    others: frozenset[str]

    @classmethod
    def of(cls, terms: Iterable[str]) -> Wanted:
        found = dict.fromkeys(terms)
        others = frozenset(term for term in found if not thai.is_thai(term[0]))
        return cls(tuple(term for term in found if term not in others), others)

    @cached_property
    def _heads(self) -> NDArray[np.bool_]:
        """With which two letters of ASCII a word may begin whose term is one of the others."""
        return _pairs(self.others)

    def may_begin(self, letters: Letters, places: Places) -> Places:
        """Those of the places where a word may begin that is one of the others."""
        heads = self._heads
        initials = _OTHER_SCRIPTS.copy()
        initials[:_OTHER] = heads[:_OTHER].any(axis=1)
        places = places[initials.take(letters.take(places), mode="clip")]
        first, second = (letters.take(at) for at in (places, places + 1))
        return places[heads[np.minimum(first, _OTHER), np.minimum(second, _OTHER)] | (first >= _OTHER)]


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


def find(text: str, cuts: Cuts, wanted: Wanted) -> list[Found]:
    """All pieces whose term is wanted, in the order of kb.text.pieces. text: normalised; cuts: of it."""
    # The two at the end stand where there is no next letter.
    letters = np.frombuffer(f"{text}\0\0".encode("utf-32-le", "surrogatepass"), np.uint32)
    found = _thai(text, letters, cuts, wanted.thai) if wanted.thai else []
    if wanted.others:
        found += _others(text, letters, cuts, wanted)
    return ordered(found)


def _thai(text: str, letters: Letters, cuts: Cuts, wanted: tuple[str, ...]) -> list[Found]:
    signed = _signed(text, letters, cuts)
    found: list[Found] = _in_signed(text, cuts, signed, wanted) if signed else []
    standing = _standing(text, wanted)
    if not standing:
        return found
    starts, ends, _ = zip(*standing, strict=True)
    places = np.array(starts)
    whole = cuts.are_pieces(places, np.array(ends))
    if signed:
        of_step = np.zeros(len(cuts.starts) + 1, np.bool_)  # with a last one for what is in no word
        of_step[signed] = True
        whole &= ~of_step[cuts.words(places)]
    return found + list(compress(standing, whole.tolist()))


def _standing(text: str, wanted: tuple[str, ...]) -> list[Found]:
    """Where the letters of the terms stand, in a word or over several."""
    found: list[Found] = []
    for term in wanted:
        length = len(term)
        at = text.find(term)
        while at >= 0:
            found.append((at, at + length, term))
            at = text.find(term, at + 1)
    return found


def _signed(text: str, letters: Letters, cuts: Cuts) -> list[int]:
    """First steps of the Thai words that are written with signs: they have to be read whole."""
    found = [np.flatnonzero(letters == ord(sign)) for sign in _SIGNS if sign in text]
    if "." in text:
        dots = np.flatnonzero(letters[1:] == ord(".")) + 1
        before = letters.take(dots - 1)
        found.append(dots[(before >= 0xE01) & (before <= 0xE4E)])
    return sorted(set(cuts.words(np.concatenate(found)).tolist()) - {-1}) if found else []


def _in_signed(text: str, cuts: Cuts, words: Sequence[int], wanted: Collection[str]) -> list[Found]:
    """words: first steps of those that are read whole."""
    spans = cuts.spans(words)
    undotted = [text[start:end].replace(".", "") for start, end in spans]
    # Mostly there is none: all are looked through at once before each.
    together = "\n".join(undotted)
    terms = [term for term in wanted if term in together]
    if not terms:
        return []
    held = [(word, span) for word, span, each in zip(words, spans, undotted, strict=True) if any(term in each for term in terms)]
    return [piece for word, span in held for piece in thai_group(text, [span, *cuts.inner(word)]) if piece.term in wanted]


def _others(text: str, letters: Letters, cuts: Cuts, wanted: Wanted) -> list[Found]:
    behind = [np.flatnonzero(letters == ord(hyphen)) + 1 for hyphen in english.HYPHENS if hyphen in text]
    begins = wanted.may_begin(letters, np.concatenate([cuts.starts, *behind]))
    if not len(begins):
        return []
    plain, compounds = cuts.words_of_english(begins)
    asked, term = wanted.others, english.term
    found: list[Found] = [(start, end, named) for start, end in plain if (named := term(text[start:end])) in asked]
    groups = (english_group(english.compound(text[start:end], start)) for start, end in compounds)
    return found + [piece for group in groups for piece in group if piece.term in asked]
