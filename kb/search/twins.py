"""The twin of a shown sentence: what the document's other version says in its place, for those who cannot read this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.index.records import Shown
from kb.index.twin_table import SentenceTwin
from kb.search.marks import Mark, Marker, highlights
from kb.text import joined
from kb.text.graphemes import snap
from kb.text.joined import Written
from kb.types import Lines, Twin

TRUSTED = 0.85  # confidence from which a twin is shown: better none than a wrong one; measured in docs/reasons.md


def shown(found: Mapping[int, SentenceTwin], passages: Mapping[int, Shown], marker: Marker) -> dict[int, Twin]:
    """Twins by the row of the sentence's passage. passages: at least those in which the twins stand."""
    texts = {row: _text(twin, passages) for row, twin in found.items()}
    marks = marker.marks({row: (text, passages[found[row].places[0][0]].passage.lang) for row, text in texts.items()})
    return {row: _twin(twin, texts[row].text, marks[row], passages) for row, twin in found.items()}


def _text(found: SentenceTwin, passages: Mapping[int, Shown]) -> Written:
    parts = ((passages[row], start, end) for row, start, end in found.places)
    return joined.spaced([joined.part(each.written, *snap(each.passage.text, start, end)) for each, start, end in parts])


def _twin(found: SentenceTwin, text: str, marks: Sequence[Mark], passages: Mapping[int, Shown]) -> Twin:
    first, last = (passages[found.places[at][0]].passage for at in (0, -1))
    lines = Lines(first.lines.first, last.lines.last)
    return Twin(first.lang, text, highlights(marks), first.heading, first.speaker, lines, round(found.confidence, 3))
