"""What an open index holds besides vectors, terms and texts: time to open, memory, filters, facets, suggestions.

    python bench/opening.py NEWS_FOLDER [DOCUMENTS]

NEWS_FOLDER holds *.jsonl.xz whose lines have a title and a date; their headers are made up (bench/made_collection.py). Each opening is
measured in a process of its own. Prints JSON; times in milliseconds of the processor, memory in MB.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from made_collection import entries

from kb.collecting import collection_put_off
from kb.index import columns, joining
from kb.index.columns import Columns, Entry
from kb.search import listing
from kb.search.catalogue import Catalogue
from kb.search.gazetteer import Gazetteer
from kb.search.suggest import Suggestions
from kb.text.glossary import Glossary
from kb.text.lexicon import shipped
from kb.types import NO_FILTERS, Document, Filters, Lang

TYPED = 200  # names
RANKED = 300  # groups of which the facets are counted after a search


def milliseconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Of the processor: other work on the machine does not count."""
    began = time.process_time()
    done = work()
    return round(1000 * (time.process_time() - began), 2), done


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def no_text(number: int) -> Document:
    raise KeyError(number)


@dataclass(frozen=True)
class Opened:
    taken: dict[str, float]
    catalogue: Catalogue
    gazetteer: Gazetteer
    suggestions: Suggestions


def opened(found: Columns, glossary: Glossary, before: Opened | None = None) -> Opened:
    """before: what stands open of an earlier generation."""
    taken: dict[str, Any] = {}
    with collection_put_off():
        taken["catalogue"], catalogue = milliseconds(lambda: Catalogue(found, no_text, before and before.catalogue))
        taken["gazetteer"], gazetteer = milliseconds(lambda: Gazetteer(catalogue, before and before.gazetteer))
        taken["suggestions"], suggestions = milliseconds(lambda: Suggestions(catalogue, glossary, before and before.suggestions))
    taken["first suggestion"], _ = milliseconds(lambda: suggestions.starting_with("zzzz", "th", 8))
    return Opened(taken, catalogue, gazetteer, suggestions)


def percentiles(taken: Iterable[float]) -> list[float]:
    """[median, 99 %]"""
    return [round(float(each), 2) for each in np.percentile(list(taken), [50, 99])]


def filters(catalogue: Catalogue) -> dict[str, Any]:
    cities, bodies, speakers = (catalogue.filed[name].listed for name in ("city", "organisation", "speaker"))
    asked = {
        "country": Filters(country=("TH",)),
        "language": Filters(lang=("en",)),
        "theme": Filters(theme=(catalogue.filed["theme"].listed[0],)),
        "year": Filters(year=("2019-2020",)),
        "city": Filters(city=(cities[40],)),
        "organisation": Filters(organisation=(bodies[10],)),
        "speaker": Filters(speaker=(speakers[5],)),
        "city and year": Filters(city=tuple(cities[:3]), year=("2020",)),
    }
    found = {name: percentiles(milliseconds(lambda f=f: catalogue.allowed(f).rows)[0] for _ in range(30)) for name, f in asked.items()}
    chance = np.random.default_rng(3)
    some = [np.sort(chance.choice(len(catalogue.groups), RANKED, replace=False)) for _ in range(30)]
    everything = np.arange(len(catalogue.groups))
    listed = [milliseconds(lambda: listing.newest_first(catalogue, catalogue.groups.every, NO_FILTERS))[0] for _ in range(10)]
    return {
        "filters, with rows": found,
        f"facets of {RANKED}": percentiles(milliseconds(lambda g=g: catalogue.facets(g, NO_FILTERS, "th"))[0] for g in some),
        "facets of all": percentiles(milliseconds(lambda: catalogue.facets(everything, NO_FILTERS, "th"))[0] for _ in range(10)),
        "list of all, newest first": percentiles(listed),
    }


def typed(suggestions: Suggestions, titles: list[str]) -> list[float]:
    langs: tuple[Lang, Lang] = ("th", "en")
    wanted = [(each[:length], lang) for each in [*titles, "zzzz", "ฮฮฮฮ"] for length in range(2, 9, 2) for lang in langs]
    return percentiles(milliseconds(lambda w=w: suggestions.starting_with(*w, 8))[0] for w in wanted)


def changed(found: Columns, entry: Entry, glossary: Glossary, before: Opened, **more: Any) -> dict[str, Any]:
    """One document saved again: a part of one document, and the number of the old one dead. more: what else is new in its header."""
    new = replace(entry, number=int(found.number[-1]) + 1, first_row=found.last_row, end_row=found.last_row + 7, speakers=[])
    part = columns.of([replace(new, document=replace(entry.document, title=entry.document.title + " (2)", **more))])
    taken, joined = milliseconds(lambda: joining.join([found, part], {entry.number}))
    again = opened(joined, glossary, before).taken
    return {"join": taken, **again, "all": round(taken + sum(again.values()), 2)}


def measure(path: Path, entry: Entry) -> dict[str, Any]:
    glossary, _ = Glossary.load(Path("content/glossary.tsv"))
    shipped()
    Gazetteer(Catalogue(joining.join([]), no_text))  # what a process loads once, whatever the collection
    Suggestions(Catalogue(joining.join([]), no_text), glossary)
    before = resident()
    read, found = milliseconds(lambda: columns.read(path))
    first = opened(found, glossary)
    opening = {"read": read, **first.taken, "all": round(read + sum(first.taken.values()), 2)}
    memory = round(resident() - before)
    titles = random.Random(11).sample(list(found.title), TYPED)
    asked = filters(first.catalogue) | {"suggestions": typed(first.suggestions, titles)}
    again = {
        "opening again after a change": changed(found, entry, glossary, first),
        "opening again with a new name": changed(found, entry, glossary, first, cities=("Newtown",)),
    }
    return {"opening": opening, "memory": memory, **asked, **again}


def main(folder: Path, count: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "columns.bin"
        made = entries(folder, count)
        taken, _ = milliseconds(lambda: columns.write(path, made))
        with multiprocessing.get_context("spawn").Pool(1) as process:
            found = process.apply(measure, (path, made[count // 2]))
        passages = sum(each.end_row - each.first_row for each in made)
        size = round(path.stat().st_size / 1e6)
    print(json.dumps({"documents": count, "passages": passages, "writing": taken, "file, MB": size, **found}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 63_000)
