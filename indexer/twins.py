"""For each sentence of a version its twin: the sentences of the other version that say what it says, and how sure that is.

A bead of the alignment says roughly where. As Thai sentences are cut by length, what one of them says may begin in the bead before or go
on in the next: so the twin is the run about the bead that says most of the sentence with fewest sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from indexer import evidence, pairs
from indexer.alignment import LONGEST, Bead, Side, align, coverage
from indexer.evidence import Meanings, Read
from indexer.memory import Memory
from kb.errors import Lang
from kb.index.sentences import Sentence
from kb.index.twin_table import SentenceTwin
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.text.lexicon import Lexicon
from kb.types import Document, Passage

MOST = 1000  # sentences of a version; a longer one (about 40 printed pages) gets no twins: the time grows with the square
FURTHER = 0.06  # part of a sentence that each further sentence of its twin must add
MEANING = 0.5  # weight of the cosine beside the part of the words that is found
# Logistic regression of "the twin is there" on the part of the words found and the cosine above the usual, from content/ with a fifth
# or two fifths of one version's sentences taken away: docs/reasons.md.
BIAS, FOUND, ABOVE = -4.8, 13.5, 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a version."""

    row: int  # of its passage
    sentence: Sentence
    text: str
    section: int  # 0-based; consecutive passages under one heading by one speaker are one


@dataclass(frozen=True, slots=True)
class Twin:
    sentence: int  # position in its own version
    there: range  # positions in the other version
    confidence: float  # probability that it is there and this is it


Both = tuple[list[Twin], list[Twin]]  # of the sentences of the Thai version, and of those of the English one


class Finder:
    """Finds the twins of all translation pairs of a collection; pairs that `memory` knows are not aligned again."""

    def __init__(
        self, analyzer: Analyzer, glossary: Glossary, lexicon: Lexicon, made_by: tuple[str, ...] = (), memory: Memory | None = None
    ) -> None:
        """`made_by`: fingerprint of the analyzer and digest of the model that made the vectors, by which `memory` tells pairs apart."""
        self._analyzer = analyzer
        self._lexicon = lexicon
        self._memory = memory or Memory()
        self._made_by = (*made_by, str(glossary.to_json()))
        self._names = evidence.names(evidence.glossary_names(glossary), analyzer)

    def find(
        self, documents: Sequence[Document], passages: Sequence[tuple[int, Passage]], sentences: Sequence[Sequence[Sentence]]
    ) -> list[SentenceTwin]:
        """`passages` in row order with the number of their document, `sentences` of each passage; twins of both directions."""
        both = _pairs(documents)
        paired = {number for pair in both for number in pair}
        rows = groupby(enumerate(passages), key=lambda each: each[1][0])
        lines = {number: list(_lines(list(members), sentences)) for number, members in rows if number in paired}
        found: list[SentenceTwin] = []
        for thai, english in both:
            here, there = lines.get(thai, []), lines.get(english, [])
            if 0 < len(here) <= MOST and 0 < len(there) <= MOST:
                forth, back = self._known(documents[thai], documents[english], here, there)
                found += [_stored(twin, here, there) for twin in forth]
                found += [_stored(twin, there, here) for twin in back]
        return found

    def _known(self, in_thai: Document, in_english: Document, here: Sequence[Line], there: Sequence[Line]) -> Both:
        key = (in_thai.digest, in_english.digest, *self._made_by)
        return self._memory.twins.get(key) or self._memory.twins.put(key, self._of_pair(in_thai, in_english, here, there))

    def _of_pair(self, in_thai: Document, in_english: Document, here: Sequence[Line], there: Sequence[Line]) -> Both:
        certain = self._names | evidence.names(pairs.names_of_both(in_thai, in_english), self._analyzer)
        read_here, read_there = ([evidence.read(line.text, self._analyzer) for line in side] for side in (here, there))
        forth, back = evidence.meanings(_words(read_here), _words(read_there), self._lexicon, certain)
        side_here, side_there = side(here, read_here, read_there, forth), side(there, read_there, read_here, back)
        beads = align(side_here, side_there)
        return twins(beads, side_here, side_there), twins([bead.turned for bead in beads], side_there, side_here)


def _pairs(documents: Sequence[Document]) -> list[tuple[int, int]]:
    """(number of the Thai, number of the English version) of each document that has both."""
    numbers: dict[tuple[str, Lang], int] = {(document.id, document.lang): number for number, document in enumerate(documents)}
    return [(number, numbers[id_, "en"]) for (id_, lang), number in numbers.items() if lang == "th" and (id_, "en") in numbers]


def _lines(rows: Sequence[tuple[int, tuple[int, Passage]]], sentences: Sequence[Sequence[Sentence]]) -> Iterator[Line]:
    for section, (_, members) in enumerate(groupby(rows, key=lambda each: (each[1][1].heading, each[1][1].speaker))):
        for row, (_, passage) in members:
            for sentence in sentences[row]:
                yield Line(row, sentence, passage.text[sentence.start : sentence.end], section)


def _words(read: Sequence[Read]) -> set[str]:
    return {word for each in read for word in each.words}


def side(lines: Sequence[Line], here: Sequence[Read], there: Sequence[Read], known: Meanings) -> Side:
    said, carried, figures = evidence.matrices(here, there, known)
    sections = np.array([line.section for line in lines], np.int64)
    lengths = np.array([len(line.text) for line in lines], np.float32)
    vectors = np.stack([line.sentence.vector for line in lines])
    return Side(vectors, said, carried, figures, lengths, sections, np.diff(sections, prepend=-1) != 0)


def twins(beads: Sequence[Bead], here: Side, there: Side) -> list[Twin]:
    """The twin of each sentence `here` that is in a bead, however unsure."""
    usual = here.vectors @ there.vectors.mean(axis=0)
    return [_twin(sentence, bead, here, there, float(usual[sentence])) for bead in beads for sentence in bead.here]


def _twin(sentence: int, bead: Bead, here: Side, there: Side, usual: float) -> Twin:
    runs = _runs_about(bead.there, there)
    carried = np.stack([there.carried[run.start : run.stop].max(axis=0) for run in runs])
    found = coverage(carried, here.said[sentence : sentence + 1])[:, 0]
    sums = np.stack([there.vectors[run.start : run.stop].sum(axis=0) for run in runs])
    cosines = sums @ here.vectors[sentence] / np.maximum(np.linalg.norm(sums, axis=1), 1e-9)
    best = int(np.argmax(found + MEANING * cosines - [FURTHER * (len(run) - 1) for run in runs]))
    logit = BIAS + FOUND * found[best] + ABOVE * (cosines[best] - usual)
    return Twin(sentence, runs[best], float(1 / (1 + np.exp(-logit))))


def _runs_about(bead: range, there: Side) -> list[range]:
    """Runs of at most LONGEST sentences that share one with the bead, reach one further at most, and stay in its section."""
    section = np.flatnonzero(there.sections == there.sections[bead.start])
    first, stop = max(bead.start - 1, int(section[0])), min(bead.stop + 1, int(section[-1]) + 1)
    starts = range(first, bead.stop)
    return [range(a, b) for a in starts for b in range(max(a, bead.start) + 1, min(stop, a + LONGEST) + 1)]


def _stored(twin: Twin, here: Sequence[Line], there: Sequence[Line]) -> SentenceTwin:
    """Neighbouring sentences of one passage are one stretch."""
    own = here[twin.sentence]
    members = groupby((there[k] for k in twin.there), key=lambda line: line.row)
    stretches = [(row, [line.sentence for line in group]) for row, group in members]
    places = tuple((row, group[0].start, group[-1].end) for row, group in stretches)
    return SentenceTwin(own.row, own.sentence.start, places, twin.confidence)
