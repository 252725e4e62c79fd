"""Vectors of questions: made once, also when several threads ask at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import HashEmbedder
from numpy.typing import NDArray

from kb.embedding.queries import QueryVectors, remembering
from kb.knowledge_base import KnowledgeBase

THREADS = 8


class Slow(HashEmbedder):
    """Holds every call until `go` is set; says when the first has come."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.come, self.go = threading.Event(), threading.Event()
        self.fault: Exception | None = None

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        self.come.set()
        assert self.go.wait(60)
        if self.fault:
            raise self.fault
        return super().queries(texts)


def overlapping(vectors: QueryVectors, slow: Slow, texts: Sequence[str]) -> list[NDArray[np.float32] | Exception]:
    """Ask from a thread for each text; none is answered before all have asked."""
    entered = threading.Barrier(len(texts) + 1)

    def ask(text: str) -> NDArray[np.float32] | Exception:
        entered.wait(60)
        try:
            return vectors.queries([text])
        except ValueError as fault:
            return fault

    with ThreadPoolExecutor(len(texts)) as pool:
        coming = [pool.submit(ask, text) for text in texts]
        entered.wait(60)
        assert slow.come.wait(60)
        slow.go.set()
        return [each.result() for each in coming]


CASES: dict[str, tuple[list[str], int]] = {
    "the same question from all": (["waste"] * THREADS, 1),
    "two questions": (["waste", "ขยะ"] * (THREADS // 2), 2),
    "each its own": ([f"waste {n}" for n in range(THREADS)], THREADS),
}


@pytest.mark.parametrize(("texts", "calls"), CASES.values(), ids=CASES)
def test_overlapping_questions_are_embedded_once_each(texts: list[str], calls: int) -> None:
    slow = Slow()
    found = overlapping(QueryVectors(slow), slow, texts)
    assert sorted(slow.asked) == sorted(set(texts)) and len(slow.asked) == calls
    expected = HashEmbedder().queries(texts)
    for row, each in zip(expected, found, strict=True):
        assert isinstance(each, np.ndarray)
        np.testing.assert_array_equal(each[0], row)


def test_a_fault_is_told_to_all_who_wait_and_not_remembered() -> None:
    slow = Slow()
    slow.fault = ValueError("no memory")
    vectors = QueryVectors(slow)
    assert all(isinstance(each, ValueError) for each in overlapping(vectors, slow, ["waste"] * THREADS))
    slow.fault = None
    assert vectors.queries(["waste"]).shape == (1, slow.dim)


def test_the_question_longest_not_asked_is_forgotten() -> None:
    slow = Slow()
    slow.go.set()
    vectors = QueryVectors(slow, remembered=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        vectors.queries([text])
    assert slow.asked == ["a", "b", "c", "b"]


SHAPES: dict[str, tuple[list[str], tuple[int, int]]] = {
    "none": ([], (0, 64)),
    "one": (["a"], (1, 64)),
    "with a double": (["a", "b", "a"], (3, 64)),
}


@pytest.mark.parametrize(("texts", "shape"), SHAPES.values(), ids=SHAPES)
def test_several_texts_keep_their_order(texts: list[str], shape: tuple[int, int]) -> None:
    found = QueryVectors(HashEmbedder()).queries(texts)
    assert found.shape == shape
    np.testing.assert_array_equal(found, HashEmbedder().queries(texts))


def test_what_is_remembered_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        QueryVectors(HashEmbedder()).queries(["a"])[0, 0] = 1


def test_an_embedder_is_remembered_for_once() -> None:
    vectors = remembering(HashEmbedder())
    assert remembering(vectors) is vectors


def test_a_knowledge_base_asks_for_a_vector_once(kb_of: Callable[[Slow], KnowledgeBase]) -> None:
    slow = Slow()
    slow.go.set()
    kb = kb_of(slow)
    slow.asked.clear()
    first, second = kb.search("plastic waste"), kb.search("plastic waste")
    assert first == second and slow.asked == ["plastic waste"]


@pytest.fixture
def kb_of(small_kb: KnowledgeBase) -> Callable[[Slow], KnowledgeBase]:
    folder = small_kb._index.folder.parent
    return lambda embedder: KnowledgeBase.open(folder, embedder=embedder)
