"""Checksums that are compared before the index is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import HashEmbedder, document, silent, write_folder

from indexer.pipeline import build
from kb.errors import IndexCorrupt, IndexMismatch, IndexMissing
from kb.index import generations
from kb.index.reader import check_ahead
from kb.knowledge_base import KnowledgeBase


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.fixture
def index(small_content: Path) -> Path:
    build(small_content, small_content.parent / "index", HashEmbedder(), silent)
    return small_content.parent / "index"


def test_what_was_compared_is_not_compared_again(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = check_ahead(index)
    assert ahead.result().generation == "gen-00000001"
    monkeypatch.setattr(generations, "verify_files", lambda *_: pytest.fail("compared again"))
    assert KnowledgeBase.open(index, embedder=HashEmbedder(), checked=ahead).search("ป่าชายเลน").total


@pytest.mark.parametrize("name", ["places.bin", "texts.bin.blocks", "columns.bin", "vectors-th.npy.blocks", "statistics.npz"])
def test_a_flipped_bit_is_named_before_the_index_opens(index: Path, name: str) -> None:
    flip(next(index.rglob(name)))
    with pytest.raises(IndexCorrupt, match=name):
        KnowledgeBase.open(index, embedder=HashEmbedder(), checked=check_ahead(index))
    with pytest.raises(IndexCorrupt, match=name):
        KnowledgeBase.open(index, embedder=HashEmbedder())


def test_a_generation_that_was_published_meanwhile_is_compared_too(small_content: Path, index: Path) -> None:
    ahead = check_ahead(index)
    ahead.result()
    write_folder(small_content, {"case-studies/new.en.md": document("New", "A platypus.")})
    build(small_content, index, HashEmbedder(), silent)
    flip(next((index / "gen-00000002").rglob("statistics.npz")))
    with pytest.raises(IndexCorrupt, match="gen-00000002"):
        KnowledgeBase.open(index, embedder=HashEmbedder(), checked=ahead)


def test_what_cannot_be_opened_is_told_as_by_opening(index: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        check_ahead(tmp_path / "nowhere").result()
    with pytest.raises(IndexMismatch):
        check_ahead(index, "milvus://localhost:19530/kb").result()
