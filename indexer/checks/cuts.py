"""Thai words that the segmenter cuts badly with the dictionary as it is, each with the line that mends it.

Two kinds are found. A name or a frequent word is *crossed* where a cut falls into it and another word reaches over its end (โครง|การเมือง,
where the text says โครงการ|เมือง…). A run is *unknown* where the dictionary has no word for it, so that it comes out in scraps, again
and again. A line is proposed only when the segmenter, given it, really makes the better cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal

from indexer.pipeline import domain_words
from kb.markdown_blocks import blocks
from kb.text import thai
from kb.text.glossary import Glossary
from kb.text.normalise import normalise
from kb.types import Document

FREQUENT = 5  # times that a word stands uncut in the collection before a cut through it is suspicious
REPEATED = 3  # times that an unknown run must occur
LETTERS = 5  # of a word worth looking for; shorter ones are parts of others by chance
SCRAP = 3  # letters at most of a word that may be a scrap of the unknown one beside it


@dataclass(frozen=True, slots=True)
class BadCut:
    kind: Literal["crossed", "unknown"]
    word: str  # what should stay whole
    cut: tuple[str, ...]  # as it is cut now
    count: int  # times in the collection
    path: str  # of the first place
    line: int  # 1-based

    @property
    def mend(self) -> str:
        """The line for glossary.tsv; the editor writes the English word over …"""
        return f"{self.word}\t…"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Thai text between other characters, cut."""

    words: tuple[str, ...]
    path: str
    line: int


def find(documents: Iterable[Document], glossary: Glossary) -> list[BadCut]:
    """The most frequent first."""
    documents = tuple(documents)
    names = [normalise(word).text for word in domain_words(documents, glossary)]
    segmenter = thai.Segmenter(names)
    stretches = [each for document in documents if document.lang == "th" for each in _stretches(document, segmenter)]
    own = {part for name in names for part in thai.domain_parts(name)}
    suspects = [*_crossed(stretches, own), *_unknown(stretches, segmenter)]
    kept = [each for each in _counted(suspects) if _mended(each, own)]
    return sorted(kept, key=lambda each: (-each.count, each.word))


def _stretches(document: Document, segmenter: thai.Segmenter) -> Iterator[_Stretch]:
    for block in blocks(document.body, document.body_line):
        text = normalise(block.text).text
        words = (text[start:end] for start, end in segmenter.segment(text))
        for is_thai, run in groupby(words, key=lambda word: thai.is_thai(word[0])):
            if is_thai:
                yield _Stretch(tuple(run), document.path, block.lines.first)


def _crossed(stretches: Sequence[_Stretch], own: set[str]) -> Iterator[BadCut]:
    counted = Counter(word for each in stretches for word in each.words)
    wanted = {word for word, count in counted.items() if count >= FREQUENT} | own
    # "ที่มา" in "ที่|มากขึ้น" is no word that was cut: a function word stands before another word.
    wanted = {word for word in wanted if len(word) >= LETTERS and not thai.is_abbreviation(word)}
    by_beginning: dict[str, list[str]] = {}
    for word in wanted:
        by_beginning.setdefault(word[:LETTERS], []).append(word)
    for each in stretches:
        yield from _crossed_in(each, by_beginning)


def _crossed_in(stretch: _Stretch, by_beginning: Mapping[str, Sequence[str]]) -> Iterator[BadCut]:
    """Words that begin at a cut and end inside another word: what reaches to the next cut is what should be whole."""
    text, start = "".join(stretch.words), 0
    ends = set(accumulate(map(len, stretch.words)))
    for index, word in enumerate(stretch.words):
        for known in by_beginning.get(text[start : start + LETTERS], ()):
            if text.startswith(known, start) and len(known) > len(word) and start + len(known) not in ends and word not in thai.STOPWORDS:
                cut = _reaching(stretch.words[index:], len(known))
                yield BadCut("crossed", "".join(cut), cut, 1, stretch.path, stretch.line)
        start += len(word)


def _reaching(words: tuple[str, ...], length: int) -> tuple[str, ...]:
    """The first words that have at least `length` letters together."""
    totals = accumulate(map(len, words))
    return words[: next(n for n, total in enumerate(totals, start=1) if total >= length)]


def _unknown(stretches: Sequence[_Stretch], segmenter: thai.Segmenter) -> Iterator[BadCut]:
    for each in stretches:
        for scraps, run in groupby(each.words, key=lambda word: _is_scrap(word, segmenter)):
            cut = tuple(run)
            if scraps and len(cut) > 1 and any(not segmenter.knows(word) for word in cut):
                yield BadCut("unknown", "".join(cut), cut, 1, each.path, each.line)


def _is_scrap(word: str, segmenter: thai.Segmenter) -> bool:
    if thai.is_abbreviation(word) or word in thai.STOPWORDS:
        return False
    return not segmenter.knows(word) or len(word) <= SCRAP


def _counted(found: Iterable[BadCut]) -> Iterator[BadCut]:
    groups: dict[tuple[str, tuple[str, ...]], list[BadCut]] = {}
    for each in found:
        groups.setdefault((each.word, each.cut), []).append(each)
    for group in groups.values():
        first = group[0]
        if first.kind == "crossed" or len(group) >= REPEATED:
            yield BadCut(first.kind, first.word, first.cut, len(group), first.path, first.line)


def _mended(found: BadCut, own: set[str]) -> bool:
    """Whether the segmenter keeps the word whole once the line is there."""
    better = thai.Segmenter([*(part for part in own if part in found.word), found.word])
    return better.segment(found.word) == [(0, len(found.word))]
