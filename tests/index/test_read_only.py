"""An index where nothing can be written: a mounted image, a share that this user may only read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HashEmbedder, silent

from indexer.pipeline import build
from kb.knowledge_base import KnowledgeBase


@pytest.fixture
def read_only(small_content: Path, tmp_path: Path) -> Iterator[Path]:
    """By its mode for most users; root may write anywhere but on a file system that nobody may write to."""
    folder = tmp_path / "index"
    build(small_content, folder, HashEmbedder(), silent)
    if os.access(folder, os.W_OK) and hasattr(os, "geteuid") and os.geteuid() == 0:
        yield from _mounted(folder)
        return
    inside = [folder, *folder.rglob("*")]
    for path in inside:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in inside:
        path.chmod(0o755 if path.is_dir() else 0o644)


def _mounted(folder: Path) -> Iterator[Path]:
    if sys.platform != "linux" or not shutil.which("mount"):
        pytest.skip("needs mount")
    bound = subprocess.run(["mount", "--bind", folder, folder], capture_output=True, text=True, check=False)
    if bound.returncode:
        pytest.skip(f"this user may not mount a file system: {bound.stderr.strip()}")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_it_is_opened_and_asked_like_any_other(read_only: Path) -> None:
    with pytest.raises(OSError, match=r"Read-only|denied"):
        (read_only / "gen-00000001" / "x").touch()
    kb = KnowledgeBase.open(read_only, embedder=HashEmbedder())
    for mode in ("terms", "vectors", "hybrid"):
        assert kb.search("plastic", mode=mode).hits, mode  # type: ignore[arg-type]


def test_indexing_says_that_it_cannot_write(read_only: Path, small_content: Path) -> None:
    (small_content / "case-studies" / "new.en.md").write_text("---\nkind: case-study\n---\n", "utf-8")
    with pytest.raises(OSError, match="lock"):
        build(small_content, read_only, HashEmbedder(), silent)
    assert KnowledgeBase.open(read_only, embedder=HashEmbedder()).search("plastic").hits
