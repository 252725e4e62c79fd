"""The collection in three pictures: years, countries and cities, and a map by meaning. Each links to documents and has its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kb import vocabulary
from kb.errors import Message
from kb.knowledge_base import KnowledgeBase
from kb.types import DocumentSummary

ASEAN = ("MM", "LA", "VN", "PH", "TH", "KH", "MY", "BN", "SG", "ID", "TL")
MARKS = 12  # documents of one year that are drawn one by one; more make a bar
COLUMNS = 32  # years side by side; a longer time is told in steps
STEPS = (1, 2, 5, 10, 20, 50, 100)  # years
CITIES = 6  # cities named in a tile


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of years."""

    first: int  # Common Era
    last: int
    documents: tuple[DocumentSummary, ...]
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


def timeline(documents: Sequence[DocumentSummary]) -> Timeline:
    by_year: dict[int, list[DocumentSummary]] = {}
    for each in documents:
        if each.date:
            by_year.setdefault(each.date.year, []).append(each)
    undated = len(documents) - sum(map(len, by_year.values()))
    if not by_year:
        return Timeline((), False, undated)
    first, last = min(by_year), max(by_year)
    step = next((each for each in STEPS if (last - first) // each < COLUMNS), STEPS[-1])
    starts = range(first - first % step, last + 1, step)
    groups = [[d for year in range(start, start + step) for d in by_year.get(year, ())] for start in starts]
    most = max(map(len, groups))
    columns = (Column(a, a + step - 1, tuple(found), round(100 * len(found) / most)) for a, found in zip(starts, groups, strict=True))
    return Timeline(tuple(columns), most > MARKS, undated)


def tiles(kb: KnowledgeBase) -> tuple[tuple[Tile, ...], tuple[Tile, ...]]:
    """(countries of ASEAN, in the order of the grid; other countries of the documents)."""
    cities = _cities(kb)
    counts = Counter(code for group in kb.catalogue.groups.values() for code in group.keys["country"])
    most = max(counts.values(), default=1)
    found = {code: _tile(code, counts[code], most, cities.get(code, ())) for code in (*ASEAN, *sorted(counts))}
    return tuple(found[code] for code in ASEAN), tuple(tile for code, tile in found.items() if code not in ASEAN)


def _tile(code: str, count: int, most: int, cities: Sequence[City]) -> Tile:
    shade = 0 if not count else 1 + min(3, 4 * (count - 1) // most)
    shown = CITIES + (len(cities) == CITIES + 1)
    return Tile(code, vocabulary.country_label(code), count, shade, tuple(cities[:shown]), len(cities) - len(cities[:shown]))


def _cities(kb: KnowledgeBase) -> dict[str, list[City]]:
    """Country -> its cities, most documents first. A document on several countries does not say which city lies where; it names none."""
    counts: dict[str, Counter[str]] = {}
    for group in kb.catalogue.groups.values():
        if len(group.keys["country"]) == 1:
            counts.setdefault(group.keys["country"][0], Counter()).update(group.keys["city"])
    labels = kb.catalogue.labels["city"]
    return {
        code: [City(key, labels[key], n) for key, n in sorted(found.items(), key=lambda e: (-e[1], e[0]))] for code, found in counts.items()
    }
