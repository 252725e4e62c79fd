"""The collection in three pictures: years, countries and cities, and a map by meaning. Each links to documents and has its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from kb import vocabulary
from kb.errors import Message
from kb.knowledge_base import KnowledgeBase
from kb.types import DocumentSummary

ASEAN = ("MM", "LA", "VN", "PH", "TH", "KH", "MY", "BN", "SG", "ID", "TL")
MARKS = 12  # documents of one year that are drawn one by one; more make a bar
COLUMNS = 32  # years side by side; a longer time is told in steps
STEPS = (1, 2, 5, 10, 20, 50, 100)  # years
LISTED = 5  # documents of a column named in the table
CITIES = 6  # cities named in a tile


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of years."""

    first: int  # Common Era
    last: int
    count: int  # documents
    documents: tuple[DocumentSummary, ...]  # the first of them: LISTED, or MARKS where each is drawn
    height: int  # of a bar, 0–100, in per cent of the fullest column

    @property
    def url(self) -> str:
        return f"/browse?{urlencode({'year': str(self.first) if self.first == self.last else f'{self.first}-{self.last}'})}"

    def label(self, lang: str) -> str:
        years = [year + 543 if lang == "th" else year for year in dict.fromkeys((self.first, self.last))]
        return "–".join(map(str, years))


@dataclass(frozen=True, slots=True)
class Timeline:
    columns: tuple[Column, ...]  # years without documents too
    bars: bool  # too many documents to draw each
    undated: int


@dataclass(frozen=True, slots=True)
class City:
    key: str
    label: Message
    count: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A country."""

    code: str
    label: Message
    count: int  # documents
    shade: int  # 0 (none) to 4 (most)
    cities: tuple[City, ...]
    more: int  # cities that are not named


def timeline(years: NDArray[np.int64], shown: Callable[[int], DocumentSummary]) -> Timeline:
    """years: of each document in the order of the list, 0 where it has no date; shown: the document at a place in that list."""
    dated = years[years > 0]
    if not len(dated):
        return Timeline((), False, len(years))
    first, last = int(dated.min()), int(dated.max())
    step = next((each for each in STEPS if (last - first) // each < COLUMNS), STEPS[-1])
    starts = np.arange(first - first % step, last + 1, step)
    column = np.where(years > 0, (years - starts[0]) // step, -1)
    counts = np.bincount(column[column >= 0], minlength=len(starts))
    most, kept = int(counts.max()), LISTED if counts.max() > MARKS else MARKS
    firsts = [tuple(map(shown, _first(column == at, years, kept))) for at in range(len(starts))]
    columns = [
        Column(start, start + step - 1, count, documents, round(100 * count / most))
        for start, count, documents in zip(starts.tolist(), counts.tolist(), firsts, strict=True)
    ]
    return Timeline(tuple(columns), most > MARKS, len(years) - len(dated))


def _first(inside: NDArray[np.bool_], years: NDArray[np.int64], count: int) -> list[int]:
    """The places of the first documents of a column, year by year."""
    places = np.flatnonzero(inside)
    return [int(place) for place in places[np.argsort(years[places], kind="stable")][:count]]


def tiles(kb: KnowledgeBase) -> tuple[tuple[Tile, ...], tuple[Tile, ...]]:
    """(countries of ASEAN, in the order of the grid; other countries of the documents)."""
    cities, filed = _cities(kb), kb.catalogue.filed["country"]
    counts = Counter(dict(zip(filed.listed, filed.groups.lengths.tolist(), strict=True)))
    most = max(counts.values(), default=1)
    found = {code: _tile(code, counts[code], most, cities.get(code, ())) for code in (*ASEAN, *sorted(counts))}
    return tuple(found[code] for code in ASEAN), tuple(tile for code, tile in found.items() if code not in ASEAN)


def _tile(code: str, count: int, most: int, cities: Sequence[City]) -> Tile:
    shade = 0 if not count else 1 + min(3, 4 * (count - 1) // most)
    shown = CITIES + (len(cities) == CITIES + 1)
    return Tile(code, vocabulary.country_label(code), count, shade, tuple(cities[:shown]), len(cities) - len(cities[:shown]))


def _cities(kb: KnowledgeBase) -> dict[str, list[City]]:
    """Country -> its cities, most documents first. A document on several countries does not say which city lies where; it names none."""
    countries, cities = kb.catalogue.filed["country"], kb.catalogue.filed["city"]
    country = np.where(countries.keys.lengths == 1, np.append(countries.keys.values, 0)[countries.keys.starts], -1)[cities.keys.owners()]
    known = country >= 0
    both, counts = np.unique(country[known].astype(np.int64) << 32 | cities.keys.values[known], return_counts=True)
    found: dict[str, list[City]] = {}
    for code, number, count in zip((both >> 32).tolist(), (both & 0xFFFFFFFF).tolist(), counts.tolist(), strict=True):
        key = cities.listed[number]
        found.setdefault(countries.listed[code], []).append(City(key, cities.labels[key], count))
    return {code: sorted(each, key=lambda city: (-city.count, city.key)) for code, each in found.items()}
