"""Words counted by the parts that come and go are the words of the parts that are there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from indexer import counted
from indexer.counted import Counted
from kb.index import part
from kb.index.manifest import FileStamp
from kb.text.word_counts import Counting, WordCounts


@dataclass(frozen=True)
class Info:
    files: dict[str, FileStamp]


@dataclass(frozen=True)
class Part:
    """What is asked of a part here."""

    name: str
    folder: Path
    info: Info


def made(folder: Path, name: str, **words: int) -> Any:
    """Words that end in a digit are Thai."""
    scripts = {script: {w: n for w, n in words.items() if w[-1].isdigit() == (script == "thai")} for script in ("thai", "english")}
    (folder / name).mkdir()
    (folder / name / part.WORDS).write_text(json.dumps(scripts))
    return Part(name, folder / name, Info({part.WORDS: FileStamp(json.dumps(scripts), 0)}))


def anew(parts: list[Any]) -> WordCounts:
    counting = Counting()
    for each in parts:
        counting.add_counts(json.loads((each.folder / part.WORDS).read_bytes()))
    return counting.bounded(counted.MOST_WORDS)


@pytest.mark.parametrize("kept", [100, 0], ids=["remembered", "too many to be remembered"])
@pytest.mark.parametrize("few", [10.0, 0.0], ids=["one by one", "together"])
def test_parts_that_come_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int, few: float) -> None:
    monkeypatch.setattr(counted, "KEPT", kept)
    monkeypatch.setattr(counted, "FEW", few)
    monkeypatch.setattr(counted, "MOST_WORDS", 3)
    one = made(tmp_path, "one", canal=3, water=2, bank=2, rare=1, w1=5)
    two = made(tmp_path, "two", water=4, rare=2, w1=1, w2=6)
    three = made(tmp_path, "three", zebra=9, canal=1)
    counting = Counted()
    for parts in ([one], [one, two], [one, two], [two, three], [three], [one, three, two], []):
        found, expected = counting.of(parts), anew(parts)
        assert [*found.thai.items()] == [*expected.thai.items()]
        assert [*found.english.items()] == [*expected.english.items()]


def test_another_part_of_the_same_name_is_another_part(tmp_path: Path) -> None:
    counting = Counted()
    counting.of([made(tmp_path, "one", canal=3)])
    (tmp_path / "other").mkdir()
    other = made(tmp_path / "other", "one", water=1)
    assert counting.of([other]).english == {"water": 1}
