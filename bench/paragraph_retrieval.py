"""A question, and the one paragraph that answers it: retrieval in the style of XQuAD, in both languages and across them.

    python bench/paragraph_retrieval.py [MODEL]

MODEL is `builtin`, a folder or a name, as in KB_MODEL. Reads bench/data (see the README there). Prints R@1 and MRR@10 of four directions,
the paragraphs of one language being searched at a time: vectors alone, words alone (BM25) and both. Then the mixed pool, where both
translations of the paragraph are right: R@1, and the share of first hits in the question's own language (half would be balanced).
Of an English model, the teacher for one, only en→en means something.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Embedder, open_embedder
from kb.errors import Lang
from kb.index.engine import Engine
from kb.index.local import LocalEngine
from kb.index.statistics import SimilarityStatistics
from kb.index.terms import Entry, TermIndex
from kb.index.vectors import Vectors
from kb.search import arms, fusion
from kb.search.question import Question, understand
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.text.lexicon import Lexicon
from kb.types import LANGS, Mode

DATA = Path(__file__).resolve().parent / "data"
GLOSSARY = DATA.parent.parent / "content/glossary.tsv"
CUTOFF = 10  # ranks that MRR looks at
# The similarity as the model gives it, and what the search makes of it.
MIXED: tuple[Mode | None, ...] = (None, "vectors", "hybrid")


@dataclass(frozen=True, slots=True)
class Pool:
    """The paragraphs in both languages, with those parts of kb.index.reader.Index that the arms ask; rows are Thai first, then English."""

    size: int  # paragraphs of one language
    engine: Engine
    statistics: dict[Lang, SimilarityStatistics]

    def rows(self, lang: Lang) -> NDArray[np.int64]:
        return np.arange(self.size) + self.size * LANGS.index(lang)


Scores = NDArray[np.float32]  # (questions, paragraphs)
Found = dict[tuple[Lang, Lang], list[arms.Candidates]]  # (asked, searched) -> for every question all paragraphs


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def build(paragraphs: list[dict[str, str]], embedder: Embedder, analyzer: Analyzer, folder: Path) -> Pool:
    size = len(paragraphs)
    vectors = {lang: embedder.passages([each[lang] for each in paragraphs]) for lang in LANGS}
    for number, lang in enumerate(LANGS):
        entries = (Entry(row, row, " ".join(analyzer.index_terms(each[lang]))) for row, each in enumerate(paragraphs, size * number))
        TermIndex.write(folder / lang, entries)
    return Pool(
        size=size,
        engine=LocalEngine(
            embedder.dim,
            {lang: size for lang in LANGS},
            {lang: [Vectors(size * number, vectors[lang])] for number, lang in enumerate(LANGS)},
            {lang: TermIndex.read(folder / lang) for lang in LANGS},
        ),
        statistics={lang: SimilarityStatistics.fit(vectors[lang]) for lang in LANGS},
    )


def candidates(pool: Pool, question: Question, vector: NDArray[np.float32], lang: Lang) -> arms.Candidates:
    """Every paragraph of the language, as the search measures it."""
    rows = pool.rows(lang)
    found, scores = arms.terms_arm(pool.engine, question, lang, None)
    coverage = np.zeros(pool.size, np.float32)
    coverage[found - rows[0]] = scores
    return arms.measure(pool, lang, rows, vector, coverage)


def score(found: list[arms.Candidates], asked: Lang, mode: Mode | None) -> Scores:
    """Scores of all questions; without a mode the cosine itself."""
    if mode is None:
        return np.stack([each.cosines for each in found])
    return np.stack([fusion.fuse(each, mode, same_language=each.lang == asked) for each in found])


def ranks(scores: Scores, right: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rank of each question's paragraph, 1 is first, (questions,); paragraphs of the same score come before it."""
    own = scores[np.arange(len(right)), right][:, None]
    return (scores >= own).sum(axis=1)


def quality(rank: NDArray[np.int64]) -> str:
    reciprocal = np.where(rank <= CUTOFF, 1 / rank, 0)
    return f"{(rank == 1).mean():.3f} / {reciprocal.mean():.3f}"


def print_directions(found: Found, right: NDArray[np.int64]) -> None:
    print("| R@1 / MRR@10 | " + " | ".join(f"{asked}→{lang}" for asked, lang in found) + " |")
    print("|---|" + "---|" * len(found))
    modes: tuple[Mode, ...] = ("vectors", "terms", "hybrid")
    for mode in modes:
        cells = (quality(ranks(score(each, asked, mode), right)) for (asked, _), each in found.items())
        print(f"| {mode} | " + " | ".join(cells) + " |")


def print_mixed(found: Found, right: NDArray[np.int64]) -> None:
    print("\n| mixed pool: R@1, first hit in own language | " + " | ".join(LANGS) + " |\n|---|" + "---|" * len(LANGS))
    for mode in MIXED:
        cells = []
        for asked in LANGS:
            both = np.stack([score(found[asked, lang], asked, mode) for lang in LANGS], axis=1)  # (questions, languages, paragraphs)
            first = both.reshape(len(right), -1).argmax(axis=1)
            own = first // both.shape[2] == LANGS.index(asked)
            cells.append(f"{(first % both.shape[2] == right).mean():.3f}, {own.mean():.2f}")
        print(f"| {'cosine' if mode is None else mode} | " + " | ".join(cells) + " |")


def search(model: str, words: Lexicon) -> tuple[Found, NDArray[np.int64]]:
    """What both arms say, and the right paragraph of each question."""
    glossary, _ = Glossary.load(GLOSSARY)
    embedder, analyzer = open_embedder(model), Analyzer(glossary.words())
    paragraphs, questions = read("paragraphs"), read("paragraph-questions")
    place = {each["id"]: row for row, each in enumerate(paragraphs)}
    found: Found = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pool = build(paragraphs, embedder, analyzer, Path(folder))
        for asked, lang in product(LANGS, LANGS):
            understood = [understand(each[asked], analyzer, glossary, words) for each in questions]
            vectors = embedder.queries([each.clean for each in understood])
            found[asked, lang] = [candidates(pool, q, vector, lang) for q, vector in zip(understood, vectors, strict=True)]
    return found, np.array([place[each["paragraph"]] for each in questions])


def main(model: str) -> None:
    found, right = search(model, lexicon.shipped())
    print(f"{model}: {found['th', 'en'][0].rows.size} paragraphs, {len(right)} questions, in each language\n")
    print_directions(found, right)
    print_mixed(found, right)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "builtin")
