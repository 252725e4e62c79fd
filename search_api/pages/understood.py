"""How a question was understood, as people see it: what was searched for instead, and chips; each with the way back."""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import Message
from kb.search import syntax
from kb.search.filter_values import CONDITION_LABELS
from kb.types import Also, Change, Condition, Reading, Wording
from search_api.pages.links import Asked
from search_api.pages.words import WORDS


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
    also: tuple[Also, ...]
    as_named: str  # the search without other names
    notices: tuple[Message, ...]


def shown(reading: Reading, asked: Asked) -> Shown:
    conditions = [_condition(each, asked) for each in reading.conditions]
    conditions += [_wording("phrase", each, asked, each.text) for each in reading.phrases]
    conditions += [_wording("excluded", each, asked, "") for each in reading.excluded]
    literally, by_name = asked.taken_as_written("spelling").url, asked.taken_as_written("names").url
    return Shown(reading.searched, reading.changes, literally, tuple(conditions), reading.also, by_name, reading.notices)


def _condition(each: Condition, asked: Asked) -> Understood:
    """An operator is taken out of the question, since its words alone would mean nothing; anything else is read as words again."""
    without = asked.asking(syntax.remove(asked.question, each.words)) if each.by == "operators" else asked.taken_as_written(each.by)
    return Understood(CONDITION_LABELS[each.facet], each.label, each.words, each.filters, without.url)


def _wording(key: str, each: Wording, asked: Asked, instead: str) -> Understood:
    without = asked.asking(syntax.remove(asked.question, each.words, instead))
    return Understood(WORDS[key], Message(f"“{each.text}”", f"“{each.text}”"), each.words, True, without.url)
