"""The glossary: official names, terms and abbreviations of both languages; it carries words of a question over to the other language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from kb.errors import Lang
from kb.text import english, glossary_file, thai
from kb.text.glossary_file import Entry
from kb.text.glossary_names import reads_as_a_word
from kb.text.normalise import normalise
from kb.types import LANGS, OTHER_LANG, Problem

CACHED_TEXTS = 64
_ABBREVIATED = re.compile("(?<![ก-๎.])(?:[ก-ฮ]\\.?){2,6}(?![ก-๎.])")


class _Found(NamedTuple):
    """A name of the glossary in a normalised text."""

    start: int
    end: int
    entries: tuple[Entry, ...]  # several where an abbreviation stands for several names


class Glossary:
    """Thread-safe."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._named = lru_cache(maxsize=CACHED_TEXTS)(self._find)  # a question is asked for translations and for synonyms

    @classmethod
    def load(cls, path: Path) -> tuple[Glossary, tuple[Problem, ...]]:
        """The glossary of the good lines of a file, and a Problem for each bad one. Raises OSError only."""
        entries, problems = glossary_file.read(path)
        return cls(entries), problems

    def to_json(self) -> list[list[str]]:
        return [list(astuple(entry)) for entry in self.entries]

    @classmethod
    def from_json(cls, value: Iterable[Iterable[str]]) -> Glossary:
        return cls(Entry(*row) for row in value)

    def words(self) -> tuple[str, ...]:
        """Thai names and abbreviations: what the segmenter must not cut."""
        return tuple(dict.fromkeys(name for entry in self.entries for name in entry.names("th")))

    def terms(self) -> Iterator[tuple[Lang, str]]:
        """(language, name or abbreviation) of all entries."""
        for entry in self.entries:
            for lang in LANGS:
                yield from ((lang, name) for name in entry.names(lang))

    def translations(self, text: str, lang: Lang) -> list[tuple[str, str]]:
        """(phrase in the question, phrase in the other language) for every name or abbreviation in a question of language `lang`.

        The longest match hides those inside it. Thai is matched between words, English regardless of case, hyphens and endings. A question
        may hold abbreviations of both languages; a phrase that is the same in the other language is left out.
        """
        other = OTHER_LANG[lang]
        pairs: dict[tuple[str, str], None] = {}
        for surface, entries in self._named(text):
            targets = [name for entry in entries for name in entry.names(other)]
            pairs |= {(surface, target): None for target in targets if target.casefold() != surface.casefold()}
        return list(pairs)

    def synonyms(self, text: str, lang: Lang) -> list[tuple[str, str]]:
        """(abbreviation or name in the text, its other names in `lang`): ทส. and the ministry's full name, both ways.

        An abbreviation counts with its dots, without them or with dots elsewhere: ทส., ทส, ท.ส.
        """
        pairs: dict[tuple[str, str], None] = {}
        for surface, entries in self._named(text):
            pairs |= {(surface, name): None for entry in entries for name in _other_names(entry, surface, lang)}
        return list(pairs)

    def _find(self, text: str) -> list[tuple[str, tuple[Entry, ...]]]:
        """(name as it stands in the text, its entries), in order; the longest match hides those inside it."""
        clean = normalise(text)
        found = _longest([*self._thai_matches(clean.text), *self._english_matches(clean.text), *self._short(clean.text)])
        return [(text[slice(*clean.span(start, end))], entries) for start, end, entries in found]

    def _short(self, text: str) -> Iterator[_Found]:
        """Thai abbreviations that stand alone, however they are dotted."""
        for match in _ABBREVIATED.finditer(text):
            if entries := self._undotted.get(match[0].replace(".", ""), ()):
                yield _Found(*match.span(), entries)

    @cached_property
    def _undotted(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            if key := entry.abbreviation_th.replace(".", ""):
                found[key] = (*found.get(key, ()), entry)
        return found

    def _thai_matches(self, text: str) -> Iterator[_Found]:
        spans = self._segmenter.segment(text)
        ends = {end for _, end in spans}
        for start, _ in spans:
            begins = (text[start : start + 2], text[start : start + 1])
            for name in (name for each in begins for name in self._thai_beginnings.get(each, ())):
                if text.startswith(name, start) and start + len(name) in ends:
                    yield _Found(start, start + len(name), self._thai_names[name])

    def _english_matches(self, text: str) -> Iterator[_Found]:
        words = list(english.leaves(english.tokens(text)))
        for first, word in enumerate(words):
            for length in self._english_lengths:
                run = words[first : first + length]
                entries = self._english_names.get(tuple(each.term for each in run), ())
                if entries and not reads_as_a_word(text[word.start : run[-1].end]):
                    yield _Found(word.start, run[-1].end, entries)

    @cached_property
    def _segmenter(self) -> thai.Segmenter:
        return thai.Segmenter(normalise(word).text for word in self.words())

    @cached_property
    def _thai_names(self) -> dict[str, tuple[Entry, ...]]:
        names: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            for form in {form for name in entry.names("th") for form in thai.spellings(normalise(name).text)}:
                names[form] = (*names.get(form, ()), entry)
        return names

    @cached_property
    def _thai_beginnings(self) -> dict[str, list[str]]:
        """First two letters -> names that begin so."""
        found: dict[str, list[str]] = {}
        for name in self._thai_names:
            found.setdefault(name[:2], []).append(name)
        return found

    @cached_property
    def _english_names(self) -> dict[tuple[str, ...], tuple[Entry, ...]]:
        names: dict[tuple[str, ...], tuple[Entry, ...]] = {}
        for entry in self.entries:
            for key in {_english_key(normalise(name).text) for name in entry.names("en")}:
                names[key] = (*names.get(key, ()), entry)
        return names

    @cached_property
    def _english_lengths(self) -> list[int]:
        return sorted({len(key) for key in self._english_names if key})


def _english_key(name: str) -> tuple[str, ...]:
    return tuple(word.term for word in english.leaves(english.tokens(name)))


def _other_names(entry: Entry, surface: str, lang: Lang) -> list[str]:
    """The names an abbreviation stands for, or the abbreviations of a name; a name is not searched under its alternatives."""
    short = {each for each in (entry.abbreviation_th, entry.abbreviation_en) if each}
    bare = surface.replace(".", "").casefold()
    is_short = any(bare == each.replace(".", "").casefold() for each in short)
    others = [name for name in entry.names(lang) if len(name.replace(".", "")) > 1 and name.replace(".", "").casefold() != bare]
    return [name for name in others if is_short or name in short]


def _longest(found: Iterable[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for each in sorted(found, key=lambda f: (f.start - f.end, f.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda f: f.start)
