"""The words kept with a passage tell the same places as reading it again."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer import collection
from kb import passages
from kb.text import common_words, cuts, english, joined, sentences
from kb.text.analyzer import Analyzer
from kb.text.joined import Written
from kb.text.occurrences import Wanted

CONTENT = Path(__file__).resolve().parents[2] / "content"
ANALYZER = Analyzer(["เมืองอัจฉริยะ", "องค์กรปกครองส่วนท้องถิ่น", "กทม.", "กระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม"])
WORDS = [
    *("เทศบาลตำบล", "โครงการเมืองสีเขียว", "นํ้าเสีย", "ต่าง ๆ", "ต่างๆ", "พ.ศ.", "กทม.", "ฯลฯ", "๒๕๖๕", "เเละ", "องค์กรปกครองส่วนท้องถิ่น"),
    *("dying", "Skies", "PM 2.5", "CO₂", "e-waste", "Low-carbon", "U.S.", "R&D", "1,600", "Đà Nẵng", "municipalities'", "600m", "x" * 40),
    *(" ", "\n", " ", "\u200b", ", ", "(", ")", "–", "…", "่", "ๆ", "."),
]
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=14).map("".join)


def places(texts: list[Written], wanted: set[str]) -> list[tuple[int, int, str]]:
    return ANALYZER.occurrences(ANALYZER.join(texts), Wanted.of(wanted)).places(wanted)


def same_places(text: str, kept: bytes, terms: list[str]) -> bool:
    return places([Written(text, kept)], set(terms)) == ANALYZER.places(text, set(terms))


@settings(deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
@example("ค่า PM\n2.5", random.Random(0))
@example("กระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม", random.Random(0))
def test_any_text(text: str, chance: random.Random) -> None:
    words, kept = ANALYZER.read_passage(text)
    terms = [word.term for word in words]
    assert kept
    assert same_places(text, kept, terms)
    for term in terms:
        assert same_places(text, kept, [term])
    assert same_places(text, kept, chance.sample(terms, len(terms) // 2))


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_the_context_before_a_passage_changes_nothing(context: str, text: str) -> None:
    _, kept = ANALYZER.read_passage(f"{context}\n{text}", len(context) + 1)
    assert not kept or all(same_places(text, kept, [term]) for term in ANALYZER.index_terms(text))


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_texts_read_as_one(texts: list[str], chance: random.Random) -> None:
    read = [ANALYZER.read_passage(text) for text in texts]
    terms = sorted({word.term for words, _ in read for word in words})
    written = [Written(text, chance.choice((kept, b""))) for text, (_, kept) in zip(texts, read, strict=True)]
    begins = joined.join([Written(text, kept) for text, (_, kept) in zip(texts, read, strict=True)]).begins
    for wanted in (set(terms), set(chance.sample(terms, len(terms) // 2))):
        apart = [(begin + a, begin + b, c) for text, begin in zip(texts, begins, strict=False) for a, b, c in ANALYZER.places(text, wanted)]
        assert places(written, wanted) == apart


def test_the_whole_collection() -> None:
    chance = random.Random(1)
    read = [p for document in collection.read(CONTENT).documents for p in passages.split(document, lambda text: len(text) // 4)]
    for passage in read:
        words, kept = ANALYZER.read_passage(passage.embedded_text, len(passage.embedded_text) - len(passage.text))
        terms = list(dict.fromkeys(word.term for word in words))
        assert kept and len(kept) < len(passage.text)
        for wanted in (terms, chance.sample(terms, len(terms) // 3), chance.sample(terms, min(len(terms), 3))):
            assert same_places(passage.text, kept, wanted), passage.text
        for start, end in sentences.split(passage.text, passage.lang):
            part = joined.part(Written(passage.text, kept), start, end)
            assert same_places(part.text, part.cuts, terms), part.text


@pytest.mark.parametrize("case", [str.lower, str.title, str.upper])
def test_a_word_begins_as_its_term_does(case: object) -> None:
    assert callable(case)
    words = [case(word) for word in common_words.ranks()]
    missed = [word for word in words if not _may_begin(word)]
    assert missed == []


def _may_begin(word: str) -> bool:
    wanted = Wanted.of([english.term(word)])
    letters = np.array([*map(ord, f"{word}\0"[:2])], np.uint32)
    return wanted.may_begin(letters, np.array([0])).tolist() == [0]


@pytest.mark.parametrize(
    ("length", "inner"),
    [
        pytest.param(3, [], id="of one piece"),
        pytest.param(40, [], id="longer than a byte tells"),
        pytest.param(7, [(0, 3), (3, 7)], id="two pieces"),
        pytest.param(12, [(0, 6), (0, 2), (2, 6), (6, 12), (6, 9), (9, 12)], id="pieces of pieces"),
        pytest.param(50, [(0, 20), (20, 50), (20, 40), (40, 50)], id="long pieces"),
    ],
)
def test_a_compound_read_back(length: int, inner: list[tuple[int, int]]) -> None:
    kept = cuts.encode("x" * length, [(0, length)], True, lambda word: cuts.of_word(len(word), inner))
    back = cuts.Cuts(kept)
    assert back.spans([0]) == [(0, length)] and back.inner(0) == inner
    ranges = np.array([(a, b) for a in range(length) for b in range(a + 1, length + 1)])
    pieces = ranges[back.are_pieces(*ranges.T)]
    assert set(map(tuple, pieces.tolist())) == {(0, length), *inner}


def test_pieces_too_deep_to_tell_are_left_out() -> None:
    kept = cuts.encode("x" * 20, [(0, 20)], True, lambda word: cuts.of_word(len(word), nested(9)))
    assert cuts.Cuts(kept).inner(0) == nested(cuts.DEEPEST)


def nested(depth: int) -> list[tuple[int, int]]:
    """Of a word of 20 letters: two pieces, the first of which is of two pieces, and so on."""
    pairs = [span for end in range(18, 18 - 2 * depth, -2) for span in ((0, end), (end, end + 2))]
    return sorted(pairs, key=lambda span: (span[0], -span[1]))
