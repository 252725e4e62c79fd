"""A reader sees the old generation or the new one; damage is named before a library parses it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, silent, write_folder

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
        "../parts/p-00000001/store.sqlite",
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
        open_index(index_dir)
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


KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from conftest import HashEmbedder, silent
from indexer.pipeline import build
from kb.index import generations

left = int(sys.argv[3])
write = generations.write_synced

def write_or_die(path, data):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    write(path, data)

generations.write_synced = write_or_die
build(Path(sys.argv[1]), Path(sys.argv[2]), HashEmbedder(), silent, rebuild=True)
"""


def folders(index_dir: Path) -> set[Path]:
    return {*index_dir.glob("gen-*"), *index_dir.glob("parts/p-*")}


@pytest.mark.parametrize("writes", range(10))
def test_a_killed_writer_leaves_the_old_generation_and_its_litter_goes(index_dir: Path, small_content: Path, writes: int) -> None:
    """The writer is killed before each of its small files: those of the part, the resources, statistics, manifest, pointer."""
    before, stood = current(index_dir), folders(index_dir)
    command = [sys.executable, "-c", KILLED_WRITER, str(small_content), str(index_dir), str(writes)]
    paths = os.pathsep.join([str(Path(__file__).parent.parent), str(Path(__file__).parent.parent.parent)])
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    assert current(index_dir) == before
    open_index(index_dir)
    litter = folders(index_dir) - stood
    assert litter
    build(small_content, index_dir, HashEmbedder(), silent, rebuild=True)
    opened = open_index(index_dir)
    assert folders(index_dir) == {before, opened.folder, *stood, *(part.folder for part in opened.parts)}


def test_a_second_writer_is_refused_and_told_who_writes(index_dir: Path, small_content: Path) -> None:
    from indexer.lock import writer_lock

    with writer_lock(index_dir), pytest.raises(IndexLocked, match=f"pid {os.getpid()}"):
        build(small_content, index_dir, HashEmbedder(), silent)
    build(small_content, index_dir, HashEmbedder(), silent)


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
