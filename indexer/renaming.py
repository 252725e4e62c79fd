"""How a name is written in the other language: by the translation pairs of the collection, then by the glossary."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indexer import pairs
from kb.errors import Lang
from kb.text.glossary import Glossary
from kb.types import OTHER_LANG, Document

Named = Callable[[str], str]


def names(documents: Iterable[Document], glossary: Glossary, lang: Lang) -> Named:
    """A name of `lang` -> the name in the other language; "" where neither knows it."""
    known: dict[str, str] = {}
    for pair in pairs.versions(documents).values():
        if len(pair) == 2:
            here, there = pair[lang], pair[OTHER_LANG[lang]]
            known |= {ours: theirs for ours, theirs in (*pairs.names_of_both(here, there), *_bodies(here, there)) if theirs}

    def named(name: str) -> str:
        return known.get(name) or next((target for surface, target in glossary.translations(name, lang) if surface == name), "")

    return named


def _bodies(here: Document, there: Document) -> Iterable[tuple[str, str]]:
    """The organisations to which the people of a pair belong."""
    for ours, theirs in ((here.people, there.people), (here.participants, there.participants)):
        if len(ours) == len(theirs):
            yield from ((a.organisation, b.organisation) for a, b in zip(ours, theirs, strict=True) if a.organisation)
