"""Passages that were shown lately are not read again, and never take more room than they may."""

from __future__ import annotations

import pytest

from kb.index.kept import Kept
from kb.index.part_store import PartStore
from kb.index.store import KEPT_BYTES
from kb.knowledge_base import KnowledgeBase

QUESTION = "ลดขยะพลาสติกในเมืองท่องเที่ยว"


def of_size() -> Kept[bytes]:
    return Kept(100, len)


def test_what_is_kept_is_known_and_nothing_else() -> None:
    kept = of_size()
    kept.keep({1: b"one", 2: b"two"})
    assert kept.known([3, 2, 1]) == {2: b"two", 1: b"one"}


def test_it_never_holds_more_than_it_may() -> None:
    kept = of_size()
    for key in range(1000):
        kept.keep({key: bytes(10)})
        assert kept.known([key])
        assert 10 * len(kept.known(range(key - 20, key + 1))) <= 100


def test_more_than_fits_is_not_kept() -> None:
    kept = of_size()
    kept.keep({1: bytes(10)})
    kept.keep({key: bytes(10) for key in range(10, 20)})
    assert list(kept.known(range(100))) == [1]


def test_what_is_used_stays_and_what_is_not_goes() -> None:
    kept = of_size()
    kept.keep({0: bytes(10), 1: bytes(10)})
    for key in range(2, 40):
        assert kept.known([0])
        kept.keep({key: bytes(10)})
    assert not kept.known([1])


def test_a_page_that_was_shown_is_not_read_again(small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    first = small_kb.search(QUESTION)
    assert any(hit.passages for hit in first.hits)
    monkeypatch.delattr(PartStore, "shown")
    assert small_kb.search(QUESTION) == first


def test_passages_that_cannot_be_kept_are_the_same(small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    store = small_kb._index.store
    known = small_kb.search(QUESTION, passages=5)
    monkeypatch.setattr(store, "_kept", Kept(0, lambda _: KEPT_BYTES))
    assert small_kb.search(QUESTION, passages=5) == known
