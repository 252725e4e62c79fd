"""The collection without its text: what documents can be filtered by, counted by and dated by, and what is shown of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang
from kb.index.columns import Columns, Times
from kb.index.names import NOTHING
from kb.search import filter_values
from kb.search.allowed import Allowed
from kb.search.facets import Facets
from kb.search.filing import Filed, Filing, chosen
from kb.search.filter_values import FACETS
from kb.search.groups import Groups
from kb.text.periods import Period
from kb.types import LANGS, Document, DocumentSummary, Facet, Filters, TranslationLink

CACHED_SUMMARIES = 2000  # about 5 MB


class Catalogue:
    """Thread-safe. Groups are numbered as in `groups`, documents by their numbers in the index.

    meta: a document by its number, without its text. before: the catalogue of an earlier generation, of which is taken what is the same.
    """

    def __init__(self, columns: Columns, meta: Callable[[int], Document], before: Catalogue | None = None) -> None:
        self.columns = columns
        self.continues = before is not None and _continues(columns, before.columns)  # names have the numbers that they had
        self.groups = Groups.among(columns)
        self.filed: Mapping[str, Filed] = Filing(columns, self.groups, before.filed if before and self.continues else None).facets
        self.summary = lru_cache(maxsize=CACHED_SUMMARIES)(self._summary)
        self._meta = meta

    # Groups and their documents

    def groups_of(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """For each passage its group."""
        return self.groups.of[self.columns.positions(rows)]

    def numbers_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each passage the number of its document."""
        return self.columns.number[self.columns.positions(rows)]

    def version(self, group: int, lang: Lang | None, only: tuple[str, ...] = ()) -> int:
        """The document's number in `lang` where it exists (and is among `only`), else in another language."""
        found = self.versions(group)
        return found[min(found, key=lambda each: (bool(only) and each not in only, each != lang, each))]

    def versions(self, group: int) -> dict[Lang, int]:
        """Language -> number of the document."""
        found = zip(LANGS, self.groups.versions[group].tolist(), strict=True)
        return {lang: int(self.columns.number[at]) for lang, at in found if at != NOTHING}

    def keys(self, facet: str, group: int) -> tuple[str, ...]:
        filed = self.filed[facet]
        return tuple(filed.listed[number] for number in filed.keys[group].tolist())

    def by_id(self) -> NDArray[np.int64]:
        """Numbers of all documents, by id and then by language code."""
        order = sorted(range(len(LANGS)), key=LANGS.__getitem__)
        positions = self.groups.versions[:, order].ravel()
        return np.asarray(self.columns.number[positions[positions != NOTHING]])

    def shown_in(self, groups: NDArray[np.int64], lang: Lang | None) -> NDArray[np.int64]:
        """For each group the number of the version in `lang` where it exists, else in another language."""
        return self.columns.number[self.groups.version(groups, lang)]

    def rows_of(self, number: int) -> NDArray[np.int64]:
        """Passages of a document, in order of the text."""
        at = self.columns.position(number)
        return np.arange(self.columns.first_row[at], self.columns.end_row[at], dtype=np.int64)

    def rows_by_lang(self, numbers: Sequence[int]) -> list[tuple[Lang, NDArray[np.int64]]]:
        """The passages of documents, ascending, of each language in which there is one. numbers: each once."""
        positions = self.columns.number.searchsorted(np.sort(np.array(numbers, np.int64)))
        langs = self.columns.lang[positions]
        found = ((lang, self.columns.rows_of(positions[langs == at])) for at, lang in enumerate(LANGS))
        return [(lang, rows) for lang, rows in found if len(rows)]

    def langs(self, numbers: Sequence[int]) -> list[Lang]:
        """The language of each document."""
        return [LANGS[at] for at in self.columns.lang[self.columns.number.searchsorted(np.array(numbers, np.int64))].tolist()]

    def times(self, number: int) -> Times:
        return self.columns.times(self.columns.position(number))

    # Filters

    def allowed(self, filters: Filters) -> Allowed:
        """What passes the filters. Raises QueryError for a value outside the fixed vocabularies."""
        wanted = {name: filter_values.wanted(self.filed, name, values) for name in FACETS if (values := getattr(filters, name))}
        if not wanted:
            return Allowed(self.groups.every, None, None, None, self.columns)
        groups = self.groups.every.copy()
        for name, keys in wanted.items():
            groups &= chosen(self.filed[name], keys, len(self.groups))
        if filters.year:
            groups &= self.dated([filter_values.period(value) for value in filters.year])
        documents = None if groups.all() else groups[self.groups.of]
        shown = documents
        if "lang" in wanted:
            shown = groups[self.groups.of] & np.isin(self.columns.lang, [LANGS.index(lang) for lang in LANGS if lang in wanted["lang"]])
        spoken = self._spoken(wanted["speaker"]) if "speaker" in wanted else None
        return Allowed(groups, documents, shown, spoken, self.columns)

    def of_passages(self, passages: NDArray[np.bool_]) -> Allowed:
        """Some passages, by a mask over all rows, and no others."""
        documents = np.zeros(len(self.columns) + 1, np.bool_)
        documents[self.columns.owner[passages]] = True
        groups = np.zeros(len(self.groups), np.bool_)
        groups[self.groups.of[documents[:-1]]] = True
        return Allowed(groups, documents[:-1], documents[:-1], passages, self.columns)

    def of_groups(self, groups: NDArray[np.bool_]) -> Allowed:
        """All passages of some groups."""
        documents = groups[self.groups.of]
        return Allowed(groups, documents, documents, None, self.columns)

    @cached_property
    def _speaker_keys(self) -> NDArray[np.int64]:
        """For each passage that somebody speaks the number of the speaker's key."""
        filed, folds = self.filed["speaker"], self.columns.names.folds.listed
        different, same = np.unique(self.columns.speaker, return_inverse=True)
        return np.array([filed.numbers[filed.names[folds[number]]] for number in different.tolist()], np.int64)[same]

    def _spoken(self, keys: set[str]) -> NDArray[np.bool_]:
        """bool (rows,): passages of these speakers."""
        wanted = [number for key, number in self.filed["speaker"].numbers.items() if key in keys]
        found = np.zeros(self.columns.last_row, np.bool_)
        found[self.columns.speaker_row[np.isin(self._speaker_keys, wanted)]] = True
        return found

    @cached_property
    def _months(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For every document the first and the last month that its date may be, counted from year 0; (0, -1) without a date."""
        year, month, _ = self.columns.date.astype(np.int64).T
        first, last = (12 * year + np.where(month == 0, otherwise, month) for otherwise in (1, 12))
        return np.where(year == 0, 0, first), np.where(year == 0, -1, last)

    def dated(self, stretches: Sequence[Period]) -> NDArray[np.bool_]:
        """bool (g,): groups with a version whose date may lie in one of the periods."""
        first, last = self._months
        inside = np.zeros(len(self.columns), np.bool_)
        for each in stretches:
            inside |= (first <= _month(each.last, int(last.max(initial=0)))) & (last >= _month(each.first, 0))
        found = np.zeros(len(self.groups), np.bool_)
        found[self.groups.of[inside]] = True
        return found

    def key(self, facet: str, value: str) -> str | None:
        """What a filter takes for a value given by key or by name in either language; None where it is unknown."""
        return filter_values.key(self.filed, facet, value)

    # What people see

    def facets(self, groups: NDArray[np.int64], filters: Filters, lang: Lang) -> tuple[Facet, ...]:
        """Counts over groups, each given once."""
        selected = {name: filter_values.wanted(self.filed, name, getattr(filters, name)) for name in FACETS}
        return self._facets.of(groups, selected, lang)

    @cached_property
    def _facets(self) -> Facets:
        return Facets(self.filed)

    def _summary(self, number: int) -> DocumentSummary:
        document = self._meta(number)
        group = self.groups.of[self.columns.position(number)]
        others = ((lang, at) for lang, at in zip(LANGS, self.groups.versions[group].tolist(), strict=True) if lang != document.lang)
        links = (TranslationLink(lang, self.columns.title[at]) for lang, at in sorted(others) if at != NOTHING)
        shared = {f.name: getattr(document, f.name) for f in fields(DocumentSummary) if f.name != "translations"}
        return DocumentSummary(**shared, translations=tuple(links))


def _continues(columns: Columns, before: Columns) -> bool:
    """Whether all names and people of the earlier columns have the numbers that they had."""
    names, then = columns.names.texts.listed, before.names.texts.listed
    persons, known = columns.persons, before.persons
    return (
        names[: len(then)] == then
        and np.array_equal(persons.ends[: len(known)], known.ends)
        and np.array_equal(persons.values[: len(known.values)], known.values)
    )


def _month(month: tuple[int, int] | None, otherwise: int) -> int:
    return 12 * month[0] + month[1] if month else otherwise
