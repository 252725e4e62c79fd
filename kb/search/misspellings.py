"""Misspelt words, Thai and English: what was meant, where that is far likelier than what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kb.text import edits, english, lattice, thai
from kb.text.likelihood import DOUBTFUL, EnglishWords, ThaiWords, unknown
from kb.text.lattice import Edge
from kb.text.readings import Readings
from kb.text.spelling import DeleteIndex

LEAST_COUNT = 5  # occurrences in the Thai National Corpus from which a word of the dictionary may be what was meant
MARGIN = 3.0  # nats by which the repaired reading must win
MARGIN_WORDS = 6.0  # where every word as typed exists
SUSPICIOUS = 2.4  # nats a character of a token from which its neighbourhood is read again
WINDOW = 28  # code points read again at most

Fix = tuple[int, int, str]  # start, end, as meant
_CHUNK = re.compile(f"[{thai.LETTERS}]{{3,}}")
_MOST_EDITS = {2: 0.0, 3: 1.0, 4: 2.5, 5: 4.0}  # by length of the skeleton; longer ones:
_MOST_EDITS_LONG = 7.0


class Misspellings:
    """Thread-safe."""

    def __init__(self, readings: Readings, segmenter: thai.Segmenter) -> None:
        self._readings, self._segmenter = readings, segmenter
        self._thai_words = readings.thai.targets(LEAST_COUNT)
        self._thai_index = DeleteIndex(self._thai_words)
        self._english_words = readings.english.targets()
        self._english_index = DeleteIndex(self._english_words)

    def thai(self, text: str) -> list[Fix]:
        fixes: list[Fix] = []
        for chunk in _CHUNK.finditer(text):
            for start, end in self._windows(chunk[0]):
                offset = chunk.start() + start
                fixes += [(offset + a, offset + b, meant) for a, b, meant in self._window(chunk[0][start:end])]
        return fixes

    def _windows(self, chunk: str) -> list[tuple[int, int]]:
        """Tokens that look like what is left of a misspelt word, with two neighbours on both sides."""
        spans = self._segmenter.segment(chunk)
        odd = [at for at, (a, b) in enumerate(spans) if self._is_odd(chunk[a:b])]
        found: list[tuple[int, int]] = []
        for at in odd:
            start, end = spans[max(at - 2, 0)][0], spans[min(at + 2, len(spans) - 1)][1]
            if found and start < found[-1][1]:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def _is_odd(self, token: str) -> bool:
        price = self._readings.thai.cost(token)
        return price is None or price / len(token) > SUSPICIOUS

    def _window(self, text: str) -> list[Fix]:
        written = self._readings.thai_edges(text)
        before = lattice.best(len(text), written)
        after = lattice.best(len(text), [*written, *self._thai_corrections(text)])
        changed = [edge for edge in after.edges if edge.meant]
        margin = MARGIN_WORDS if all(edge.known for edge in before.edges) else MARGIN
        if not changed or before.cost - after.cost < margin:
            return []
        return [(edge.start, edge.end, edge.meant) for edge in changed]

    def _thai_corrections(self, text: str) -> Iterator[Edge]:
        allowed = lattice.boundaries(text)
        for near in self._thai_index.near(text):
            typed, meant = text[near.start : near.end], self._thai_words[near.word]
            if not (allowed[near.start] and allowed[near.end]):
                continue
            if typed == meant:
                yield Edge(near.start, near.end, self._readings.thai.cost(meant) or 0.0)
            elif self._readings.thai.cost(typed) is None:
                price = edits.cost(typed, meant)
                if price <= most_edits(meant):
                    known = self._readings.thai.cost(meant)
                    yield Edge(near.start, near.end, (known if known is not None else unknown(len(meant))) + edits.MISSPELT + price, meant)

    def english(self, text: str) -> list[Fix]:
        fixes: list[Fix] = []
        for token in english.leaves(english.tokens(text)):
            typed = text[token.start : token.end]
            meant = self._english_word(typed)
            if meant:
                fixes.append((token.start, token.end, meant))
        return fixes

    def _english_word(self, typed: str) -> str:
        folded = typed.casefold()
        if len(folded) < 4 or not folded.isascii() or not folded.isalpha() or not (typed.islower() or typed.istitle()):
            return ""
        words = self._readings.english
        price = words.cost(folded)
        if price is not None and price < DOUBTFUL:
            return ""
        found = [self._english_words[near.word] for near in self._english_index.near(folded, whole=True)]
        priced = [(words.cost(word) or 0.0, edits.cost(folded, word), word) for word in found]
        best = min(((p + edits.MISSPELT + e, word) for p, e, word in priced if e <= most_edits(word)), default=(float("inf"), ""))
        if (price or unknown(len(folded))) - best[0] < MARGIN:
            return ""
        return best[1].title() if typed.istitle() else best[1]


def most_edits(meant: str) -> float:
    return _MOST_EDITS.get(len(edits.skeleton(meant)), _MOST_EDITS_LONG)
