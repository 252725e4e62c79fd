"""A new document begun from the text in the other language.

What does not depend on the language is taken over, names are given as they are known from other documents and the glossary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from indexer.renaming import Named, names
from kb.text.glossary import Glossary
from kb.types import Document, Person
from search_api.editing.sheet import ALIAS_MARK, PersonRow, Sheet, SourceRow


def begun(partner: Document, documents: Iterable[Document], glossary: Glossary) -> Sheet:
    """The fields of a translation: title, roles and summary are left to be written, lists keep their order."""
    known = names(documents, glossary, partner.lang)

    def named(name: str) -> str:
        return known(name) or name

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


def _row(person: Person, named: Named) -> PersonRow:
    row = PersonRow(named(person.name), person.role, named(person.organisation) if person.organisation else "")
    return replace(row, aliases=f"{ALIAS_MARK} ".join(person.aliases)) if person.aliases else row
