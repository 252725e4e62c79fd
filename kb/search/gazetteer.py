"""Names of the collection and of the region with their spellings in both scripts: places, people, organisations, other names of subjects.

A list of names comes before any rule of sound: romanisation by rule fails on names. Sound decides only what no list knows, and only for
names (see kb.text.names).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from kb import vocabulary
from kb.errors import Message
from kb.search.catalogue import Catalogue
from kb.search.gazetteer_entries import SHORTEST, Name
from kb.search.gazetteer_names import GazetteerNames
from kb.text import names, periods, question_dates, thai
from kb.text.folding import fold

_WORD = re.compile(r"[^\W\d_ก-๎][\w'’.]*", re.UNICODE)
_MOST_WORDS = 5  # of a name
_MOST_PIECES = 8  # of the segmenter in a Thai name
# Everyday words of Thai that are also names of places: they are names only after a word for a place.
_EVERYDAY = frozenset(["เลย", "ตาก", "แพร่", "ชาด", "มาลี", "น้ำ", "อากาศ"])
_PLACE = re.compile(r"(?:จังหวัด|จ\.|เมือง|อำเภอ|อ\.|ประเทศ)\s*$")
_LONGEST = 24  # letters of what is compared by sound
_THAI_SIGN = re.compile("[ก-๎]")
_FORMS = re.compile(r"^(?:จังหวัด|เมือง|นคร|ประเทศ)")
_ALIKE = 60  # least likeness of two Thai spellings that share a key of sound; 0–100


@dataclass(frozen=True, slots=True)
class Mention:
    start: int  # code points of the question
    end: int  # exclusive
    words: str
    names: tuple[Name, ...]
    by_sound: bool


class Gazetteer:
    """Thread-safe. Made once for a collection."""

    def __init__(self, catalogue: Catalogue, before: Gazetteer | None = None) -> None:
        """before: as of the catalogue."""
        self._catalogue = catalogue
        self._names: GazetteerNames = GazetteerNames(catalogue, before._names if before else None)
        self._segmenter = thai.keeping(self._names.thai)

    def about(self, subject: str) -> NDArray[np.int64]:
        """Groups about a subject, by the value of a condition."""
        return self._names.groups(subject)

    # What a question names

    def mentions(self, text: str, is_known: Callable[[str], bool]) -> tuple[Mention, ...]:
        """Names in a normalised text, without overlap: the longest counts.

        is_known: whether a word is an ordinary one, never a sound-alike.
        """
        spans = sorted([*_latin_runs(text), *self._thai_runs(text)], key=lambda span: (span[0] - span[1], span[0]))
        runs = [(start, end, names.squash(text[start:end])) for start, end in spans]
        is_known = cache(is_known)  # a word stands in several runs
        found: list[Mention] = []
        for by_sound in (False, True):
            for start, end, squashed in runs:
                if not found or all(end <= m.start or m.end <= start for m in found):
                    here = self._by_sound(text, start, end, squashed, is_known) if by_sound else self._exact(text, start, end, squashed)
                    if here:
                        found.append(Mention(start, end, text[start:end], here, by_sound))
        return tuple(sorted(found, key=lambda m: m.start))

    def _exact(self, text: str, start: int, end: int, squashed: str) -> tuple[Name, ...]:
        if text[start:end] in _EVERYDAY and not _PLACE.search(text[:start]):
            return ()
        return self._names.spelt(squashed)

    def _by_sound(self, text: str, start: int, end: int, squashed: str, is_known: Callable[[str], bool]) -> tuple[Name, ...]:
        """A Thai name must stand apart: within a sentence too many words have the consonants of some name."""
        if not SHORTEST <= len(squashed) <= _LONGEST:
            return ()
        words = text[start:end]
        if names.is_thai(words) and (_THAI_SIGN.match(text[max(start - 1, 0) : start]) or _THAI_SIGN.match(text, end)):
            return ()
        if any(map(is_known, words.split())):
            return ()
        likely = tuple(name for name in self._names.sounding(names.sounds(words)) if _likely(words, name))
        return () if likely and is_known(words) else likely

    def _thai_runs(self, text: str) -> Iterator[tuple[int, int]]:
        spans = [span for span in self._segmenter.segment(text) if thai.is_thai(text[span[0]])]
        for first, (start, _) in enumerate(spans):
            for length in range(min(_MOST_PIECES, len(spans) - first)):
                yield start, spans[first + length][1]

    def label(self, facet: str, key: str) -> Message:
        """What people call a value of a filter."""
        if facet == "year" and (period := periods.parse(key)):
            return period.label
        known = self._catalogue.filed[facet].labels.get(key) or vocabulary.THEMES.get(key) or vocabulary.KINDS.get(key)
        return known or (vocabulary.country_label(key) if facet == "country" else Message(key, key))

    # What the value of an operator means

    def resolve(self, facet: str, value: str) -> tuple[str, ...]:
        """Values of the filter; empty where there is none. A part of a name stands for all names that hold it."""
        if facet == "year":
            return _period(value)
        if known := self._catalogue.key(facet, value):
            return (known,)
        squashed = names.squash(_FORMS.sub("", value))
        exact = [n.key for n in (*self._names.spelt(names.squash(value)), *self._names.spelt(squashed)) if n.facet == facet]
        if exact or len(squashed) < 3:
            return tuple(dict.fromkeys(exact))
        words = fold(value).split()
        spelt = self._catalogue.filed[facet].names if facet in ("speaker", "organisation") else {}
        parts = [key for name, key in spelt.items() if _holds(name, words)]
        sounding = [n.key for n in self._names.sounding(names.sounds(value)) if n.facet == facet]
        return tuple(dict.fromkeys(parts or sounding))


def _holds(name: str, words: Sequence[str]) -> bool:
    return all(word in name if names.is_thai(word) else word in name.split() for word in words)


def _likely(words: str, name: Name) -> bool:
    """Two Thai spellings of one sound must also look alike: Thai has too many words of few consonants."""
    if not names.is_thai(words):
        return True
    if names.is_thai(name.label.th):
        return fuzz.ratio(words, name.label.th) >= _ALIKE
    return any(len(sound) >= SHORTEST for sound in names.sounds(words))


def _latin_runs(text: str) -> Iterator[tuple[int, int]]:
    """One to five words that follow each other with only a space or a hyphen between them."""
    found = [match.span() for match in _WORD.finditer(text)]
    for first, (start, reached) in enumerate(found):
        yield start, reached
        for last in range(first + 1, min(first + _MOST_WORDS, len(found))):
            if text[found[last - 1][1] : found[last][0]] not in (" ", "-"):
                break
            yield start, found[last][1]


def _period(value: str) -> tuple[str, ...]:
    text = value.strip()
    period = periods.parse(text)
    if period is None:
        dated = question_dates.find_all(text)
        period = dated[0].period if len(dated) == 1 and not question_dates.without(text, dated) else None
    return (str(period),) if period else ()
