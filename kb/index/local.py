"""The engine of one machine: FAISS and tantivy over the parts of a generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.engine import Ranked, ranked
from kb.index.terms import TermIndex
from kb.index.vectors import Rows, Vectors
from kb.types import LANGS, Lang


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """See kb.index.engine.Engine."""

    dim: int
    passages_in: Mapping[str, int]  # language -> passages that are not gone
    parts: Mapping[Lang, Sequence[Vectors]]  # language -> vectors of each part, in order of their rows
    terms: Mapping[Lang, TermIndex]

    def count(self, lang: Lang) -> int:
        return self.passages_in[lang]

    def found(self, term: str, lang: Lang) -> int:
        return self.terms[lang].found(term)

    def nearest(self, vector: NDArray[np.float32], limit: int, lang: Lang, allowed: Rows | None = None) -> Ranked:
        return _best([part.search(vector, limit, allowed) for part in self.parts[lang]], limit)

    def matching(self, weights: Mapping[str, float], limit: int, lang: Lang, allowed: Rows | None = None) -> Ranked:
        return self.terms[lang].search(weights, limit, allowed)

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        found = [(part, np.flatnonzero((rows >= part.first) & (rows < part.end))) for lang in LANGS for part in self.parts[lang]]
        holding = [(part, places) for part, places in found if len(places)]
        if len(holding) == 1:
            return holding[0][0].gather(rows)
        out = np.empty((len(rows), self.dim), np.float32)
        for part, places in holding:
            out[places] = part.gather(rows[places])
        return out

    def ping(self) -> None:
        """The files are open: nothing can be away."""


def _best(found: Sequence[Ranked], limit: int) -> Ranked:
    """Several lists as one."""
    if len(found) == 1:
        return found[0]
    rows = np.concatenate([np.zeros(0, np.int64), *(each for each, _ in found)])
    return ranked(rows, np.concatenate([np.zeros(0, np.float32), *(each for _, each in found)]), limit)
