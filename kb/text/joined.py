"""Several texts read as one, for reading a text has a price of its own: a page of passages costs little more than one.

Between two of them stands a line end: no word, no cluster of characters and no rule of spelling goes over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.text import cuts
from kb.text.normalise import Normalised, by_rules


class Cleaned(NamedTuple):
    """A text in one spelling, as kb.text.normalise gives it."""

    text: str
    offsets: NDArray[np.int32]  # for every code point of it the index in the text as written


class Written(NamedTuple):
    """A text with the words that it is cut into."""

    text: str
    cuts: bytes = b""  # see kb.text.cuts; empty where they are not known
    clean: Cleaned | None = None  # None where it is not known, or the text as written


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
    unknown = [at for at in changed if texts[at].clean is None]
    made = dict(zip(unknown, cleaned([texts[at].text for at in unknown]), strict=True))
    parts: list[str] = []
    offsets: list[NDArray[np.int32]] = []
    end = 0
    for at in changed:
        begin, clean = begins[at], texts[at].clean or made[at]
        parts += (text[end:begin], clean.text)
        offsets += (np.arange(end, begin, dtype=np.int32), clean.offsets + np.int32(begin))
        end = begin + len(texts[at].text)
    whole = np.concatenate([*offsets, np.arange(end, len(text) + 1, dtype=np.int32)])
    return Normalised("".join([*parts, text[end:]]), memoryview(whole.data))


def cleaned(texts: Sequence[str]) -> list[Cleaned]:
    """Each of the texts in one spelling; together, as no rule goes over a line end."""
    if not texts:
        return []
    clean = by_rules("\n".join(texts))
    offsets = np.array(clean.offsets, np.int32)
    ends = list(accumulate(len(text) + 1 for text in texts))
    borders = [0, *(offsets.searchsorted([end - 1 for end in ends]) + 1).tolist()]
    return [
        Cleaned(clean.text[first : last - 1], offsets[first : last - 1] - (end - 1 - len(text)))
        for text, end, (first, last) in zip(texts, ends, pairwise(borders), strict=True)
    ]


def part(whole: Written, start: int, end: int) -> Written:
    """text[start:end]. Its cuts are not known where this part, read by itself, might be cut in other words than the whole."""
    text = whole.text[start:end]
    if not (whole.cuts and _parts(whole.text, start) and _parts(whole.text, end)):
        return Written(text)
    if cuts.as_written(whole.cuts):
        return Written(text, cuts.part(whole.cuts, start, end, as_written=True))
    clean = whole.clean or cleaned([whole.text])[0]
    first, last = clean.offsets.searchsorted([start, end]).tolist()
    return Written(text, cuts.part(whole.cuts, first, last, as_written=clean.text[first:last] == text))


def _parts(text: str, position: int) -> bool:
    """Whether no spelling rule and no word of Thai reaches over a place."""
    return position in (0, len(text)) or text[position - 1].isspace() or text[position].isspace()


def spaced(texts: Sequence[Written]) -> Written:
    """The texts as one, with a space between two."""
    known = all(each.cuts for each in texts)
    return Written(" ".join([each.text for each in texts]), cuts.join([each.cuts for each in texts]) if known else b"")
