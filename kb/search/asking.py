"""One search on its way through the stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.search import fusion
from kb.search.allowed import Allowed
from kb.search.arms import Candidates, Expected
from kb.search.grouping import Passages
from kb.search.marks import Marker
from kb.search.question import Question
from kb.search.raising import Fitting
from kb.types import LANGS, Filters, Lang, Mode


@dataclass(frozen=True, slots=True)
class Asking:
    question: Question
    marker: Marker
    vector: NDArray[np.float32] | None  # (dim,); None when only terms are asked
    expected: Mapping[Lang, Expected]  # of the vector, by language of the documents; computed once, for ranking and for showing
    mode: Mode
    filters: Filters
    allowed: Allowed
    shown: Lang  # in which hits are shown where they can be
    fitting: Fitting  # what ranks documents higher

    def scored(self, found: Candidates) -> Passages:
        """The candidates with one score each, in their order."""
        scores = fusion.fuse(found, self.mode, found.lang == self.question.lang)
        langs = np.full(len(found.rows), LANGS.index(found.lang), np.int8)
        return Passages(found.rows, langs, scores, found.cosines, found.coverage)
