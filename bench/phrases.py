"""How long exact phrases and years take, and how many passages their index lets pass: python -m bench.phrases INDEX

Phrases: some common ones, and a sample of those that stand in quotation marks in the titles of the collection. Processor time.
"""

from __future__ import annotations

import datetime
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from kb.index import phrases, times_named
from kb.index.generations import current
from kb.index.part import Part
from kb.index.phrases import Phrase
from kb.index.reader import Index, open_index
from kb.search.naming import naming
from kb.text import periods

COMMON = ["องค์การบริหารส่วนตำบล", "climate change", "กรุงเทพ", "งบประมาณ", "นายกรัฐมนตรี", "รัฐบาล", "ขยะอาหาร", "ขยะ", "น้ำ", "ปี", "5g", "5", "ก"]
PERIODS = ["2022", "2021-03", "2015..", "2019-2021"]
SAMPLE = 400
Value = TypeVar("Value")


def timed(ask: Callable[[], Value]) -> tuple[float, Value]:
    """Milliseconds of the processor."""
    begun = time.process_time()
    found = ask()
    return (time.process_time() - begun) * 1000, found


def asked(part: Part, text: str) -> tuple[float, int, int]:
    """Milliseconds, passages that pass by their signatures, passages that hold it; nothing is remembered."""
    phrase = Phrase.of(text)
    part.phrases.forget()
    took, rows = timed(lambda: part.phrases.holding(phrase))
    return took, len(part.phrases.candidates(phrase)), len(rows)


def years(index: Index, text: str) -> tuple[float, int]:
    """Milliseconds, passages."""
    period = periods.parse(text)
    assert period
    took, named = timed(lambda: naming(index, [period], datetime.date(2026, 1, 1)))
    return took, int(np.count_nonzero(named))


def quoted(index: Index) -> list[str]:
    titles = index.columns.title
    found = [text for title in map(str, titles) for text in re.findall('[“"]([^”"]*[^\\W_][^”"]*)[”"]', title)]
    return random.Random(2).sample(found, min(SAMPLE, len(found)))


def main(index_dir: Path) -> None:
    index = open_index(index_dir, written_here=current(index_dir).manifest)
    part = max(index.parts, key=lambda each: each.phrases.count)
    count = part.phrases.count
    for name in (phrases.TEXT, phrases.ENDS, phrases.GRAMS, times_named.FILE):
        print(f"{name}: {part.info.files[name].bytes / count:.0f} bytes a passage")
    print(f"{count:,} passages; ms, candidates, hits")
    for text in COMMON:
        took, candidates, hits = min(asked(part, text) for _ in range(3))
        print(f"{took:8.1f} {candidates:9,} {hits:9,}  {text}")
    sampled = np.array([asked(part, text) for text in quoted(index)])
    for name, column in zip(("ms", "candidates", "hits"), sampled.T, strict=True):
        print(f"{len(sampled)} phrases of titles, {name}: " + ", ".join(f"p{p} {np.percentile(column, p):,.1f}" for p in (50, 95, 99, 100)))
    for text in PERIODS:
        took, named = min(years(index, text) for _ in range(3))
        print(f"{took:8.1f} ms {named:9,} passages name {text}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
