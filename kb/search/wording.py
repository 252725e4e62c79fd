"""Where an exact phrase stands: a literal search over the passages, after normalisation, whatever the segmenter made of them."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

from kb.index.store import Store
from kb.text.folding import fold


class _Letters(dict[int, int | None]):
    """For str.translate: keeps ASCII letters and figures and Thai consonants; all that normalising may move or change goes."""

    def __missing__(self, code: int) -> int | None:
        thai_figure = 0x0E50 <= code <= 0x0E59
        kept = 0x0E01 <= code <= 0x0E2E or (code < 128 and chr(code).isalnum())
        self[code] = found = code - 0x0E50 + 0x30 if thai_figure else code if kept else None
        return found


_LETTERS = _Letters()
_LATIN = "a-z0-9\u00df-\u024f"


def holding(store: Store, phrase: str) -> NDArray[np.int64]:
    """Rows int64 (n,), ascending, of passages whose text, heading or title holds the phrase.

    Case and white space do not matter; a Latin word is found whole only. Most passages are passed over by their bare letters, so that
    few have to be normalised.
    """
    letters, whole = _bare(phrase), _pattern(fold(phrase))
    found = [row for row, text in store.texts() if letters in _bare(text) and whole.search(fold(text))]
    return np.array(found, dtype=np.int64)


def _bare(text: str) -> str:
    return unicodedata.normalize("NFD", text).casefold().translate(_LETTERS)


def _pattern(phrase: str) -> re.Pattern[str]:
    begins = f"(?<![{_LATIN}])" if re.match(f"[{_LATIN}]", phrase) else ""
    ends = f"(?![{_LATIN}]|[.,][0-9])" if re.search(f"[{_LATIN}]$", phrase) else ""
    return re.compile(begins + re.escape(phrase) + ends)
