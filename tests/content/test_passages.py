"""Passages: nothing is lost, nothing is mixed, nothing is too long."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.markdown_blocks import blocks
from kb.passages import DEFAULT_LIMIT, split
from kb.speakers import Speakers
from kb.text.graphemes import clusters
from kb.types import Document, Lang, Passage, Person


def count(text: str) -> int:
    """A stand-in for a model's tokeniser that can be checked by eye: one token for a word, and two special ones."""
    return len(text.split()) + 2


def count_characters(text: str) -> int:
    """As for Thai without spaces: one token for four characters."""
    return (len(text) + 3) // 4 + 2


def document(body: str, *, lang: Lang = "en", title: str = "Title", kind: str = "dialogue", before: int = 4) -> Document:
    header = "---\n" * before
    return Document(
        id="x",
        lang=lang,
        kind="dialogue" if kind == "dialogue" else "case-study",
        title=title,
        path=f"x.{lang}.md",
        source=header + body,
        body=body,
        body_line=before + 1,
        digest="",
        organisations=("UNEP",),
        participants=(Person("Anan Suk", aliases=("Mr Anan",)), Person("Malee", organisation="DEQP")),
    )


def brief(passages: list[Passage]) -> list[tuple[tuple[str, ...], str, str]]:
    return [(passage.heading, passage.speaker, passage.text) for passage in passages]


def test_headings_and_speakers_cut_the_text() -> None:
    body = """
Opening.

## Hopes

Before anyone speaks.

**Mr Anan:** We hope.

We hope still.

**DEQP:** We plan.

### Details

No one speaks here.

## Fears

**Malee**: We fear.
- nothing
"""
    assert brief(split(document(body), count)) == [
        ((), "", "Opening."),
        (("Hopes",), "", "Before anyone speaks."),
        (("Hopes",), "Anan Suk", "We hope.\nWe hope still."),
        (("Hopes",), "DEQP", "We plan."),
        (("Hopes", "Details"), "", "No one speaks here."),
        (("Fears",), "Malee", "We fear. - nothing"),
    ]


def test_two_turns_of_one_speaker_are_one_passage_and_equal_headings_are_two() -> None:
    body = "## A\n\n**Malee:** One.\n\n**Malee:** Two.\n\n## A\n\nThree."
    assert brief(split(document(body), count)) == [(("A",), "Malee", "One.\nTwo."), (("A",), "", "Three.")]


def test_an_unknown_speaker_counts_in_a_dialogue_and_is_text_in_a_case_study() -> None:
    body = "**Somebody:** Words."
    assert brief(split(document(body), count)) == [((), "Somebody", "Words.")]
    assert brief(split(document(body, kind="case-study"), count)) == [((), "", "Somebody: Words.")]
    assert brief(split(document("**Malee:** Words.", kind="case-study"), count)) == [((), "Malee", "Words.")]


def test_a_footnote_is_nobodys_words() -> None:
    body = "**Malee:** Words.[^1]\n\n[^1]: Source.\n\nMore words."
    assert brief(split(document(body), count)) == [((), "Malee", "Words."), ((), "", "Source."), ((), "Malee", "More words.")]


def test_context_holds_title_headings_and_speaker() -> None:
    (passage,) = split(document("## Hopes\n\n### Near\n\n**Malee:** Words."), count)
    assert passage.context == "Title › Hopes › Near › Malee"
    assert passage.embedded_text == "Title › Hopes › Near › Malee\nWords."
    assert passage.tokens == count(passage.embedded_text)


def test_context_gives_way_where_it_would_take_half_of_the_passage() -> None:
    body = "## Outer\n\n### Inner heading\n\n**Malee:** Words."
    found = {limit: split(document(body, title="A title of six words here"), count, limit)[0].context for limit in (40, 26, 14, 6, 3)}
    assert found == {
        40: "A title of six words here › Outer › Inner heading › Malee",
        26: "A title of six words here › Inner heading › Malee",
        14: "Inner heading › Malee",
        6: "Malee",
        3: "",
    }


def sentences(first: int, number: int, length: int = 10) -> str:
    """`number` sentences of `length` unlike words."""
    return " ".join(" ".join(f"W{first}x{s}x{w}" for w in range(length)) + "." for s in range(number))


def test_paragraphs_are_merged_up_to_the_limit_in_passages_of_nearly_equal_length() -> None:
    body = "\n\n".join(sentences(n, 3) for n in range(7))  # 7 x 30 tokens; title and special tokens take 3
    passages = split(document(body), count, limit=93)
    assert [passage.tokens for passage in passages] == [93, 63, 63]
    assert [len(passage.text.split("\n")) for passage in passages] == [3, 2, 2]


def test_a_crumb_is_not_left_alone() -> None:
    body = sentences(1, 9) + "\n\nOnly three words."  # 90 + 3 tokens
    assert [passage.tokens - 3 for passage in split(document(body), count, limit=93)] == [50, 43]


def test_an_overlong_paragraph_is_cut_at_sentence_ends() -> None:
    passages = split(document(sentences(1, 12)), count, limit=53)
    assert [passage.tokens - 3 for passage in passages] == [40, 40, 40]
    assert all(passage.text.endswith(".") for passage in passages)


def test_an_overlong_sentence_is_cut_at_spaces() -> None:
    passages = split(document(" ".join(f"word{n}" for n in range(100))), count, limit=33)
    assert " ".join(passage.text for passage in passages).split() == [f"word{n}" for n in range(100)]
    assert max(passage.tokens for passage in passages) <= 33


def test_thai_without_spaces_is_cut_between_clusters_and_stays_whole() -> None:
    text = "กำแพงน้ำที่ตั้งอยู่ริมแม่น้ำ" * 40
    passages = split(document(text, lang="th"), count_characters, limit=60)
    assert "".join(passage.text for passage in passages) == text
    assert max(passage.tokens for passage in passages) <= 60
    ends = {end for _, end in clusters(text)}
    at = 0
    for passage in passages:
        at += len(passage.text)
        assert at in ends


def test_a_limit_that_nothing_fits_still_gives_every_word() -> None:
    passages = split(document("one two three"), count, limit=1)
    assert [passage.text for passage in passages] == ["one", "two", "three"]


def test_tokens_that_do_not_add_up_are_counted_again() -> None:
    def jealous(text: str) -> int:
        """A line end costs ten tokens."""
        return count(text) + 10 * text.count("\n")

    passages = split(document("\n\n".join(sentences(n, 1) for n in range(6))), jealous, limit=60)
    assert all(passage.tokens == jealous(passage.embedded_text) <= 60 for passage in passages)
    assert len(" ".join(passage.text for passage in passages).split()) == 60


def test_ordinals_count_up() -> None:
    passages = split(document("\n\n".join(f"## H{n}\n\nText." for n in range(5))), count)
    assert [passage.ordinal for passage in passages] == [0, 1, 2, 3, 4]
    assert {(passage.document_id, passage.lang) for passage in passages} == {("x", "en")}


def test_no_text_gives_no_passages() -> None:
    assert split(document("## Only a heading\n\n---\n"), count) == []


# Documents in which every word occurs once, so that it can be looked for.


@dataclass
class Draft:
    next_word: int = 0

    def words(self, number: int) -> list[str]:
        self.next_word += number
        return [f"{'คำ' if n % 3 else 'word'}{n}q{'.' if n % 7 == 0 else ''}" for n in range(self.next_word - number, self.next_word)]


PARTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["paragraph", "wrapped", "turn", "heading", "list", "loose list", "table", "quote", "code", "fence", "link", "footnote"]
        ),
        st.integers(1, 60),
    ),
    max_size=12,
)


def body_of(parts: list[tuple[str, int]]) -> str:
    draft = Draft()
    return "\n\n".join("\n".join(source_of(kind, draft.words(number), index)) for index, (kind, number) in enumerate(parts))


def source_of(kind: str, words: list[str], index: int) -> Iterator[str]:
    lines = [" ".join(words[i : i + 7]) for i in range(0, len(words), 7)]
    prefixes = {"list": "- ", "quote": "> ", "code": "    "}
    if kind == "heading":
        yield f"{'#' * (2 + index % 3)} Heading{index}"
    elif kind in prefixes:
        yield from (prefixes[kind] + line for line in lines)
    elif kind == "loose list":
        yield "\n\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))
    elif kind == "table":
        yield from ("| Column | Other |", "|---|---|", *(f"| {line} | |" for line in lines))
    elif kind == "fence":
        yield from ("```", *lines, "```")
    elif kind == "wrapped":
        yield from lines
    else:
        start = {"turn": "**Malee:** ", "link": "See [here](https://example.org/) ", "footnote": f"[^{index}]: "}.get(kind, "")
        yield start + " ".join(words)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PARTS, st.integers(1, 80), st.sampled_from(["th", "en"]))
def test_every_word_is_in_one_passage_that_knows_its_lines(parts: list[tuple[str, int]], limit: int, lang: Lang) -> None:
    doc = document(body_of(parts), lang=lang)
    passages = split(doc, count, limit)
    expected = re.findall(r"\S*\dq\.?", doc.body)
    assert [word for passage in passages for word in re.findall(r"\S*\dq\.?", passage.text)] == expected
    lines = doc.source.split("\n")
    for passage in passages:
        span = "\n".join(lines[passage.lines.first - 1 : passage.lines.last])
        assert all(word in span for word in re.findall(r"\S*\dq\.?", passage.text))
        assert passage.tokens <= limit or len(passage.text.split()) == 1
        assert passage.tokens == count(passage.embedded_text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="ab ก้ำ#-*_`>|[]():\\<&~=1.\n", max_size=200), st.sampled_from(["dialogue", "case-study"]))
def test_any_body_keeps_all_text_of_its_blocks(body: str, kind: str) -> None:
    doc = document(body, kind=kind)
    speakers = Speakers.of(doc)
    expected = "".join(
        block.text[block.label_end if block.label and speakers.speaker(block.label) else 0 :]
        for block in blocks(body)
        if block.kind != "heading"
    )
    passages = split(doc, count_characters, limit=20)
    assert "".join("".join(passage.text for passage in passages).split()) == "".join(expected.split())


def test_lines_of_a_wrapped_paragraph_are_those_of_the_passage() -> None:
    body = "\n".join(" ".join(f"w{line}x{n}" for n in range(9)) + f" end{line}." for line in range(8))
    passages = split(document(body, before=10), count, limit=43)
    assert [(passage.lines.first, passage.lines.last) for passage in passages] == [(11, 14), (15, 18)]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_default_limit_holds(lang: Lang) -> None:
    body = "\n\n".join(sentences(n, 1 + n % 9) for n in range(30))
    assert max(passage.tokens for passage in split(document(body, lang=lang), count)) <= DEFAULT_LIMIT


def test_the_document_is_not_changed() -> None:
    doc = document("Text.")
    before = dataclasses.asdict(doc)
    split(doc, count)
    assert dataclasses.asdict(doc) == before
