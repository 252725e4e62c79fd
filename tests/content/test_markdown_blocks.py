"""Blocks, their plain text and their lines. Python-Markdown itself is the judge of what the words are."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown import Markdown

from kb.markdown_blocks import Block, blocks


def summary(source: str) -> list[tuple[str, str, int, int]]:
    return [(block.kind, block.text, block.lines.first, block.lines.last) for block in blocks(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Two\nlines", [("paragraph", "Two lines", 1, 2)]),
        ("One\n\n\nTwo", [("paragraph", "One", 1, 1), ("paragraph", "Two", 4, 4)]),
        ("## Heading ##\nText", [("heading", "Heading", 1, 1), ("paragraph", "Text", 2, 2)]),
        ("Text\n## *Heading*", [("paragraph", "Text", 1, 1), ("heading", "Heading", 2, 2)]),
        ("Title\n=====\n\nPart\n---\nText", [("heading", "Title", 1, 2), ("heading", "Part", 4, 5), ("paragraph", "Text", 6, 6)]),
        ("A\n\n---\n\nB", [("paragraph", "A", 1, 1), ("paragraph", "B", 5, 5)]),
        ("- a\n- b\n  more\n- c", [("list", "a", 1, 1), ("list", "b more", 2, 3), ("list", "c", 4, 4)]),
        ("1. a\n\n2. b\n\n    more of b", [("list", "a", 1, 1), ("list", "b", 3, 3), ("list", "more of b", 5, 5)]),
        ("- a\n    - inner\n- b", [("list", "a\ninner", 1, 2), ("list", "b", 3, 3)]),
        ("Text\n- no list", [("paragraph", "Text - no list", 1, 2)]),
        ("> quoted\n> text\n\nplain", [("quote", "quoted text", 1, 2), ("paragraph", "plain", 4, 4)]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | |", [("table", "a | b", 1, 1), ("table", "1 | 2", 3, 3), ("table", "3", 4, 4)]),
        ("a | b\n--|--\n1 | 2", [("table", "a | b", 1, 1), ("table", "1 | 2", 3, 3)]),
        ("```py\n## none\n\nx = 1\n```\nText", [("code", "## none", 2, 2), ("code", "x = 1", 4, 4), ("paragraph", "Text", 6, 6)]),
        ("    code\n    more\n\nText", [("code", "code", 1, 1), ("code", "more", 2, 2), ("paragraph", "Text", 4, 4)]),
        ("Fact.[^1]\n\n[^1]: The *source*.\n    More.", [("paragraph", "Fact.", 1, 1), ("footnote", "The source. More.", 3, 4)]),
        ("See [the report][r].\n\n[r]: https://example.org 'Title'", [("paragraph", "See the report.", 1, 1)]),
        ("A [link](https://x.org \"t\") ![alt](i.png) <https://y.org>", [("paragraph", "A link alt https://y.org", 1, 1)]),
        ("**bold** `co_de` \\*star\\* A&amp;B", [("paragraph", "bold co_de *star* A&B", 1, 1)]),
        ("<b>raw</b> <script>x</script>", [("paragraph", "<b>raw</b> <script>x</script>", 1, 1)]),
        ("<div>\n\nText\n\n</div>", [("paragraph", "<div>", 1, 1), ("paragraph", "Text", 3, 3), ("paragraph", "</div>", 5, 5)]),
        ("น้ำ **สะอาด** และ\nป่า", [("paragraph", "น้ำ สะอาด และ ป่า", 1, 2)]),
        ("", []),
        ("\n \n\t\n", []),
        ("```\nnever closed", [("paragraph", "``` never closed", 1, 2)]),
    ],
)  # fmt: skip
def test_blocks(source: str, expected: list[tuple[str, str, int, int]]) -> None:
    assert summary(source) == expected


def test_lines_count_from_the_first_line_given() -> None:
    (block,) = blocks("Text", first_line=12)
    assert (block.lines.first, block.lines.last) == (12, 12)


def test_levels_of_headings() -> None:
    assert [block.level for block in blocks("# a\n\n## b\n\n###### c\n\nd\n=\n\ne\n-")] == [1, 2, 6, 1, 2]


@pytest.mark.parametrize(
    ("source", "label", "words"),
    [
        ("**Somsak:** The programme", "Somsak", "The programme"),
        ("**Somsak**: The programme", "Somsak", "The programme"),
        ("**Somsak** : The programme", "Somsak", "The programme"),
        ("**ดร. อัญชลี ชุมนุม:** ขยะ", "ดร. อัญชลี ชุมนุม", "ขยะ"),
        ("**A & B:** 1. first", "A & B", "1. first"),
        ("**Somsak:**", "Somsak", ""),
        ("**Somsak:**\nnext line", "Somsak", "next line"),
        ("**Somsak** said: no", "", "Somsak said: no"),
        ("Then **Somsak:** no", "", "Then Somsak: no"),
        ("**bold** text", "", "bold text"),
    ],
)
def test_labels_of_speaker_turns(source: str, label: str, words: str) -> None:
    (block,) = blocks(source)
    assert (block.label, block.text[block.label_end :]) == (label, words)


def test_a_turn_below_another_without_an_empty_line_is_a_block_of_its_own() -> None:
    assert [(block.label, block.lines.first) for block in blocks("**A:** one\nmore\n**B:** two")] == [("A", 1), ("B", 3)]


def test_parts_of_a_paragraph_know_their_lines() -> None:
    (block,) = blocks("first line\n*second* line\nthird line", first_line=10)
    found = {word: block.lines_of(block.text.index(word), block.text.index(word) + len(word)) for word in ("first", "second", "third")}
    assert {word: (lines.first, lines.last) for word, lines in found.items()} == {"first": (10, 10), "second": (11, 11), "third": (12, 12)}
    assert block.lines_of(0, len(block.text)) == block.lines


# Fragments that together cover the syntax; joined by empty lines, as editors write.
WORD = st.sampled_from(["canal", "ขยะ", "water", "น้ำ", "waste", "เมือง", "2565", "CO2", "forest", "ป่าไม้"])
WORDS = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
INLINE = st.one_of(
    WORDS,
    WORDS.map("**{}**".format),
    WORDS.map("*{}*".format),
    WORDS.map("[{}](https://example.org)".format),
    WORDS.map("`{}`".format),
    WORDS.map("[{}][ref]".format),
    WORDS.map("<b>{}</b>".format),
)
LINE = st.lists(INLINE, min_size=1, max_size=4).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
FRAGMENT = st.one_of(
    PARAGRAPH,
    LINE.map("## {}".format),
    LINE.map("{}\n---".format),
    st.tuples(LINE, PARAGRAPH).map("## {0[0]}\n{0[1]}".format),
    st.lists(LINE, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda items: "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))),
    st.lists(LINE, min_size=1, max_size=3).map(lambda items: "\n\n".join(f"* {item}" for item in items)),
    st.tuples(LINE, LINE).map("- {0[0]}\n    - {0[1]}".format),
    st.tuples(LINE, PARAGRAPH).map(lambda t: f"- {t[0]}\n\n    " + t[1].replace("\n", "\n    ")),
    PARAGRAPH.map(lambda text: "> " + text.replace("\n", "\n> ")),
    st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=4).map(
        lambda rows: "\n".join(["| a | b |", "|---|---|", *(f"| {x} | {y} |" for x, y in rows)])
    ),
    WORDS.map("    {}".format),
    st.just("---"),
    st.just("[ref]: https://example.org"),
)


def words(text: str) -> list[str]:
    return re.findall(r"[^\s|<>/]+", text)


def letters(text: str) -> set[str]:
    return set(re.findall(r"[a-zA-Z0-9\u0e01-\u0e5b]+", text))


def rendered(source: str) -> list[str]:
    """The words that Python-Markdown shows for the whole text."""
    parser = Markdown(extensions=["tables", "sane_lists"])
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("html")
    return words(
        unescape(re.sub(r"<[^>]*>", lambda tag: "" if re.match(r"</?(?:a|em|strong|code)\b", tag[0]) else " ", parser.convert(source)))
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAGMENT, max_size=8).map("\n\n".join))
@example("- a\n\n    b\n\nc\n\n    d")
def test_the_words_are_those_that_python_markdown_shows(source: str) -> None:
    found = blocks(source)
    assert [word for block in found for word in words(block.text)] == rendered(source)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAGMENT, max_size=8).map("\n\n".join))
def test_blocks_stand_in_order_in_the_lines_that_hold_their_words(source: str) -> None:
    lines = source.split("\n")
    before: Block | None = None
    for block in blocks(source):
        assert before is None or before.lines.last < block.lines.first
        assert letters(block.text) <= letters("\n".join(lines[block.lines.first - 1 : block.lines.last]))
        before = block


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab ก้ำ#-*_`>|[]()!:\\<&~=1.\n\t^", max_size=80))
def test_any_text_has_blocks(source: str) -> None:
    last = source.count("\n") + 1
    assert all(1 <= block.lines.first <= block.lines.last <= last for block in blocks(source))
