"""Completions while a question is typed: titles, places, organisations, people and glossary terms, in both scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.search.catalogue import fold
from kb.text.glossary import Glossary
from kb.types import Document, Lang, Suggestion

# What people most often look for stands first among equals.
ORDER = ("term", "city", "title", "organisation", "person")


@dataclass(frozen=True, slots=True)
class _Entry:
    folded: str
    lang: Lang
    suggestion: Suggestion


class Suggestions:
    def __init__(self, documents: Sequence[Document], glossary: Glossary) -> None:
        entries = {(e.folded, e.suggestion.kind): e for e in (*_of_documents(documents), *_of_glossary(glossary))}
        self._entries = sorted(entries.values(), key=lambda e: (ORDER.index(e.suggestion.kind), len(e.folded), e.folded))

    def starting_with(self, prefix: str, lang: Lang, limit: int) -> tuple[Suggestion, ...]:
        """Entries that begin with the prefix come before those that hold it at the start of a later word."""
        folded = fold(prefix)
        if not folded:
            return ()
        begin = [e for e in self._entries if e.folded.startswith(folded)]
        inside = [e for e in self._entries if not e.folded.startswith(folded) and _inside(e, folded)]
        best = sorted(begin, key=lambda e: e.lang != lang) + sorted(inside, key=lambda e: e.lang != lang)
        return tuple(e.suggestion for e in best[:limit])


def _inside(entry: _Entry, folded: str) -> bool:
    # Thai is written without spaces between words, so any place in a Thai text may begin a word.
    return folded in entry.folded if entry.lang == "th" else f" {folded}" in entry.folded


def _of_documents(documents: Iterable[Document]) -> Iterable[_Entry]:
    for d in documents:
        yield _Entry(fold(d.title), d.lang, Suggestion(d.title, "title", d.id))
        for city in d.cities:
            yield _Entry(fold(city), d.lang, Suggestion(city, "city"))
        for name in d.organisations:
            yield _Entry(fold(name), d.lang, Suggestion(name, "organisation"))
        for person in (*d.people, *d.participants):
            yield _Entry(fold(person.name), d.lang, Suggestion(person.name, "person"))


def _of_glossary(glossary: Glossary) -> Iterable[_Entry]:
    for lang, text in glossary.terms():
        yield _Entry(fold(text), lang, Suggestion(text, "term"))
