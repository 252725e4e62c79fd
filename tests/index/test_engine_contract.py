"""Every engine answers as plain numpy does: the same passages in the same order with the same scores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import CONTENT
from engine_cases import Harness, LocalHarness, MilvusHarness, Reference, averages, real_entries
from numpy.typing import NDArray

from kb.embedding import Embedder, open_embedder
from kb.index.engine import Engine, Ranked
from kb.index.manifest import ModelStamp
from kb.index.milvus import reading
from kb.index.milvus.collection import Entry
from kb.text.analyzer import Analyzer
from kb.types import LANGS, Lang

TOLERANCE = 1e-4
ROUNDING = 1e-6

Make = Callable[[Path, ModelStamp], Harness]
HARNESSES: dict[str, Make] = {
    "local": LocalHarness,
    "milvus-lite": lambda folder, model: MilvusHarness(folder, f"milvus://{folder}/milvus.db", model),
}

QUESTIONS = {
    "Thai": "ลดขยะพลาสติกในเมืองได้อย่างไร",
    "English": "how did the city clean its canals and waste water",
    "a code and figures": "PM2.5 12 ล้านบาท 2022",
    "one common word": "เมือง",
    "words that no passage holds": "zyzzyva quux",
}


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder("builtin-static")


@pytest.fixture(scope="module")
def entries(embedder: Embedder) -> list[Entry]:
    return real_entries(CONTENT, 10, embedder)


@pytest.fixture(scope="module")
def model(embedder: Embedder) -> ModelStamp:
    return ModelStamp(embedder.name, embedder.digest, embedder.dim)


@pytest.fixture(params=HARNESSES.values(), ids=HARNESSES.keys(), scope="module")
def make(request: pytest.FixtureRequest) -> Make:
    made: Make = request.param
    return made


@pytest.fixture(scope="module")
def engine(make: Make, entries: list[Entry], model: ModelStamp, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make(tmp_path_factory.mktemp("engine"), model).publish(entries)


@pytest.fixture(scope="module")
def reference(entries: list[Entry]) -> Reference:
    return Reference(entries)


@pytest.fixture
def harness(make: Make, tmp_path: Path, model: ModelStamp) -> Harness:
    return make(tmp_path, model)


def weights(text: str) -> dict[str, float]:
    """Terms of a question; the later ones count less, as translations do."""
    found = [term for each in Analyzer(()).query_terms(text) for term in each.weights]
    return {term: 1.0 / (1 + i % 3) for i, term in enumerate(dict.fromkeys(found))}


def assert_same(found: Ranked, expected: Ranked) -> None:
    """Rows may change places only where rounding decides."""
    np.testing.assert_allclose(found[1], expected[1], atol=TOLERANCE, rtol=ROUNDING)
    known = dict(zip(expected[0].tolist(), expected[1].tolist(), strict=True))
    moved = [(int(row), score) for row, wanted, score in zip(found[0], expected[0], found[1], strict=True) if row != wanted]
    assert all(abs(known.get(row, np.inf) - score) < ROUNDING for row, score in moved), (found, expected)


def assert_same_answers(engine: Engine, reference: Reference, embedder: Embedder, limit: int = 10) -> None:
    for text in QUESTIONS.values():
        vector = embedder.queries([text])[0]
        for lang in LANGS:
            assert_same(engine.nearest(vector, limit, lang), reference.nearest(vector, limit, lang))
            assert_same(engine.matching(weights(text), limit, lang), reference.matching(weights(text), limit, lang))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("text", QUESTIONS.values(), ids=QUESTIONS.keys())
@pytest.mark.parametrize("limit", [1, 10, 200])
def test_the_same_best(engine: Engine, reference: Reference, embedder: Embedder, text: str, lang: Lang, limit: int) -> None:
    vector = embedder.queries([text])[0]
    assert_same(engine.nearest(vector, limit, lang), reference.nearest(vector, limit, lang))
    assert_same(engine.matching(weights(text), limit, lang), reference.matching(weights(text), limit, lang))


ALLOWED: dict[str, Callable[[NDArray[np.int64]], NDArray[np.int64]]] = {
    "none": lambda rows: rows[:0],
    "one": lambda rows: rows[7:8],
    "every seventh": lambda rows: rows[::7],
    "all": lambda rows: rows,
    "rows without a passage": lambda rows: rows[-3:] + 1_000_000,
}


@pytest.mark.parametrize("choose", ALLOWED.values(), ids=ALLOWED.keys())
def test_only_allowed_rows(
    engine: Engine,
    reference: Reference,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    choose: Callable[[NDArray[np.int64]], NDArray[np.int64]],
) -> None:
    monkeypatch.setattr(reading, "SLICE", 40)
    allowed = choose(np.array(sorted(reference.entries), np.int64))
    text = QUESTIONS["Thai"]
    for lang in LANGS:
        vector = embedder.queries([text])[0]
        assert_same(engine.nearest(vector, 10, lang, allowed), reference.nearest(vector, 10, lang, allowed))
        assert_same(engine.matching(weights(text), 10, lang, allowed), reference.matching(weights(text), 10, lang, allowed))


def test_counts_and_frequencies(engine: Engine, reference: Reference) -> None:
    words = {*weights(" ".join(QUESTIONS.values())), "เมือง", "city"}
    for lang in LANGS:
        assert engine.count(lang) == reference.count(lang) > 50
        assert {word: engine.found(word, lang) for word in words} == {word: reference.found(word, lang) for word in words}


def test_vectors_in_the_order_of_the_rows(engine: Engine, entries: list[Entry]) -> None:
    rows = np.array([9, 3, 40, 3], np.int64)
    found = engine.vectors(rows)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.array([entries[row].vector for row in rows]))
    assert engine.vectors(rows[:0]).shape == (0, len(entries[0].vector))


@pytest.mark.parametrize("limit", [0, 3, 60])
def test_equals_are_ordered_by_row(harness: Harness, entries: list[Entry], limit: int) -> None:
    """Forty passages that say the same, given in another order than their rows'."""
    same = [replace(entries[0], row=row) for row in range(139, 99, -1)]
    engine = harness.publish([*same, *(entry for entry in entries[1:20] if entry.lang == entries[0].lang)])
    lang: Lang = "th" if entries[0].lang == "th" else "en"
    wanted = list(range(100, 140))[:limit]
    assert engine.nearest(entries[0].vector, limit, lang)[0][:40].tolist() == wanted
    assert engine.matching(dict.fromkeys(entries[0].terms, 1.0), limit, lang)[0][:40].tolist() == wanted


def test_generations(harness: Harness, entries: list[Entry], embedder: Embedder) -> None:
    """A reader sees its generation, whatever is published beside it: passages that came, went, and came and went."""
    fixed = averages(entries[:100]) if harness.keeps_averages else None
    first = harness.publish(entries[:100])
    second = harness.publish(entries[100:180], deleted=[0, 5, 99, 5_000])
    third = harness.publish(entries[180:], deleted=[6, 150])
    gone = {0, 5, 99}
    states = {
        "first": (first, entries[:100]),
        "second": (second, [entry for entry in entries[:180] if entry.row not in gone]),
        "third": (third, [entry for entry in entries if entry.row not in {*gone, 6, 150}]),
    }
    for engine, alive in states.values():
        reference = Reference(alive, fixed)
        assert_same_answers(engine, reference, embedder)
        for lang in LANGS:
            assert engine.count(lang) == reference.count(lang)
            assert engine.found("เมือง", lang) == reference.found("เมือง", lang)


def test_many_threads_ask_at_once(engine: Engine, reference: Reference, entries: list[Entry]) -> None:
    asked = entries[::5]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda entry: engine.matching(dict.fromkeys(entry.terms, 1.0), 5, entry.lang), asked))
    for entry, found in zip(asked, answers, strict=True):
        assert_same(found, reference.matching(dict.fromkeys(entry.terms, 1.0), 5, entry.lang))


def test_the_same_after_opening_again(harness: Harness, entries: list[Entry], embedder: Embedder) -> None:
    harness.publish(entries[:100])
    assert_same_answers(harness.reopen(), Reference(entries[:100]), embedder)


def test_a_passage_without_terms_and_a_language_without_passages(harness: Harness, entries: list[Entry]) -> None:
    thai = [entry for entry in entries if entry.lang == "th"][:20]
    silent = replace(thai[0], row=9_000, terms=())
    engine = harness.publish([*thai, silent])
    assert engine.count("th") == 21 and engine.count("en") == 0
    assert 9_000 in engine.nearest(silent.vector, 2, "th")[0] and engine.nearest(silent.vector, 2, "en")[0].size == 0
    assert 9_000 not in engine.matching(dict.fromkeys(thai[0].terms, 1.0), 100, "th")[0]
