"""What the system says of a folder: brought up to date by what was saved it is what a new look sees, and what nobody told of is seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import write_folder

from indexer.unchanged import Look

CANAL, MANGROVE = "case-studies/canal.en.md", "case-studies/mangrove.th.md"


def replaced(content: Path) -> None:
    """As editors save: written beside it and renamed over it."""
    beside = content / "case-studies/_canal"
    beside.write_text("new", "utf-8")
    beside.replace(content / CANAL)


CHANGES: list[tuple[str, Callable[[Path], object], Sequence[str]]] = [
    ("written", lambda content: (content / CANAL).write_text("new", "utf-8"), [CANAL]),
    ("replaced", replaced, [CANAL]),
    ("deleted", lambda content: (content / CANAL).unlink(), [CANAL]),
    ("added", lambda content: write_folder(content, {"case-studies/new.th.md": "x"}), ["case-studies/new.th.md"]),
    ("renamed", lambda content: (content / CANAL).rename(content / "case-studies/x.en.md"), [CANAL, "case-studies/x.en.md"]),
    ("a folder gone", lambda content: shutil.rmtree(content / "dialogues"), ["dialogues"]),
    ("a link that leads nowhere", lambda content: (content / "case-studies/l.th.md").symlink_to("none"), ["case-studies/l.th.md"]),
    ("a hidden file", lambda content: write_folder(content, {"_draft.th.md": "x"}), ["_draft.th.md"]),
]


@pytest.mark.parametrize(("change", "saved"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_a_look_kept_up_to_date_is_a_new_look(small_content: Path, change: Callable[[Path], object], saved: Sequence[str]) -> None:
    look = Look(small_content)
    change(small_content)
    look.again(saved)
    assert look.stamp.digest == Look(small_content).stamp.digest


def test_what_nobody_told_of_is_seen_by_the_next_look(small_content: Path) -> None:
    look = Look(small_content)
    for path in (CANAL, MANGROVE):
        (small_content / path).write_text("new", "utf-8")
    look.again([CANAL])
    assert look.stamp.digest != Look(small_content).stamp.digest
    look.again([MANGROVE])
    assert look.stamp.digest == Look(small_content).stamp.digest


@pytest.mark.parametrize(("change", "saved"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_what_has_changed_is_told_by_the_entries_that_were_kept(
    small_content: Path, change: Callable[[Path], object], saved: Sequence[str]
) -> None:
    then = Look(small_content).entries
    change(small_content)
    found = Look(small_content).changed_since(then)
    assert found is not None
    assert {path for path in found if not any(path.startswith(f"{each}/") for each in saved)} == {each for each in saved if each[0] != "_"}


def test_of_a_new_folder_paths_do_not_tell(small_content: Path) -> None:
    then = Look(small_content).entries
    assert Look(small_content).changed_since(then) == set()
    (small_content / "new").mkdir()
    assert Look(small_content).changed_since(then) is None


def test_a_file_is_settled_once_it_has_not_been_written_for_a_while(small_content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.unchanged.COARSE", 0)
    look = Look(small_content)
    assert look.stamp.settled
    monkeypatch.setattr("indexer.unchanged.COARSE", 10**12)
    os.utime(small_content / CANAL)
    look.again([CANAL])
    assert not look.stamp.settled and look.unsettled == {CANAL}
    (small_content / CANAL).unlink()
    look.again([CANAL])
    assert look.stamp.settled
