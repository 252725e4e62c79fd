"""Misspelt words, Thai and English: what was meant, where that is far likelier than what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import combinations

from kb.text import edits, english, lattice, thai
from kb.text.lattice import Edge, Way
from kb.text.likelihood import general_english, general_thai, unknown
from kb.text.readings import Readings
from kb.text.spelling import TwoVocabularies, Vocabulary

LEAST_COUNT = 5  # occurrences in the Thai National Corpus from which a word of the dictionary may be what was meant
MARGIN = 1.5  # nats by which the repaired reading must win
MARGIN_WORDS = 3.0  # where every word as typed exists
SUSPICIOUS = 2.2  # nats a character of a token from which its neighbourhood is read again
SHORTEST, SHORTEST_NAME = 4, 6  # letters of an English word, and of what may be meant by a name
WINDOW = 28  # code points up to which neighbourhoods are read again as one
ROUNDING = 1e-9  # nats by which sums of the same costs may differ
LONGEST = 80  # code points of one that is read at all: the work grows with the cube, and a thousand letters without a word took a minute

Fix = tuple[int, int, str]  # start, end, as meant
_CHUNK = re.compile("[\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e]{3,}")  # without ฯ and ๆ
# Three of a letter may meet inside a text (ระบบ|บำบัด, ระบบ|บริหาร), but not at its end.
_HELD_THAI = re.compile("(?<=[\u0e01-\u0e4e])([\u0e01-\u0e2e])(?:\\1{3,}|\\1{2}(?![\u0e01-\u0e4e]))")
_HELD_LATIN = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)
_MOST_EDITS = {2: 1.0, 3: 2.5, 4: 4.0, 5: 5.5}  # by length of the skeleton; longer ones:
_MOST_EDITS_LONG = 7.0


class Misspellings:
    """Thread-safe."""

    def __init__(self, readings: Readings, segmenter: thai.Segmenter, before: Misspellings | None = None) -> None:
        """before: of an earlier state of the collection; its indexes are taken where the words are the same."""
        self._readings, self._segmenter = readings, segmenter
        thai_words, english_words = general()
        thai_same, english_same = (before and readings.same_words(before._readings)) or (False, False)
        self._thai: TwoVocabularies = (
            before._thai if before and thai_same else TwoVocabularies(thai_words, readings.thai.targets(thai_words))
        )
        self._english: TwoVocabularies = (
            before._english if before and english_same else TwoVocabularies(english_words, readings.english.targets(english_words))
        )

    def of_words(self, text: str) -> list[Fix]:
        """Misspelt words of a normalised text."""
        return self.thai(text) + self.english(text)

    def held_down(self, text: str) -> list[Fix]:
        """Letters that were held down: มากกกก, wasteee. A stretch of one letter only is an abbreviation (ททท., www)."""
        return [*self._held_thai(text), *self._held_latin(text)]

    def _held_thai(self, text: str) -> Iterator[Fix]:
        for match in _HELD_THAI.finditer(text):
            if not self._segmenter.knows(match[0]):
                ways = [self._ending(text[: match.start()] + match[1] * count) for count in (2, 1)]
                start, word = next((way for way in ways if self._segmenter.knows(way[1])), ways[-1])
                yield start, match.end(), word

    def _ending(self, text: str) -> tuple[int, str]:
        """The last word of a text, and where it begins."""
        start = self._segmenter.segment(text)[-1][0]
        return start, text[start:]

    def _held_latin(self, text: str) -> Iterator[Fix]:
        for token in english.leaves(english.tokens(text)) if _HELD_LATIN.search(text) else ():
            typed = text[token.start : token.end]
            if not _HELD_LATIN.search(typed) or typed.isupper() or not typed.isalpha() or len(set(typed.casefold())) == 1:
                continue
            shorter = [_HELD_LATIN.sub(kept, typed) for kept in (r"\1\1", r"\1")]
            known = (word for word in shorter if self._readings.english.cost(word.casefold()) is not None)
            yield token.start, token.end, next(known, shorter[-1])

    def near(self, word: str, farthest: float) -> list[str]:
        """Words that may have been meant by one, at most `farthest` nats of edits away."""
        index = self._thai if thai.is_thai(word[:1]) else self._english
        found = {meant for _, _, meant in index.near(word, whole=True)}
        return [each for each in found if edits.cost(word, each) <= farthest]

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
            if found and start < found[-1][1] and end - found[-1][0] <= WINDOW:
                found[-1] = (found[-1][0], end)
            elif not found or end > found[-1][1]:
                found.append((max(start, found[-1][1] if found else 0), end))
        return [(start, end) for start, end in found if end - start <= LONGEST]

    def _is_odd(self, token: str) -> bool:
        price = self._readings.thai.cost(token)
        return price is None or price / len(token) > SUSPICIOUS

    def _window(self, text: str) -> list[Fix]:
        before = self._readings.thai_path(text)
        most = before.cost - (MARGIN_WORDS if all(edge.known for edge in before.edges) else MARGIN)
        meant = [edge for each in self._winning(text, most) if (edge := self._measured(text, each))]
        if not meant:  # nearly always
            return []
        after = lattice.best(len(text), [*self._readings.thai_edges(text), *self._standing(text), *meant])
        changed = [edge for edge in after.edges if edge.meant]
        return [(edge.start, edge.end, edge.meant) for edge in changed] if changed and after.cost <= most else []

    def _winning(self, text: str, most: float) -> list[Edge]:
        """Corrections, each at the least that it may cost, which may be part of a reading that costs no more than `most`."""
        certain, cheapest = self._ways(text)
        before, behind = lattice.around([[*one, *other] for one, other in zip(certain, cheapest, strict=True)])
        worth = [(start, end) for start, ways in enumerate(cheapest) for end, price in ways if before[start] + price + behind[end] <= most]
        found = self._thai.near(text, stretches=worth) if worth else []
        left = most + ROUNDING
        near = [self._cheapest(text, *each, left - before[each[0]] - behind[each[1]]) for each in found]
        corrections = list(filter(None, near))
        if not corrections:  # mostly
            return []
        # Again with what these really cost at the least: of several in one reading each had counted as the cheapest of all.
        for each in corrections:
            certain[each.start].append((each.end, each.cost))
        before, behind = lattice.around(certain)
        return [edge for edge in corrections if before[edge.start] + edge.cost + behind[edge.end] <= most]

    def _ways(self, text: str) -> tuple[list[list[Way]], list[list[Way]]]:
        """From every position: words that stand there and unknown stretches; and what is no word and may be a misspelt one, at the least
        that no word may have been meant for less than."""
        words, least = self._readings.thai, self._least
        knows, longest, most = words.knows, lattice.LONGEST_UNKNOWN, len(least) - 1
        allowed = lattice.places(text)
        letters = edits.letters(text)
        certain: list[list[Way]] = [[] for _ in text]
        cheapest: list[list[Way]] = [[] for _ in text]
        for number, start in enumerate(allowed[:-1]):
            stands, misspelt = certain[start], cheapest[start]
            listed, before = self._segmenter.prefixes(text, start), letters[start]
            for end in allowed[number + 1 :]:
                word = text[start:end]
                if not knows(word):
                    misspelt.append((end, least[min(letters[end] - before, most)]))
                elif word in listed or word in self._thai:
                    stands.append((end, words.cost(word) or 0.0))
                if end - start <= longest:
                    stands.append((end, lattice.UNKNOWN[end - start]))
        return certain, cheapest

    @cached_property
    def _least(self) -> list[float]:
        """By the letters of what was typed: no word may have been meant for less, as it has about as many letters."""
        words = self._readings.thai.least
        return [min(words[max(letters - 1, 0) : letters + 2]) + edits.MISSPELT + edits.SOUND for letters in range(len(words))]

    def _standing(self, text: str) -> list[Edge]:
        """Words that stand in a text and may be meant, also those that the segmenter does not know."""
        stretches = combinations(lattice.places(text), 2)
        words = self._readings.thai
        found = ((start, end, words.cost(text[start:end])) for start, end in stretches if text[start:end] in self._thai)
        return [Edge(start, end, price) for start, end, price in found if price is not None]

    def _cheapest(self, text: str, start: int, end: int, meant: str, most: float) -> Edge | None:
        """At the least that it may cost; None where that is more than `most`."""
        meaning = self._meaning(meant)
        if meaning + edits.SOUND > most:
            return None
        price = meaning + edits.least(text[start:end], meant)
        return Edge(start, end, price, meant) if price <= most else None

    def _meaning(self, meant: str) -> float:
        known = self._readings.thai.cost(meant)
        return (known if known is not None else unknown(len(meant))) + edits.MISSPELT

    def _measured(self, text: str, cheapest: Edge) -> Edge | None:
        """None for a word that is too far from what was typed."""
        typed, meant = text[cheapest.start : cheapest.end], cheapest.meant
        price = edits.cost(typed, meant)
        return Edge(cheapest.start, cheapest.end, self._meaning(meant) + price, meant) if price <= most_edits(meant) else None

    def english(self, text: str) -> list[Fix]:
        fixes: list[Fix] = []
        for token in english.leaves(english.tokens(text)):
            typed = text[token.start : token.end]
            meant = self._english_word(typed)
            if meant:
                fixes.append((token.start, token.end, meant))
        return fixes

    def _english_word(self, typed: str) -> str:
        """What was meant by a word that nobody knows; "" for all others, and for figures and acronyms."""
        folded = typed.casefold()
        price = self._readings.english.cost(folded)
        if price is not None or not _may_be_misspelt(typed):
            return ""
        best, meant = min(self._meant(folded, name=typed.istitle()), default=(float("inf"), ""))
        if unknown(len(folded)) - best < MARGIN:
            return ""
        return meant.title() if typed.istitle() else meant

    def _meant(self, folded: str, name: bool) -> Iterator[tuple[float, str]]:
        words = self._readings.english
        for _, _, word in self._english.near(folded, whole=True):
            price = edits.cost(folded, word)
            # What is written like a name is only taken for a word of the collection.
            if price <= most_edits(word) and not (name and (word not in words.own or len(word) < SHORTEST_NAME)):
                yield (words.cost(word) or 0.0) + edits.MISSPELT + price, word


@cache
def general() -> tuple[Vocabulary, Vocabulary]:
    """What every collection may have meant in Thai and in English."""
    return Vocabulary(general_thai(LEAST_COUNT)), Vocabulary(general_english())


def _may_be_misspelt(typed: str) -> bool:
    """A word of plain letters, neither an acronym nor short; irregular capitals are those of names (eThekwini)."""
    return len(typed) >= SHORTEST and typed.isascii() and typed.isalpha() and (typed.islower() or typed.istitle())


def most_edits(meant: str) -> float:
    return _MOST_EDITS.get(len(edits.skeleton(meant)), _MOST_EDITS_LONG)
