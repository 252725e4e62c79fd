"""Several texts read as one, for reading a text has a price of its own: a page of passages costs little more than one.

Between two of them stands a line end: no word, no cluster of characters and no rule of spelling goes over it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.text import cuts
from kb.text.normalise import Normalised, by_rules


class Written(NamedTuple):
    """A text with the words that it is cut into."""

    text: str
    cuts: bytes = b""  # see kb.text.cuts; empty where they are not known


@dataclass(frozen=True, slots=True)
class Joined:
    text: str  # as written
    clean: Normalised  # of `text`
    cuts: bytes  # of `clean.text`
    begins: list[int]  # where each text begins in `text`, and where a next one would


def join(texts: Sequence[Written]) -> Joined:
    """Each of the texts with its cuts."""
    begins = [0, *accumulate(len(each.text) + 1 for each in texts)]
    text = "\n".join([each.text for each in texts])
    return Joined(text, _clean(text, texts, begins), cuts.join([each.cuts for each in texts]), begins)


def _clean(text: str, texts: Sequence[Written], begins: Sequence[int]) -> Normalised:
    changed = [at for at, each in enumerate(texts) if not cuts.as_written(each.cuts)]
    if not changed:
        return Normalised(text, range(len(text) + 1))
    # As one, as they are joined: no rule goes over a line end.
    clean = by_rules("\n".join([texts[at].text for at in changed]))
    from_clean = np.array(clean.offsets)
    parts: list[str] = []
    offsets: list[NDArray[np.int64]] = []
    end = read = first = 0  # in `text`, in what was joined to be changed, in what became of that
    for at in changed:
        begin, length = begins[at], len(texts[at].text)
        last = int(from_clean.searchsorted(read + length))
        parts += (text[end:begin], clean.text[first:last])
        offsets += (np.arange(end, begin), from_clean[first:last] + (begin - read))
        end, read, first = begin + length, read + length + 1, last + 1
    whole = np.concatenate([*offsets, np.arange(end, len(text) + 1)])
    return Normalised("".join([*parts, text[end:]]), memoryview(whole.data))


def part(whole: Written, start: int, end: int) -> Written:
    """text[start:end]. Its cuts are not known where this part, read by itself, might be cut in other words than the whole."""
    text = whole.text[start:end]
    if not (whole.cuts and _parts(whole.text, start) and _parts(whole.text, end)):
        return Written(text)
    if cuts.as_written(whole.cuts):
        return Written(text, cuts.part(whole.cuts, start, end, as_written=True))
    clean = by_rules(whole.text)
    first, last = bisect_left(clean.offsets, start), bisect_left(clean.offsets, end)
    return Written(text, cuts.part(whole.cuts, first, last, as_written=clean.text[first:last] == text))


def _parts(text: str, position: int) -> bool:
    """Whether no spelling rule and no word of Thai reaches over a place."""
    return position in (0, len(text)) or text[position - 1].isspace() or text[position].isspace()


def spaced(texts: Sequence[Written]) -> Written:
    """The texts as one, with a space between two."""
    known = all(each.cuts for each in texts)
    return Written(" ".join([each.text for each in texts]), cuts.join([each.cuts for each in texts]) if known else b"")
