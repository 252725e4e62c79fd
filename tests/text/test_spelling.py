"""Weighted edits, the symmetric-delete index over skeletons, word counts and word costs."""

import random
from itertools import pairwise

import pytest

from kb.text import edits, lexicon, likelihood
from kb.text.analyzer import Analyzer
from kb.text.spelling import LONGEST, DeleteIndex, TwoVocabularies, Vocabulary
from kb.text.word_counts import Counting, WordCounts, used

# Each row from the mistake people make most easily to the one they hardly make.
ORDERED = [
    ("ใบ", ["ใบ", "ไบ", "กบ"]),
    ("เที่ยว", ["เที่ยว", "เทียว", "เที่ยวย", "เที่ยวกบ"]),
    ("ศาลา", ["ศาลา", "สาลา", "คาลา"]),
    ("pollution", ["pollution", "polution", "pollutoin", "pollutxon", "plluxion"]),
    ("waste", ["waste", "wastee", "wadte", "wabte", "baste"]),
]


@pytest.mark.parametrize(("meant", "typed"), ORDERED)
def test_likelier_mistakes_cost_less(meant: str, typed: list[str]) -> None:
    costs = [edits.cost(each, meant) for each in typed]
    assert costs[0] == 0
    assert all(low <= high for low, high in pairwise(costs)) and costs[1] < costs[-1]


@pytest.mark.parametrize("word", ["สิ่งแวดล้อม", "เทศบาล", "municipality", "wastewater"])
def test_every_single_edit_of_a_word_finds_it(word: str) -> None:
    others = ["ขยะ", "พลาสติก", "โครงการ", "plastic", "climate", "transport"]
    index = DeleteIndex([*others, word])
    rng = random.Random(7)
    letter = "ก" if "ก" <= word[0] <= "๛" else "q"
    mistakes = [word[:i] + word[i + 1 :] for i in range(len(word))]
    mistakes += [word[:i] + letter + word[i:] for i in range(len(word))]
    mistakes += [word[:i] + letter + word[i + 1 :] for i in range(len(word))]
    mistakes += [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
    for typed in rng.sample(mistakes, len(mistakes)):
        assert len(others) in {near.word for near in index.near(typed, whole=True)}, typed


def test_a_word_is_found_inside_a_text_without_spaces_with_its_place() -> None:
    words = ["เทศบาล", "ขยะ"]
    text = "ของเทสบาลนคร"
    found = {(text[near.start : near.end], words[near.word]) for near in DeleteIndex(words).near(text)}
    assert ("เทสบาล", "เทศบาล") in found


@pytest.mark.parametrize("text", ["", "่", "ก" * (LONGEST + 5), "้้้้"])
def test_texts_that_are_no_words_find_nothing(text: str) -> None:
    assert DeleteIndex(["เทศบาล"]).near(text) == []
    assert DeleteIndex(["เทศบาล"]).near(text, whole=True) == []
    assert DeleteIndex([]).near("เทศบาล") == []


def test_stretches_that_are_chosen_find_what_they_find_among_all() -> None:
    words, text = ["เทศบาล", "ขยะ", "นคร"], "้ของเทสบาลนครขยา"
    index = DeleteIndex(words)
    every = index.near(text)
    chosen = sorted({(near.start, near.end) for near in every})[::2]
    assert len(chosen) > 2
    assert index.near(text, stretches=chosen) == [near for near in every if (near.start, near.end) in chosen]
    assert index.near(text, stretches=[(0, 4)]) == []  # begins with a mark that no skeleton has


def test_every_word_is_found_in_a_long_index() -> None:
    words = [f"{a}{b}{c}" for a in "กขคงจ" for b in "ดตนบปผพ" for c in "มยรลวสห"]
    index = DeleteIndex(words)
    assert all(number in {near.word for near in index.near(word, whole=True)} for number, word in enumerate(words))


def test_words_that_differ_in_their_last_letters_are_not_taken_for_each_other() -> None:
    words = ["talk", "tars", "low", "lor", "need", "แด่", "ขยะ"]
    index = DeleteIndex(words)
    for typed, near in {"tap": set(), "log": set(), "meet": set(), "แก้": set(), "neet": {"need"}, "talx": {"talk"}}.items():
        assert {words[each.word] for each in index.near(typed, whole=True)} == near, typed


def test_two_vocabularies_find_what_one_of_all_words_finds() -> None:
    general, own = ["ขยะ", "เทศบาล", "municipal"], ["เทศบาลนคร", "พลาสติก"]
    joined, whole = TwoVocabularies(Vocabulary(general), own), TwoVocabularies(Vocabulary(general + own), [])
    for text in ("เทศบานนคร", "พลาสติค", "munizipal", "ขยะ", "ไม่มี"):
        assert sorted(joined.near(text)) == sorted(whole.near(text))
        assert sorted(joined.near(text, whole=True)) == sorted(whole.near(text, whole=True))
    assert "ขยะ" in Vocabulary(general) and "พลาสติก" not in Vocabulary(general)


def test_counted_words_are_whole_words_as_written() -> None:
    counting = Counting()
    counting.add(used(Analyzer([]).index_words("เทศบาลเก็บขยะ เทศบาล Municipalities sort PM2.5 waste and Waste")))
    counts = counting.bounded()
    assert counts.thai["เทศบาล"] == 2 and "เทศ" not in counts.thai
    assert counts.english["waste"] == 2 and "municipalities" in counts.english
    assert not any(character.isdigit() for word in counts.english for character in word)


def test_only_the_most_frequent_words_are_kept_and_survive_storing() -> None:
    counting = Counting()
    counting.add(used(Analyzer([]).index_words("ขยะ ขยะ เมือง waste waste water")))
    counts = counting.bounded(most=1)
    assert counts == WordCounts({"ขยะ": 2}, {"waste": 2})
    assert WordCounts.from_json(counts.to_json()) == counts
    assert WordCounts.from_json(None) == WordCounts()


@pytest.fixture(scope="module")
def words() -> tuple[likelihood.ThaiWords, likelihood.EnglishWords]:
    return likelihood.of_both(WordCounts({"มะกอก": 3}, {"makok": 3}), Analyzer([]).segmenter, lexicon.shipped())


@pytest.mark.parametrize(
    ("word", "known"),
    [("เทศบาล", True), ("มะกอก", True), ("เทศบาน", False), ("สิงแวดล้อม", False)],
)
def test_thai_words_that_exist(words: tuple[likelihood.ThaiWords, likelihood.EnglishWords], word: str, known: bool) -> None:
    assert (words[0].cost(word) is not None) is known


@pytest.mark.parametrize(
    ("word", "known"),
    [("city", True), ("makok", True), ("cities", True), ("enviroment", False), ("polution", False)],
)
def test_english_words_that_exist(words: tuple[likelihood.ThaiWords, likelihood.EnglishWords], word: str, known: bool) -> None:
    assert (words[1].cost(word) is not None) is known


@pytest.mark.parametrize(
    ("british", "american"),
    [("organisation", "organization"), ("colour", "color"), ("centre", "center"), ("programme", "program"), ("travelled", "traveled")],
)
def test_british_and_american_spelling_are_one(british: str, american: str) -> None:
    assert likelihood.american(british) == likelihood.american(american)
