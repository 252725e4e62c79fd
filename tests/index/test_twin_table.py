"""The twins of a part's sentences as columns."""

from __future__ import annotations

import random

import numpy as np

from kb.index.twin_table import SentenceTwin, TwinTable


def made(seed: int, first: int) -> list[SentenceTwin]:
    """Of some of the sentences of 20 passages, in any order."""
    chance = random.Random(seed)
    keys = [(first + row, start) for row in range(20) for start in (0, 7, 40, 2**20) if chance.random() < 0.5]
    chance.shuffle(keys)
    return [
        SentenceTwin(row, start, tuple((first + chance.randrange(20), at, at + 5) for at in range(chance.randint(1, 3))), chance.random())
        for row, start in keys
    ]


def asked(first: int, end: int) -> list[tuple[int, int]]:
    return [(row, start) for row in range(first - 1, end + 1) for start in (0, 3, 7, 40, 2**20, 2**21)]


def test_each_sentence_has_its_own() -> None:
    twins = made(1, 100)
    found = TwinTable.of(twins).found(asked(100, 120))
    assert found == {(each.row, each.start): each for each in twins} and len(found) > 20
    assert TwinTable.of(twins).found([]) == TwinTable.of([]).found(asked(0, 3)) == {}


def test_tables_become_one_and_are_kept_as_arrays() -> None:
    one, other = made(1, 100), made(2, 50)
    table = TwinTable.joined([TwinTable.of(one), TwinTable.of(other)])
    again = TwinTable.of_arrays({"others": np.zeros(1), **table.arrays()})
    assert again.found(asked(50, 120)) == {(each.row, each.start): each for each in one + other}
    assert TwinTable.joined([]).found(asked(0, 3)) == {}
