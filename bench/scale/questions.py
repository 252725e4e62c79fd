"""Questions to measure with, in an order that is the same in every run, none twice.

Thai: the questions of the evaluation, of the held-out set and of bench/data in turns with titles of the collection cut to their first
three to six words. English: the written questions alone, as the news are Thai; so many are asked across languages as there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from bench.scale.results import ROOT
from kb.text.analyzer import shared
from kb.types import Lang

WRITTEN = ("content/evaluation/questions.jsonl", "content/evaluation/held-out.jsonl")
PARAGRAPHS = "bench/data/paragraph-questions.jsonl"
SHORTEST, LONGEST = 3, 6  # words of a title
LETTERS = 20  # longer compounds count as the words they are made of


@dataclass(frozen=True, slots=True)
class Mix:
    """Questions in the order they are asked, and where they come from."""

    questions: tuple[str, ...]
    counts: dict[str, int]  # kind -> how many

    def to_json(self) -> dict[str, int]:
        return {"different": len(set(self.questions)), **self.counts}


def mixed(content: Path, number: int) -> Mix:
    """Half Thai, half English while there are written questions; then titles."""
    return _mix([("English", written("en")), ("Thai", written("th")), ("titles", titles(content, number))], number)


def thai(content: Path, number: int) -> Mix:
    return _mix([("Thai", written("th")), ("titles", titles(content, number))], number)


def english(content: Path, number: int) -> Mix:
    return _mix([("English", written("en"))], number)


def _mix(kinds: list[tuple[str, list[str]]], number: int) -> Mix:
    turns = zip_longest(*([(name, question) for question in some] for name, some in kinds))
    chosen: dict[str, str] = {}
    for name, question in (pair for turn in turns for pair in turn if pair):
        chosen.setdefault(question, name)
    found = dict(islice(chosen.items(), number))
    return Mix(tuple(found), {name: sum(each == name for each in found.values()) for name, _ in kinds})


def written(lang: Lang) -> list[str]:
    own = [row["question"] for name in WRITTEN for row in _rows(name) if row["lang"] == lang]
    return list(dict.fromkeys([*own, *(row[lang] for row in _rows(PARAGRAPHS))]))


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (ROOT / name).read_text("utf-8").splitlines()]


def titles(content: Path, number: int) -> list[str]:
    """The first words of the titles of up to `number` Thai documents, evenly from all."""
    found: dict[str, None] = {}
    for count, (_, title) in enumerate(titled(content, 2 * number)):
        found.setdefault(beginning(title, SHORTEST + count % (LONGEST - SHORTEST + 1)))
    return list(islice((each for each in found if each), number))


def beginning(title: str, number: int) -> str:
    """The first words of a title."""
    return "".join(shared(frozenset()).segmenter.words(title, LETTERS)[:number]).strip()


def titled(content: Path, number: int) -> Iterator[tuple[str, str]]:
    """(id, title) of up to `number` Thai documents, evenly from all."""
    paths = sorted(content.glob("*/**/*.th.md"))
    for path in _spread(paths, number):
        title = _title(path)
        if title:
            yield path.relative_to(content).as_posix().removesuffix(".th.md"), title


def _spread(paths: list[Path], number: int) -> Iterable[Path]:
    return paths[:: max(1, len(paths) // max(1, number))]


def _title(path: Path) -> str:
    """Without the publisher and the rubric that stand before every title of the news."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("title:"):
                return line.removeprefix("title:").strip().strip("'\"").split("-", 2)[-1].strip()
    return ""
