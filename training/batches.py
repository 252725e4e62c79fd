"""What is shown at each step: a pure function of (seed, step)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.corpus import Ragged

BANK = 8192  # English vectors that a Thai text must be told from
MOST = 384  # texts a batch
RETRIEVAL_TOKENS = 3  # times the tokens of a batch of targets: negatives come from the batch


@dataclass(frozen=True, slots=True)
class Targets:
    ids: NDArray[np.int64]  # (batch, length), 0 after the end
    english: NDArray[np.float16]  # (batch, dim)
    bank: NDArray[np.float16]  # (BANK, dim)
    kind: str = "targets"

    @property
    def tokens(self) -> int:
        return self.ids.size


@dataclass(frozen=True, slots=True)
class Retrieval:
    questions: NDArray[np.int64]  # (batch, length)
    passages: NDArray[np.int64]  # (batch, length)
    groups: NDArray[np.int64]  # (batch,) equal ones are not each other's negatives
    kind: str

    @property
    def tokens(self) -> int:
        return self.questions.size + self.passages.size


Batch = Targets | Retrieval


@dataclass(frozen=True, slots=True)
class Mix:
    """Which kind of batch at which step."""

    steps: int
    alone: float = 0.4  # share of the steps that shows translations only
    news: float = 0.22  # share of the later steps
    questions: float = 0.10
    tokens: int = 2048  # a batch of targets


class Batches:
    """Reads what training.prepare wrote."""

    def __init__(self, work: Path, mix: Mix, seed: int) -> None:
        self._work, self._mix, self._seed = work, mix, seed
        self._ids = Ragged.load(work / "targets.npz")
        self._english = np.load(work / "targets.npy", mmap_mode="r", allow_pickle=False)
        self._buckets = _buckets(self._ids.lengths, np.load(work / "weights.npy", allow_pickle=False))
        self._chances = np.array([bucket.weight / bucket.size(mix.tokens) for bucket in self._buckets])

    def at(self, step: int) -> Batch:
        random = np.random.default_rng([self._seed, step])
        chance = random.random() if step >= self._mix.alone * self._mix.steps else 1.0
        if chance < self._mix.news:
            return self._news(random)
        if chance < self._mix.news + self._mix.questions:
            return self._answered(random)
        return self._targets(random)

    def _targets(self, random: np.random.Generator) -> Targets:
        bucket = self._buckets[_draw(np.cumsum(self._chances), 1, random)[0]]
        rows = bucket.rows[_draw(bucket.cumulated, bucket.size(self._mix.tokens), random)]
        bank = np.sort(random.integers(0, len(self._ids), BANK))
        return Targets(padded(self._ids, rows), self._english[rows], self._english[bank])

    def _news(self, random: np.random.Generator) -> Retrieval:
        """Titles beside one of the titles most like each; with the opening as published or the text without the title."""
        news = self._all_news
        passages = news.openings if random.random() < 0.5 else news.texts
        seeds = random.integers(0, len(news.titles), self._retrieval_size // 2)
        rows = np.unique(np.concatenate([seeds, news.alike[seeds, random.integers(0, news.alike.shape[1], len(seeds))]]))
        return Retrieval(padded(news.titles, rows), padded(passages, rows), rows.astype(np.int64), "news")

    def _answered(self, random: np.random.Generator) -> Retrieval:
        questions, answers, articles = self._all_questions
        rows = np.unique(random.integers(0, len(questions), self._retrieval_size))
        # Groups of articles lie below zero, those of news above.
        return Retrieval(padded(questions, rows), padded(answers, rows), -1 - articles[rows].astype(np.int64), "questions")

    @property
    def _retrieval_size(self) -> int:
        return max(8, RETRIEVAL_TOKENS * self._mix.tokens // 160)

    @cached_property
    def _all_news(self) -> _News:
        titles, openings, texts = (Ragged.load(self._work / f"{name}.npz") for name in ("titles", "openings", "texts"))
        return _News(titles, openings, texts, np.load(self._work / "neighbours.npy", allow_pickle=False))

    @cached_property
    def _all_questions(self) -> tuple[Ragged, Ragged, NDArray[np.int64]]:
        articles = np.load(self._work / "articles.npy", allow_pickle=False)
        return Ragged.load(self._work / "questions.npz"), Ragged.load(self._work / "answers.npz"), articles


@dataclass(frozen=True, slots=True)
class _News:
    titles: Ragged
    openings: Ragged
    texts: Ragged
    alike: NDArray[np.int32]  # (len(titles), n) titles most like each


@dataclass(frozen=True, slots=True)
class _Bucket:
    """Texts of nearly one length, so that hardly anything is padded."""

    rows: NDArray[np.int64]
    cumulated: NDArray[np.float64]  # weights
    length: int  # of the longest

    @property
    def weight(self) -> float:
        return float(self.cumulated[-1])

    def size(self, tokens: int) -> int:
        return int(np.clip(tokens // self.length, 4, MOST))


def _buckets(lengths: NDArray[np.int64], weights: NDArray[np.float32]) -> list[_Bucket]:
    width = np.select([lengths <= 24, lengths <= 64], [1, 4], 16)
    ends = -(-lengths // width) * width
    found = []
    for end in np.unique(ends):
        rows = np.flatnonzero((ends == end) & (weights > 0))
        if len(rows):
            found.append(_Bucket(rows, np.cumsum(weights[rows], dtype=np.float64), int(lengths[rows].max())))
    return found


def _draw(cumulated: NDArray[np.float64], count: int, random: np.random.Generator) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.searchsorted(cumulated, random.random(count) * cumulated[-1], side="right")
    return np.minimum(found, len(cumulated) - 1)


def padded(texts: Ragged, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """(len(rows), longest), 0 after the end of a text."""
    chosen = [texts[int(row)] for row in rows]
    out = np.zeros((len(chosen), max(map(len, chosen))), np.int64)
    for row, ids in enumerate(chosen):
        out[row, : len(ids)] = ids
    return out
