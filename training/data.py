"""The raw inputs of training, read and cleaned: sentence pairs, government news, questions.

data/parallel/<source>.tsv.gz          Thai<TAB>English
data/thaigov/news-*.jsonl.xz           id, title, body
data/questions/iapp-train.jsonl.xz     question, context, answers
data/dev/                              never trained on: what stands there is left out of the news
"""

from __future__ import annotations

import gzip
import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.text import glossary_file
from kb.text.normalise import normalise

# Their terms do not allow a model that ships.
EXCLUDED = frozenset({"ted-iwslt15", "javascript-info-th"})
# How often a pair of a source is drawn beside a pair of weight 1: prose and our own subject up, interface strings and noise down.
WEIGHTS = {
    "glossary": 8.0,
    "ud-pud": 6.0,
    "talpco": 5.0,
    "odm-taxonomy": 3.0,
    "qcat-wocat-slm": 3.0,
    "thai-law-titles": 3.0,
    "countries": 2.0,
    "md-": 2.0,
    "sahana-eden": 2.0,
    "ethereum-org": 2.0,
    "mozilla-www": 1.5,
    "civic-": 0.5,
    "birdnet-names": 0.5,
    "thai-places": 0.5,
    "translit-dict": 0.5,
    "slug-": 0.5,
    "odoo-i18n": 0.6,
    "misc-i18n": 0.25,
    "android-apps": 0.5,
    "inaturalist-i18n": 0.5,
}
LONGEST = 1200  # characters of a side; the few longer ones are lists and code
THAI, LATIN = re.compile("[ก-๎]"), re.compile("[A-Za-z]")
# What the news site prints before every title.
SITE = re.compile("^รัฐบาลไทย-ข่าวทำเนียบรัฐบาล-\u200b?")
MARKUP = re.compile(r"<[^>]{1,80}>|%\([^)]*\)s|%[sd]|\{\{?[^}]{0,40}\}?\}|\$\{[^}]*\}|&[a-z]+;|[*`_#]{1,3}|\]\([^)]*\)|\[")


@dataclass(frozen=True, slots=True)
class Pair:
    thai: str
    english: str
    source: str  # name of the file without ending
    weight: float  # how often it is drawn; 1 is usual


@dataclass(frozen=True, slots=True)
class NewsItem:
    id: str
    title: str  # without the name of the site
    body: str


@dataclass(frozen=True, slots=True)
class ThaiQuestion:
    question: str
    context: str  # an article, or part of one
    answer: int  # where the answer begins in `context`, code points


def pairs(data: Path, glossary: Path | None = None) -> list[Pair]:
    """All pairs that may be trained on, each Thai–English pair once. Raises FileNotFoundError without data/parallel."""
    found: dict[tuple[str, str], Pair] = {}
    for path in sorted(_folder(data, "parallel").glob("*.tsv.gz")):
        source = path.name.removesuffix(".tsv.gz")
        if source not in EXCLUDED:
            for pair in _read_pairs(path, source):
                found.setdefault((pair.thai, pair.english), pair)
    for pair in _glossary_pairs(glossary) if glossary else ():
        found[pair.thai, pair.english] = pair
    return list(found.values())


def _folder(data: Path, name: str) -> Path:
    if not (data / name).is_dir():
        raise FileNotFoundError(f"{data / name}: there is no such folder; --data must hold parallel/, thaigov/, questions/ and dev/")
    return data / name


def _read_pairs(path: Path, source: str) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            thai, _, english = line.rstrip("\n").partition("\t")
            thai, english = clean(thai), clean(english)
            if THAI.search(thai) and LATIN.search(english) and not THAI.search(english) and max(len(thai), len(english)) <= LONGEST:
                yield Pair(thai, english, source, weight(source))


def _glossary_pairs(path: Path) -> Iterator[Pair]:
    for entry in glossary_file.read(path)[0]:
        for thai in entry.names("th"):
            for english in entry.names("en"):
                if THAI.search(thai) and LATIN.search(english):
                    yield Pair(thai, english, "glossary", WEIGHTS["glossary"])


def weight(source: str) -> float:
    return next((value for prefix, value in WEIGHTS.items() if source.startswith(prefix)), 1.0)


def clean(text: str) -> str:
    """Without placeholders and marks of Markdown and HTML; spelling variants of Thai unified, white space collapsed."""
    return " ".join(normalise(MARKUP.sub(" ", text)).text.split())


def news(data: Path) -> Iterator[NewsItem]:
    """Government news without the items of the development set."""
    kept_apart = {row["id"] for row in _json_lines(_folder(data, "dev") / "govnews-passages.jsonl.xz")}
    for path in sorted(_folder(data, "thaigov").glob("news-*.jsonl.xz")):
        for row in _json_lines(path):
            if row["id"] not in kept_apart:
                yield NewsItem(row["id"], SITE.sub("", row["title"]).strip(), row["body"])


def questions(data: Path) -> list[ThaiQuestion]:
    """Thai questions with the text that answers them."""
    rows = _json_lines(_folder(data, "questions") / "iapp-train.jsonl.xz")
    return [ThaiQuestion(row["question"], row["context"], max(0, row["context"].find(row["answers"][0]))) for row in rows]


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
