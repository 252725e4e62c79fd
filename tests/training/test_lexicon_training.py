"""The lexicon made from a slice of pairs: both directions, agreement, no stop words."""

from __future__ import annotations

from pathlib import Path

from raw_slice import data, wordnet

from kb.text.lexicon import Lexicon
from training import lexicon
from training.data import Pair


def test_one_command_makes_both_directions(data: Path, wordnet: Path, tmp_path: Path) -> None:
    inputs = ["--data", data, "--wordnet", wordnet, "--glossary", tmp_path / "none.tsv", "--out", tmp_path / "lexicon", "--workers", 1]
    lexicon.main([str(each) for each in inputs])
    read = Lexicon.read(tmp_path / "lexicon")
    assert read.translations("ขยะ", "th")[0][0] == "wast"
    assert read.translations("river", "en")[0][0] == "แม่น้ำ"
    assert read.translations("และ", "th") == read.translations("and", "en") == ()


def test_a_translation_needs_both_directions() -> None:
    """A chance neighbour is taken for a translation in one direction only."""
    sides = [(["ก", "ข"], ["x", "y"]), (["ก"], ["x"]), (["ข"], ["y"]), (["ค"], ["x", "z"]), (["ค"], ["z"])] * 3
    made = lexicon.lexicon(sides, [1.0] * len(sides))
    assert [made["th"][word][0][0] for word in "กขค"] == ["x", "y", "z"]
    assert dict(made["en"]["z"]) == {"ค": 1.0}


def test_latin_words_in_thai_text_are_no_translations() -> None:
    pair = Pair("ระบบ Zero Trust และน้ำ", "A zero trust system and water", "md-lessons", 1.0)
    ((thai, english),) = lexicon.terms([pair], workers=1)
    assert thai == ["ระบบ", "น้ำ"]
    assert english == ["zero", "trust", "system", "water"]
