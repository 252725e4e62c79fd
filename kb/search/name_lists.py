"""The names that are suggested beside the titles: places, terms, organisations, people, each once a language."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang
from kb.index.names import NOTHING, Names
from kb.index.runs import Lines, Run, line
from kb.index.strings import Lists
from kb.search.catalogue import Catalogue
from kb.search.groups import Groups, Pairs
from kb.text.folding import loose_forms
from kb.text.glossary import Glossary
from kb.text.language import detect
from kb.types import LANGS, OTHER_LANG, Suggestion, SuggestionKind


@dataclass(slots=True)
class Name:
    text: str
    kind: SuggestionKind
    lang: Lang
    also: str  # in the other language
    line: str  # its forms, as they are looked through
    keys: list[str]  # of the city that it is a name of

    @property
    def folded(self) -> str:
        return self.line[2:].partition("\n")[0]

    @property
    def suggestion(self) -> Suggestion:
        return Suggestion(self.text, self.kind, "", self.lang, self.also)


class NameList:
    """Names of one language and some kinds, in order of rank."""

    def __init__(self, names: Iterable[Name], kinds: Sequence[str]) -> None:
        self._names = sorted(names, key=lambda each: (kinds.index(each.kind), len(each.text), each.text))
        self._lines = Lines.of([each.line for each in self._names])

    def holding(self, wanted: str) -> Iterator[Name]:
        """Best rank first."""
        return (self._names[number] for number in self._lines.holding(wanted))


def all_names(catalogue: Catalogue, glossary: Glossary) -> list[Name]:
    """Each name once a kind and language; what is known of it in one place need not be known in the others."""
    found: dict[tuple[str, str, str], Name] = {}
    for each in chain(_of_places(catalogue), _of_glossary(glossary)):
        known = found.setdefault((each.kind, each.folded, each.lang), each)
        if known is not each:
            known.keys += [key for key in each.keys if key not in known.keys]
            known.also = known.also or each.also
    return list(found.values())


def _name(text: str, lang: Lang, kind: SuggestionKind, also: str, forms: str, key: str = "") -> Name:
    return Name(text, kind, lang, also if also.casefold() != text.casefold() else "", forms, [key] if key else [])


class People:
    """Names of people, which each part of an index keeps in order; which of them are still there, and what the others call them."""

    def __init__(self, catalogue: Catalogue) -> None:
        columns = catalogue.columns
        self._columns = columns
        both = _behind(columns.people, columns.participants)
        written = columns.persons.values[columns.persons.starts]
        translated = _translated(catalogue.groups, Lists(both.ends, written[both.values]))
        self._also = {lang: _others(pairs, len(columns.names)) for lang, pairs in translated.items()}

    def holding(self, lang: Lang, wanted: str) -> Iterator[Name]:
        """Best rank first."""
        runs = [self._ranked(run, wanted) for run in self._columns.people_named if run.lang == lang]
        return (self.name(number, lang) for _, _, number in heapq.merge(*runs))

    def _ranked(self, run: Run, wanted: str) -> Iterator[tuple[int, str, int]]:
        for place in run.text.lines.holding(wanted):
            number = int(run.owners[place])
            if self._also[run.lang][number] != NOTHING:
                text = self._columns.names.texts[number]
                yield len(text), text, number

    def name(self, number: int, lang: Lang) -> Name:
        names = self._columns.names
        return _name(names.texts[number], lang, "person", names.texts[int(self._also[lang][number])], _line(names, number))

    def all(self) -> Iterator[Name]:
        for lang in LANGS:
            yield from (self.name(number, lang) for number in np.flatnonzero(self._also[lang] != NOTHING).tolist())


def _others(pairs: Pairs, size: int) -> NDArray[np.int32]:
    """For each name what it is first called in the other version, itself where it is called nothing else; NOTHING: nobody has it."""
    found = np.full(size, NOTHING, np.int32)
    found[pairs.th] = pairs.th
    differ = np.flatnonzero(pairs.th != pairs.en)[::-1]  # of several the first is written last
    found[pairs.th[differ]] = pairs.en[differ]
    return found


def _line(names: Names, number: int) -> str:
    return "\n " + names.forms[number].replace("\n", "\n ")


def _behind(one: Lists, other: Lists) -> Lists:
    """For each document both of its lists, one behind the other."""
    owners = np.concatenate([one.owners(), other.owners()])
    order = np.argsort(owners, kind="stable")
    return Lists(one.ends + other.ends, np.concatenate([one.values, other.values])[order])


def _translated(groups: Groups, lists: Lists) -> Mapping[Lang, Pairs]:
    """Language -> names with those of the other version where both have as many, else with themselves."""
    lengths = groups.lengths(lists)
    same = lengths[:, 0] == lengths[:, 1]
    listed = [groups.listed(lists, at) for at in range(len(LANGS))]
    found: dict[Lang, Pairs] = {}
    for at, lang in enumerate(LANGS):
        (owners, here), (others, there) = listed[at], listed[1 - at]
        opposite = here.copy()
        opposite[same[owners]] = there[same[others]]
        found[lang] = Pairs(owners, here, opposite)
    return found


def _of_places(catalogue: Catalogue) -> Iterator[Name]:
    """Places and organisations under the names of both languages."""
    names = catalogue.columns.names
    kinds: tuple[SuggestionKind, ...] = ("city", "organisation")
    for kind in kinds:
        for key, (th, en) in catalogue.filed[kind].written.items():
            label, place = catalogue.filed[kind].labels[key], key if kind == "city" else ""
            if label.th == label.en:  # known in one language only
                yield _name(label.en, detect(label.en), kind, "", _line(names, en), place)
                continue
            yield _name(label.th, "th", kind, label.en, _line(names, th), place)
            yield _name(label.en, "en", kind, label.th, _line(names, en), place)


def _of_glossary(glossary: Glossary) -> Iterator[Name]:
    for entry in glossary.entries:
        names = {lang: entry.names(lang) for lang in LANGS}
        for lang in LANGS:
            other = next(iter(names[OTHER_LANG[lang]]), "")
            yield from (_name(name, lang, "term", other, line(loose_forms(name))) for name in names[lang])
