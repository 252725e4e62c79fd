"""Development sets: how good is an encoder while and after it is trained? Never trained on.

flores, tatoeba       Thai–English sentences: is the translation the nearest of all? top-1 accuracy both ways
iapp                  Thai question -> Thai article, MRR@10
news                  title -> its passage among 10,000, MRR@10
paragraphs            question -> the one of 240 paragraphs that answers it, R@1, in and across languages (bench/data, our own)
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # texts -> (n, dim), rows of length 1
DEPTH = 10
SETS = ("flores", "tatoeba", "iapp", "news", "paragraphs")
WATCHED = tuple(name for name in SETS if name != "news")  # while training: those that take seconds
PARAGRAPHS = Path(__file__).resolve().parent.parent / "bench/data"


def measure(embed: Embed, dev: Path, sets: Sequence[str] = SETS) -> dict[str, float]:
    values: dict[str, float] = {}
    for name in sets:
        values |= _MEASURES[name](embed, dev)
    return {name: round(value, 4) for name, value in values.items()}


def _flores(embed: Embed, dev: Path) -> dict[str, float]:
    return _translations(embed, dev / "flores-devtest.tsv", "flores")


def _tatoeba(embed: Embed, dev: Path) -> dict[str, float]:
    return _translations(embed, dev / "tatoeba-test.tsv", "tatoeba")


def _paragraphs(embed: Embed, dev: Path) -> dict[str, float]:
    paragraphs, questions, right = paragraph_set()
    asked, pool = ({lang: embed([row[lang] for row in rows]) for lang in ("th", "en")} for rows in (questions, paragraphs))
    return {
        f"paragraphs {one}-{other}": float(((asked[one] @ pool[other].T).argmax(axis=1) == right).mean())
        for one in ("th", "en")
        for other in ("th", "en")
    }


def paragraph_set() -> tuple[list[dict[str, str]], list[dict[str, str]], NDArray[np.int64]]:
    """(paragraphs, questions, place of each question's paragraph): see bench/data/README.md."""
    names = ("paragraphs", "paragraph-questions")
    paragraphs, questions = ([json.loads(line) for line in (PARAGRAPHS / f"{name}.jsonl").open(encoding="utf-8")] for name in names)
    place = {row["id"]: i for i, row in enumerate(paragraphs)}
    return paragraphs, questions, np.array([place[row["paragraph"]] for row in questions])


def _translations(embed: Embed, path: Path, name: str) -> dict[str, float]:
    pairs = [line.split("\t")[:2] for line in path.read_text("utf-8").splitlines()]
    scores = embed([pair[0] for pair in pairs]) @ embed([pair[1] for pair in pairs]).T
    right = np.arange(len(pairs))
    return {
        f"{name} th-en": float((scores.argmax(axis=1) == right).mean()),
        f"{name} en-th": float((scores.argmax(axis=0) == right).mean()),
    }


def _iapp(embed: Embed, dev: Path) -> dict[str, float]:
    rows = _lines(dev / "iapp-valid.jsonl.xz")
    articles = list(dict.fromkeys(row["context"] for row in rows))
    place = {article: i for i, article in enumerate(articles)}
    scores = embed([row["question"] for row in rows]) @ embed(articles).T
    return {"iapp": reciprocal(scores, np.array([place[row["context"]] for row in rows]))}


def _news(embed: Embed, dev: Path) -> dict[str, float]:
    passages = _lines(dev / "govnews-passages.jsonl.xz")
    place = {row["id"]: i for i, row in enumerate(passages)}
    queries = [line.split("\t")[:2] for line in (dev / "govnews-queries.tsv").read_text("utf-8").splitlines()]
    scores = embed([title for _, title in queries]) @ embed([row["text"] for row in passages]).T
    return {"news": reciprocal(scores, np.array([place[key] for key, _ in queries]))}


def reciprocal(scores: NDArray[np.float32], right: NDArray[np.int64]) -> float:
    """MRR@10: mean of 1 / rank of the right column, 0 beyond the tenth. scores: (questions, passages)."""
    own = scores[np.arange(len(right)), right]
    ranks = 1 + (scores > own[:, None]).sum(axis=1)
    return float(np.where(ranks <= DEPTH, 1 / ranks, 0).mean())


def _lines(path: Path) -> list[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


_MEASURES = {"flores": _flores, "tatoeba": _tatoeba, "iapp": _iapp, "news": _news, "paragraphs": _paragraphs}
