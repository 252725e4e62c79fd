"""Fusion and grouping on plain values."""

from __future__ import annotations

import numpy as np
import pytest

from kb.search import fusion, grouping
from kb.search.arms import Candidates
from kb.search.grouping import Passages, Ranking, Scored


def candidates(cosines: list[float], standardised: list[float], coverage: list[float]) -> Candidates:
    rows = np.arange(len(cosines), dtype=np.int64)
    return Candidates("th", rows, *(np.array(each, np.float32) for each in (cosines, standardised, coverage)))


def test_scores_of_the_two_arms_are_added() -> None:
    found = candidates([0.5, 0.2], [2.0, -1.0], [0.0, 0.5])
    np.testing.assert_allclose(fusion.fuse(found, "hybrid", same_language=True), [2.0, -1.0 + 13 * 0.5])
    np.testing.assert_allclose(fusion.fuse(found, "hybrid", same_language=False), [1.5 * 2.0, 1.5 * (-1.0 + 6 * 0.5)])
    np.testing.assert_allclose(fusion.fuse(found, "terms", same_language=True), [0.0, 0.5])
    np.testing.assert_allclose(fusion.fuse(found, "vectors", same_language=True), [2.0, -1.0])


def test_a_passage_counts_when_it_is_near_or_holds_the_words() -> None:
    found = candidates([0.5, 0.1, 0.1], [3.0, 0.0, 0.0], [0.0, 0.5, 0.05])
    assert fusion.relevant(found, "hybrid", chance=0.4).tolist() == [True, True, False]
    assert fusion.relevant(found, "vectors", chance=0.4).tolist() == [True, False, False]
    assert fusion.relevant(found, "terms", chance=0.4).tolist() == [False, True, True]


def test_versions_of_a_subject_share_one_place_and_ties_go_by_id() -> None:
    groups = np.array([1, 0, 1, 2], np.int32)
    nothing = np.zeros(4, np.float32)
    scored = Passages(np.arange(4), np.zeros(4, np.int8), np.array([1.0, 2.0, 2.0, 0.5], np.float32), nothing, nothing)
    ranked = grouping.rank(scored, groups)
    page = ranked.page(0, 10)
    assert page.ranked == [(0, 2.0), (1, 2.0), (2, 0.5)]
    assert page.best(1) == Scored(2, "th", 2.0, 0.0, 0.0)
    assert (page.best(1, "th"), page.best(1, "en")) == (page.best(1), None)
    second = ranked.page(1, 1)
    assert (second.ranked, second.passages.rows.tolist(), second.groups.tolist()) == ([(1, 2.0)], [2, 0], [1, 1])
    assert [each.group for each in ranked.raised(np.array([0.0, 0.0, 1.6])).page(0, 10).ranked] == [2, 0, 1]


@pytest.mark.parametrize(("scores", "kept"), [([10.0, 1.5, 1.4], 2), ([10.0], 1), ([], 0), ([-1.0, -2.0], 2), ([0.0, -1.0], 2)], ids=str)
def test_the_tail_is_cut_relative_to_the_best(scores: list[float], kept: int) -> None:
    assert len(grouping.without_tail(Ranking(np.arange(len(scores)), np.array(scores)))) == kept
