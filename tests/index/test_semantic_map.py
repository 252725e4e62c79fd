"""The map of the subjects: which are in it, and what becomes of it when some of them change."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer import semantic_map
from kb.index.semantic_map import SemanticMap


def made(count: int) -> tuple[dict[str, str], list[tuple[str, str]], NDArray[np.float32]]:
    """Subjects with one passage each, some directions apart."""
    rows = np.random.default_rng(5).standard_normal((count, 16)).astype(np.float32)
    ids = [f"case-studies/d{n:04}" for n in range(count)]
    return {each: f"{each} 1" for each in ids}, [(each, "th") for each in ids], rows / np.linalg.norm(rows, axis=1, keepdims=True)


def drawn(made_of: dict[str, str], owners: list[tuple[str, str]], rows: NDArray[np.float32], before: SemanticMap | None) -> SemanticMap:
    return SemanticMap.from_json(semantic_map.draw(made_of, owners, rows, before))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def first() -> SemanticMap:
    return drawn(*made(semantic_map.REDRAWN + 20), None)


def test_a_new_subject_takes_the_place_of_the_one_nearest_to_it(first: SemanticMap) -> None:
    made_of, owners, rows = made(semantic_map.REDRAWN + 20)
    near, new = list(made_of)[7], "case-studies/new"
    rows = np.concatenate([rows, rows[7:8] + 0.01])
    found = drawn(dict(sorted((made_of | {new: "new"}).items())), [*owners, (new, "th")], rows, first)
    assert {each: found.places[each] for each in made_of} == first.places
    assert found.places[new] == first.places[near] and found.nearest[new] == near and found.nearest[near] == new
    assert found.made_of[new] == "" and found.stress == first.stress


CHANGED = {"none": (0, True), "few": (20, True), "many": (60, False)}


@pytest.mark.parametrize(("changed", "stays"), CHANGED.values(), ids=CHANGED.keys())
def test_the_map_is_drawn_anew_when_many_have_changed(first: SemanticMap, changed: int, stays: bool) -> None:
    made_of, owners, rows = made(semantic_map.REDRAWN + 20)
    rows[:changed] = rows[:changed][::-1]
    found = drawn({each: digest + ("x" if n < changed else "") for n, (each, digest) in enumerate(made_of.items())}, owners, rows, first)
    assert (found.places == first.places) == stays


def test_a_subject_that_is_gone_leaves_the_map(first: SemanticMap) -> None:
    made_of, owners, rows = made(semantic_map.REDRAWN + 20)
    gone = next(iter(made_of))
    found = drawn({each: digest for each, digest in made_of.items() if each != gone}, owners[1:], rows[1:], first)
    assert gone not in found.places and gone not in found.nearest.values()
    assert found.places == {each: place for each, place in first.places.items() if each != gone}


def test_a_small_map_is_always_drawn_anew() -> None:
    made_of, owners, rows = made(20)
    before = SemanticMap(dict.fromkeys(made_of, (0.5, 0.5)), {}, 0.0, made_of)
    assert drawn(made_of, owners, rows, before).places != before.places
