"""The words of a text that answer words of the question: the same words, and in the other language those that translate them.

A wrong mark costs more than a missing one. The glossary is believed where a whole name stands; the lexicon where it says so in both
directions and the vectors of the two words agree.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeVar

from kb.errors import Lang
from kb.search.likeness import Likeness
from kb.search.question import Question, Translation
from kb.text.analyzer import Analyzer, Term
from kb.text.dates import BUDDHIST_OFFSET, to_common_era
from kb.text.joined import Written
from kb.text.lexicon import Lexicon
from kb.text.occurrences import Wanted
from kb.text.pieces import Place
from kb.types import LANGS, OTHER_LANG, Highlight

Key = TypeVar("Key", bound=Hashable)
Places = Callable[[Container[str]], Sequence[Place]]  # index terms -> where a text holds one of them, as Analyzer.places

SHORTEST_PART = 3  # letters and marks of a word's part that is worth marking
GAP = 10  # characters that may stand between two words of a name: " of the "
# (least likeness of the vectors, least product of the lexicon's probabilities in both directions)
BELIEVED = ((0.45, 0.15), (0.6, 0.09))
# Thai words written in Latin letters inside names; as English words they mean something else (Viet Nam, to ban).
WITHIN_NAMES = frozenset(["ban", "nam", "ko", "koh", "mai", "mae"])
# A word more than so many times as long as its translation is rather a name of which that is a part (Chaipattana – ชัย).
LONGER = 3.5
COMMON_YEARS = range(1900, 2100)


class Mark(NamedTuple):
    start: int  # code points of the text
    end: int  # exclusive
    word: str  # of the question, as written there
    translated: bool  # another name or word stands here for it, mostly of the other language
    by_lexicon: bool = False  # a word that can have other senses, not a name or a year


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A word of the question that a term of the other language may translate."""

    word: str
    strength: float  # product of the probabilities of both directions; 1 when certain


class Marker:
    """Made once for a question; reads as many texts as are shown."""

    def __init__(self, question: Question, analyzer: Analyzer, lexicon: Lexicon, likeness: Likeness) -> None:
        self._question, self._analyzer, self._lexicon = question, analyzer, lexicon
        self._likeness = likeness
        self.lang: Lang = question.lang
        self._judged: dict[tuple[str, str], _Candidate | None] = {}
        self._whole = {term.text for term in question.terms}
        self._surfaces = analyzer.surfaces(question.terms)

    @cached_property
    def _phrases(self) -> list[tuple[Translation, dict[str, str]]]:
        return self._named_by(self._question.translations)

    @cached_property
    def _other_names(self) -> list[tuple[Translation, dict[str, str]]]:
        return self._named_by(self._question.synonyms)

    def _named_by(self, names: Sequence[Translation]) -> list[tuple[Translation, dict[str, str]]]:
        return [(each, self._analyzer.surfaces(each.terms)) for each in names]

    @cached_property
    def _candidates(self) -> dict[str, list[_Candidate]]:
        return _candidates(self._question, self._surfaces, self._lexicon) | _years(self._question)

    def _wanted(self, lang: Lang) -> Wanted:
        """All terms that are marked in texts of a language."""
        return self._wanted_here if lang == self.lang else self._wanted_there

    @cached_property
    def _wanted_here(self) -> Wanted:
        return Wanted.of([*self._surfaces, *(term for _, names in self._other_names for term in names)])

    @cached_property
    def _wanted_there(self) -> Wanted:
        return Wanted.of([*self._surfaces, *(term for _, names in self._phrases for term in names), *self._candidates])

    def marks(self, texts: Mapping[Key, tuple[Written, Lang]]) -> dict[Key, list[Mark]]:
        """Of each text, with its language, the marks in order, at grapheme-cluster boundaries.

        Other names, and translations in a text of the other language, never stand over a word that is the same.
        """
        found: dict[Key, list[Mark]] = {}
        for lang in LANGS:
            some = {key: text for key, (text, written) in texts.items() if written == lang}
            if some:
                found |= zip(some, self._marks_in(list(some.values()), lang), strict=True)
        return found

    def _marks_in(self, texts: Sequence[Written], lang: Lang) -> list[list[Mark]]:
        joined = self._analyzer.join(texts)
        places = self._analyzer.occurrences(joined, self._wanted(lang)).places
        found = self._marks_here(joined.text, places) if lang == self.lang else self._marks_there(joined.text, places)
        return _of_each(found, joined.begins)

    def words(self, texts: Sequence[Written]) -> list[tuple[str, ...]]:
        """Of each text of the question's language, the words of the question that it holds."""
        joined = self._analyzer.join(texts)
        found = list(self._literal(self._analyzer.occurrences(joined, self._wanted_here).places))
        return [tuple(dict.fromkeys(mark.word for mark in marks)) for marks in _of_each(found, joined.begins)]

    def _marks_here(self, text: str, places: Places) -> list[Mark]:
        literal = list(self._literal(places))
        renamed = [mark for each in self._other_names for mark in self._named(text, places, *each)]
        return _merged(literal, _apart(renamed, literal, len(text)))

    def _marks_there(self, text: str, places: Places) -> list[Mark]:
        literal = list(self._literal(places))
        known = literal + _apart([mark for each in self._phrases for mark in self._named(text, places, *each)], literal, len(text))
        return _merged(known, _apart(list(self._by_lexicon(text, places)), known, len(text)))

    def _literal(self, places: Places) -> Iterator[Mark]:
        """Whole words of the question, and parts of one that are long enough to mean something by themselves."""
        for start, end, term in places(self._surfaces):
            word = self._surfaces[term]
            if len(word) >= SHORTEST_PART or word in self._whole:
                yield Mark(start, end, word, False)

    def _named(self, text: str, places: Places, translation: Translation, wanted: dict[str, str]) -> Iterator[Mark]:
        """Where the whole name stands, its words next to each other."""
        wholes = {term.terms[0] for term in translation.terms}
        for run in _runs(places(wanted), text):
            if wholes <= {term for _, _, term in run}:
                start, end = _shortest(run, wholes)
                yield Mark(start, end, translation.surface, True)

    def _by_lexicon(self, text: str, places: Places) -> Iterator[Mark]:
        last: Mark | None = None
        for start, end, term in places(self._candidates):
            best = self._believed_best(term, text[start:end])
            if best is None:
                continue
            if last and last.word == best.word and text[last.end : start] == " ":  # Chiang Mai
                last = Mark(last.start, end, last.word, True, True)
                continue
            if last:
                yield last
            last = Mark(start, end, best.word, True, best.strength < 1)
        if last:
            yield last

    def _believed_best(self, term: str, written: str) -> _Candidate | None:
        """What a term, as it is written in some texts, translates; each is judged once for a question."""
        if (term, written) not in self._judged:
            self._judged[term, written] = self._best(self._candidates[term], written)
        return self._judged[term, written]

    def _best(self, candidates: Sequence[_Candidate], written: str) -> _Candidate | None:
        if written.casefold() in WITHIN_NAMES:
            return None
        believed = [each for each in candidates if self._believed(each, written)]
        return max(believed, key=lambda each: each.strength, default=None)

    def _believed(self, candidate: _Candidate, written: str) -> bool:
        if candidate.strength == 1:
            return True
        if len(candidate.word) > LONGER * len(written) or len(written) > LONGER * len(candidate.word):
            return False
        alike = self._likeness(candidate.word, written)
        return any(alike >= likeness and candidate.strength >= strength for likeness, strength in BELIEVED)


def _candidates(question: Question, surfaces: dict[str, str], lexicon: Lexicon) -> dict[str, list[_Candidate]]:
    """Index term of the other language -> the words of the question that it may translate."""
    other = OTHER_LANG[question.lang]
    least = min(strength for _, strength in BELIEVED)
    found: dict[str, list[_Candidate]] = {}
    wholes = {term.terms[0] for term in question.terms}
    for carried in question.carried:
        source = carried.term.terms[0]
        if question.lang == "en" and source not in wholes:
            continue  # a part of "single-serve" is no word of the question
        for target, probability in lexicon.translations(source, question.lang):
            strength = min(probability * dict(lexicon.translations(target, other)).get(source, 0.0), 0.99)
            # A number is no word: "5" stands beside many.
            if strength >= least and target.isdigit() == source.isdigit():
                found.setdefault(target, []).append(_Candidate(surfaces.get(source, carried.term.text), strength))
    return found


def _years(question: Question) -> dict[str, list[_Candidate]]:
    """A year of the question in the era of the other language: พ.ศ. 2565 is 2022."""
    found: dict[str, list[_Candidate]] = {}
    for term in question.terms:
        year = _other_era(term, question.lang)
        if year:
            found[str(year)] = [_Candidate(term.text, 1.0)]
    return found


def _other_era(term: Term, lang: Lang) -> int:
    """0 for what is no year."""
    digits = term.terms[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) == 4):
        return 0
    if lang == "en":
        return int(digits) + BUDDHIST_OFFSET if int(digits) in COMMON_YEARS else 0
    common = to_common_era(int(digits))
    return common if common != int(digits) else 0


def _runs(places: Sequence[tuple[int, int, str]], text: str) -> list[list[tuple[int, int, str]]]:
    """Places that stand next to each other, as rows; a repeated word begins a new row."""
    rows: list[list[tuple[int, int, str]]] = []
    for place in places:
        row = rows[-1] if rows else []
        if row and place[0] - row[-1][1] <= GAP and "\n" not in text[row[-1][1] : place[0]] and place[2] not in {each[2] for each in row}:
            row.append(place)
        else:
            rows.append([place])
    return rows


def _shortest(run: Sequence[tuple[int, int, str]], wholes: set[str]) -> tuple[int, int]:
    """(start, end) of the part of a row, in which all words stand, that still holds them all."""
    first, last = 0, len(run) - 1
    while wholes <= {term for _, _, term in run[first + 1 : last + 1]}:
        first += 1
    while wholes <= {term for _, _, term in run[first:last]}:
        last -= 1
    return run[first][0], run[last][1]


def _merged(some: Sequence[Mark], others: Sequence[Mark]) -> list[Mark]:
    return sorted([*some, *others], key=lambda mark: mark.start) if some or others else []


def _apart(marks: Sequence[Mark], others: Sequence[Mark], length: int) -> list[Mark]:
    """Those that overlap no other and no longer one of themselves. length: of the text."""
    if not marks:
        return []
    taken = bytearray(length)
    for mark in others:
        taken[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start - m.end, m.start)):
        if taken.find(1, mark.start, mark.end) < 0:
            taken[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
            kept.append(mark)
    return sorted(kept, key=lambda m: m.start)


def _of_each(marks: Sequence[Mark], begins: Sequence[int]) -> list[list[Mark]]:
    """The marks of joined texts, by text."""
    starts = [mark.start for mark in marks]
    bounds = [bisect_left(starts, begin) for begin in begins]
    return [
        [Mark(start - begin, end - begin, word, other, unsure) for start, end, word, other, unsure in marks[first:end]]
        for begin, (first, end) in zip(begins, pairwise(bounds), strict=False)
    ]


def highlights(marks: Sequence[Mark]) -> tuple[Highlight, ...]:
    """Ranges without overlap; words that touch and are written as asked are one. marks: in order of the text."""
    ranges: list[tuple[int, int, str]] = []
    first, last, shown = -2, -2, ""
    for start, end, word, translated, _ in marks:
        if start < last or (start == last and not translated and not shown):
            last = max(end, last)
            ranges[-1] = (first, last, shown)
        else:
            first, last, shown = start, end, word if translated else ""
            ranges.append((first, last, shown))
    return tuple([Highlight(*each) for each in ranges])
