"""How unlikely is a word? Unigram costs, −ln p in nats, from the collection's own words and from general language.

Half of the probability comes from each, so a word that the collection uses often is likely although general text hardly has it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable, Mapping
from functools import cache, cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.text import common_words, edits, english, thai
from kb.text.lexicon import Lexicon
from kb.text.word_counts import WordCounts

CACHED_COSTS = 65_536  # words whose cost is remembered
RARE = 17.0  # a word that exists but has no count
UNKNOWN_WORD, UNKNOWN_CHARACTER = 7.0, 2.7  # what no dictionary knows: to begin it, and for each of its characters
LONG = 7  # code points; a longer Thai word is not mistaken for another one
MOST_LETTERS = 24  # of a skeleton that are told apart
_SMOOTHING = 5_000  # words; a collection of a few documents says little of probabilities
_ZIPF = 1 / 10.6  # probability of a word is this by its rank, for 22,000 words

# The same word in British and American spelling.
_VARIANTS = (
    (re.compile("is(?=(?:e|ed|er|es|ing|ation|ations)$)", re.MULTILINE), "iz"),
    (re.compile("ys(?=(?:e|ed|er|es|ing)$)", re.MULTILINE), "yz"),
    (re.compile("our(?=(?:s|ed|ing|al|able|ful|less|ite)?$)", re.MULTILINE), "or"),
    (re.compile("(?<=[tb])re(?=s?$)", re.MULTILINE), "er"),
    (re.compile("ogue(?=s?$)", re.MULTILINE), "og"),
    (re.compile("ll(?=(?:ed|er|ing|ers)$)", re.MULTILINE), "l"),
    (re.compile("(?<=r)amme(?=s?$)", re.MULTILINE), "am"),
    (re.compile("ce(?=s?$)", re.MULTILINE), "se"),
    (re.compile("[ao]e", re.MULTILINE), "e"),
)


def unknown(length: int) -> float:
    return UNKNOWN_WORD + UNKNOWN_CHARACTER * length


class ThaiWords:
    def __init__(self, counts: Mapping[str, int], segmenter: thai.Segmenter) -> None:
        self.own = self._counts = {word: count for word, count in counts.items() if count}
        self._total = sum(counts.values()) + _SMOOTHING
        self._general, self._general_total = thai.counts(), sum(thai.counts().values())
        self._existing, self._kept = _existing_thai(), segmenter.own
        self.cost = lru_cache(maxsize=CACHED_COSTS)(self._cost)

    @cached_property
    def least(self) -> list[float]:
        """By the letters of a skeleton (kb.text.edits): no word with so many costs less. The last one stands for all longer ones too."""
        own, general = _greatest_counts(self._counts) / self._total, _greatest_general_counts() / self._general_total
        with np.errstate(divide="ignore"):
            return list(map(float, np.minimum(-np.log(0.5 * own + 0.5 * general), RARE)))

    def _cost(self, word: str) -> float | None:
        """None: no dictionary knows the word."""
        own, general = self._counts.get(word, 0), self._general.get(word, 0) if word in thai.dictionary() else 0
        if own or general:
            return min(-math.log(0.5 * own / self._total + 0.5 * general / self._general_total), RARE)
        return RARE if word in self._existing or word in self._kept else None

    def knows(self, word: str) -> bool:
        """Whether it has a cost."""
        return word in self._counts or word in self._existing or word in self._kept

    def targets(self, general: Container[str]) -> list[str]:
        """Words of the collection that may have been meant, beside the `general` ones."""
        return sorted(word for word in self._counts if word not in general)


class EnglishWords:
    def __init__(self, counts: Mapping[str, int], lexicon: Lexicon, before: EnglishWords | None = None) -> None:
        """before: of an earlier state of the collection; what is made of its words is taken where they are the same."""
        self.own = self._counts = counts
        self._forms: _Forms = before._forms.with_more(counts) if before else _Forms(counts)
        self._lexicon = lexicon
        self._total = sum(counts.values()) + _SMOOTHING
        self._ranks = common_words.ranks()
        self.cost = lru_cache(maxsize=CACHED_COSTS)(self._cost)

    def _cost(self, word: str) -> float | None:
        """Of a casefolded word; None: nobody knows it."""
        own, rank = self._counts.get(word, 0), self._ranks.get(word)
        if own or rank:
            return min(-math.log(0.5 * own / self._total + 0.5 * (_ZIPF / rank if rank else 0.0)), RARE)
        stem = english.term(word)
        if self._is_form(word, stem) or self._lexicon.translations(stem, "en"):
            return RARE
        return None

    def targets(self, general: Container[str]) -> list[str]:
        """Words of the collection that may have been meant, beside the `general` ones."""
        return sorted(word for word in self._counts if word.isalpha() and word not in general)

    def _is_form(self, word: str, stem: str) -> bool:
        """Whether it is another form or another spelling of a word that is known."""
        written = american(word)
        return stem in _common_stems() or stem in self._forms.stems or written in _common_american() or written in self._forms.american


class _Forms:
    """What other forms of words are compared by, made when it is first asked for."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words

    def with_more(self, words: Mapping[str, int]) -> _Forms:
        """Of these words. What was made of those that were there is taken over, unless one of them has gone."""
        if not self._words.keys() <= words.keys():
            return _Forms(words)
        found, more = _Forms(words), words.keys() - self._words.keys()
        # Where a cached property keeps its value: what was not asked for yet is made when it is.
        if "stems" in vars(self):
            vars(found)["stems"] = self.stems | english.stems(more)
        if "american" in vars(self):
            vars(found)["american"] = self.american | _american(more)
        return found

    @cached_property
    def stems(self) -> frozenset[str]:
        return english.stems(self._words)

    @cached_property
    def american(self) -> frozenset[str]:
        return _american(self._words)


def _greatest_counts(counts: Mapping[str, int]) -> NDArray[np.float64]:
    """(MOST_LETTERS + 1,) of the words whose skeletons have so many letters."""
    letters = list(map(len, edits.skeleton("\n".join(counts)).split("\n")))
    found = np.zeros(MOST_LETTERS + 1)
    np.maximum.at(found, np.minimum(letters, MOST_LETTERS), list(counts.values()) or [0])
    return found


# What does not depend on the collection is made once a process: it takes longer than all that does.


@cache
def general_thai(least: int) -> tuple[str, ...]:
    """Of the dictionary, what may have been meant: the long words and those that occur `least` times in general text."""
    return tuple(sorted(word for word in thai.dictionary() if len(word) >= LONG or thai.counts().get(word, 0) >= least))


@cache
def _existing_thai() -> frozenset[str]:
    return thai.dictionary() | thai.personal_names()


@cache
def _greatest_general_counts() -> NDArray[np.float64]:
    return _greatest_counts(thai.counts())


@cache
def general_english() -> tuple[str, ...]:
    return tuple(sorted(word for word in common_words.ranks() if len(word) > 2))


@cache
def _common_stems() -> frozenset[str]:
    return english.stems(common_words.ranks())


@cache
def _common_american() -> frozenset[str]:
    return _american(common_words.ranks())


def american(words: str) -> str:
    """Words, one a line, with British endings made American; made for comparing, not for reading."""
    for pattern, replacement in _VARIANTS:
        words = pattern.sub(replacement, words)
    return words


def _american(words: Iterable[str]) -> frozenset[str]:
    written = american("\n".join(words))
    return frozenset(written.split("\n")) if written else frozenset()


def of_both(
    counts: WordCounts, segmenter: thai.Segmenter, lexicon: Lexicon, before: EnglishWords | None = None
) -> tuple[ThaiWords, EnglishWords]:
    """before: as for EnglishWords."""
    return ThaiWords(counts.thai, segmenter), EnglishWords(counts.english, lexicon, before)
