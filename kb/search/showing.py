"""From ranked subjects to hits as they are shown: their versions, their best passages with marks, and the reasons.

What a page of hits needs is read from the store at once: a query for its passages, one for their
sentences, two for the twins of the sentences that answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.reader import Index
from kb.index.store import Shown
from kb.search import arms, explain, raising, twins
from kb.search.asking import Asking
from kb.search.catalogue import Catalogue
from kb.search.explain import Marked, Said
from kb.search.grouping import Ranked, Scored
from kb.search.marks import Marker
from kb.types import LANGS, Hit, Lang, Twin


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is shown of one subject."""

    ranked: Ranked
    number: int  # of the version in the catalogue
    passages: Sequence[Scored]  # best first
    in_translation: int | None  # row of the best passage in the question's own language, where another one is shown


class Showing:
    """Thread-safe."""

    def __init__(self, index: Index, catalogue: Catalogue) -> None:
        self._index, self._catalogue = index, catalogue

    def hits(self, ranked: Sequence[Ranked], asking: Asking, limit: int) -> tuple[Hit, ...]:
        """One page. limit: passages of a hit at most."""
        chosen = self._chosen(ranked, asking, limit)
        rows = [scored.row for each in chosen for scored in each.passages]
        texts = self._index.store.shown({*rows, *(each.in_translation for each in chosen if each.in_translation is not None)})
        said = self._said(rows, asking.vector)
        marked = {row: explain.marked(texts[row], said.get(row, ()), asking.marker) for row in rows}
        found = self._twins(marked, texts, asking.marker)
        return tuple(self._hit(each, asking, marked, found, texts) for each in chosen)

    def _hit(
        self, chosen: _Chosen, asking: Asking, marked: Mapping[int, Marked], found: Mapping[int, Twin], texts: Mapping[int, Shown]
    ) -> Hit:
        summary = self._catalogue.summary(chosen.number)
        explained = [explain.passage_hit(marked[each.row], each, found.get(each.row)) for each in chosen.passages]
        words = () if chosen.in_translation is None else _words(texts[chosen.in_translation], asking.marker)
        reason = explain.why(explained, asking.question.lang, summary.lang, words)
        reason = raising.reason(reason, asking.fitting.of(chosen.ranked.group))
        return Hit(summary, round(chosen.ranked.score, 4), tuple(each.hit for each in explained), reason)

    def _chosen(self, ranked: Sequence[Ranked], asking: Asking, limit: int) -> list[_Chosen]:
        numbers = [self._catalogue.version(each.group, asking.shown, self._languages(each.group, asking)) for each in ranked]
        best = self._best_passages(dict(zip(numbers, ranked, strict=True)), asking, limit) if asking.question.clean else {}
        return [
            _Chosen(each, number, best.get(number, ()), _in_translation(each, asking.marker.lang, self._catalogue.lang(number)))
            for each, number in zip(ranked, numbers, strict=True)
        ]

    def _languages(self, group: int, asking: Asking) -> tuple[str, ...]:
        """Languages in which a document may be shown: those of its versions that have an allowed passage."""
        if not asking.allowed.is_restricted:
            return ()
        versions = self._catalogue.versions(group).items()
        return (
            tuple(lang for lang, number in versions if asking.allowed.shows(self._catalogue.rows_of(number)).any()) or asking.filters.lang
        )

    def _best_passages(self, ranked: Mapping[int, Ranked], asking: Asking, limit: int) -> dict[int, list[Scored]]:
        """Passages of the shown versions, best first; measured anew where another version brought a document up."""
        coverage = {scored.row: scored.coverage for each in ranked.values() for scored in each.passages}
        found: dict[int, list[Scored]] = {}
        for lang in LANGS:
            rows = self._allowed([number for number in ranked if self._catalogue.lang(number) == lang], asking)
            covered = np.array([coverage.get(row, 0.0) for row in rows.tolist()], dtype=np.float32)
            for number, scored in self._by_document(asking, arms.measure(self._index, lang, rows, asking.vector, covered)).items():
                found[number] = sorted(scored, key=lambda s: (-s.score, s.row))[:limit]
        return found

    def _allowed(self, numbers: Sequence[int], asking: Asking) -> NDArray[np.int64]:
        """Passages of documents that may be shown, ascending."""
        found = np.sort(np.concatenate([np.zeros(0, np.int64), *map(self._catalogue.rows_of, numbers)]))
        return found[asking.allowed.shows(found)]

    def _by_document(self, asking: Asking, found: arms.Candidates) -> dict[int, list[Scored]]:
        documents: dict[int, list[Scored]] = {}
        for number, scored in zip(self._catalogue.numbers_of(found.rows).tolist(), asking.scored(found).listed(), strict=True):
            documents.setdefault(number, []).append(scored)
        return documents

    def _said(self, rows: Sequence[int], vector: NDArray[np.float32] | None) -> dict[int, list[Said]]:
        """The sentences of each passage, in order of the text."""
        spans, vectors = self._index.store.sentence_table(rows)
        cosines = [None] * len(spans) if vector is None or not spans else (vectors @ vector).tolist()
        found: dict[int, list[Said]] = {}
        for (row, start, end), cosine in zip(spans, cosines, strict=True):
            found.setdefault(row, []).append(Said(start, end, cosine))
        return found

    def _twins(self, marked: Mapping[int, Marked], texts: dict[int, Shown], marker: Marker) -> dict[int, Twin]:
        """For each row the twin of the sentence that answers, where it is trusted."""
        answers = {(row, each.answer.start) for row, each in marked.items() if each.answer}
        found = {key: twin for key, twin in self._index.store.twins(answers).items() if twin.confidence >= twins.TRUSTED}
        missing = {row for twin in found.values() for row, _, _ in twin.places} - texts.keys()
        passages = texts | self._index.store.shown(missing) if missing else texts
        return {row: twins.shown(twin, passages, marker) for (row, _), twin in found.items()}


def _in_translation(ranked: Ranked, asked: Lang, shown: Lang) -> int | None:
    return next((each.row for each in ranked.passages if each.lang == asked != shown), None)


def _words(shown: Shown, marker: Marker) -> tuple[str, ...]:
    """Words of the question that a passage holds."""
    found = marker.literal(shown.passage.text, shown.passage.lang, shown.cuts)
    return tuple(dict.fromkeys(mark.word for mark in found))
