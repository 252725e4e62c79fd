"""What was meant where a question was mistyped: with another keyboard layout, with letters held down, or misspelt; and what was changed.

Nothing is changed between quotation marks, in addresses, in figures, acronyms and words that exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.search import layouts, misspellings
from kb.search.misspellings import Fix, Misspellings
from kb.text import edits, lexicon, likelihood, thai
from kb.text.analyzer import Analyzer
from kb.text.lexicon import Lexicon
from kb.text.normalise import normalise
from kb.text.readings import Readings
from kb.text.word_counts import WordCounts
from kb.types import Change

NEAR_TERMS = 5
Finder = Callable[[str], list[Fix]]
_FARTHEST = 6.0  # nats of edits between a word and what is offered in its stead
_AS_WRITTEN = re.compile(r'"[^"]*"|“[^”]*”|\S*(?:@|://|www\.)\S*')


def load() -> None:
    """What every collection's repair stands on, which takes most of a second once a process."""
    thai.load()
    lexicon.shipped()
    misspellings.general()


@dataclass(frozen=True, slots=True)
class Repaired:
    text: str
    changes: tuple[Change, ...] = ()  # in order of the text, keyboard before spelling


class Repair:
    """Thread-safe. Made once for an open index; takes some tenths of a second and 12 bytes an entry (see kb.text.spelling)."""

    def __init__(self, counts: WordCounts, analyzer: Analyzer, lexicon: Lexicon, before: Repair | None = None) -> None:
        """before: of an earlier state of the collection, of which is taken what is made of its words, where they are the same."""
        self._counts = counts
        thai_words, english_words = likelihood.of_both(counts, analyzer.segmenter, lexicon, before._readings.english if before else None)
        self._readings: Readings = Readings(thai_words, english_words, analyzer.segmenter)
        self._misspellings: Misspellings = Misspellings(self._readings, analyzer.segmenter, before._misspellings if before else None)

    def repair(self, text: str) -> Repaired:
        """The question as it was meant; as typed, character by character, where nothing is to be changed."""
        typed = _changed(text, layouts.repair(text, self._readings), "keyboard")
        long = self._spelt(typed.text, self._misspellings.held_down)
        found = self._spelt(long.text, self._misspellings.of_words)
        return Repaired(found.text, _joined([*typed.changes, *long.changes, *found.changes]))

    def _spelt(self, text: str, find: Finder) -> Repaired:
        clean = normalise(text)
        return _changed(text, [(*clean.span(start, end), meant) for start, end, meant in find(clean.text)], "spelling")

    def near_terms(self, word: str) -> tuple[str, ...]:
        """Words of the collection near to one that it does not have: spelt alike, then beginning alike, the frequent ones first."""
        folded = normalise(word.strip()).text.casefold()
        alike = self._misspellings.near(folded, _FARTHEST)
        counts = {**self._counts.thai, **self._counts.english}
        spelt = sorted((edits.cost(folded, each), -counts[each], each) for each in alike if each in counts and each != folded)
        held = sorted((-count, each) for each, count in counts.items() if _shares(folded, each))
        return tuple(dict.fromkeys([*(each[-1] for each in spelt), *(each for _, each in held)]))[:NEAR_TERMS]


def _shares(word: str, other: str) -> bool:
    """One begins with the other, and what they share is most of a word."""
    return min(len(word), len(other)) >= 3 and word != other and (other.startswith(word) or word.startswith(other))


def _changed(text: str, fixes: Iterable[Fix], kind: Literal["keyboard", "spelling"]) -> Repaired:
    found = sorted(fixes)
    if not found:  # nearly always
        return Repaired(text)
    kept = [match.span() for match in _AS_WRITTEN.finditer(text)]
    chosen = [fix for fix in found if all(fix[1] <= start or end <= fix[0] for start, end in kept)]
    parts, at = [], 0
    for start, end, meant in chosen:
        parts += [text[at:start], meant]
        at = end
    changes = (Change(kind, text[start:end], meant) for start, end, meant in chosen)
    return Repaired("".join([*parts, text[at:]]), tuple(changes))


def _joined(changes: Sequence[Change]) -> tuple[Change, ...]:
    """A word that was changed twice is one change: of what was typed to what is searched."""
    done: list[Change] = []
    for change in changes:
        earlier = next((at for at, each in enumerate(done) if change.before and change.before in each.after), None)
        if earlier is None:
            done.append(change)
        else:
            first = done[earlier]
            done[earlier] = Change(first.kind, first.before, first.after.replace(change.before, change.after))
    return tuple(done)
