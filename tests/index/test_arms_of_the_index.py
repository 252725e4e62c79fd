"""Vectors, terms and statistics: score values against a plain computation."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from kb.index import statistics
from kb.index.statistics import SimilarityStatistics
from kb.index.terms import TermIndex
from kb.index.vectors import Vectors


def unit_rows(count: int, dim: int = 16, seed: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_vectors_give_cosines_in_order(tmp_path: Path) -> None:
    rows = unit_rows(50)
    Vectors.build(rows).write(tmp_path / "v.faiss")
    found, cosines = Vectors.read(tmp_path / "v.faiss").search(rows[7], 10, (0, 50))
    expected = np.argsort(-(rows @ rows[7]), kind="stable")[:10]
    assert found.tolist() == expected.tolist() and found[0] == 7
    np.testing.assert_allclose(cosines, (rows @ rows[7])[expected], atol=1e-6)


def test_vectors_search_only_the_span_and_the_allowed_rows() -> None:
    rows = unit_rows(50)
    vectors = Vectors.build(rows)
    assert set(vectors.search(rows[7], 100, (20, 30))[0].tolist()) == set(range(20, 30))
    assert set(vectors.search(rows[7], 100, (20, 30), np.array([21, 29]))[0].tolist()) == {21, 29}
    assert vectors.search(rows[7], 100, (20, 20))[0].size == 0
    assert vectors.search(rows[7], 100, (20, 30), np.array([], dtype=np.int64))[0].size == 0


def test_equal_vectors_are_ordered_by_row() -> None:
    rows = np.repeat(unit_rows(1), 9, axis=0)
    assert Vectors.build(rows).search(rows[0], 9, (0, 9))[0].tolist() == list(range(9))


@pytest.fixture
def terms(tmp_path: Path) -> TermIndex:
    texts = ["ขยะ พลาสติก ขยะ", "น้ำ เมือง", "เมือง ขยะ น้ำ คลอง", "คลอง"]
    TermIndex.write(tmp_path / "terms", ((100 + i, text.split()) for i, text in enumerate(texts)))
    return TermIndex.read(tmp_path / "terms")


def test_bm25_scores(terms: TermIndex) -> None:
    rows, scores = terms.search({"ขยะ": 1.0}, 10)
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    average = (3 + 2 + 4 + 1) / 4

    def bm25(frequency: int, length: int) -> float:
        return idf * frequency * 2.2 / (frequency + 1.2 * (1 - 0.75 + 0.75 * length / average))

    assert rows.tolist() == [100, 102]
    np.testing.assert_allclose(scores, [bm25(2, 3), bm25(1, 4)], rtol=1e-5)
    assert terms.idf("ขยะ") == pytest.approx(idf)
    assert terms.whole({"ขยะ": 2.0}) == pytest.approx(2 * idf)


def test_an_unknown_word_counts_as_the_rarest_unless_left_out(terms: TermIndex) -> None:
    assert terms.whole({"ไม่มี": 1.0}) == pytest.approx(math.log(1 + 4.5 / 0.5))
    assert terms.whole({"ไม่มี": 1.0}, known_only=True) == 0


def test_terms_search_only_allowed_rows(terms: TermIndex) -> None:
    assert terms.search({"ขยะ": 1.0}, 10, np.array([102, 103]))[0].tolist() == [102]
    full, part = terms.search({"ขยะ": 1.0, "น้ำ": 0.5}, 10), terms.search({"ขยะ": 1.0, "น้ำ": 0.5}, 10, np.array([102]))
    np.testing.assert_allclose(part[1], full[1][full[0] == 102], rtol=1e-5)
    assert terms.search({}, 10)[0].size == 0


def test_statistics_are_those_of_all_similarities() -> None:
    rows = unit_rows(4000)
    fitted = SimilarityStatistics.fit(rows)
    query = unit_rows(1, seed=1)[0]
    mean, deviation = fitted.expected(query)
    assert mean == pytest.approx(float((rows @ query).mean()), abs=2e-3)
    assert deviation == pytest.approx(float((rows @ query).std()), rel=0.02)
    again = statistics.parse(statistics.dump({"th": fitted}))["th"]
    assert again.expected(query) == (mean, deviation)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_tiny_collection_has_a_usable_scale(count: int) -> None:
    mean, deviation = SimilarityStatistics.fit(unit_rows(count)).expected(unit_rows(1, seed=1)[0])
    assert math.isfinite(mean) and deviation > 0.05
