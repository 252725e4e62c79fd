"""What the gazetteer knows: names of the collection and of the region, under the spellings and the sounds by which they are found.

Spellings and sounds of the collection's names were prepared when they were indexed. Here they are put in order as numbers; a name becomes
an object when a question mentions it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb import vocabulary
from kb.errors import Message
from kb.index.key_index import Lookup
from kb.index.names import Names
from kb.index.strings import Lists
from kb.search.catalogue import Catalogue
from kb.search.gazetteer_entries import SHORTEST, Entries, Name, is_key
from kb.search.groups import Pairs, paired
from kb.text import names, thai
from kb.text.folding import fold
from kb.types import LANGS

SHORTEST_ALIAS = 3
RAISING = ("city", "country", "organisation", "speaker")
WAYS = 3  # in which a person is named: the whole name, the first word, the last one


@dataclass(frozen=True, eq=False)
class _Known:
    """What depends on the different names alone, whatever documents they stand in."""

    places: list[Name]  # what documents are filed under, and the region
    aliases: list[Name]
    alias_numbers: dict[str, list[int]]  # folded -> numbers of names
    spelt: Lists  # for each name of the columns the places of what it may mean
    sounding: Lists
    more_spelt: dict[str, list[int]]  # spellings that the columns do not have -> places
    more_sounding: dict[str, list[int]]
    kept: frozenset[str]  # Thai words that a segmenter keeps whole


class GazetteerNames:
    """Made once for a collection. A *place* is the number of a name here: first what is filed, then people in WAYS, then aliases."""

    def __init__(self, catalogue: Catalogue, before: GazetteerNames | None = None) -> None:
        """before: as of the catalogue."""
        self._catalogue, self._table = catalogue, catalogue.columns.names
        self._spellings, self._sounds = Lookup(self._table.spelling), Lookup(self._table.sound)
        self._people = self._pairs()
        self._different, self._same = self._people.firsts()
        self._different_aliases = self._aliases()
        self._known: _Known = before._known if before and self._continues(before) else self._take()

    @property
    def thai(self) -> frozenset[str]:
        """Words that a segmenter keeps whole."""
        return self._known.kept

    def _continues(self, before: GazetteerNames) -> bool:
        """Whether all names are those of before."""
        now, then = self._catalogue.filed, before._catalogue.filed
        people = all(
            np.array_equal(each[self._different], other[before._different])
            for each, other in ((self._people.en, before._people.en), (self._people.th, before._people.th))
        )
        filed = all(now[facet].names is then[facet].names for facet in RAISING if facet != "country")
        countries = now["country"].names == then["country"].names
        return self._catalogue.continues and people and filed and countries and self._different_aliases == before._different_aliases

    def _take(self) -> _Known:
        entries, aliases = Entries(), Entries()
        self._take_filed(entries)
        self._take_region(entries)
        alias_numbers = self._take_aliases(aliases)
        people = self._of_people(len(entries.named))
        first_alias = len(entries.named) + WAYS * len(self._different)
        spelt = np.concatenate([_table(entries.spelt), people, _table([(place + first_alias, number) for place, number in aliases.spelt])])
        return _Known(
            places=entries.named,
            aliases=aliases.named,
            alias_numbers=alias_numbers,
            spelt=self._by_name(spelt),
            sounding=self._by_name(np.concatenate([_table(entries.sounding), people])),
            more_spelt=entries.more_spelt,
            more_sounding=entries.more_sounding,
            kept=frozenset(_words(self._table, np.unique(spelt[:, 1]).tolist())) | entries.kept,
        )

    def _by_name(self, pairs: NDArray[np.int64]) -> Lists:
        """For each name of the columns the places of what it may mean. pairs: (m, 2) place and name."""
        order = np.argsort(pairs[:, 1], kind="stable")
        ends = np.cumsum(np.bincount(pairs[:, 1], minlength=len(self._table)), dtype=np.int64)
        return Lists(ends, pairs[order, 0].astype(np.int32))

    # Looking up

    def spelt(self, squashed: str) -> tuple[Name, ...]:
        if not is_key(squashed):
            return ()
        places = _places(self._known.spelt, self._spellings.found(squashed))
        return self._found(sorted([*places, *self._known.more_spelt.get(squashed, ())]))

    def sounding(self, sounds: Iterable[str]) -> tuple[Name, ...]:
        return self._found([place for sound in sorted(sounds) for place in self._sounding_as(sound)])

    def _sounding_as(self, sound: str) -> list[int]:
        places = _places(self._known.sounding, self._sounds.found(sound))
        return sorted([*places, *self._known.more_sounding.get(sound, ())])

    def _found(self, places: Sequence[int]) -> tuple[Name, ...]:
        return tuple(dict.fromkeys(map(self._name, places)))

    def _name(self, place: int) -> Name:
        if place < len(self._known.places):
            return self._known.places[place]
        person, way = divmod(place - len(self._known.places), WAYS)
        if person >= len(self._different):
            return self._known.aliases[place - len(self._known.places) - WAYS * len(self._different)]
        return self._person(int(self._different[person]), way)

    def _person(self, pair: int, way: int) -> Name:
        persons = self._catalogue.columns.persons
        english, thai_name = (int(persons[int(each[pair])][0]) for each in (self._people.en, self._people.th))
        whole = self._message(english, thai_name)
        spoken = self._catalogue.filed["speaker"].names.get(fold(whole.en))
        facet, key = ("speaker", spoken) if spoken else ("subject", f"person:{whole.en}")
        if way == 0:
            return Name(facet, key, whole)
        ends = self._table.first if way == 1 else self._table.last
        return Name(facet, key, self._message(int(ends[english]), int(ends[thai_name])), whole)

    def _message(self, english: int, thai_name: int) -> Message:
        return Message(self._table.texts[english], self._table.texts[thai_name])

    def groups(self, subject: str) -> NDArray[np.int64]:
        """The groups about a subject, by the key of its name."""
        kind, _, name = subject.partition(":")
        if kind == "alias":
            groups, numbers = self._catalogue.groups.of_all(self._catalogue.columns.aliases)
            return np.unique(groups[np.isin(numbers, self._known.alias_numbers.get(name, ()))])
        return np.unique(self._people.group[np.isin(self._same, self._people_named.get(name, ()))])

    @cached_property
    def _people_named(self) -> dict[str, list[int]]:
        """Name -> places among the different people; made when the first one is asked for."""
        named: dict[str, list[int]] = {}
        persons = self._catalogue.columns.persons
        numbers = persons.values[persons.starts[self._people.en[self._different]]]
        for place, number in enumerate(numbers.tolist()):
            named.setdefault(self._table.texts[number], []).append(place)
        return named

    # Taking names in

    def _take_filed(self, entries: Entries) -> None:
        """What documents are filed under, in the spellings that their headers use."""
        numbers = {folded: number for number, folded in enumerate(self._table.folds.listed)}
        for facet in RAISING:
            filed = self._catalogue.filed[facet]
            spellings: dict[str, list[str]] = {}
            for spelling, key in filed.names.items():
                spellings.setdefault(key, []).append(spelling)
            for key, label in filed.labels.items():
                if facet == "country":
                    entries.take_spelt(Name(facet, key, label), [*spellings.get(key, ()), label.en, label.th])
                else:
                    written = [*(numbers[spelling] for spelling in spellings.get(key, ())), *reversed(filed.written[key])]
                    entries.take(Name(facet, key, label), written, by_sound=facet == "city")

    def _take_region(self, entries: Entries) -> None:
        """Provinces and countries that no document is filed under: they are looked for under both names."""
        cities, countries = self._catalogue.filed["city"].names, self._catalogue.filed["country"].labels
        for th, en in thai.provinces():
            if not {fold(th), fold(en)} & cities.keys():
                entries.take_spelt(Name("", en, Message(en, th)), [en, th], by_sound=True)
        for code, label in vocabulary.countries():
            if code not in countries:
                entries.take_spelt(Name("", code, label), [label.en, label.th])

    def _pairs(self) -> Pairs:
        """People of all groups; those of two versions with as many are the same people."""
        columns, groups = self._catalogue.columns, self._catalogue.groups
        return Pairs.joined([paired(groups, columns.people), paired(groups, columns.participants)])

    def _of_people(self, first: int) -> NDArray[np.int64]:
        """(m, 2) place, from `first` on, and number: people under the name of each version, their aliases, and parts of the name.

        Parts count where there are as many in both versions. What stands between the first and the last is too often a word (Bui Thai
        Thuong).
        """
        table, persons = self._table, self._catalogue.columns.persons
        both = [each[self._different] for each in (self._people.en, self._people.th)]
        places = first + WAYS * np.arange(len(self._different))
        spelt = [_listed(places, persons.take(each.astype(np.int64))) for each in both]
        written = [persons.values[persons.starts[each]] for each in both]
        parted = (table.words[written[0]] == table.words[written[1]]) & (table.words[written[0]] > 1)
        for way, ends in enumerate((table.first, table.last), start=1):
            for each in written:
                numbers = ends[each[parted]]
                long = table.letters[numbers] >= SHORTEST
                spelt.append(np.stack([places[parted][long] + way, numbers[long]], axis=1))
        return np.concatenate(spelt)

    def _aliases(self) -> list[int]:
        """Numbers of the different other names of subjects, in the order of the groups."""
        columns, groups = self._catalogue.columns, self._catalogue.groups
        listed = [groups.listed(columns.aliases, LANGS.index(lang)) for lang in ("en", "th")]
        at, numbers = (np.concatenate(each) for each in zip(*listed, strict=True))
        return list(dict.fromkeys(numbers[np.argsort(at, kind="stable")].tolist()))

    def _take_aliases(self, entries: Entries) -> dict[str, list[int]]:
        """Other names of subjects; what is known as a place needs no second name as a subject."""
        taken: dict[str, list[int]] = {}
        cities = self._city_spellings() if self._different_aliases else frozenset()
        for number in self._different_aliases:
            text, folded = self._table.texts[number], self._table.folds[number]
            if self._table.letters[number] >= SHORTEST_ALIAS and names.squash(folded) not in cities:
                taken.setdefault(folded, []).append(number)
                entries.take(Name("subject", f"alias:{folded}", Message(text, text)), [number])
        return taken

    def _city_spellings(self) -> frozenset[str]:
        return frozenset(map(names.squash, self._catalogue.filed["city"].names))


def _places(meant: Lists, numbers: Iterable[int]) -> list[int]:
    """What names may mean; one that came with a later part of the index means nothing yet."""
    return [int(place) for number in numbers if number < len(meant) for place in meant[number]]


def _table(pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(pairs, np.int64).reshape(-1, 2)


def _listed(places: NDArray[np.int64], lists: Lists) -> NDArray[np.int64]:
    return np.stack([np.repeat(places, lists.lengths), lists.values.astype(np.int64)], axis=1)


def _words(table: Names, numbers: Iterable[int]) -> Iterator[str]:
    kept = table.kept.listed
    return filter(None, "\n".join(kept[number] for number in numbers).split("\n"))
