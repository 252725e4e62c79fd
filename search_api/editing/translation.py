"""A new document begun from the text in the other language.

What does not depend on the language is taken over, names are given as they are known from other documents and the glossary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from indexer.pairs import PAIRED_LISTS
from kb.errors import Lang
from kb.text.glossary import Glossary
from kb.types import Document, Person
from search_api.editing.sheet import ALIAS_MARK, PersonRow, Sheet, SourceRow

Named = Callable[[str], str]


def begun(partner: Document, documents: Iterable[Document], glossary: Glossary) -> Sheet:
    """The fields of a translation: title, roles and summary are left to be written, lists keep their order."""
    named = names(documents, glossary, partner.lang)
    return Sheet(
        kind=partner.kind,
        date=str(partner.date or ""),
        country=partner.countries,
        city=tuple(map(named, partner.cities)),
        themes=partner.themes,
        organisations=tuple(map(named, partner.organisations)),
        people=tuple(_row(person, named) for person in partner.people),
        participants=tuple(_row(person, named) for person in partner.participants),
        sources=tuple(SourceRow(source.url, source.title) for source in partner.sources),
        aliases=tuple(map(named, partner.aliases)),
    )


def names(documents: Iterable[Document], glossary: Glossary, lang: Lang) -> Named:
    """A name of `lang` -> the name in the other language, from translation pairs and the glossary; itself where neither knows it."""
    pairs: dict[str, dict[Lang, Document]] = {}
    for document in documents:
        pairs.setdefault(document.id, {})[document.lang] = document
    other: Lang = "en" if lang == "th" else "th"
    known: dict[str, str] = {}
    for pair in pairs.values():
        if len(pair) == 2:
            for field in PAIRED_LISTS.values():
                known.update(_matched(getattr(pair[lang], field), getattr(pair[other], field)))

    def named(name: str) -> str:
        return known.get(name) or _by_glossary(name, glossary, lang) or name

    return named


def _matched(here: Sequence[str | Person], there: Sequence[str | Person]) -> dict[str, str]:
    """Lists of a pair stand in the same order; of unequal length they say nothing."""
    if len(here) != len(there):
        return {}
    found: dict[str, str] = {}
    for a, b in zip(here, there, strict=True):
        if isinstance(a, Person) and isinstance(b, Person):
            found |= {a.name: b.name, **({a.organisation: b.organisation} if a.organisation and b.organisation else {})}
        elif isinstance(a, str) and isinstance(b, str):
            found[a] = b
    return found


def _by_glossary(name: str, glossary: Glossary, lang: Lang) -> str:
    return next((target for surface, target in glossary.translations(name, lang) if surface == name), "")


def _row(person: Person, named: Named) -> PersonRow:
    row = PersonRow(named(person.name), person.role, named(person.organisation) if person.organisation else "")
    return replace(row, aliases=f"{ALIAS_MARK} ".join(person.aliases)) if person.aliases else row
