"""How a question was understood, as people see it: what was searched for instead, and chips; each with the way back."""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import Message
from kb.search.catalogue import FACET_LABELS
from kb.types import Change, Condition, Reading
from search_api.pages.links import Asked


@dataclass(frozen=True, slots=True)
class Understood:
    """A condition read from the question."""

    facet: Message
    label: Message
    words: str  # of the question
    filters: bool  # or only ranks higher
    url: str  # the search with these words taken as words


@dataclass(frozen=True, slots=True)
class Shown:
    searched: str
    changes: tuple[Change, ...]
    as_written: str  # the search without these changes
    conditions: tuple[Understood, ...]


def shown(reading: Reading, asked: Asked) -> Shown:
    conditions = tuple(_condition(each, asked) for each in reading.conditions)
    return Shown(reading.searched, reading.changes, asked.taken_as_written("spelling").url, conditions)


def _condition(each: Condition, asked: Asked) -> Understood:
    return Understood(FACET_LABELS[each.facet], each.label, each.words, each.filters, asked.taken_as_written(each.by).url)
