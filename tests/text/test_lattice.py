"""Paths through a text: the ways that are found without making all edges are those that all edges give."""

from __future__ import annotations

import pytest

from kb.text import edits, lattice

_COSTS = {"การ": 5.0, "ขยะ": 8.0, "การขยะ": 17.0, "ขย": 17.0, "มูล": 9.0, "ฝอย": 9.5, "มูลฝอย": 9.0}


def _words(text: str, start: int) -> list[str]:
    return [text[start:end] for end in range(start + 1, len(text) + 1) if text[start:end] in _COSTS]


@pytest.mark.parametrize("text", ["", "การขยะ", "การขยะมูลฝอย", "ขขขขขขขขขขขขขขขขขขขขขข", "เกดการขยมูลฝอย", "ขยะมูนฝอย", "์ก"])
def test_the_likeliest_path_is_the_best_of_all_edges(text: str) -> None:
    expected = lattice.best(len(text), lattice.as_written(text, _words, _COSTS.get))
    assert lattice.likeliest(text, _words, _COSTS.get) == expected


def test_costs_around_every_position() -> None:
    ways = [[(1, 5.0), (2, 3.0)], [(2, 1.0), (3, 9.0)], [(3, 4.0)]]
    before, behind = lattice.around(ways)
    assert before == [0.0, 5.0, 3.0, 7.0]
    assert behind == [7.0, 5.0, 4.0, 0.0]


@pytest.mark.parametrize("word", ["น้ำท่วม", "ศูนย์", "็ก", "waste"])
def test_the_letters_of_a_part_are_those_of_its_skeleton(word: str) -> None:
    letters = edits.letters(word)
    assert [len(edits.skeleton(word[:end])) for end in range(len(word) + 1)] == letters
    assert "".join(edits.skeleton(word[place]) for place in edits.places(word)) == edits.skeleton(word)
