"""Completions while a question is typed: titles, places, organisations, people and terms, in both scripts.

Names are folded (case, accents, hyphens, kinds of spaces) and written one a line in order of rank, so that the first lines in which
the typed text is found are the best ones: a plain scan of the text, which ends as soon as there are enough.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

import numpy as np
from rapidfuzz import fuzz, process

from kb.index.names import NOTHING
from kb.index.runs import Run
from kb.search.catalogue import Catalogue
from kb.search.name_lists import Name, NameList, People, all_names
from kb.text.folding import loosely
from kb.text.glossary import Glossary
from kb.types import LANGS, OTHER_LANG, Lang, Suggestion, SuggestionKind

# What people most often look for stands first among equals.
BEFORE_TITLES, AFTER_TITLES = ("city", "term"), ("organisation",)  # people come last
DEPTH = 4  # candidates looked at for each one shown
MOST_LINKED = 100  # documents about one place
SHORTEST_INSIDE = 2  # characters of Thai that are looked for inside a name: one letter is in almost every name
SHORTEST_NAME = 4  # characters of a name that may be offered for being written alike
ALIKE = 78  # of 100, rapidfuzz's partial ratio


@dataclass(frozen=True, slots=True)
class _Title:
    """Of a document, by position."""

    position: int
    group: int
    lang: Lang


_Entry = _Title | Name


class Suggestions:
    """Thread-safe."""

    def __init__(self, catalogue: Catalogue, glossary: Glossary, before: Suggestions | None = None) -> None:
        """before: as of the catalogue."""
        self._columns, self._groups, self._filed, self._glossary = catalogue.columns, catalogue.groups, catalogue.filed, glossary
        if before and catalogue.continues and self._names_alike(before):
            self._others: list[Name] = before._others
            self._names: dict[tuple[Lang, tuple[str, ...]], NameList] = before._names
        else:
            self._others = all_names(catalogue, glossary)
            self._names = _lists(self._others)
        self._people = People(catalogue)

    def _names_alike(self, before: Suggestions) -> bool:
        same = all(self._filed[facet].names is before._filed[facet].names for facet in ("city", "organisation"))
        return same and self._glossary.entries == before._glossary.entries

    def starting_with(self, prefix: str, lang: Lang, limit: int) -> tuple[Suggestion, ...]:
        """Names that begin with the prefix, then those with a word that does; those of `lang` first, no kind takes more than half.

        A place or term is followed by the documents that it leads to in the other script: what is typed in Thai finds the English title
        of a document about that city.
        """
        folded = loosely(prefix)
        if not folded:
            return ()
        direct = list(islice(self._direct(folded, lang), DEPTH * limit))
        found: dict[object, _Entry] = {}
        for entry in chain(_mixed(direct, limit), self._linked(direct[:limit], lang)):
            # The place is that of the first, what is told is the last one's.
            found[_key(entry)] = entry
        return tuple(self._suggestion(entry) for entry in islice(found.values(), limit))

    def like(self, question: str, limit: int) -> tuple[Suggestion, ...]:
        """Names and terms of the collection that something in the question is written like, most alike first."""
        folded = loosely(question)
        names = {name: each for name, each in self._nameable.items() if len(name) <= len(folded) + 2}
        found = process.extract(folded, names.keys(), scorer=fuzz.partial_ratio, score_cutoff=ALIKE, limit=limit)
        return tuple(names[name].suggestion for name, _, _ in found)

    @cached_property
    def _nameable(self) -> dict[str, Name]:
        """By folded name; made for the first question for which nothing is found."""
        every = chain(self._people.all(), self._others)
        return {each.folded: each for each in every if len(each.folded) >= SHORTEST_NAME}

    def _direct(self, folded: str, lang: Lang) -> Iterator[_Entry]:
        langs: tuple[Lang, Lang] = (lang, OTHER_LANG[lang])
        seen: set[object] = set()
        wanted = [(each, f"\n {folded}") for each in langs] + [(each, _inside(folded, each)) for each in langs]
        for each, text in wanted:
            for entry in self._holding(each, text):
                if _key(entry) not in seen:
                    seen.add(_key(entry))
                    yield entry

    def _holding(self, lang: Lang, wanted: str) -> Iterator[_Entry]:
        """Entries with a line that holds the text, best rank first."""
        yield from self._names[lang, BEFORE_TITLES].holding(wanted)
        yield from self._titles(lang, wanted)
        yield from self._names[lang, AFTER_TITLES].holding(wanted)
        yield from self._people.holding(lang, wanted)

    def _titles(self, lang: Lang, wanted: str) -> Iterator[_Title]:
        """By length, then by the title; each part of the index has its own list."""
        runs = [self._ranked(run, wanted) for run in self._columns.titles if run.lang == lang]
        return (_Title(at, group, lang) for _, _, group, at in heapq.merge(*runs))

    def _ranked(self, run: Run, wanted: str) -> Iterator[tuple[int, str, int, int]]:
        for number in run.text.lines.holding(wanted):
            at = int(run.owners[number])
            if at != NOTHING:
                title = self._columns.title[at]
                yield len(title), title, int(self._groups.of[at]), at

    def _linked(self, found: Sequence[_Entry], lang: Lang) -> Iterator[_Entry]:
        """Titles in the asker's language behind the places and terms found."""
        for entry in found:
            if isinstance(entry, _Title):
                continue
            yield from self._about(entry.keys, lang)
            also = loosely(entry.also)
            if entry.kind == "term" and also and entry.lang != lang:
                yield from islice(self._titles(lang, _inside(also, lang)), DEPTH)

    def _about(self, keys: Sequence[str], lang: Lang) -> Iterator[_Title]:
        """Titles of the documents about places."""
        if not keys:
            return
        cities = self._filed["city"]
        groups = np.unique(np.concatenate([cities.groups[cities.numbers[key]] for key in keys]))[:MOST_LINKED]
        for group, at in zip(groups.tolist(), self._groups.version(groups, lang).tolist(), strict=True):
            yield _Title(at, group, self._columns.language(at))

    def _suggestion(self, entry: _Entry) -> Suggestion:
        if isinstance(entry, Name):
            return entry.suggestion
        title = self._columns.title[entry.position]
        other = self._groups.versions[entry.group, LANGS.index(OTHER_LANG[entry.lang])]
        also = self._columns.title[other] if other != NOTHING else ""
        return Suggestion(title, _TITLE, self._groups.ids[entry.group], entry.lang, also if also.casefold() != title.casefold() else "")


_TITLE: SuggestionKind = "title"


def _lists(names: Sequence[Name]) -> dict[tuple[Lang, tuple[str, ...]], NameList]:
    return {
        (lang, kinds): NameList((each for each in names if each.lang == lang and each.kind in kinds), kinds)
        for lang in LANGS
        for kinds in (BEFORE_TITLES, AFTER_TITLES)
    }


def _key(entry: _Entry) -> object:
    """Two titles of one document are one suggestion, and so is a name that is a place and a term or is written alike in both languages."""
    return entry.group if isinstance(entry, _Title) else entry.folded


def _inside(folded: str, lang: Lang) -> str:
    # Thai is written without spaces between words, so any place in a Thai text may begin a word.
    return folded if lang == "th" and len(folded) >= SHORTEST_INSIDE else f" {folded}"


def _mixed(found: Sequence[_Entry], limit: int) -> list[_Entry]:
    """At most half of one kind first, so that a page of terms does not hide the titles; the rest after them."""
    first: list[_Entry] = []
    rest: list[_Entry] = []
    for entry in found:
        same = sum(_kind(each) == _kind(entry) for each in first)
        (first if same < max(limit // 2, 1) else rest).append(entry)
    return [*first[:limit], *rest]


def _kind(entry: _Entry) -> str:
    return _TITLE if isinstance(entry, _Title) else entry.kind
