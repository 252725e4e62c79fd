"""A reader sees the old generation or the new one; damage is named before a library parses it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, document, open_wholly, silent, write_folder

from indexer import pipeline
from indexer.engines import local
from indexer.pipeline import build
from kb.errors import IndexCorrupt, IndexLocked, IndexMismatch, IndexMissing
from kb.index import generations
from kb.index.reader import open_index


@pytest.fixture
def index_dir(tmp_path: Path, small_content: Path, embedder: HashEmbedder) -> Path:
    build(small_content, tmp_path / "index", embedder, silent)
    return tmp_path / "index"


def test_an_empty_folder_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="kb index"):
        open_index(tmp_path)


def current(index_dir: Path) -> Path:
    return generations.current(index_dir).folder


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [flip, truncate, remove])
@pytest.mark.parametrize(
    "name",
    [
        "../parts/p-00000001/part.json",
        "../parts/p-00000001/texts.bin",
        "../parts/p-00000001/texts.bin.blocks",
        "../parts/p-00000001/places.bin",
        "../parts/p-00000001/folded.bin",
        "../parts/p-00000001/folded-ends.npy",
        "../parts/p-00000001/grams.npy",
        "../parts/p-00000001/times-named.bin",
        "../parts/p-00000001/vectors-th.npy",
        "../parts/p-00000001/vectors-en.npy",
        "statistics.npz",
        "gone.npy",
        "domain_words.json",
        "word_counts.json",
        "manifest.json",
        "terms-th/meta.json",
        "terms-en/meta.json",
    ],
)
def test_any_damaged_file_is_named(index_dir: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(current(index_dir) / name)
    with pytest.raises(IndexCorrupt, match=Path(name).name.replace(".", r"\.")) as caught:
        open_wholly(index_dir)
    assert "kb index --rebuild" in caught.value.message.en
    assert "kb index --rebuild" in caught.value.message.th


@pytest.mark.parametrize(
    "pointer",
    [b"", b"{", b"[]", b'{"generation": "../..", "manifest_sha256": "x"}', b'{"generation": "gen-x", "manifest_sha256": "x"}', b"\xff"],
)
def test_a_damaged_pointer_is_named(index_dir: Path, pointer: bytes) -> None:
    (index_dir / "CURRENT").write_bytes(pointer)
    with pytest.raises(IndexCorrupt, match="CURRENT"):
        open_index(index_dir)


def test_a_damaged_index_is_mended_by_indexing(index_dir: Path, small_content: Path) -> None:
    flip(index_dir / "parts/p-00000001/vectors-th.npy")
    report = build(small_content, index_dir, HashEmbedder(), silent)
    assert (report.published, report.reason) == (True, "damaged")
    open_index(index_dir)


def test_another_format_is_refused(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.index.manifest.FORMAT", 99)
    with pytest.raises(IndexMismatch, match=r"format \d+.*format 99.*kb index --rebuild"):
        open_index(index_dir)


def test_a_failing_writer_leaves_the_old_generation(index_dir: Path, small_content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = current(index_dir)
    write_folder(small_content, {"case-studies/canal.en.md": (small_content / "case-studies/canal.en.md").read_text() + "\nMore.\n"})

    def fail(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("kb.index.generations.write_synced", fail)
    with pytest.raises(OSError, match="No space"):
        build(small_content, index_dir, HashEmbedder(), silent)
    assert current(index_dir) == before
    assert [p.name for p in sorted(index_dir.glob("gen-*"))] == [before.name]
    open_index(index_dir)


def test_a_second_writer_is_refused_and_told_who_writes(index_dir: Path, small_content: Path) -> None:
    from indexer.lock import writer_lock

    with writer_lock(index_dir), pytest.raises(IndexLocked, match=f"pid {os.getpid()}"):
        build(small_content, index_dir, HashEmbedder(), silent)
    build(small_content, index_dir, HashEmbedder(), silent)


def test_the_lock_of_a_writer_that_is_dead_is_none(index_dir: Path, small_content: Path) -> None:
    """What a killed one wrote there says nothing: the system has let go of the lock."""
    (index_dir / "lock").write_text('{"pid": 1, "host": "elsewhere", "since": "2020-01-01T00:00:00+00:00"}')
    build(small_content, index_dir, HashEmbedder(), silent)
    assert f'"pid": {os.getpid()}' in (index_dir / "lock").read_text()


def test_old_generations_go_and_a_reader_of_the_last_one_stays_whole(index_dir: Path, small_content: Path) -> None:
    reader = open_index(index_dir)
    for _ in range(3):
        build(small_content, index_dir, HashEmbedder(), silent, rebuild=True)
    assert len(list(index_dir.glob("gen-*"))) == 2
    assert len(list(index_dir.glob("parts/p-*"))) == 2
    rows = np.arange(reader.parts[0].info.end_row)
    assert len(reader.engine.vectors(rows)) == reader.manifest.passages == len(reader.store.passages(rows.tolist()))


def test_an_index_can_be_moved(index_dir: Path, tmp_path: Path) -> None:
    shutil.move(index_dir, tmp_path / "elsewhere")
    assert open_index(tmp_path / "elsewhere").manifest.documents == 7


def synced_by(monkeypatch: pytest.MonkeyPatch, known: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Device and inode of what is known to be synced, and of all that is from now on."""
    found = set(known)
    sync = os.fsync

    def note(descriptor: int) -> None:
        told = os.fstat(descriptor)
        found.add((told.st_dev, told.st_ino))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return found


def identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def test_all_that_a_generation_names_is_synced_before_it_counts(
    index_dir: Path, small_content: Path, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it shares with the one before was synced then; of a language in which nothing has changed all terms are shared."""
    monkeypatch.setattr(pipeline, "WHOLE", 0)
    monkeypatch.setattr(local, "CHEAP", 0)
    synced = synced_by(monkeypatch, {identity(path) for path in index_dir.rglob("*")})
    for words in ("ปลูกป่า", "ขุดลอกคลอง"):
        write_folder(small_content, {"case-studies/new.th.md": document("ใหม่", words)})
        before, built = current(index_dir), build(small_content, index_dir, embedder, silent)
        assert built.published
    folder = current(index_dir)
    assert [name for name in built.manifest.files if identity(index_dir / name) not in synced] == []
    assert {identity(folder), identity(index_dir), identity(index_dir / "parts")} <= synced
    english = sorted((folder / "terms-en").iterdir())
    assert english and [identity(path) for path in english] == [identity(before / "terms-en" / path.name) for path in english]
