"""From ranked subjects to hits as they are shown: their versions, their best passages with marks, and the reasons.

What a page of hits needs is read from the store at once: a query for its passages with their sentences, two for the twins of the
sentences that answer. Its passages are read for marks as one text, and so are its twins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.reader import Index
from kb.index.records import Shown
from kb.search import arms, explain, raising, twins
from kb.search.asking import Asking
from kb.search.catalogue import Catalogue
from kb.search.explain import Marked, Said
from kb.search.grouping import Page, Passages, Ranked, Scored
from kb.search.marks import Marker
from kb.types import Hit, Lang, Twin


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

    def hits(self, page: Page, asking: Asking, limit: int) -> tuple[Hit, ...]:
        """limit: passages of a hit at most."""
        chosen = self._chosen(page, asking, limit)
        texts, said = self._page([scored.row for each in chosen for scored in each.passages], asking.vector)
        marked = explain.marked(texts, said, asking.marker)
        twins = self._twins(marked, texts, asking.marker)
        words = self._words([each.in_translation for each in chosen if each.in_translation is not None], asking.marker)
        return tuple(self._hit(each, asking, marked, twins, words) for each in chosen)

    def _hit(
        self,
        chosen: _Chosen,
        asking: Asking,
        marked: Mapping[int, Marked],
        twins: Mapping[int, Twin],
        words: Mapping[int | None, tuple[str, ...]],
    ) -> Hit:
        summary = self._catalogue.summary(chosen.number)
        explained = [explain.passage_hit(marked[each.row], each, twins.get(each.row)) for each in chosen.passages]
        reason = explain.why(explained, asking.question.lang, summary.lang, words.get(chosen.in_translation, ()))
        reason = raising.reason(reason, asking.fitting.of(chosen.ranked.group))
        return Hit(summary, round(chosen.ranked.score, 4), tuple(each.hit for each in explained), reason)

    def _chosen(self, page: Page, asking: Asking, limit: int) -> list[_Chosen]:
        numbers = self._versions([each.group for each in page.ranked], asking)
        best = self._best_passages(numbers, page.passages, asking, limit) if asking.question.clean else {}
        return [
            _Chosen(each, number, best.get(number, ()), _in_translation(page, each.group, asking.marker.lang, lang))
            for each, number, lang in zip(page.ranked, numbers, self._catalogue.langs(numbers), strict=True)
        ]

    def _versions(self, groups: Sequence[int], asking: Asking) -> list[int]:
        """For each subject the number of the version that is shown."""
        if not asking.allowed.is_restricted:
            return list(map(int, self._catalogue.shown_in(np.array(groups, np.int64), asking.shown)))
        return [self._catalogue.version(group, asking.shown, self._languages(group, asking)) for group in groups]

    def _languages(self, group: int, asking: Asking) -> tuple[str, ...]:
        """Languages in which a document may be shown: those of its versions that have an allowed passage."""
        versions = self._catalogue.versions(group).items()
        return (
            tuple(lang for lang, number in versions if asking.allowed.shows(self._catalogue.rows_of(number)).any()) or asking.filters.lang
        )

    def _best_passages(self, versions: Sequence[int], found: Passages, asking: Asking, limit: int) -> dict[int, list[Scored]]:
        """Passages of the shown versions, best first; measured anew where another version brought a document up. found: by the arms."""
        best: dict[int, list[Scored]] = {}
        for lang, every in self._catalogue.rows_by_lang(versions):
            rows = every[asking.allowed.shows(every)] if asking.allowed.is_restricted else every
            if not len(rows):
                continue
            covered = _coverage(rows, found)
            measured = asking.scored(arms.measure(self._index, lang, rows, asking.vector, covered, asking.expected.get(lang)))
            numbers = self._catalogue.numbers_of(rows)
            first = _best_of_each(numbers, measured.scores, limit)
            for number, scored in zip(numbers[first].tolist(), measured.select(first).listed(), strict=True):
                best.setdefault(number, []).append(scored)
        return best

    def _page(self, rows: Sequence[int], vector: NDArray[np.float32] | None) -> tuple[dict[int, Shown], dict[int, Said]]:
        """Passages by row, and their sentences."""
        texts, table = self._index.store.page(rows)
        starts, ends = table.spans.T.tolist()
        cosines = None if vector is None or not starts else (table.vectors @ vector).tolist()
        return texts, {row: Said(starts[at], ends[at], cosines and cosines[at]) for row, at in table.by_passage()}

    def _twins(self, marked: Mapping[int, Marked], texts: dict[int, Shown], marker: Marker) -> dict[int, Twin]:
        """For each row the twin of the sentence that answers, where it is trusted."""
        answers = {(row, each.answer[0]) for row, each in marked.items() if each.answer}
        found = {key: twin for key, twin in self._index.store.twins(answers).items() if twin.confidence >= twins.TRUSTED}
        missing = {row for twin in found.values() for row, _, _ in twin.places} - texts.keys()
        passages = texts | self._index.store.shown(missing) if missing else texts
        return twins.shown({row: twin for (row, _), twin in found.items()}, passages, marker)

    def _words(self, rows: Sequence[int], marker: Marker) -> dict[int | None, tuple[str, ...]]:
        """For each passage the words of the question that it holds."""
        texts = self._index.store.shown(rows) if rows else {}
        return dict(zip(texts, marker.words([each.written for each in texts.values()]), strict=True)) if texts else {}


def _best_of_each(numbers: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """Places of the `limit` best passages of each document, best first, equal ones in their order. numbers: of the documents."""
    order = np.lexsort((-scores, numbers))
    ordered = numbers[order]
    return order[np.arange(len(order)) - np.searchsorted(ordered, ordered) < limit]


def _coverage(rows: NDArray[np.int64], found: Passages) -> NDArray[np.float32]:
    """Of passages, given by their ascending rows, not empty; 0 for those that were not found."""
    covered = np.zeros(len(rows), np.float32)
    at = rows.searchsorted(found.rows)
    here = (rows.take(at, mode="clip") == found.rows).nonzero()[0]
    covered[at[here]] = found.coverage[here]
    return covered


def _in_translation(page: Page, group: int, asked: Lang, shown: Lang) -> int | None:
    best = page.best(group, asked) if asked != shown else None
    return best.row if best else None
