"""What speaks for two sentences saying the same, besides their vectors: words that translate each other, names, figures."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.alignment import Matrix
from kb.text import english, thai
from kb.text.analyzer import Analyzer
from kb.text.dates import THAI_DIGITS, to_common_era
from kb.text.glossary import Glossary
from kb.text.lexicon import Lexicon

_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# Small numbers are written as words in the one version and as figures in the other.
_NUMBERS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10"}
_NUMBERS |= {"สอง": "2", "สาม": "3", "สี่": "4", "ห้า": "5", "หก": "6", "เจ็ด": "7", "แปด": "8", "เก้า": "9", "สิบ": "10"}

Meanings = Mapping[str, Mapping[str, float]]  # index term -> those of the other language that translate it, with probabilities


@dataclass(frozen=True, slots=True)
class Read:
    """One sentence as evidence."""

    words: frozenset[str]  # its index terms, without stop words; figures in one spelling
    figures: frozenset[str]  # numbers; years in the Common Era


def figures(text: str) -> frozenset[str]:
    """Numbers of a text, without separators: "1,600" is "1600", "๒๕๖๕" and "2565" are "2022"."""
    plain = text.translate(THAI_DIGITS)
    return frozenset(_era(match[0].replace(",", "")) for match in _FIGURE.finditer(plain))


def _era(number: str) -> str:
    return str(to_common_era(int(number))) if number.isdigit() and len(number) == 4 else number


def read(text: str, analyzer: Analyzer) -> Read:
    terms = {term for term in analyzer.index_terms(text) if term not in thai.STOPWORDS and term not in english.STOPWORDS}
    numbers = figures(text) | {_NUMBERS[term] for term in terms & _NUMBERS.keys()}
    words = {term for term in terms if term not in _NUMBERS and not term[0].isdigit()}
    return Read(frozenset(words | numbers), numbers)


def names(pairs: Iterable[tuple[str, str]], analyzer: Analyzer) -> dict[str, frozenset[str]]:
    """From pairs of a Thai and an English name: each Thai name that is one word -> the English words that it means for certain."""
    found: dict[str, frozenset[str]] = {}
    for in_thai, in_english in pairs:
        here, there = analyzer.query_terms(in_thai), analyzer.query_terms(in_english)
        if len(here) == 1:
            found[here[0].terms[0]] = found.get(here[0].terms[0], frozenset()) | {each.terms[0] for each in there}
    return found


def glossary_names(glossary: Glossary) -> list[tuple[str, str]]:
    return [(a, b) for entry in glossary.entries for a in entry.names("th") for b in entry.names("en")]


def meanings(
    in_thai: Iterable[str], in_english: Iterable[str], lexicon: Lexicon, certain: Mapping[str, Iterable[str]]
) -> tuple[Meanings, Meanings]:
    """(Thai word -> English words, English word -> Thai words) of two texts, with the greater probability of the two directions.

    A word that is the same in both languages (ASEAN, CO2) means itself; names that are certain have the probability 1.
    """
    here, there = set(in_thai), set(in_english)
    forth: dict[str, dict[str, float]] = defaultdict(dict)
    back: dict[str, dict[str, float]] = defaultdict(dict)

    def add(word: str, target: str, probability: float) -> None:
        if word in here and target in there:
            forth[word][target] = back[target][word] = max(probability, forth[word].get(target, 0.0))

    for word in here:
        for target, probability in (*lexicon.translations(word, "th"), (word, 1.0), *((name, 1.0) for name in certain.get(word, ()))):
            add(word, target, probability)
    for target in there:
        for word, probability in lexicon.translations(target, "en"):
            add(word, target, probability)
    return forth, back


def matrices(here: Sequence[Read], there: Sequence[Read], known: Meanings) -> tuple[Matrix, Matrix, Matrix]:
    """(said, carried, figures) of the sentences `here` as indexer.alignment.Side wants them; `known`: their words -> those of `there`."""
    own, others = _columns(r.words for r in here), _columns(r.words for r in there)
    numbers = _columns(r.figures for r in (*here, *there))
    frequency = Counter(word for each in here for word in each.words)
    said, carried, held = (np.zeros((len(here), len(columns)), np.float32) for columns in (own, others, numbers))
    for row, each in enumerate(here):
        for word in each.words:
            said[row, own[word]] = np.log1p(len(here) / frequency[word])
            for target, probability in known.get(word, {}).items():
                carried[row, others[target]] = max(probability, carried[row, others[target]])
        held[row, [numbers[figure] for figure in each.figures]] = 1
    return said, carried, held


def _columns(groups: Iterable[frozenset[str]]) -> dict[str, int]:
    return {word: column for column, word in enumerate(sorted({word for group in groups for word in group}))}
