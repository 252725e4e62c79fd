"""The twin of a shown sentence: what the document's other version says in its place, for those who cannot read this one."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from kb.index.store import SentenceTwin, Shown
from kb.search.marks import Marker, highlights
from kb.text.graphemes import snap
from kb.text.pieces import Occurrences, Place
from kb.types import Lines, Twin

TRUSTED = 0.85  # confidence from which a twin is shown: better none than a wrong one; measured in docs/reasons.md


def shown(found: SentenceTwin, passages: Mapping[int, Shown], marker: Marker) -> Twin:
    """passages: at least those in which the twin stands."""
    parts = [(passages[row], *snap(passages[row].passage.text, start, end)) for row, start, end in found.places]
    first, last = parts[0][0].passage, parts[-1][0].passage
    text = " ".join(each.passage.text[start:end] for each, start, end in parts)
    places = _Places([marker.occurrences_within(each, start, end) for each, start, end in parts], [end - start for _, start, end in parts])
    marks = highlights(text, marker.marks_at(text, first.lang, places))
    return Twin(
        first.lang, text, marks, first.heading, first.speaker, Lines(first.lines.first, last.lines.last), round(found.confidence, 3)
    )


class _Places:
    """Where the parts of a twin, joined by spaces, hold terms."""

    def __init__(self, parts: Sequence[tuple[Occurrences, int]], lengths: Sequence[int]) -> None:
        self._parts, self._lengths = parts, lengths

    def __call__(self, wanted: Container[str]) -> list[Place]:
        found: list[Place] = []
        begin = 0
        for (occurrences, offset), length in zip(self._parts, self._lengths, strict=True):
            found += [(start - offset + begin, end - offset + begin, term) for start, end, term in occurrences.places(wanted)]
            begin += length + 1
        return found
