"""From a ranked subject to a hit as it is shown: its version, its best passages with marks, and the reason."""

from __future__ import annotations

import numpy as np

from kb.index.reader import Index
from kb.search import arms, explain, raising
from kb.search.asking import Asking
from kb.search.catalogue import Catalogue
from kb.search.grouping import Ranked, Scored
from kb.search.marks import Marker
from kb.types import Hit, Lang


class Showing:
    """Thread-safe."""

    def __init__(self, index: Index, catalogue: Catalogue) -> None:
        self._index, self._catalogue = index, catalogue

    def hit(self, ranked: Ranked, asking: Asking, limit: int) -> Hit:
        """limit: passages at most."""
        number = self._catalogue.version(ranked.group_id, asking.shown, self._languages(ranked.group_id, asking))
        summary = self._catalogue.summary(number)
        best = self._best_passages(ranked, asking, number)[:limit] if asking.question.clean else []
        texts = self._index.store.passages([each.row for each in best])
        sentences = self._index.store.sentences([each.row for each in best])
        explained = [
            explain.passage_hit(texts[each.row], each, sentences[each.row], asking.vector, asking.marker, self._index.store)
            for each in best
        ]
        reason = explain.why(explained, asking.question.lang, summary.lang, self._words_in_translation(ranked, asking.marker, summary.lang))
        reason = raising.reason(reason, asking.fitting.get(ranked.group_id, ()))
        return Hit(summary, round(ranked.score, 4), tuple(each.hit for each in explained), reason)

    def _languages(self, group_id: str, asking: Asking) -> tuple[str, ...]:
        """Languages in which a document may be shown: those of its versions that have an allowed passage."""
        if asking.allowed.shown is None:
            return ()
        versions = self._catalogue.groups[group_id].versions.items()
        shown = set(self._catalogue.owner[asking.allowed.shown].tolist())
        return tuple(lang for lang, number in versions if number in shown) or asking.filters.lang

    def _words_in_translation(self, ranked: Ranked, marker: Marker, shown: Lang) -> tuple[str, ...]:
        """What the best passage in the question's own language says, when the document is shown in the other one."""
        row = next((each.row for each in ranked.passages if each.lang == marker.lang != shown), None)
        if row is None:
            return ()
        return tuple(dict.fromkeys(mark.word for mark in marker.literal(self._index.store.passages([row])[row].text)))

    def _best_passages(self, ranked: Ranked, asking: Asking, number: int) -> list[Scored]:
        """Passages of the shown version, best first; measured anew where another version brought the document up."""
        rows = np.array(self._index.store.rows_of(number), dtype=np.int64)
        if asking.allowed.shown is not None:
            rows = np.intersect1d(rows, asking.allowed.shown)
        coverage = {each.row: each.coverage for each in ranked.passages}
        covered = np.array([coverage.get(int(row), 0.0) for row in rows], dtype=np.float32)
        found = arms.measure(self._index, self._catalogue.documents[number].lang, rows, asking.vector, covered)
        return sorted(asking.scored(found), key=lambda s: (-s.score, s.row))
