"""Why a document was found: the words that match, in either language, and the sentence nearest to the question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang, Message
from kb.index.store import Sentence
from kb.search.grouping import Scored
from kb.search.question import Question, Translation
from kb.text.analyzer import Analyzer, Term
from kb.text.graphemes import snap
from kb.types import Highlight, Passage, PassageHit, Why

# A sentence that holds one more of the question's words is preferred to one that is this much nearer in cosine.
WORD_BONUS = 0.1
MARKED = 0.15  # probability from which a translation by the lexicon is marked in a passage
SHORTEST_PART = 3  # letters and marks of a word's part that is worth marking


@dataclass(frozen=True, slots=True)
class Explained:
    hit: PassageHit
    matched: tuple[str, ...]  # words of the question found literally
    translated: tuple[tuple[str, str], ...]  # (word of the question, word of the passage)


def passage_hit(
    passage: Passage,
    scored: Scored,
    sentences: Sequence[Sentence],
    question: Question,
    vector: NDArray[np.float32] | None,
    analyzer: Analyzer,
) -> Explained:
    found = [match for match in analyzer.matches(passage.text, question.terms) if _telling(match[2], question)]
    spans = [(start, end) for start, end, _ in found]
    translated = (
        _translated(passage.text, question, analyzer) if passage.lang != question.lang else _renamed(passage.text, question, analyzer)
    )
    spans += [(start, end) for start, end, _ in translated]
    highlights = _merged(passage.text, spans)
    similarity = None if np.isnan(scored.cosine) else round(scored.cosine, 4)
    answer = nearest(passage.text, sentences, highlights, vector)
    hit = PassageHit(passage, round(scored.score, 4), similarity, highlights, answer)
    matched = tuple(dict.fromkeys(surface for _, _, surface in found))
    return Explained(hit, matched, _distinct((surface, passage.text[start:end]) for start, end, surface in translated))


def _telling(surface: str, question: Question) -> bool:
    """A whole word of the question, or a part of one that is long enough to mean something by itself."""
    return len(surface) >= SHORTEST_PART or any(surface == term.text for term in question.terms)


def _distinct(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each pair once, as it is first written: "waste" and "Waste" are one."""
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for pair in pairs:
        first.setdefault((pair[0].casefold(), pair[1].casefold()), pair)
    return tuple(first.values())


def _translated(text: str, question: Question, analyzer: Analyzer) -> list[tuple[int, int, str]]:
    """(start, end, word of the question) where a text of the other language says what the question asks.

    The glossary comes first: what it names is not named again by the lexicon.
    """
    found = [
        (start, end, translation.surface)
        for translation in question.translations
        for start, end in _occurrences(text, translation, analyzer)
    ]
    by_lexicon = [each for each in analyzer.matches(text, _likely(question)) if all(each[1] <= a or b <= each[0] for a, b, _ in found)]
    return sorted(found + by_lexicon)


def _renamed(text: str, question: Question, analyzer: Analyzer) -> list[tuple[int, int, str]]:
    """(start, end, word of the question) where a text of the question's own language has another name for it."""
    return sorted(
        (start, end, other.surface)
        for other in question.synonyms
        for start, end in _occurrences(text, other, analyzer)
        if text[start:end].casefold() != other.surface.casefold()
    )


def _likely(question: Question) -> list[Term]:
    """For each translation that is probable enough to be marked the word of the question that most probably means it."""
    best: dict[str, tuple[float, Term]] = {}
    for carried in question.carried:
        for target, probability in carried.translations:
            if probability >= MARKED and probability > best.get(target, (0.0,))[0]:
                best[target] = (probability, carried.term)
    return [Term(term.text, (target,), term.start, term.end) for target, (_, term) in best.items()]


def _occurrences(text: str, translation: Translation, analyzer: Analyzer) -> list[tuple[int, int]]:
    """Where the translated phrase stands: all of its words within one stretch of the text."""
    found = analyzer.matches(text, translation.terms)
    wanted = {term.text for term in translation.terms}
    if {surface for _, _, surface in found} < wanted:
        return []
    spans: list[tuple[int, int]] = []
    for start, end, _ in found:
        if spans and start - spans[-1][1] <= 1:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _merged(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Highlight, ...]:
    """Ranges at grapheme-cluster boundaries, ascending, without overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(snap(text, start, end) for start, end in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(Highlight(start, end) for start, end in merged)


def nearest(
    text: str, sentences: Sequence[Sentence], highlights: Sequence[Highlight], vector: NDArray[np.float32] | None
) -> Highlight | None:
    """The sentence nearest to the question; without vectors the one with most matched words."""
    if not sentences:
        return None

    def closeness(sentence: Sentence) -> float:
        inside = sum(sentence.start <= mark.start < sentence.end for mark in highlights)
        return WORD_BONUS * inside + (float(sentence.vector @ vector) if vector is not None else 0.0)

    best = max(sentences, key=lambda s: (closeness(s), -s.start))
    return Highlight(*snap(text, best.start, best.end))


def matched_words(text: str, question: Question, analyzer: Analyzer) -> tuple[str, ...]:
    """Words of the question, as written there, that stand in a text."""
    return tuple(dict.fromkeys(surface for _, _, surface in analyzer.matches(text, question.terms) if _telling(surface, question)))


def why(explained: Sequence[Explained], question: Question, shown: Lang, in_translation: tuple[str, ...] = ()) -> Why:
    """The reason for one document from its explained passages, best first."""
    matched = tuple(dict.fromkeys(word for each in explained for word in each.matched))
    translated = _distinct(pair for each in explained for pair in each.translated)
    similarities = [each.hit.similarity for each in explained if each.hit.similarity is not None]
    best = explained[0].hit if explained else None
    sentence = best.passage.text[best.answer.start : best.answer.end].strip() if best and best.answer else ""
    similarity = max(similarities, default=None)
    message = _message(matched, translated, in_translation, similarity, question.lang != shown)
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
