"""Names of the collection and of the region with their spellings in both scripts: places, people, organisations, other names of subjects.

A list of names comes before any rule of sound: romanisation by rule fails on names. Sound decides only what no list knows, and only for
names (see kb.text.names).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from kb import vocabulary
from kb.errors import Message
from kb.search.catalogue import Catalogue, fold
from kb.text import names, periods, question_dates, thai
from kb.types import Document, Person

_WORD = re.compile(r"[^\W\d_ก-๎][\w'’.]*", re.UNICODE)
_MOST_WORDS = 5  # of a name
_MOST_PIECES = 8  # of the segmenter in a Thai name
_SHORTEST = 4  # letters of a word that is compared by sound or that stands for a person alone
# Everyday words of Thai that are also names of places: they are names only after a word for a place.
_EVERYDAY = frozenset(["เลย", "ตาก", "แพร่", "ชาด", "มาลี", "น้ำ", "อากาศ"])
_PLACE = re.compile(r"(?:จังหวัด|จ\.|เมือง|อำเภอ|อ\.|ประเทศ)\s*$")
_LONGEST = 24  # letters of what is compared by sound
_THAI_SIGN = re.compile("[ก-๎]")
_FORMS = re.compile(r"^(?:จังหวัด|เมือง|นคร|ประเทศ)")
_ALIKE = 60  # least likeness of two Thai spellings that share a key of sound; 0–100
RAISING = ("city", "country", "organisation", "speaker")


@dataclass(frozen=True, slots=True)
class Name:
    facet: str  # "" for a name that no document is filed under
    key: str  # the filter's value; for a subject the name itself
    label: Message
    about: Message | None = None  # of a part of a person's name: the whole


@dataclass(frozen=True, slots=True)
class Mention:
    start: int  # code points of the question
    end: int  # exclusive
    words: str
    names: tuple[Name, ...]
    by_sound: bool


class Gazetteer:
    """Thread-safe. Made once for a collection."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.subjects: dict[str, frozenset[str]] = {}
        self._catalogue = catalogue
        self._names: dict[str, dict[Name, None]] = {}  # squashed spelling -> names
        self._sounds: dict[str, dict[Name, None]] = {}
        self._thai: set[str] = set()
        self._take_all(catalogue)
        self._segmenter = thai.Segmenter(self._thai)

    def _take_all(self, catalogue: Catalogue) -> None:
        groups = catalogue.groups  # labels are known once the groups are
        self._take_filed(catalogue)
        self._take_region(catalogue)
        versions = [(g.id, [catalogue.documents[number] for _, number in sorted(g.versions.items())]) for g in groups.values()]
        for group_id, documents in versions:
            self._take_people(group_id, documents)
        # What is known as a place needs no second name as a subject.
        places = frozenset(key for key, found in self._names.items() if any(name.facet == "city" for name in found))
        for group_id, documents in versions:
            self._take_aliases(group_id, documents, places)

    def _take_filed(self, catalogue: Catalogue) -> None:
        """What documents are filed under, in the spellings that their headers use."""
        for facet in RAISING:
            spellings: dict[str, list[str]] = {}
            for spelling, key in catalogue.names[facet].items():
                spellings.setdefault(key, []).append(spelling)
            for key, label in catalogue.labels[facet].items():
                self._take(Name(facet, key, label), [*spellings.get(key, ()), label.en, label.th], by_sound=facet == "city")

    def _take_region(self, catalogue: Catalogue) -> None:
        """Provinces and countries that no document is filed under: they are looked for under both names."""
        for th, en in thai.provinces():
            if not {fold(th), fold(en)} & catalogue.names["city"].keys():
                self._take(Name("", en, Message(en, th)), [en, th], by_sound=True)
        for code, label in vocabulary.countries():
            if code not in catalogue.labels["country"]:
                self._take(Name("", code, label), [label.en, label.th])

    def _take(self, name: Name, spellings: Iterable[str], *, by_sound: bool = False) -> None:
        for spelling in dict.fromkeys(spellings):
            key = names.squash(spelling)
            if len(key) < (2 if names.is_thai(key) else 3) or (name.facet == "country" and key.isascii() and len(key) < _SHORTEST):
                continue
            self._names.setdefault(key, {})[name] = None
            if names.is_thai(spelling):
                self._thai.add(spelling)
            for sound in names.sounds(spelling) if by_sound else ():
                self._sounds.setdefault(sound, {})[name] = None

    def _take_people(self, group_id: str, versions: list[Document]) -> None:
        for attribute in ("people", "participants"):
            lists: list[tuple[Person, ...]] = [getattr(d, attribute) for d in versions]
            if len({len(each) for each in lists}) == 1:
                for same in zip(*lists, strict=True):
                    self._take_person(group_id, same)
            else:
                for person in (person for each in lists for person in each):
                    self._take_person(group_id, (person,))

    def _take_person(self, group_id: str, same: tuple[Person, ...]) -> None:
        """One person under the name of each version, its aliases, and its parts where they are as many in both."""
        spoken = self._catalogue.names["speaker"].get(fold(same[0].name))
        label = Message(same[0].name, same[-1].name)  # versions stand in the order en, th
        key = spoken or f"person:{label.en}"
        facet = "speaker" if spoken else "subject"
        if not spoken:
            self._about(key, group_id)
        self._take(Name(facet, key, label), [s for p in same for s in (p.name, *p.aliases)], by_sound=True)
        parts = [p.name.split() for p in same]
        if len({len(each) for each in parts}) == 1 and len(parts[0]) > 1:
            # Given name and family name; what stands between them is too often a word (Bui Thai Thuong).
            for each in (tuple(words[place] for words in parts) for place in (0, -1)):
                long = [part for part in each if len(names.squash(part)) >= _SHORTEST]
                self._take(Name(facet, key, Message(each[0], each[-1]), label), long, by_sound=True)

    def _take_aliases(self, group_id: str, versions: list[Document], places: frozenset[str]) -> None:
        for alias in (alias for d in versions for alias in d.aliases):
            if len(names.squash(alias)) >= 3 and names.squash(alias) not in places:
                self._about(f"alias:{fold(alias)}", group_id)
                self._take(Name("subject", f"alias:{fold(alias)}", Message(alias, alias)), [alias])

    def _about(self, key: str, group_id: str) -> None:
        self.subjects[key] = self.subjects.get(key, frozenset()) | {group_id}

    # What a question names

    def mentions(self, text: str, is_known: Callable[[str], bool]) -> tuple[Mention, ...]:
        """Names in a normalised text, without overlap: the longest counts.

        is_known: whether a word is an ordinary one, never a sound-alike.
        """
        runs = sorted([*_latin_runs(text), *self._thai_runs(text)], key=lambda run: (run[0] - run[1], run[0]))
        found: list[Mention] = []
        for by_sound in (False, True):
            for start, end in runs:
                if all(end <= m.start or m.end <= start for m in found):
                    here = self._by_sound(text, start, end, is_known) if by_sound else self._exact(text, start, end)
                    if here:
                        found.append(Mention(start, end, text[start:end], here, by_sound))
        return tuple(sorted(found, key=lambda m: m.start))

    def _exact(self, text: str, start: int, end: int) -> tuple[Name, ...]:
        words = text[start:end]
        if words in _EVERYDAY and not _PLACE.search(text[:start]):
            return ()
        return tuple(self._names.get(names.squash(words), ()))

    def _by_sound(self, text: str, start: int, end: int, is_known: Callable[[str], bool]) -> tuple[Name, ...]:
        """A Thai name must stand apart: within a sentence too many words have the consonants of some name."""
        words = text[start:end]
        if names.is_thai(words) and (_THAI_SIGN.match(text[max(start - 1, 0) : start]) or _THAI_SIGN.match(text, end)):
            return ()
        if not _SHORTEST <= len(names.squash(words)) <= _LONGEST:
            return ()
        found = dict.fromkeys(name for key in sorted(names.sounds(words)) for name in self._sounds.get(key, ()))
        likely = tuple(name for name in found if _likely(words, name))
        return () if likely and any(map(is_known, [words, *words.split()])) else likely

    def _thai_runs(self, text: str) -> Iterator[tuple[int, int]]:
        spans = [span for span in self._segmenter.segment(text) if thai.is_thai(text[span[0]])]
        for first, (start, _) in enumerate(spans):
            for length in range(min(_MOST_PIECES, len(spans) - first)):
                yield start, spans[first + length][1]

    def label(self, facet: str, key: str) -> Message:
        """What people call a value of a filter."""
        if facet == "year" and (period := periods.parse(key)):
            return period.label
        known = self._catalogue.labels[facet].get(key) or vocabulary.THEMES.get(key) or vocabulary.KINDS.get(key)
        return known or (vocabulary.country_label(key) if facet == "country" else Message(key, key))

    # What the value of an operator means

    def resolve(self, facet: str, value: str) -> tuple[str, ...]:
        """Values of the filter; empty where there is none. A part of a name stands for all names that hold it."""
        if facet == "year":
            return _period(value)
        known = self._catalogue.key(facet, value)
        if known:
            return (known,)
        squashed = names.squash(_FORMS.sub("", value))
        exact = [n.key for n in (*self._names.get(names.squash(value), ()), *self._names.get(squashed, ())) if n.facet == facet]
        if exact or len(squashed) < 3:
            return tuple(dict.fromkeys(exact))
        parts = [key for name, key in self._catalogue.names[facet].items() if facet in ("speaker", "organisation") and _holds(name, value)]
        sounding = [n.key for sound in sorted(names.sounds(value)) for n in self._sounds.get(sound, ()) if n.facet == facet]
        return tuple(dict.fromkeys(parts or sounding))


def _holds(name: str, value: str) -> bool:
    words = fold(value).split()
    return all(word in name if names.is_thai(word) else word in name.split() for word in words)


def _likely(words: str, name: Name) -> bool:
    """Two Thai spellings of one sound must also look alike: Thai has too many words of few consonants."""
    if not names.is_thai(words):
        return True
    if names.is_thai(name.label.th):
        return fuzz.ratio(words, name.label.th) >= _ALIKE
    return any(len(sound) >= _SHORTEST for sound in names.sounds(words))


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
