"""How long completions take in the server's process: python bench/suggestions.py [INDEX]

The real collection, then 10,000 made-up titles in both languages (5,000 subjects) with the real glossary. Every name typed letter by
letter, 2 to 8 letters; processor time, in milliseconds, of one call of Suggestions.starting_with. bench/opening.py asks 63,000 titles.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from kb.index import columns
from kb.index.columns import Columns, Entry, Times
from kb.index.reader import open_index
from kb.search.catalogue import Catalogue
from kb.search.suggest import Suggestions
from kb.text.glossary import Glossary
from kb.types import Document, Lang

SUBJECTS = 5000
TYPED = 400  # names


def grown(documents: list[Document], subjects: int) -> Columns:
    """Titles made of the halves of real ones, each with a number; the same subject in both languages."""
    chance = random.Random(7)
    pairs: dict[str, dict[Lang, Document]] = {}
    for each in documents:
        pairs.setdefault(each.id, {})[each.lang] = each
    both = [pair for pair in pairs.values() if len(pair) == 2]
    made: list[Document] = []
    for number in range(subjects):
        one, other = chance.choice(both), chance.choice(both)
        for lang in one:
            head, tail = one[lang].title, other[lang].title
            title = f"{head[: len(head) // 2]} {tail[len(tail) // 2 :]} {number}"
            made.append(replace(one[lang], id=f"made/{number}", title=title, cities=(*one[lang].cities, f"{title[:12]} {number}")))
    now = datetime.now(UTC)
    return columns.of(Entry(number, each, number, number, (), Times("", now, now)) for number, each in enumerate(made))


def measure(name: str, found: Columns, glossary: Glossary) -> None:
    start = time.thread_time()
    suggestions = Suggestions(Catalogue(found, made_up), glossary)
    built = time.thread_time() - start
    chance = random.Random(11)
    names = [*chance.choices(list(found.title), k=TYPED), "zzzz", "ฮฮฮฮ", "a", "ก"]
    taken = []
    for each in names:
        for length in range(2, 9):
            for lang in ("th", "en"):
                start = time.thread_time()
                suggestions.starting_with(each[:length], lang, 8)  # type: ignore[arg-type]
                taken.append(1000 * (time.thread_time() - start))
    median, most = np.percentile(taken, [50, 99])
    print(f"{name}: {len(found)} titles, built in {built:.2f} s; median {median:.2f} ms, 99% {most:.2f} ms, most {max(taken):.2f} ms")


def made_up(number: int) -> Document:
    """Completions need no more of a document than its columns."""
    raise KeyError(number)


def main(index: Path) -> None:
    opened = open_index(index)
    glossary = Glossary.from_json(opened.resource("glossary"))
    measure("real", opened.columns, glossary)
    measure("made", grown(list(opened.store.documents().values()), SUBJECTS), glossary)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".kb/index"))
