"""Large files, of which each block is compared with its checksum where it is first read."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, silent

from indexer.pipeline import build
from kb.errors import IndexCorrupt
from kb.index import blocks, generations, phrases, vectors
from kb.index.blocks import SIZE, Blocks
from kb.index.part import IN_PLACES
from kb.index.vectors import Vectors
from kb.knowledge_base import KnowledgeBase

COUNT = 300  # blocks: more than are read at once


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with its table; its last block is not full."""
    found = tmp_path / "texts.bin"
    found.write_bytes(np.random.default_rng(0).bytes((COUNT - 1) * SIZE + 10))
    blocks.write_table(found)
    return found


def test_what_is_read_is_what_was_written(path: Path) -> None:
    data, file = path.read_bytes(), Blocks(path)
    for start, end in ((0, 1), (5, SIZE), (SIZE - 1, SIZE + 1), (7, 3 * SIZE), (len(data) - 11, len(data)), (4, 4)):
        assert file.read(start, end) == data[start:end]
    file.check_all()
    assert file.fault is None


@pytest.mark.parametrize("bad", [0, 7, COUNT - 1])
def test_a_damaged_block_is_named_when_it_is_read_and_no_sooner(path: Path, bad: int) -> None:
    flip(path, bad * SIZE + 3)
    file, starts = Blocks(path), np.arange(COUNT) * SIZE
    others = np.delete(starts, bad)
    file.check_spans(others, others + 1)
    message = re.escape(f"texts.bin: has changed since it was written (checksum differs at byte {bad * SIZE:,})")
    for read in (
        lambda: file.read(bad * SIZE, bad * SIZE + 1),
        lambda: file.check(0, file.size),
        lambda: file.check_spans(starts[bad : bad + 1], starts[bad : bad + 1] + 1),
        lambda: file.check_spans(np.array([0]), np.array([file.size])),
        file.check_all,
    ):
        with pytest.raises(IndexCorrupt, match=message) as caught:
            read()
        assert "kb index --rebuild" in caught.value.message.th
    assert file.fault is not None


def test_all_is_compared_bit_by_bit(path: Path) -> None:
    file, compared = Blocks(path), []
    file.check(5 * SIZE, 6 * SIZE)
    while some := file.check_some():
        compared.append(some)
    assert sum(compared) == file.size - SIZE and max(compared) <= blocks.PIECE * SIZE


def test_a_file_that_is_cut_while_it_is_open_is_named(path: Path) -> None:
    file = Blocks(path)
    file.check_all()
    os.truncate(path, 20)
    with pytest.raises(IndexCorrupt, match=r"texts\.bin: ends before"):
        file.read(0, 30)


def test_a_disk_that_cannot_read_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bad_sector(*given: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    file = Blocks(path)
    monkeypatch.setattr(os, "pread", bad_sector)
    with pytest.raises(IndexCorrupt, match=r"texts\.bin: cannot be read \(Input/output error\)"):
        file.read(0, 1)


def test_a_table_of_another_file_is_refused(path: Path) -> None:
    blocks.table_of(path).write_bytes(bytes(8))
    with pytest.raises(IndexCorrupt, match=r"texts\.bin\.blocks: does not describe"):
        Blocks(path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    blocks.write_table(tmp_path / "empty")
    file = Blocks(tmp_path / "empty")
    file.check_all()
    assert (file.size, file.read(0, 0)) == (0, b"")


def test_vectors_are_compared_where_they_are_read(tmp_path: Path) -> None:
    rows = np.eye(64, dtype=np.float32)[np.arange(1000) % 64]
    vectors.write(tmp_path / "vectors-th.npy", rows)
    blocks.write_table(tmp_path / "vectors-th.npy")
    flip(tmp_path / "vectors-th.npy", 128 + 900 * 256)
    found = Vectors.open(tmp_path / "vectors-th.npy", None, 0)
    assert found.search(rows[5], 3, np.arange(200))[0].tolist() == [5, 69, 133]
    assert np.array_equal(found.gather(np.array([3, 70])), rows[[3, 70]])
    bad = np.array([900])
    for read in (lambda: found.search(rows[5], 3), lambda: found.search(rows[5], 3, bad), lambda: found.gather(bad)):
        with pytest.raises(IndexCorrupt, match=r"vectors-th\.npy"):
            read()


@pytest.mark.parametrize("name", [phrases.TEXT, phrases.GRAMS])
def test_phrases_are_compared_where_they_are_read(tmp_path: Path, name: str) -> None:
    phrases.write(tmp_path, [phrases.fold(f"passage {number} of the canal {'x' * 50}") for number in range(2000)], 2000)
    for each in (phrases.TEXT, phrases.GRAMS):
        blocks.write_table(tmp_path / each)
    path = tmp_path / name
    rows = phrases.Phrases.open(tmp_path)
    assert rows.holding(phrases.Phrase.of("1234 of")).tolist() == [1234]
    for at in range(SIZE, path.stat().st_size, SIZE):
        flip(path, at)
    found = phrases.Phrases.open(tmp_path)
    with pytest.raises(IndexCorrupt, match=re.escape(name)):
        found.holding(phrases.Phrase.of("1234 of"))


@pytest.mark.parametrize("name", ["texts.bin", "folded.bin"])
def test_an_index_opens_and_the_question_that_meets_the_damage_is_told(small_content: Path, tmp_path: Path, name: str) -> None:
    build(small_content, tmp_path / "index", HashEmbedder(), silent)
    path = next((tmp_path / "index").rglob(name))
    flip(path, path.stat().st_size // 2)
    kb = KnowledgeBase.open(tmp_path / "index", embedder=HashEmbedder())
    assert not kb.damage()
    with pytest.raises(IndexCorrupt, match=re.escape(str(path))):
        kb.search('"ป่าชายเลน"')
    assert list(kb.damage()) == [path.relative_to(tmp_path / "index").as_posix()]


def test_what_no_question_reads_is_compared_all_the_same(small_content: Path, tmp_path: Path) -> None:
    build(small_content, tmp_path / "index", HashEmbedder(), silent)
    part = generations.current(tmp_path / "index").manifest.parts[0]
    named = sorted(path.name for path in (tmp_path / "index/parts" / part).iterdir() if IN_PLACES.fullmatch(path.name))
    assert named == ["folded.bin", "grams.npy", "texts.bin", "vectors-en.npy", "vectors-th.npy"]
    kb = KnowledgeBase.open(tmp_path / "index", embedder=HashEmbedder())
    for name in ("folded.bin", "texts.bin"):
        path = tmp_path / "index/parts" / part / name
        with path.open("r+b") as file:
            file.write(b"\xff" * 10)
    while kb.compare_some():
        pass
    assert sorted(kb.damage()) == [f"parts/{part}/folded.bin", f"parts/{part}/texts.bin"]
