"""One search on its way through the stages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from kb.search import fusion
from kb.search.allowed import Allowed
from kb.search.arms import Candidates
from kb.search.grouping import Scored
from kb.search.marks import Marker
from kb.search.question import Question
from kb.search.raising import Fitting
from kb.types import Filters, Lang, Mode


@dataclass(frozen=True, slots=True)
class Asking:
    question: Question
    marker: Marker
    vector: NDArray[np.float32] | None  # (dim,); None when only terms are asked
    mode: Mode
    filters: Filters
    allowed: Allowed
    shown: Lang  # in which hits are shown where they can be
    fitting: Fitting  # what ranks documents higher

    def scored(self, found: Candidates) -> list[Scored]:
        """The candidates with one score each, in their order."""
        scores = fusion.fuse(found, self.mode, found.lang == self.question.lang)
        columns = (found.rows.tolist(), repeat(found.lang), scores.tolist(), found.cosines.tolist(), found.coverage.tolist())
        return list(map(Scored, *columns))
