"""Whatever file of an index is damaged in whatever way: it is named before a library parses it, and indexing mends it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SMALL, HashEmbedder, open_wholly, silent, write_folder

from indexer.pipeline import build
from kb.errors import IndexCorrupt, IndexProblem
from kb.index import generations
from kb.index.part import FOR_INDEXER
from kb.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with content/ and index/."""
    folder = tmp_path_factory.mktemp("whole")
    write_folder(folder / "content", SMALL)
    build(folder / "content", folder / "index", HashEmbedder(), silent)
    return folder


def files_of(index_dir: Path) -> list[Path]:
    """All that an index consists of."""
    generation = generations.current(index_dir)
    found = [index_dir / name for name in (generations.CURRENT, f"{generation.folder.name}/manifest.json", *generation.manifest.files)]
    assert len(found) >= 20
    return found


def flipped(at: float) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        place = min(int(len(data) * at), len(data) - 1)
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] if data else b"\0"

    return flip


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "first bit": flipped(0),
    "a bit in the midst": flipped(0.5),
    "last bit": flipped(1),
    "cut in half": lambda data: data[: len(data) // 2] if data else b"\0",
    "one byte less": lambda data: data[:-1] if data else b"\0",
    "one byte more": lambda data: data + b"\0",
    "empty": lambda data: b"" if data else b"\0",
    "zeros": lambda data: bytes(len(data)) if data.strip(b"\0") else data + b"\0",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_every_file_damaged_in_every_way_is_named(whole: Path, damage: Callable[[bytes], bytes]) -> None:
    index_dir = whole / "index"
    for path in files_of(index_dir):
        data = path.read_bytes()
        path.write_bytes(damage(data))
        try:
            assert path.relative_to(index_dir).as_posix() in named(index_dir)
            if FOR_INDEXER.fullmatch(path.name):  # no reader parses it, and the run that does compares it first
                assert KnowledgeBase.open(index_dir, embedder=HashEmbedder()).search("plastic").hits
            else:
                with pytest.raises(IndexProblem) as caught:
                    open_wholly(index_dir)
                assert path.name in str(caught.value) and "kb index --rebuild" in caught.value.message.th
        finally:
            path.write_bytes(data)
    assert named(index_dir) == set()


def named(index_dir: Path) -> set[str]:
    """The files that are found damaged. Where the pointer and the manifest contradict each other, the message names both."""
    try:
        generation = generations.current(index_dir)
    except IndexCorrupt as fault:
        names = [generations.CURRENT, *(path.relative_to(index_dir).as_posix() for path in index_dir.glob("*/manifest.json"))]
        return {name for name in names if name in str(fault)}
    return set(generations.faults(index_dir, generation.manifest.files))


@pytest.mark.parametrize("rebuild", [False, True])
def test_every_damaged_file_is_mended_by_indexing(whole: Path, tmp_path: Path, rebuild: bool) -> None:
    answer = KnowledgeBase.open(whole / "index", embedder=HashEmbedder()).search("plastic")
    for number, name in enumerate(path.relative_to(whole / "index") for path in files_of(whole / "index")):
        folder = tmp_path / str(number)
        shutil.copytree(whole / "index", folder)
        (folder / name).write_bytes(flipped(0.5)((folder / name).read_bytes()))
        build(whole / "content", folder, HashEmbedder(), silent, rebuild=rebuild)
        assert named(folder) == set()
        mended = KnowledgeBase.open(folder, embedder=HashEmbedder()).search("plastic")
        assert [(hit.document.id, hit.score) for hit in mended.hits] == [(hit.document.id, hit.score) for hit in answer.hits]


def test_a_file_that_cannot_be_read_is_named(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a disk with bad sectors: whichever file it is."""
    from kb import failpoints

    steps = len(generations.current(whole / "index").manifest.files)
    for step in range(1, steps + 1):
        failpoints.arm(f"EIO@{step}:read")
        try:
            found = generations.faults(whole / "index", generations.current(whole / "index").manifest.files)
        finally:
            failpoints.arm("")
        assert len(found) == 1 and "Input/output error" in next(iter(found.values())).message.th


def test_kb_verify_names_all_that_is_damaged(whole: Path, tmp_path: Path, run_kb: Callable[..., object]) -> None:
    index_dir = tmp_path / "index"
    shutil.copytree(whole / "index", index_dir)
    bad = ["parts/p-00000001/texts.bin", f"{generations.current(index_dir).folder.name}/statistics.npz"]
    for name in bad:
        os.truncate(index_dir / name, 10)
    for lang, word in (("en", "are damaged"), ("th", "เสียหาย 2")):
        done = run_kb("verify", index_dir=index_dir, lang=lang)
        assert done.returncode == 3 and word in done.stderr  # type: ignore[attr-defined]
        assert all(name in done.stderr for name in bad)  # type: ignore[attr-defined]
    done = run_kb("verify", "--json", index_dir=index_dir)
    assert done.returncode == 3 and set(json.loads(done.stdout)["damaged"]) == set(bad)  # type: ignore[attr-defined]
