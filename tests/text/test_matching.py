"""Our maximal matching cuts as PyThaiNLP's newmm does, to the letter."""

from __future__ import annotations

import re

import pytest
from conftest import CONTENT
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.corpus import thai_words
from pythainlp.tokenize.newmm import segment as newmm
from pythainlp.tokenize.tcc_p import tcc_pos_array
from pythainlp.util import Trie

from kb.text import thai
from kb.text.matching import WordTree

RUN = re.compile(f"[{thai.LETTERS}][{thai.LETTERS}.]*")
OWN = ("เมืองสีเขียว", "การเมืองสี", "กทม.")
DICTIONARY = thai.dictionary()
TREES = {"the dictionary": (WordTree(DICTIONARY), Trie(DICTIONARY))}
TREES["words of our own"] = (WordTree(OWN, TREES["the dictionary"][0]), Trie([*DICTIONARY, *OWN]))
SOME_WORDS = sorted(thai_words(), key=lambda word: (len(word), word))[::7]
LETTER_RUNS = st.text(st.sampled_from([chr(code) for code in range(0xE01, 0xE4F) if RUN.match(chr(code))] + ["."]), max_size=40)
WORD_RUNS = st.lists(st.sampled_from([*SOME_WORDS, *OWN, "ฮฌ", ".", "ก", "การ", "เมือง"]), max_size=12).map("".join)


def assert_same(text: str, tree: WordTree, trie: Trie) -> None:
    edges = thai.cluster_edges(text)
    assert edges == tcc_pos_array(text)
    assert tree.cut(text, edges) == newmm(text, trie)


@pytest.mark.parametrize(("tree", "trie"), TREES.values(), ids=TREES)
def test_all_content_is_cut_the_same(tree: WordTree, trie: Trie) -> None:
    runs = {run for path in CONTENT.rglob("*.th.md") for run in RUN.findall(path.read_text("utf-8"))}
    assert len(runs) > 1000
    for run in runs:
        assert_same(run, tree, trie)


@pytest.mark.parametrize(("tree", "trie"), TREES.values(), ids=TREES)
@given(text=LETTER_RUNS | WORD_RUNS)
def test_any_text_is_cut_the_same(tree: WordTree, trie: Trie, text: str) -> None:
    assert_same("".join(RUN.findall(text)), tree, trie)


AMBIGUOUS = {
    "many short words": "ตากลมตา" * 60,
    "one letter": "ก" * 300,
    "no word": "ฮฌฮฌ" * 40,
    "dots": "กก...ขข." * 5,
    "overlong": "การเมือง" * 80,
}


@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_long_stretches_are_cut_the_same(text: str) -> None:
    assert_same(text, *TREES["words of our own"])


def test_a_tree_on_another_leaves_it_as_it_was() -> None:
    base = WordTree(["กา", "กาล"])
    more = WordTree(["กาลเวลา", "ก"], base)
    assert base.ends("กาลเวลา") == [2, 3]
    assert more.ends("กาลเวลา") == [1, 2, 3, 7]
