"""Snippets: marks and cuts at whole grapheme clusters."""

from __future__ import annotations

import pytest
import regex

from kb.types import Highlight, Lines, Passage, PassageHit
from search_api.pages.page import Page
from search_api.pages.snippets import LENGTH, Piece, Snippet, marked, rest, snippet


def hit(text: str, *marks: tuple[int, int], answer: tuple[int, int] | None = None) -> PassageHit:
    passage = Passage("a/b", "th", 0, (), "", text, Lines(1, 1), 1, "")
    return PassageHit(passage, 1.0, 0.5, tuple(Highlight(*mark) for mark in marks), Highlight(*answer) if answer else None)


def test_pieces_give_the_text_back_with_marks_and_answer() -> None:
    found = snippet(hit("ลดขยะในเมือง ดีมาก", (2, 5), answer=(0, 12)))
    assert [(p.text, p.marked, p.answer) for p in found.pieces] == [
        ("ลด", False, True),
        ("ขยะ", True, True),
        ("ในเมือง", False, True),
        (" ดีมาก", False, False),
    ]
    assert (found.cut_before, found.cut_after) == (False, False)


LONG = "น้ำเสียที่นี่กำลังถูกบำบัด" * 60
PLACES = {"start": 0, "middle": len(LONG) // 2, "end": len(LONG) - 26}


@pytest.mark.parametrize("at", PLACES.values(), ids=PLACES.keys())
def test_a_long_passage_is_cut_around_its_answer_at_clusters(at: int) -> None:
    start = at - at % 26
    found = snippet(hit(LONG, answer=(start, start + 26)))
    shown = "".join(piece.text for piece in found.pieces)
    assert "".join(piece.text for piece in found.pieces if piece.answer) == LONG[start : start + 26]
    assert len(shown) <= LENGTH + 30
    assert found.cut_before == (not LONG.startswith(shown))
    boundaries = {0, *(match.end() for match in regex.finditer(r"\X", LONG))}
    first = next(i for i in range(len(LONG)) if LONG.startswith(shown, i) and i <= start < i + len(shown))
    assert {first, first + len(shown)} <= boundaries


def test_cuts_prefer_spaces() -> None:
    text = "word " * 200
    found = snippet(hit(text, answer=(500, 504)))
    shown = "".join(piece.text for piece in found.pieces)
    assert shown.startswith("word ")
    assert shown.endswith("word ")


def test_without_an_answer_the_first_mark_is_shown() -> None:
    text = "ก" * 900 + "ขยะ" + "ก" * 100
    assert any(piece.marked and piece.text == "ขยะ" for piece in snippet(hit(text, (900, 903))).pieces)


PAGE = Page("en", None)  # type: ignore[arg-type]  # words need no request


def test_pieces_are_written_with_their_marks_and_escaped() -> None:
    pieces = (Piece("a<b ", False, True), Piece("ขยะ&", True, True, 'wa"ste'), Piece("x", True, False))
    written = marked(PAGE, pieces)
    title = PAGE.word("answers_word", word="{}").format("wa&#34;ste")
    assert written == f'a&lt;b <mark title="{title}">ขยะ&amp;</mark><mark>x</mark>'
    assert written.__html__() == written  # a template does not escape it again


def test_the_rest_of_a_passage_leaves_out_its_nearest_sentence_and_lines() -> None:
    pieces = (Piece("\nbefore\n", False, False), Piece("answer", True, True), Piece("<after>\n", False, False))
    assert rest(PAGE, Snippet(pieces, False, False)) == "before … &lt;after&gt;"
