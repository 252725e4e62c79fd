"""Vectors, terms and statistics: score values against a plain computation."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from kb.index import blocks, bm25, statistics, vectors
from kb.index.local import LocalEngine
from kb.index.statistics import SimilarityStatistics, Sums
from kb.index.terms import Entry, TermIndex
from kb.index.vectors import Vectors


def unit_rows(count: int, dim: int = 16, seed: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_vectors_give_cosines_in_order(tmp_path: Path) -> None:
    rows = unit_rows(50)
    vectors.write(tmp_path / "v.npy", rows)
    blocks.write_table(tmp_path / "v.npy")
    found, cosines = Vectors.open(tmp_path / "v.npy", None, 0).search(rows[7], 10)
    expected = np.argsort(-(rows @ rows[7]), kind="stable")[:10]
    assert found.tolist() == expected.tolist() and found[0] == 7
    np.testing.assert_allclose(cosines, (rows @ rows[7])[expected], atol=1e-6)


def test_vectors_search_only_the_allowed_rows_of_documents_that_are_there() -> None:
    rows = unit_rows(50)
    found = Vectors(100, rows[20:30], dead=np.array([103, 107]))
    alive = {100, 101, 102, 104, 105, 106, 108, 109}
    assert set(found.search(rows[27], 100)[0].tolist()) == alive
    assert set(found.search(rows[27], 100, np.array([7, 101, 107, 109, 500]))[0].tolist()) == {101, 109}
    assert found.search(rows[7], 100, np.array([], dtype=np.int64))[0].size == 0
    assert (found.count, found.alive) == (10, 8)
    np.testing.assert_array_equal(found.gather(np.array([109, 100])), rows[[29, 20]])


def test_equal_vectors_are_ordered_by_row_also_where_the_list_ends() -> None:
    rows = np.repeat(unit_rows(1), 9, axis=0)
    assert Vectors(0, rows).search(rows[0], 9)[0].tolist() == list(range(9))
    assert Vectors(0, rows).search(rows[0], 4)[0].tolist() == [0, 1, 2, 3]


def clustered(count: int, dim: int = 32) -> np.ndarray:  # type: ignore[type-arg]
    """Vectors as texts have them: about topics, not spread evenly."""
    topics, random = unit_rows(60, dim, seed=1), np.random.default_rng(2)
    rows = topics[random.integers(0, 60, count)] + 0.15 * random.normal(size=(count, dim)).astype(np.float32)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    rows = clustered(20_000)
    vectors.write(folder / "v.npy", rows)
    blocks.write_table(folder / "v.npy")
    vectors.write_coarse(folder / "v.faiss", rows, rows[::100])
    return folder


def test_an_inverted_file_finds_what_comparing_all_finds_with_the_same_scores(many: Path) -> None:
    exact, coarse = (Vectors.open(many / "v.npy", path, 1000) for path in (None, many / "v.faiss"))
    questions = clustered(200)[100:]
    found = 0
    for question in questions:
        rows, cosines = coarse.search(question, 10)
        wanted, expected = exact.search(question, 10)
        found += len(set(rows.tolist()) & set(wanted.tolist()))
        same = np.isin(rows, wanted)
        np.testing.assert_allclose(cosines[same], expected[np.isin(wanted, rows)], atol=1e-6)
    assert found >= 0.99 * 10 * len(questions)


@pytest.mark.parametrize("kept", [20, 3_000, 12_000], ids=["0.1 %", "15 %", "60 %"])
def test_a_filter_holds_inside_the_inverted_file(many: Path, kept: int) -> None:
    exact, coarse = (Vectors.open(many / "v.npy", path, 0) for path in (None, many / "v.faiss"))
    allowed = np.sort(np.random.default_rng(kept).permutation(20_000)[:kept]).astype(np.int64)
    found = 0
    for question in clustered(60)[30:]:
        rows = coarse.search(question, 10, allowed)[0]
        assert len(rows) == 10 and np.isin(rows, allowed).all()
        found += len(set(rows.tolist()) & set(exact.search(question, 10, allowed)[0].tolist()))
    assert found >= 0.97 * 300


@pytest.mark.parametrize(
    ("count", "choice", "expected"),
    [
        (0, "auto", "exact"),
        (vectors.EXACT_UP_TO, "auto", "exact"),
        (vectors.EXACT_UP_TO + 1, "auto", "ivf-pq"),
        (500_000, "exact", "exact"),
        (5_000, "ivf-pq", "ivf-pq"),
        (3, "ivf-pq", "exact"),
    ],
)
def test_how_vectors_are_searched_follows_from_their_number_and_can_be_chosen(count: int, choice: vectors.Choice, expected: str) -> None:
    assert vectors.method(count, choice) == expected


@pytest.fixture
def terms(tmp_path: Path) -> TermIndex:
    texts = ["ขยะ พลาสติก ขยะ", "น้ำ เมือง", "เมือง ขยะ น้ำ คลอง", "คลอง"]
    TermIndex.write(tmp_path / "terms", (Entry(100 + i, 7 + i, text) for i, text in enumerate(texts)))
    return TermIndex.read(tmp_path / "terms")


@pytest.fixture
def engine(terms: TermIndex) -> LocalEngine:
    return LocalEngine(16, {"th": 4}, {"th": []}, {"th": terms})


def test_bm25_scores(terms: TermIndex, engine: LocalEngine) -> None:
    rows, scores = terms.search({"ขยะ": 1.0}, 10)
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    average = (3 + 2 + 4 + 1) / 4
    assert rows.tolist() == [100, 102]
    np.testing.assert_allclose(scores, [idf * bm25.impact(2, 3, average), idf * bm25.impact(1, 4, average)], rtol=1e-5)
    assert bm25.impact(2, 3, average) == pytest.approx(2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / average)))
    assert bm25.idf_of(engine, "ขยะ", "th") == pytest.approx(idf)
    assert bm25.whole(engine, {"ขยะ": 2.0}, "th") == pytest.approx(2 * idf)


def test_an_unknown_word_counts_as_the_rarest_unless_left_out(engine: LocalEngine) -> None:
    assert bm25.whole(engine, {"ไม่มี": 1.0}, "th") == pytest.approx(math.log(1 + 4.5 / 0.5))
    assert bm25.whole(engine, {"ไม่มี": 1.0}, "th", known_only=True) == 0


def test_a_term_index_built_upon_another_leaves_that_as_it_is(terms: TermIndex, tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in (tmp_path / "terms").iterdir()}
    TermIndex.write(tmp_path / "next", [Entry(200, 20, "ขยะ ใหม่")], tmp_path / "terms", gone=[7])
    following = TermIndex.read(tmp_path / "next")
    assert following.search({"ขยะ": 1.0}, 10)[0].tolist() == [200, 102]
    assert following.count == 4
    assert terms.search({"ขยะ": 1.0}, 10)[0].tolist() == [100, 102]
    assert {path.name: path.read_bytes() for path in (tmp_path / "terms").iterdir()} == files


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
    summed = Sums.of(rows[:1000]) + Sums.of(rows) - Sums.of(rows[:1000])
    assert summed.statistics().expected(query) == pytest.approx((mean, deviation), abs=1e-5)
    again = statistics.parse(statistics.dump({"th": fitted}), SimilarityStatistics)["th"]
    assert again.expected(query) == (mean, deviation)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_tiny_collection_has_a_usable_scale(count: int) -> None:
    mean, deviation = SimilarityStatistics.fit(unit_rows(count)).expected(unit_rows(1, seed=1)[0])
    assert math.isfinite(mean) and deviation > 0.05


@pytest.mark.parametrize("kept", [3, 40, 400, 1_500, 3_000])
def test_terms_among_many_allowed_rows_are_those_of_a_query_with_all_of_them(kept: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    texts = [" ".join(f"w{word}" for word in chance.zipf(1.5, 12).clip(max=60)) for _ in range(3_000)]
    TermIndex.write(tmp_path / "terms", (Entry(row, row, text) for row, text in enumerate(texts)))
    index = TermIndex.read(tmp_path / "terms")
    allowed = np.sort(chance.permutation(3_000)[:kept]).astype(np.int64)
    for limit in (10, 200):
        for weights in ({"w2": 1.0, "w9": 2.0}, {"w60": 1.0}, {"w55": 1.0, "w54": 0.3}):
            rows, scores = index.search(weights, limit, allowed)
            wanted, expected = index._hits(weights, 3_000, allowed)
            assert len(rows) == min(limit, len(wanted)) and np.isin(rows, allowed).all()
            np.testing.assert_allclose(scores, expected[: len(scores)], rtol=1e-6)
            ties = expected[: len(rows)] > (expected[limit] if len(expected) > limit else -1)
            assert set(rows[ties]) == set(wanted[: len(rows)][ties])
