"""Where an exact phrase stands: a literal search over the passages, after normalisation, whatever the segmenter made of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kb.index.phrases import Phrase
from kb.index.reader import Index


def holding(index: Index, text: str) -> NDArray[np.int64]:
    """Rows int64 (n,), ascending, of passages whose text, heading or title holds the phrase.

    Case and white space do not matter; a Latin word is found whole only.
    """
    phrase = Phrase.of(text)
    found = [part.phrases.holding(phrase) + part.info.first_row for part in index.parts]
    rows = np.concatenate([np.zeros(0, np.int64), *found])
    rows = rows[rows < index.columns.last_row]
    standing: NDArray[np.int64] = rows[index.columns.standing[rows]]
    return standing
