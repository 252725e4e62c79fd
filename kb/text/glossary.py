"""The glossary: official names, terms and abbreviations of both languages, joined; it carries words of a question over to the other language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kb.errors import Lang, Message
from kb.text import english, glossary_names, thai
from kb.text.normalise import normalise
from kb.types import Problem

COLUMNS = ("thai", "english", "abbreviation_th", "abbreviation_en")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file. Names may hold alternatives and remarks: "Bangkok; Bangkok Metropolitan Administration"."""

    thai: str
    english: str
    abbreviation_th: str = ""
    abbreviation_en: str = ""

    def names(self, lang: Lang) -> tuple[str, ...]:
        """The alternatives in one language without remarks, the abbreviation last."""
        name, short = (self.thai, self.abbreviation_th) if lang == "th" else (self.english, self.abbreviation_en)
        return tuple(dict.fromkeys([*glossary_names.alternatives(name), *([short] if short else [])]))


class _Found(NamedTuple):
    start: int
    end: int
    entries: tuple[Entry, ...]


class Glossary:
    """Thread-safe."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)

    @classmethod
    def load(cls, path: Path) -> tuple[Glossary, tuple[Problem, ...]]:
        """The good lines and a Problem for each bad one. Without a file the glossary is empty: it is no must."""
        if not path.exists():
            return cls(()), ()
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            return cls(()), (_problem(path, 0, "encoding", *_not_utf8(error)),)
        problems = [] if lines and tuple(lines[0].split("\t")) == COLUMNS else [_problem(path, 1, "header", *_HEADER)]
        entries: dict[Entry, int] = {}
        for number, line in enumerate(lines[1:], start=2):
            if not line.strip():
                continue
            entry, fault = _parse(line)
            if entry in entries:
                fault = _repeated(entries[entry])
            if entry and not fault:
                entries[entry] = number
            elif fault:
                problems.append(_problem(path, number, *fault))
        return cls(entries), tuple(problems)

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
            for lang in ("th", "en"):
                yield from ((lang, name) for name in entry.names(lang))

    def translations(self, text: str, lang: Lang) -> list[tuple[str, str]]:
        """(phrase in the question, phrase in the other language) for every name or abbreviation in a question of language `lang`.

        The longest match wins and hides those inside it. Thai matches between words, English regardless of case and ending. A question may
        hold abbreviations of both languages; names in the other language need no translation.
        """
        clean = normalise(text)
        other: Lang = "en" if lang == "th" else "th"
        found = [*self._thai_matches(clean.text), *self._english_matches(clean.text)]
        pairs: dict[tuple[str, str], None] = {}
        for start, end, entries in _longest(found):
            first, last = clean.span(start, end)
            surface = text[first:last]
            targets = (name for entry in entries for name in entry.names(other))
            pairs |= {(surface, target): None for target in targets if target.casefold() != surface.casefold()}
        return list(pairs)

    def _thai_matches(self, text: str) -> Iterator[_Found]:
        spans = self._segmenter.segment(text)
        ends = {end for _, end in spans}
        for start, _ in spans:
            for name, entries in self._thai_names.items():
                if text.startswith(name, start) and start + len(name) in ends:
                    yield _Found(start, start + len(name), entries)

    def _english_matches(self, text: str) -> Iterator[_Found]:
        words = list(english.leaves(english.tokens(text)))
        for i in range(len(words)):
            for length in self._english_lengths:
                run = words[i : i + length]
                entries = self._english_names.get(tuple(word.term for word in run), ()) if len(run) == length else ()
                start, end = run[0].start, run[-1].end
                if entries and not glossary_names.reads_as_a_word(text[start:end]):
                    yield _Found(start, end, entries)

    @cached_property
    def _segmenter(self) -> thai.Segmenter:
        return thai.Segmenter(self.words())

    @cached_property
    def _thai_names(self) -> dict[str, tuple[Entry, ...]]:
        names: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            for name in {normalise(form).text for name in entry.names("th") for form in (name, *thai.undotted(name))}:
                names[name] = (*names.get(name, ()), entry)
        return names

    @cached_property
    def _english_names(self) -> dict[tuple[str, ...], tuple[Entry, ...]]:
        names: dict[tuple[str, ...], tuple[Entry, ...]] = {}
        for entry in self.entries:
            for key in {tuple(word.term for word in english.leaves(english.tokens(name))) for name in entry.names("en")}:
                names[key] = (*names.get(key, ()), entry)
        return names

    @cached_property
    def _english_lengths(self) -> list[int]:
        return sorted({len(key) for key in self._english_names if key}, reverse=True)


def _longest(found: Iterable[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for each in sorted(found, key=lambda f: (f.start - f.end, f.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept)
