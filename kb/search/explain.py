"""Why a document was found: the words that match, in either language, and the sentence nearest to the question."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import NamedTuple

from kb.errors import Lang, Message
from kb.index.records import Shown
from kb.search.grouping import Scored
from kb.search.marks import Mark, Marker, highlights
from kb.text.graphemes import snap
from kb.types import Highlight, Passage, PassageHit, Twin, Why

Span = tuple[int, int]

# A sentence that holds one more of the question's words is preferred to one that is this much nearer in cosine.
WORD_BONUS = 0.1
NEAR = 0.3  # cosine of question and sentence from which the lexicon is believed about its words; measured in docs/reasons.md


class Said(NamedTuple):
    """The sentences of a passage."""

    starts: Sequence[int]  # (n,) code points in the passage's text, ascending
    ends: Sequence[int]  # (n,) exclusive
    cosines: Sequence[float] | None  # (n,) with the question; None where no vector was asked for

    def about(self, place: int) -> int | None:
        """The number of the sentence in which a place of the text lies."""
        at = bisect_right(self.starts, place) - 1
        return at if at >= 0 and place < self.ends[at] else None

    def is_far(self, place: int) -> bool:
        """Whether it lies in a sentence far from the question."""
        at = self.about(place)
        return at is not None and self.cosines is not None and self.cosines[at] < NEAR

    def nearest(self, marks: Iterable[Highlight]) -> Span | None:
        """The sentence nearest to the question; without vectors the one with most marked words. None where there is no sentence."""
        if not self.starts:
            return None
        inside = [0] * len(self.starts)
        for mark in marks:
            at = bisect_right(self.starts, mark.start) - 1
            if at >= 0 and mark.start < self.ends[at]:
                inside[at] += 1
        closeness = [WORD_BONUS * count + cosine for count, cosine in zip(inside, self.cosines or [0.0] * len(inside), strict=True)]
        best = closeness.index(max(closeness))
        return self.starts[best], self.ends[best]


class Marked(NamedTuple):
    """A passage with all that is marked in it."""

    passage: Passage
    marks: Sequence[Mark]
    highlights: tuple[Highlight, ...]
    answer: Span | None  # the sentence nearest to the question


class Explained(NamedTuple):
    hit: PassageHit
    matched: tuple[str, ...]  # words of the question found literally
    translated: tuple[tuple[str, str], ...]  # (word of the question, word of the passage)


def marked(shown: Mapping[int, Shown], said: Mapping[int, Said], marker: Marker) -> dict[int, Marked]:
    """Passages and their sentences by row."""
    marks = marker.marks({row: (each.written, each.passage.lang) for row, each in shown.items()})
    return {row: _marked(each.passage, marks[row], said[row]) for row, each in shown.items()}


def _marked(passage: Passage, marks: Sequence[Mark], said: Said) -> Marked:
    # In a sentence far from the question the lexicon's words stand in another sense (island state – ภาครัฐ).
    unsure = any([by_lexicon for _, _, _, _, by_lexicon in marks])
    found = [mark for mark in marks if not (mark.by_lexicon and said.is_far(mark.start))] if unsure else marks
    places = highlights(found)
    return Marked(passage, found, places, said.nearest(places))


def passage_hit(marked: Marked, scored: Scored, twin: Twin | None) -> Explained:
    text, sentence = marked.passage.text, marked.answer
    answer = Highlight(*snap(text, *sentence)) if sentence else None
    similarity = None if isnan(scored.cosine) else round(scored.cosine, 4)
    hit = PassageHit(marked.passage, round(scored.score, 4), similarity, marked.highlights, answer, twin)
    matched = tuple(dict.fromkeys([word for _, _, word, translated, _ in marked.marks if not translated]))
    return Explained(hit, matched, _distinct([(word, text[start:end]) for start, end, word, translated, _ in marked.marks if translated]))


def _distinct(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each pair once, as it is first written: "waste" and "Waste" are one."""
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for pair in pairs:
        first.setdefault((pair[0].casefold(), pair[1].casefold()), pair)
    return tuple(first.values())


def why(explained: Sequence[Explained], asked: Lang, shown: Lang, in_translation: tuple[str, ...] = ()) -> Why:
    """The reason for one document from its explained passages, best first."""
    matched = tuple(dict.fromkeys(word for each in explained for word in each.matched))
    translated = _distinct(pair for each in explained for pair in each.translated)
    similarities = [each.hit.similarity for each in explained if each.hit.similarity is not None]
    best = explained[0].hit if explained else None
    sentence = best.passage.text[best.answer.start : best.answer.end].strip() if best and best.answer else ""
    similarity = max(similarities, default=None)
    message = _message(matched, translated, in_translation, similarity, asked != shown)
    return Why(matched, translated, in_translation, similarity, sentence, message)


def _message(
    matched: tuple[str, ...],
    translated: tuple[tuple[str, str], ...],
    in_translation: tuple[str, ...],
    similarity: float | None,
    crossing: bool,
) -> Message:
    en, th = [], []
    if matched:
        en.append("has the words " + ", ".join(matched))
        th.append("มีคำว่า " + ", ".join(matched))
    if translated:
        pairs = ", ".join(f"{here} ↔ {there}" for here, there in translated)
        en.append("has translated words or other names " + pairs)
        th.append("มีคำแปลหรือชื่ออื่นของ " + pairs)
    if in_translation:
        en.append("has the words " + ", ".join(in_translation) + " in its translation")
        th.append("มีคำว่า " + ", ".join(in_translation) + " ในฉบับแปล")
    if similarity is not None:
        en.append(f"is close in meaning{' across languages' if crossing else ''} (cosine {similarity:.2f})")
        th.append(f"มีความหมายใกล้เคียง{'ข้ามภาษา' if crossing else ''} (โคไซน์ {similarity:.2f})")
    return Message(en="The passage " + "; ".join(en), th="ข้อความนี้" + " และ".join(th)) if en else Message("", "")
