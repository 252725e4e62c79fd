"""What stands around a list of documents: facets with links, chips of the chosen filters, pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb import vocabulary
from kb.errors import Lang, Message
from kb.text import periods
from kb.types import Facet, FacetValue
from search_api.pages.links import FACETS, Asked

OPEN_VALUES = 6  # values of a facet that are shown at once
AROUND = 2  # page numbers shown on either side of the current one


@dataclass(frozen=True, slots=True)
class Choice:
    label: Message
    count: int
    selected: bool
    url: str  # the list with this value added, or taken away when it is selected


@dataclass(frozen=True, slots=True)
class Choices:
    """One facet."""

    name: str
    label: Message
    shown: tuple[Choice, ...]
    hidden: tuple[Choice, ...]
    more: int  # values that are not listed


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force."""

    facet: Message
    label: Message
    url: str  # the list without it


@dataclass(frozen=True, slots=True)
class Pages:
    current: int
    numbers: tuple[int | None, ...]  # None: a gap
    last: int


def choices(facets: Sequence[Facet], asked: Asked) -> tuple[Choices, ...]:
    """Facets by which the list can be narrowed: those with more than one value, or with a chosen one."""
    useful = [facet for facet in facets if len(facet.values) > 1 or any(value.selected for value in facet.values)]
    return tuple(_choices(facet, asked) for facet in useful)


def _choices(facet: Facet, asked: Asked) -> Choices:
    found = [Choice(value.label, value.count, value.selected, _toggled(facet, value, asked).url) for value in facet.values]
    found.sort(key=lambda each: not each.selected)
    shown = max(OPEN_VALUES, sum(each.selected for each in found))
    # One value alone is not worth a fold.
    shown += len(found) - shown == 1
    return Choices(facet.name, facet.label, tuple(found[:shown]), tuple(found[shown:]), facet.more)


def _toggled(facet: Facet, value: FacetValue, asked: Asked) -> Asked:
    others = [each.value for each in facet.values if each.selected and each != value]
    return asked.choosing(facet.name, others if value.selected else [*others, value.value])


def chips(facets: Sequence[Facet], asked: Asked) -> tuple[Chip, ...]:
    by_name = {facet.name: facet for facet in facets}
    return tuple(_chip(by_name[name], value, asked) for name in FACETS for value in getattr(asked.filters, name))


def _chip(facet: Facet, value: str, asked: Asked) -> Chip:
    others = [each for each in getattr(asked.filters, facet.name) if each != value]
    return Chip(facet.label, _label(facet, value), asked.choosing(facet.name, others).url)


def _label(facet: Facet, value: str) -> Message:
    """What people call a value: filters may be given by key or by name in either language."""
    for each in facet.values:
        if each.count and value.casefold() in (each.value.casefold(), each.label.en.casefold(), each.label.th.casefold()):
            return each.label
    return _known(facet.name, value) or Message(value, value)


def _known(facet: str, value: str) -> Message | None:
    """The name of a value that no document here has."""
    if facet == "country" and (code := vocabulary.country_code(value)):
        return vocabulary.country_label(code)
    if facet == "theme" and (theme := vocabulary.theme_id(value)):
        return vocabulary.THEMES[theme]
    if facet == "year" and (period := periods.parse(value)):
        return period.label
    return vocabulary.KINDS.get(value) if facet == "kind" else None


def described(found: Sequence[Chip], lang: Lang) -> str:
    return ", ".join(f"{chip.facet.in_language(lang)}: {chip.label.in_language(lang)}" for chip in found)


def pages(total: int, size: int, current: int) -> Pages:
    last = max(1, -(-total // size))
    near = sorted({1, last, *range(max(1, current - AROUND), min(last, current + AROUND) + 1)})
    numbers: list[int | None] = []
    for number in near:
        if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
            numbers.append(None)
        numbers.append(number)
    return Pages(current, tuple(numbers), last)
