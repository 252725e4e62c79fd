"""Completions while a question is typed: titles, places, organisations, people and terms, in both scripts.

Names are folded (case, accents, hyphens, kinds of spaces) and written one a line in order of rank, so that the first lines in which
the typed text is found are the best ones: a plain scan of the text, which ends as soon as there are enough.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz, process

from kb.errors import Message
from kb.search.catalogue import Catalogue, fold
from kb.text.glossary import Glossary
from kb.text.language import detect
from kb.types import LANGS, OTHER_LANG, Document, Lang, Person, Suggestion, SuggestionKind

# What people most often look for stands first among equals.
ORDER = ("city", "term", "title", "organisation", "person")
DEPTH = 4  # candidates looked at for each one shown
SHORTEST_INSIDE = 2  # characters of Thai that are looked for inside a name: one letter is in almost every name
SHORTEST_NAME = 4  # characters of a name that may be offered for being written alike
ALIKE = 78  # of 100, rapidfuzz's partial ratio
HYPHENS = re.compile("[-\u2010-\u2015]")
ACCENTS = re.compile("[\u0300-\u036f]")


@lru_cache(maxsize=1 << 16)  # the names of a collection stay the same from one generation to the next
def loosely(text: str) -> str:
    """How names and what is typed are compared: as `fold`, and without accents on Latin letters; a hyphen is a space."""
    apart = unicodedata.normalize("NFD", HYPHENS.sub(" ", fold(text)))
    return " ".join(unicodedata.normalize("NFC", ACCENTS.sub("", apart)).split())


@dataclass(slots=True)
class _Entry:
    suggestion: Suggestion
    folded: str  # its text as it is compared
    subjects: list[str] = field(default_factory=list)  # ids of documents that a place leads to

    @property
    def rank(self) -> tuple[int, int, str]:
        return ORDER.index(self.suggestion.kind), len(self.suggestion.text), self.suggestion.text


class _Names:
    """Names of one language in order of rank, folded: "\\n name" a line, so that " x" begins a word and "\\n x" a name."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self._entries = sorted(entries, key=lambda e: e.rank)
        lines, self._starts, self._owners, at = [], [], [], 0
        for number, entry in enumerate(self._entries):
            for form in _forms(entry):
                lines.append(f"\n {form}")
                self._starts.append(at)
                self._owners.append(number)
                at += len(lines[-1])
        self._text = "".join(lines)

    def holding(self, wanted: str) -> Iterator[_Entry]:
        """Entries with a line that holds the text, best rank first."""
        at, last = self._text.find(wanted), -1
        while at >= 0:
            line = bisect_right(self._starts, at) - 1
            if self._owners[line] != last:
                last = self._owners[line]
                yield self._entries[last]
            if line + 1 == len(self._starts):
                return
            at = self._text.find(wanted, self._starts[line + 1])


def _forms(entry: _Entry) -> tuple[str, ...]:
    """A name as it is compared; one with hyphens also with its parts joined: e-waste is ewaste."""
    name = entry.suggestion.text
    return (entry.folded, loosely(HYPHENS.sub("", name))) if HYPHENS.search(name) else (entry.folded,)


class Suggestions:
    """Thread-safe."""

    def __init__(self, catalogue: Catalogue, glossary: Glossary) -> None:
        entries = _joined([*_of_documents(catalogue), *_of_catalogue(catalogue), *_of_glossary(glossary)])
        self._names: Mapping[Lang, _Names] = {lang: _Names(e for e in entries if e.suggestion.lang == lang) for lang in LANGS}
        self._nameable = {e.folded: e.suggestion for e in entries if e.suggestion.kind != "title" and len(e.folded) >= SHORTEST_NAME}
        self._titles = {(e.suggestion.document_id, e.suggestion.lang): e for e in entries if e.suggestion.kind == "title"}

    def starting_with(self, prefix: str, lang: Lang, limit: int) -> tuple[Suggestion, ...]:
        """Names that begin with the prefix, then those with a word that does; those of `lang` first, no kind takes more than half.

        A place or term is followed by the documents that it leads to in the other script: what is typed in Thai finds the English title
        of a document about that city.
        """
        folded = loosely(prefix)
        if not folded:
            return ()
        direct = list(islice(self._direct(folded, lang), DEPTH * limit))
        found = {_key(e): e.suggestion for e in (*_mixed(direct, limit), *self._linked(direct[:limit], lang))}
        return tuple(islice(found.values(), limit))

    def like(self, question: str, limit: int) -> tuple[Suggestion, ...]:
        """Names and terms of the collection that something in the question is written like, most alike first."""
        folded = loosely(question)
        names = {name: s for name, s in self._nameable.items() if len(name) <= len(folded) + 2}
        found = process.extract(folded, names.keys(), scorer=fuzz.partial_ratio, score_cutoff=ALIKE, limit=limit)
        return tuple(names[name] for name, _, _ in found)

    def _direct(self, folded: str, lang: Lang) -> Iterator[_Entry]:
        langs: tuple[Lang, Lang] = (lang, OTHER_LANG[lang])
        seen: set[tuple[str, str]] = set()
        wanted = [(each, f"\n {folded}") for each in langs] + [(each, _inside(folded, each)) for each in langs]
        for each, text in wanted:
            for entry in self._names[each].holding(text):
                if _key(entry) not in seen:
                    seen.add(_key(entry))
                    yield entry

    def _linked(self, found: Sequence[_Entry], lang: Lang) -> Iterator[_Entry]:
        """Titles in the asker's language behind the places and terms found."""
        for entry in found:
            for subject in entry.subjects:
                if title := self._titles.get((subject, lang)) or self._titles.get((subject, OTHER_LANG[lang])):
                    yield title
            also = loosely(entry.suggestion.also)
            if entry.suggestion.kind == "term" and also and entry.suggestion.lang != lang:
                yield from islice((e for e in self._names[lang].holding(_inside(also, lang)) if e.suggestion.kind == "title"), DEPTH)


def _key(entry: _Entry) -> tuple[str, str]:
    """Two titles of one document are one suggestion, and so is a name that is a place and a term or is written alike in both languages."""
    found = entry.suggestion
    return (found.document_id, "" if found.document_id else entry.folded)


def _inside(folded: str, lang: Lang) -> str:
    # Thai is written without spaces between words, so any place in a Thai text may begin a word.
    return folded if lang == "th" and len(folded) >= SHORTEST_INSIDE else f" {folded}"


def _mixed(found: Sequence[_Entry], limit: int) -> list[_Entry]:
    """At most half of one kind first, so that a page of terms does not hide the titles; the rest after them."""
    first: list[_Entry] = []
    rest: list[_Entry] = []
    for entry in found:
        same = sum(each.suggestion.kind == entry.suggestion.kind for each in first)
        (first if same < max(limit // 2, 1) else rest).append(entry)
    return [*first[:limit], *rest]


def _joined(entries: Iterable[_Entry]) -> list[_Entry]:
    """Each name once a kind and language; what one entry knows of it the others need not."""
    found: dict[tuple[str, str, str], _Entry] = {}
    for entry in entries:
        s = entry.suggestion
        known = found.setdefault((s.kind, s.document_id or entry.folded, s.lang), entry)
        if known is not entry:
            known.subjects += [each for each in entry.subjects if each not in known.subjects]
            known.suggestion = replace(known.suggestion, also=known.suggestion.also or s.also)
    return list(found.values())


def _of_documents(catalogue: Catalogue) -> Iterable[_Entry]:
    for group in catalogue.groups.values():
        versions = {lang: catalogue.documents[number] for lang, number in group.versions.items()}
        yield from _paired({lang: [d.title] for lang, d in versions.items()}, "title", group.id)
        yield from _paired({lang: _people(d) for lang, d in versions.items()}, "person")


def _people(document: Document) -> list[str]:
    people: Sequence[Person] = (*document.people, *document.participants)
    return [person.name for person in people]


def _paired(lists: Mapping[Lang, Sequence[str]], kind: SuggestionKind, document_id: str = "") -> Iterator[_Entry]:
    """Names of a subject in its languages: lists of a translation pair stand in the same order."""
    for lang, names in lists.items():
        others = next((found for each, found in lists.items() if each != lang and len(found) == len(names)), names)
        for name, other in zip(names, others, strict=True):
            yield _entry(name, lang, kind, other, document_id)


def _entry(name: str, lang: Lang, kind: SuggestionKind, also: str, document_id: str = "") -> _Entry:
    return _Entry(Suggestion(name, kind, document_id, lang, also if also.casefold() != name.casefold() else ""), loosely(name))


def _of_catalogue(catalogue: Catalogue) -> Iterable[_Entry]:
    """Places and organisations under the names of both languages, places with the documents about them."""
    kinds: tuple[SuggestionKind, ...] = ("city", "organisation")
    for group in catalogue.groups.values():
        for facet, key in ((kind, key) for kind in kinds for key in group.keys[kind]):
            for entry in _of_label(catalogue.labels[facet][key], facet):
                entry.subjects += [group.id] if facet == "city" else []
                yield entry


def _of_label(label: Message, kind: SuggestionKind) -> Iterator[_Entry]:
    if label.th == label.en:  # known in one language only
        yield _entry(label.en, detect(label.en), kind, "")
        return
    yield _entry(label.th, "th", kind, label.en)
    yield _entry(label.en, "en", kind, label.th)


def _of_glossary(glossary: Glossary) -> Iterable[_Entry]:
    for entry in glossary.entries:
        names = {lang: entry.names(lang) for lang in LANGS}
        for lang in LANGS:
            others = names[OTHER_LANG[lang]]
            yield from (_entry(name, lang, "term", next(iter(others), "")) for name in names[lang])
