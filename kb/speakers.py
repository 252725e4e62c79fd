"""Who speaks: a name as written in a speaker turn -> the participant's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.text.normalise import normalise
from kb.types import Document, Kind, Person
from kb.vocabulary import nearest


class Speakers:
    """The names, aliases and organisations that may stand before a turn, each with the name it stands for."""

    def __init__(self, kind: Kind | None, participants: Iterable[Person], people: Iterable[Person], organisations: Sequence[str]) -> None:
        self._strict = kind != "dialogue"
        self._names: dict[str, str] = {}
        persons = [*participants, *people]
        for person in persons:
            self._add(person.name, person.name)
        for person in persons:
            for alias in person.aliases:
                self._add(alias, person.name)
        for organisation in (*organisations, *(person.organisation for person in persons)):
            self._add(organisation, organisation)

    @classmethod
    def of(cls, document: Document) -> Speakers:
        return cls(document.kind, document.participants, document.people, document.organisations)

    def _add(self, written: str, name: str) -> None:
        if written:
            self._names.setdefault(_fold(written), name)

    def known(self, label: str) -> bool:
        return _fold(label) in self._names

    def speaker(self, label: str) -> str | None:
        """The name behind a label. An unknown one is a speaker in a dialogue, and plain bold text ("Result:") in a case study."""
        return self._names.get(_fold(label)) or (None if self._strict else label)

    def nearest(self, label: str) -> str | None:
        return nearest(label, dict.fromkeys(self._names.values()))


def _fold(name: str) -> str:
    return " ".join(normalise(name).text.casefold().split())
