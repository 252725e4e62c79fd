"""What the collection has that is near to a question for which nothing was found: names and words spelt or beginning alike."""

from __future__ import annotations

from kb.search.repair import Repair
from kb.search.suggest import Suggestions
from kb.text.analyzer import Analyzer
from kb.text.word_counts import WordCounts

WORDS = 5  # of a question that are looked for: a question of many unknown words is about something else


class NearTerms:
    """Thread-safe."""

    def __init__(self, suggestions: Suggestions, repair: Repair, analyzer: Analyzer, counts: WordCounts) -> None:
        self._suggestions, self._repair, self._analyzer, self._counts = suggestions, repair, analyzer, counts

    def of(self, question: str, limit: int) -> tuple[str, ...]:
        """Names that something in the question is written like, then for each of its words that no document has the nearest ones.

        Each once, whatever its case, and none that is the question itself.
        """
        names = [each.text for each in self._suggestions.like(question, limit)]
        words = [near for word in self._unknown(question) for near in self._repair.near_terms(word)]
        asked = question.strip().casefold()
        found: dict[str, str] = {}
        for near in (*names, *words):
            found.setdefault(near.casefold(), near)
        return tuple(near for folded, near in found.items() if folded != asked)[:limit]

    def _unknown(self, question: str) -> list[str]:
        asked = dict.fromkeys(term.text.casefold() for term in self._analyzer.query_terms(question))
        return [word for word in asked if word not in self._counts.thai and word not in self._counts.english][:WORDS]
