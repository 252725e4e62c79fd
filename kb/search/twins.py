"""The twin of a shown sentence: what the document's other version says in its place, for those who cannot read this one."""

from __future__ import annotations

from kb.index.store import Sentence, Store
from kb.search.marks import Marker, highlights
from kb.text.graphemes import snap
from kb.types import Lines, Twin

TRUSTED = 0.85  # confidence from which a twin is shown: better none than a wrong one; measured in docs/reasons.md


def twin_of(sentence: Sentence, row: int, store: Store, marker: Marker) -> Twin | None:
    """`row`: the passage of the sentence. None where the other version is missing, lacks the sentence, or the alignment is unsure."""
    found = store.twin(row, sentence.start)
    if found is None or found.confidence < TRUSTED:
        return None
    passages = store.passages([place[0] for place in found.places])
    parts = []
    for number, start, end in found.places:
        first, last = snap(passages[number].text, start, end)
        parts.append(passages[number].text[first:last])
    begins, ends = passages[found.places[0][0]], passages[found.places[-1][0]]
    text = " ".join(parts)
    marks = highlights(text, marker.marks(text, begins.lang))
    lines = Lines(begins.lines.first, ends.lines.last)
    return Twin(begins.lang, text, marks, begins.heading, begins.speaker, lines, round(found.confidence, 3))
