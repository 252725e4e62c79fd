"""A disk that is full, or fails, wherever it does so: one clear message, the old generation as it was, and the next run does the work."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HashEmbedder, environment, silent

from indexer.pipeline import build
from kb import failpoints
from kb.index import generations
from kb.index.reader import open_index
from kb.index.writing import number_of, writing
from kb.knowledge_base import KnowledgeBase
from kb.refusals import explained

STRIDE = 4
CHANGE = "case-studies/canal.en.md"


@pytest.fixture
def index_dir(tmp_path: Path, small_content: Path) -> Path:
    """An index, and content/ that has changed since."""
    build(small_content, tmp_path / "index", HashEmbedder(), silent)
    changed = small_content / CHANGE
    changed.write_text(changed.read_text("utf-8") + "\nA zeppelin arrived.\n", "utf-8")
    return tmp_path / "index"


def found(index_dir: Path) -> list[str]:
    return [hit.document.id for hit in KnowledgeBase.open(index_dir, embedder=HashEmbedder()).search("zeppelin", mode="terms").hits]


def steps_of(content: Path, index_dir: Path, kind: str) -> int:
    """Of a run nobody disturbs, on a copy."""
    shutil.copytree(index_dir, index_dir.with_name("copy"))
    failpoints.arm(f"EIO@0:{kind}")  # never reached
    try:
        build(content, index_dir.with_name("copy"), HashEmbedder(), silent)
        return failpoints.passed()
    finally:
        failpoints.arm("")


@pytest.mark.parametrize(("fault", "rest", "first"), [("ENOSPC", "+", 1), ("EIO", "", 3)])
def test_a_disk_that_refuses_at_any_step(index_dir: Path, small_content: Path, fault: str, rest: str, first: int) -> None:
    """rest "+": it refuses all that comes behind as well. Every fourth step here; bench.refusals takes them all."""
    before = generations.current(index_dir)
    steps = steps_of(small_content, index_dir, "write")
    assert steps > 40
    for step in [*range(first, steps, STRIDE), steps]:
        failpoints.arm(f"{fault}@{step}{rest}")
        try:
            with pytest.raises(OSError) as caught:
                build(small_content, index_dir, HashEmbedder(), silent)
        finally:
            failpoints.arm("")
        assert caught.value.errno == getattr(errno, fault) and str(index_dir) in caught.value.filename
        now = open_index(index_dir)
        if now.folder != before.folder:
            break  # it had published, and failed when it made that lasting
        assert now.manifest == before.manifest
        assert len([*index_dir.glob("gen-*"), *index_dir.glob("parts/p-*")]) <= 3, "at most one finished part waits"
    else:
        pytest.fail("no step is behind the publishing")
    build(small_content, index_dir, HashEmbedder(), silent)
    assert found(index_dir) == ["case-studies/canal"]


def test_a_disk_that_cannot_be_read_makes_the_index_anew(index_dir: Path, small_content: Path) -> None:
    """What cannot be read counts as damaged; the index is made from content/, which is read by itself."""
    steps = steps_of(small_content, index_dir, "read")
    assert steps > 20
    for step in range(1, steps + 1, STRIDE):
        failpoints.arm(f"EIO@{step}:read")
        try:
            build(small_content, index_dir, HashEmbedder(), silent, rebuild=step % 8 == 1)
        except OSError as fault:
            assert fault.errno == errno.EIO and str(index_dir) in str(fault.filename)
        finally:
            failpoints.arm("")
        assert open_index(index_dir).manifest.documents == 7
    build(small_content, index_dir, HashEmbedder(), silent)
    assert found(index_dir) == ["case-studies/canal"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux" or not shutil.which("mount"):
        pytest.skip("needs mount")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"this user may not mount a file system: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_real_disk_that_is_full(small_disk: Path, small_content: Path) -> None:
    """Filled a page at a time less, so that the libraries themselves meet the end of it: SQLite, NumPy, tantivy, gzip."""
    index_dir = small_disk / "index"
    build(small_content, index_dir, HashEmbedder(), silent)
    before = found(index_dir)
    changed = small_content / CHANGE
    changed.write_text(changed.read_text("utf-8") + "\nA zeppelin arrived.\n", "utf-8")
    free = shutil.disk_usage(small_disk).free
    refused = set()
    for left in range(0, free, 4096 * 6):
        (small_disk / "filling").write_bytes(b"x" * max(0, shutil.disk_usage(small_disk).free - left))
        try:
            build(small_content, index_dir, HashEmbedder(), silent)
        except OSError as fault:
            assert fault.errno == errno.ENOSPC and "ดิสก์เต็ม" in explained(fault).th
            refused.add(Path(fault.filename).name)
            assert found(index_dir) == before
        else:
            break
        finally:
            (small_disk / "filling").unlink()
    assert len(refused) >= 4, refused
    assert found(index_dir) == ["case-studies/canal"]


def test_the_command_says_what_to_do(index_dir: Path, small_content: Path) -> None:
    for lang, word in (("en", "the disk is full"), ("th", "ดิสก์เต็ม")):
        given = environment(content_dir=small_content, index_dir=index_dir, model="builtin-static", lang=lang, failpoint="ENOSPC@9+")
        command = [sys.executable, "-m", "kb", "index"]
        done = subprocess.run(command, env=given, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 3 and word in done.stderr and "Traceback" not in done.stderr and str(index_dir) in done.stderr


@pytest.mark.parametrize(
    ("fault", "number"),
    [
        (ValueError("An IO error occurred: 'No space left on device (os error 28)'"), errno.ENOSPC),
        (RuntimeError("Error in virtual size_t FileIOWriter: write error in x: 12 != 64 (No space left on device)"), errno.ENOSPC),
        (OSError("2000 requested and 512 written"), errno.ENOSPC),
        (ValueError("a mistake of ours"), None),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/a/file"), None),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), errno.ENOSPC),
    ],
)
def test_what_libraries_say_of_a_refusal(tmp_path: Path, fault: Exception, number: int | None) -> None:
    assert number_of(fault) == number
    with pytest.raises(OSError if number else type(fault)) as caught, writing(tmp_path / "x"):
        raise fault
    assert not number or (caught.value.errno, caught.value.filename) == (number, str(tmp_path / "x"))  # type: ignore[attr-defined]
