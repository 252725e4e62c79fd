"""What the static model is trained on: texts that belong together, as rows of their pieces, and which of them are shown at a step.

translations  sentence pairs, joined neighbours, Thai words with English words and definitions (training/examples.py)
glosses       English words, or an example of their use, and their definition
openings      title of a news item and the opening of its text; texts: the same without date and title
questions     Thai question and the part of the article that answers it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb.embedding import static
from training import data, examples, static_pieces, wordnet
from training.corpus import Ragged

SHARES = {"translations": 0.70, "glosses": 0.15, "openings": 0.05, "texts": 0.05, "questions": 0.05}  # of the steps
LIMIT = 256  # pieces of a text
NOTHING = 1  # pieces up to this id say nothing: unknown letters and the space
NEWS_SAMPLE = 8  # every so many news texts are counted for the probabilities of the pieces


@dataclass(frozen=True, slots=True)
class Text:
    """Two texts that belong together; those of one group are not each other's negatives."""

    left: str
    right: str
    weight: float
    group: str


@dataclass(frozen=True, slots=True)
class Batch:
    left: Ragged
    right: Ragged
    groups: NDArray[np.int64]  # (len(left),)
    teacher: NDArray[np.float16] | None  # (len(left), its dim): vectors of the right texts, where there are any


@dataclass(frozen=True, slots=True)
class Together:
    left: Ragged
    right: Ragged
    groups: NDArray[np.int64]
    cumulated: NDArray[np.float64]  # weights, ascending to 1

    @classmethod
    def of(cls, texts: Sequence[Text], cut: Tokenizer) -> Together:
        left, right = (_rows(cut, [getattr(text, side) for text in texts]) for side in ("left", "right"))
        weights = np.array([text.weight for text in texts]) * (left.lengths > 0) * (right.lengths > 0)
        groups = np.unique([text.group for text in texts], return_inverse=True)[1]
        return cls(left, right, groups, np.cumsum(weights) / weights.sum())

    @classmethod
    def load(cls, path: Path) -> Together:
        with np.load(path, allow_pickle=False) as arrays:
            left, right = (Ragged(arrays[f"{side} values"], arrays[f"{side} offsets"]) for side in ("left", "right"))
            return cls(left, right, arrays["groups"], arrays["cumulated"])

    def save(self, path: Path) -> None:
        sides = {"left": self.left, "right": self.right}
        arrays = {f"{side} {name}": getattr(rows, name) for side, rows in sides.items() for name in ("values", "offsets")}
        np.savez(path, groups=self.groups, cumulated=self.cumulated, allow_pickle=False, **arrays)

    def draw(self, size: int, random: np.random.Generator, teacher: NDArray[np.float16] | None) -> Batch:
        """At most `size` rows, each once. teacher: vectors of all right texts."""
        rows = np.unique(np.searchsorted(self.cumulated, random.random(size)))
        return Batch(_taken(self.left, rows), _taken(self.right, rows), self.groups[rows], None if teacher is None else teacher[rows])


class Batches:
    """A pure function of (seed, step)."""

    def __init__(self, kinds: Mapping[str, Together], teacher: NDArray[np.float16] | None, size: int, seed: int) -> None:
        """teacher: vectors of the right side of "translations"."""
        self.kinds, self.teacher = kinds, teacher
        self._size, self._seed = size, seed
        shares = np.array([SHARES[kind] for kind in kinds])
        self._cumulated = np.cumsum(shares / shares.sum())

    def at(self, step: int) -> Batch:
        random = np.random.default_rng([self._seed, step])
        kind = list(self.kinds)[int(np.searchsorted(self._cumulated, random.random()))]
        return self.kinds[kind].draw(self._size, random, self.teacher if kind == "translations" else None)


def _taken(texts: Ragged, rows: NDArray[np.int64]) -> Ragged:
    lengths = texts.lengths[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    places = np.repeat(texts.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
    return Ragged(texts.values[places], offsets)


def _rows(cut: Tokenizer, texts: Sequence[str]) -> Ragged:
    return Ragged.of([[each for each in ids if each > NOTHING][:LIMIT] for ids in static_pieces.ids_of(cut, texts)])


def read(source: Path, glossary: Path, princeton: Path, seed: int) -> Mapping[str, list[Text]]:
    """All texts, prepared as the model will prepare them."""
    synsets = wordnet.synsets(princeton)
    pairs = data.pairs(source, glossary)
    targets = [*(examples.Target(each.thai, each.english, each.weight) for each in pairs), *examples.neighbours(pairs)]
    targets += examples.synset_targets(synsets)
    news = list(examples.news_pairs(data.news(source)))
    questions = examples.question_pairs(data.questions(source), np.random.default_rng(seed))
    kinds: dict[str, Iterable[tuple[str, str, float, str]]] = {
        "translations": ((each.thai, each.english, each.weight, str(i)) for i, each in enumerate(targets)),
        "glosses": ((left, right, 1.0, str(i)) for i, (left, right) in enumerate(_glosses(synsets))),
        "openings": ((each.question, each.passage, 1.0, each.group) for each, _ in news),
        "texts": ((each.question, each.passage, 1.0, each.group) for _, each in news),
        "questions": ((each.question, each.passage, 1.0, each.group) for each in questions),
    }
    return {kind: [_text(*each) for each in rows] for kind, rows in kinds.items()}


def _text(left: str, right: str, weight: float, group: str) -> Text:
    return Text(static.prepare(data.clean(left)), static.prepare(data.clean(right)), weight, group)


def _glosses(synsets: Iterable[wordnet.Synset]) -> Iterator[tuple[str, str]]:
    for synset in synsets:
        yield ", ".join(synset.english[:3]), synset.definition
        yield from ((example, f"{synset.english[0]}: {synset.definition}") for example in synset.examples)


def counted(kinds: Mapping[str, Sequence[Text]]) -> tuple[list[str], list[str]]:
    """(Thai, English) texts from which the probabilities of the pieces are estimated."""
    thai = [each.left for each in kinds["translations"]] + [each.right for each in kinds["texts"][::NEWS_SAMPLE]]
    thai += list(dict.fromkeys(each.right for each in kinds["questions"]))
    english = [each.right for each in kinds["translations"]] + [text for each in kinds["glosses"] for text in (each.left, each.right)]
    return thai, english
