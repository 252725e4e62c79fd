"""A run over a folder in which nothing has changed: no file is opened, and what is said is the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SMALL, HashEmbedder, silent, write_folder

from indexer import pipeline, unchanged
from indexer.pipeline import Report, build

FAULTY = "---\ntitle: x\n---\n\ntext\n"


class WasRead(Exception):
    pass


def index(content: Path, **options: bool) -> Report:
    return build(content, content.parent / "index", HashEmbedder(), silent, **{"by_times": True, **options})


@pytest.fixture
def content(small_content: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that were written a moment ago count as settled."""
    monkeypatch.setattr(unchanged, "COARSE", 0)
    return write_folder(small_content, {"case-studies/faulty.th.md": FAULTY})


def was_read(*given: object) -> None:
    raise WasRead


def test_nothing_is_read_and_the_same_is_said(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index(content)
    read = index(content, by_times=False)
    monkeypatch.setattr(pipeline, "_find", was_read)
    found = index(content)
    assert found == read
    assert not found.published
    assert any(problem.severity == "error" for problem in found.problems)


def _rewritten_with_its_old_time(content: Path) -> None:
    path = content / "case-studies/canal.en.md"
    before = path.stat()
    path.write_text(path.read_text().replace("12 million", "14 million"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def _put_in_its_place(content: Path) -> None:
    path = content / "case-studies/canal.en.md"
    beside = path.with_name("_other")
    beside.write_text(path.read_text())
    beside.replace(path)


@pytest.mark.parametrize(
    "change",
    [
        _rewritten_with_its_old_time,
        _put_in_its_place,
        lambda content: (content / "case-studies/mangrove.th.md").unlink(),
        lambda content: write_folder(content, {"new/one.th.md": SMALL["case-studies/mangrove.th.md"]}),
        lambda content: (content / "case-studies").rename(content / "studies"),
        lambda content: write_folder(content, {"glossary.tsv": "th\ten\nป่าชายเลน\tmangrove\n"}),
    ],
    ids=["same size and time", "replaced", "deleted", "added", "renamed folder", "glossary"],
)
def test_whatever_changes_is_seen(content: Path, change: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch) -> None:
    index(content)
    change(content)
    monkeypatch.setattr(pipeline, "_find", was_read)
    with pytest.raises(WasRead):
        index(content)


@pytest.mark.parametrize("options", [{"by_times": False}, {"rebuild": True}])
def test_times_are_believed_only_where_that_is_asked_for(content: Path, options: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    index(content)
    monkeypatch.setattr(pipeline, "_find", was_read)
    with pytest.raises(WasRead):
        index(content, **options)


def test_files_that_were_written_just_now_are_read_again(small_content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index(small_content)
    monkeypatch.setattr(pipeline, "_find", was_read)
    with pytest.raises(WasRead):
        index(small_content)


@pytest.mark.parametrize("name", ["texts.bin", "seen.json"])
def test_a_flipped_bit_is_seen(content: Path, name: str) -> None:
    index(content)
    path = next((content.parent / "index").rglob(name))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    found = index(content)
    assert found.reason == ("damaged" if name == "texts.bin" else "")
    assert any(problem.severity == "error" for problem in found.problems)


def test_another_model_is_seen(content: Path) -> None:
    index(content)
    other = HashEmbedder()
    other.digest = "f" * 64
    assert build(content, content.parent / "index", other, silent, by_times=True).reason == "model"
