"""The collection without its text: translation groups, what they can be filtered by, and what people call those values.

A value of a facet has one key in both languages: lists of a translation pair stand in the same order, so the English name of the
second city is the key of the second city of the Thai file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

import kb.vocabulary as vocabulary
from kb.errors import Lang, Message, QueryError
from kb.text import periods
from kb.text.normalise import normalise
from kb.text.periods import Period
from kb.types import LANGS, Document, DocumentSummary, Facet, FacetValue, Filters, Person, TranslationLink

FACETS = tuple(f.name for f in fields(Filters))
SUMMARISED = tuple(f.name for f in fields(DocumentSummary) if f.name != "translations")
FACET_LABELS = {
    "kind": Message("Kind", "ประเภท"),
    "lang": Message("Language", "ภาษา"),
    "country": Message("Country", "ประเทศ"),
    "city": Message("City", "เมือง"),
    "theme": Message("Theme", "หัวข้อ"),
    "year": Message("Year", "ปี"),
    "organisation": Message("Organisation", "หน่วยงาน"),
    "speaker": Message("Speaker", "ผู้พูด"),
}
LANG_LABELS = {"th": Message("Thai", "ไทย"), "en": Message("English", "อังกฤษ")}
CONDITION_LABELS = FACET_LABELS | {"subject": Message("About", "เกี่ยวกับ")}  # what conditions read from a question may name besides


@dataclass(frozen=True, slots=True)
class Group:
    """A subject: its versions and the keys it is found under."""

    id: str
    versions: Mapping[Lang, int]  # language -> number of the document
    keys: Mapping[str, tuple[str, ...]]  # facet -> keys


@dataclass(frozen=True, slots=True)
class Allowed:
    """What passes the filters; rows ascend, None means all of them."""

    groups: Set[str]  # ids
    rows: NDArray[np.int64] | None  # passages of all versions of these groups
    shown: NDArray[np.int64] | None  # of those, the ones in the wanted languages


@dataclass
class Catalogue:
    documents: Mapping[int, Document]  # by number, without text
    owner: NDArray[np.int64]  # for every passage row the number of its document; -1 where it is gone
    speaker_rows: Sequence[tuple[int, str]]  # (row, speaker as written)
    names: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in FACETS})  # facet -> folded name -> key
    labels: dict[str, dict[str, Message]] = field(default_factory=lambda: {name: {} for name in FACETS})  # facet -> key -> label

    @cached_property
    def groups(self) -> dict[str, Group]:
        versions: dict[str, dict[Lang, int]] = {}
        for number, document in self.documents.items():
            versions.setdefault(document.id, {})[document.lang] = number
        return {group_id: Group(group_id, found, self._keys(found)) for group_id, found in sorted(versions.items())}

    @cached_property
    def _all(self) -> Set[str]:
        return frozenset(self.groups)

    def _keys(self, versions: Mapping[Lang, int]) -> dict[str, tuple[str, ...]]:
        documents = {lang: self.documents[number] for lang, number in versions.items()}
        speakers = {lang: self._speakers_of(number) for lang, number in versions.items()}
        return {
            "kind": self._fixed("kind", (d.kind for d in documents.values()), lambda key: vocabulary.KINDS[key]),
            "lang": self._fixed("lang", documents, lambda key: LANG_LABELS[key]),
            "country": self._fixed("country", (c for d in documents.values() for c in d.countries), vocabulary.country_label),
            "theme": self._fixed("theme", (t for d in documents.values() for t in d.themes), lambda key: vocabulary.THEMES[key]),
            "year": self._fixed("year", (str(d.date.year) for d in documents.values() if d.date), _year_label),
            "city": self._paired("city", {lang: d.cities for lang, d in documents.items()}),
            "organisation": self._paired("organisation", {lang: d.organisations for lang, d in documents.items()}),
            "speaker": self._speaker_keys(documents, speakers),
        }

    def _fixed(self, facet: str, keys: Iterable[str], label: Callable[[str], Message]) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(keys))
        for key in found:
            text = self.labels[facet].setdefault(key, label(key))
            self.names[facet] |= {fold(key): key, fold(text.en): key, fold(text.th): key}
        return found

    def _paired(self, facet: str, lists: Mapping[Lang, Sequence[str]]) -> tuple[str, ...]:
        thai, english = lists.get("th", ()), lists.get("en", ())
        if thai and english and len(thai) == len(english):
            pairs = list(zip(thai, english, strict=True))
        else:
            pairs = [(name, name) for name in dict.fromkeys((*english, *thai))]
        return tuple(self._register(facet, th, en) for th, en in pairs)

    def _register(self, facet: str, th: str, en: str) -> str:
        key = self.names[facet].get(fold(en)) or self.names[facet].get(fold(th)) or en
        known = self.labels[facet].get(key)
        if known is None or (known.th == known.en and th != en):
            self.labels[facet][key] = Message(en=en, th=th)
        self.names[facet] |= {fold(th): key, fold(en): key}
        return key

    def _speaker_keys(self, documents: Mapping[Lang, Document], speakers: Mapping[Lang, set[str]]) -> tuple[str, ...]:
        """Speakers are joined across languages by their places in the lists of participants, people and organisations."""
        for attribute in ("participants", "people", "organisations"):
            lists = {lang: [_name(each) for each in getattr(d, attribute)] for lang, d in documents.items()}
            if len(lists) == 2 and len(lists["th"]) == len(lists["en"]):
                for th, en in zip(lists["th"], lists["en"], strict=True):
                    if th in speakers["th"] or en in speakers["en"]:
                        self._register("speaker", th, en)
        spoken = [name for lang in LANGS for name in sorted(speakers.get(lang, ()))]
        return tuple(dict.fromkeys(self.names["speaker"].get(fold(name)) or self._register("speaker", name, name) for name in spoken))

    def _speakers_of(self, number: int) -> set[str]:
        return self._speakers_by_document.get(number, set())

    @cached_property
    def _speakers_by_document(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for row, speaker in self.speaker_rows:
            found.setdefault(int(self.owner[row]), set()).add(speaker)
        return found

    # Filters

    def allowed(self, filters: Filters) -> Allowed:
        """What passes the filters. Raises QueryError for a value outside the fixed vocabularies."""
        wanted = {name: self._wanted(name, values) for name in FACETS if (values := getattr(filters, name))}
        if not wanted:
            return Allowed(self._all, None, None)
        groups = {g.id for g in self.groups.values() if all(not keys.isdisjoint(g.keys[name]) for name, keys in wanted.items())}
        if filters.year:
            groups &= self.dated([_period(value) for value in filters.year])
        numbers = {n: lang for group_id in groups for lang, n in self.groups[group_id].versions.items()}
        rows = np.flatnonzero(np.isin(self.owner, list(numbers)))
        if "speaker" in wanted:
            spoken = [row for row, speaker in self.speaker_rows if self.names["speaker"].get(fold(speaker)) in wanted["speaker"]]
            rows = np.intersect1d(rows, np.array(spoken, dtype=np.int64))
        langs = wanted.get("lang", set(LANGS))
        shown = rows[np.isin(self.owner[rows], [n for n, lang in numbers.items() if lang in langs])]
        return Allowed(groups, rows.astype(np.int64), shown.astype(np.int64))

    def _wanted(self, facet: str, values: Sequence[str]) -> set[str]:
        if facet == "year":
            return {key for value in values for key in self._years(value)}
        self.groups  # noqa: B018  the names are known once the groups are
        found = {value: self.names[facet].get(fold(value)) or _vocabulary_key(facet, value) for value in values}
        return {key for key in found.values() if key is not None}

    def _years(self, value: str) -> list[str]:
        period = _period(value)
        return [key for key in self.labels["year"] if int(key) in period.years(int(key), int(key))]

    def dated(self, stretches: Sequence[Period]) -> set[str]:
        """Groups with a version whose date may lie in one of the periods."""
        dates = {number: d.date for number, d in self.documents.items() if d.date}
        inside = {number for number, date in dates.items() if any(each.holds(date) for each in stretches)}
        return {g.id for g in self.groups.values() if inside & set(g.versions.values())}

    def key(self, facet: str, value: str) -> str | None:
        """What a filter takes for a value given by key or by name in either language; None where it is unknown."""
        self.groups  # noqa: B018  the names are known once the groups are
        try:
            return self.names[facet].get(fold(value)) or _vocabulary_key(facet, value)
        except QueryError:
            return None

    def groups_with(self, facet: str, key: str) -> Set[str]:
        return self._holders[facet].get(key, frozenset())

    @cached_property
    def _holders(self) -> dict[str, dict[str, set[str]]]:
        """Facet -> key -> ids of the groups that have it."""
        found: dict[str, dict[str, set[str]]] = {name: {} for name in FACETS}
        for group in self.groups.values():
            for facet, keys in group.keys.items():
                for key in keys:
                    found[facet].setdefault(key, set()).add(group.id)
        return found

    def groups_of(self, rows: NDArray[np.int64]) -> set[str]:
        """Ids of the groups that passages belong to."""
        return {self.documents[int(number)].id for number in np.unique(self.owner[rows])}

    def rows_of(self, groups: Set[str]) -> NDArray[np.int64]:
        """Passages of all versions of groups, ascending."""
        numbers = [number for group_id in groups for number in self.groups[group_id].versions.values()]
        return np.flatnonzero(np.isin(self.owner, numbers)).astype(np.int64)

    # What people see

    def facets(self, group_ids: Iterable[str], filters: Filters, lang: Lang) -> tuple[Facet, ...]:
        groups = [self.groups[group_id] for group_id in group_ids]
        return tuple(self._facet(name, groups, getattr(filters, name), lang) for name in FACETS)

    def _facet(self, name: str, groups: Sequence[Group], chosen: Sequence[str], lang: Lang) -> Facet:
        counts = Counter(chain.from_iterable(group.keys[name] for group in groups))
        selected = self._wanted(name, chosen) if chosen else set()
        counts.update(dict.fromkeys(selected - set(counts), 0))
        values = [FacetValue(key, self.labels[name].get(key, Message(key, key)), n, key in selected) for key, n in counts.items()]
        order = (lambda v: v.value) if name == "year" else (lambda v: (-v.count, v.label.in_language(lang)))
        return Facet(name, FACET_LABELS[name], tuple(sorted(values, key=order, reverse=name == "year")))

    def summary(self, number: int) -> DocumentSummary:
        document = self.documents[number]
        others = [(lang, n) for lang, n in self.groups[document.id].versions.items() if n != number]
        links = tuple(TranslationLink(lang, self.documents[n].title) for lang, n in sorted(others))
        shared = {name: getattr(document, name) for name in SUMMARISED}
        return DocumentSummary(**shared, translations=links)

    def version(self, group_id: str, lang: Lang | None, only: Sequence[str] = ()) -> int:
        """The document's number in `lang` where it exists (and is among `only`), else in another language."""
        versions = self.groups[group_id].versions
        order = sorted(versions, key=lambda each: (bool(only) and each not in only, each != lang, each))
        return versions[order[0]]


@lru_cache(maxsize=1 << 16)  # the same themes, countries and cities stand in many documents
def fold(text: str) -> str:
    """How names are compared: normalised, case folded, white space collapsed."""
    return " ".join(normalise(text).text.casefold().split())


def _period(value: str) -> Period:
    period = periods.parse(normalise(value).text)
    if period is None:
        raise _unknown("year", value, periods.FORMS)
    return period


def _name(each: Person | str) -> str:
    return each.name if isinstance(each, Person) else each


def _year_label(key: str) -> Message:
    return Message(en=key, th=str(int(key) + 543))


def _vocabulary_key(facet: str, value: str) -> str | None:
    """The key of a value that no document has; QueryError when the vocabulary does not know it either."""
    known: dict[str, Callable[[str], str | None]] = {
        "kind": lambda v: v if v in vocabulary.KINDS else None,
        "lang": lambda v: v if v in LANGS else None,
        "theme": vocabulary.theme_id,
        "country": vocabulary.country_code,
    }
    if facet not in known:
        return None
    key = known[facet](value)
    if key is None:
        choices = {"kind": ", ".join(vocabulary.KINDS), "lang": ", ".join(LANGS), "theme": ", ".join(vocabulary.THEMES)}
        raise _unknown(facet, value, choices.get(facet, "TH, Thailand, ไทย"))
    return key


def _unknown(facet: str, value: str, choices: str) -> QueryError:
    label = FACET_LABELS[facet]
    return QueryError(
        Message(
            en=f"{facet}={value!r}: there is no such {label.en.lower()}; use for example {choices}.",
            th=f"{facet}={value!r}: ไม่มี{label.th}นี้ ให้ใช้ค่าเช่น {choices}",
        )
    )
