"""What the student is shown: English targets with the Thai that should land on them, and Thai questions with their passages.

pairs           as they are
neighbours      pairs that follow each other in a source, joined: long parallel text, which sentences alone do not teach
synsets         Thai word -> English words; Thai word -> definition
switched        English definitions and examples, the words replaced by Thai ones: breadth (Qin et al., arXiv 2006.06402)
news            title -> opening of the text, with and without the title in it
questions       question -> the part of the article that answers it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from training.data import NewsItem, Pair, ThaiQuestion
from training.wordnet import Synset

JOINED = 420  # characters of Thai at which neighbours are complete
PROSE = ("md-", "ud-pud", "ethereum-org", "qcat", "mozilla-www", "civic-nonarkara")
JOINED_WEIGHT, SYNSET_WEIGHT, SWITCHED_WEIGHT = 4.0, 0.35, 0.5
WINDOW = 520  # characters of a passage: about 130 tokens
DROPPED = frozenset(["a", "an", "the"])
SYNONYMS = 3  # English words of a synset that count
LEMMA_WEIGHT = 0.3  # in alignment
LEAST_SWITCHED = 0.6  # of the words
WORD = re.compile(r"[A-Za-z]+(?:[-'][A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class Target:
    """Thai that should get the vector of an English text."""

    thai: str
    english: str
    weight: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A Thai text and a passage that belongs to it; `group`: passages of one group must not be each other's negatives."""

    question: str
    passage: str
    group: str


def targets(
    pairs: Sequence[Pair], synsets: Sequence[Synset], translate: Mapping[str, Sequence[tuple[str, float]]], seed: int
) -> list[Target]:
    """translate: English word, lower case -> (Thai word, probability), best first."""
    own = [Target(pair.thai, pair.english, pair.weight) for pair in pairs]
    random = np.random.default_rng(seed)
    return [*own, *neighbours(pairs), *synset_targets(synsets), *switched(synsets, translate, random)]


def neighbours(pairs: Sequence[Pair]) -> Iterator[Target]:
    prose = (pair for pair in pairs if pair.source.startswith(PROSE))
    for _, group in groupby(prose, key=lambda pair: pair.source):
        thai, english = "", ""
        for pair in group:
            thai, english = f"{thai} {pair.thai}".strip(), f"{english} {pair.english}".strip()
            if len(thai) >= JOINED:
                yield Target(thai, english, JOINED_WEIGHT)
                thai, english = "", ""


def lemma_pairs(synsets: Iterable[Synset]) -> Iterator[Pair]:
    """Every Thai word of a synset with its first English words, for alignment."""
    for synset in synsets:
        yield from (Pair(thai, english, "wordnet", LEMMA_WEIGHT) for thai in synset.thai for english in synset.english[:SYNONYMS])


def synset_targets(synsets: Iterable[Synset]) -> Iterator[Target]:
    for synset in synsets:
        for word in synset.thai:
            yield Target(word, ", ".join(synset.english[:SYNONYMS]), SYNSET_WEIGHT)
            yield Target(word, f"{synset.english[0]}: {synset.definition}"[:300], SYNSET_WEIGHT / 2)


def switched(
    synsets: Iterable[Synset], translate: Mapping[str, Sequence[tuple[str, float]]], random: np.random.Generator
) -> Iterator[Target]:
    """The word of the synset becomes its Thai word, in the right sense; the others their most probable translations."""
    for synset in synsets:
        own = {word.lower(): synset.thai for word in synset.english if " " not in word}
        for text in (*synset.examples, f"{synset.english[0]}: {synset.definition}"):
            if thai := _switch(text[:300], own, translate, random):
                yield Target(thai, text[:300], SWITCHED_WEIGHT)


def _switch(
    text: str, own: Mapping[str, Sequence[str]], translate: Mapping[str, Sequence[tuple[str, float]]], random: np.random.Generator
) -> str:
    """Empty when too few words are known. Thai words stand apart by spaces, so that they are cut as they are meant."""
    words, known, total = [], 0, 0
    for word in WORD.findall(text):
        lower = word.lower()
        if lower in DROPPED:
            continue
        total += 1
        if choices := _own_words(lower, own):
            words.append(choices[int(random.integers(len(choices)))])
        elif found := translate.get(lower):
            weights = np.array([probability for _, probability in found])
            words.append(found[int(random.choice(len(found), p=weights / weights.sum()))][0])
        else:
            words.append(word)
            continue
        known += 1
    return " ".join(words) if total >= 3 and known >= LEAST_SWITCHED * total else ""


def _own_words(word: str, own: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Thai words of a synset for one of its words or a plain inflection of it."""
    stems = (
        word,
        word.removesuffix("s"),
        word.removesuffix("es"),
        word.removesuffix("ed"),
        word.removesuffix("d"),
        word.removesuffix("ing"),
    )
    return next((own[stem] for stem in stems if stem in own), ())


def news_pairs(items: Iterable[NewsItem]) -> Iterator[tuple[Answered, Answered]]:
    """Two for every item: the opening as published, and the text without date and title, from which the title must be understood."""
    for item in items:
        lines = [line.strip() for line in item.body.splitlines()]
        told = [line for line in lines if len(line) > 60 and line[:40] not in item.title and item.title[:40] not in line]
        text = " ".join(told)
        if len(item.title) >= 20 and len(text) >= 200:
            opening = " ".join(lines)[:WINDOW]
            yield Answered(item.title, opening, item.id), Answered(item.title, text[:WINDOW], item.id)


def question_pairs(questions: Iterable[ThaiQuestion], random: np.random.Generator) -> Iterator[Answered]:
    """The window around the answer, which stands anywhere in it."""
    for each in questions:
        latest = max(0, len(each.context) - WINDOW)
        first = min(latest, max(0, each.answer - int(random.integers(0, WINDOW - 80))))
        yield Answered(each.question, each.context[first : first + WINDOW], each.context[:60])
