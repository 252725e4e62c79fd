"""How much should words count beside meaning? Grid over the term weight on development sets.

    python bench/fusion_weights.py DEV_FOLDER

DEV_FOLDER holds iapp-valid.jsonl.xz (Thai questions on Thai articles) and govnews-passages.jsonl.xz with govnews-queries.tsv
(known-item search). Prints MRR@10 for each weight, then the same across languages on our own paragraphs (bench/data), with the words of
the lexicon and without. The balance of the languages in a mixed pool is measured by bench/model_quality.py.
"""

from __future__ import annotations

import json
import lzma
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import paragraph_retrieval  # beside this file
from numpy.typing import NDArray

from kb.embedding import open_embedder
from kb.index import bm25
from kb.index.local import LocalEngine
from kb.index.statistics import SimilarityStatistics
from kb.index.terms import Entry, TermIndex
from kb.index.vectors import Vectors
from kb.search.question import term_weights
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.lexicon import Lexicon

WEIGHTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 1e6)
DEPTH = 200


def passages(text: str, limit: int = 500) -> list[str]:
    """Paragraphs joined up to `limit` characters."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        if found and len(found[-1]) + len(paragraph) < limit:
            found[-1] += "\n" + paragraph
        else:
            found.append(paragraph)
    return [each for each in found if each.strip()]


def iapp(folder: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(article, passage) pairs and (article, question) pairs."""
    with lzma.open(folder / "iapp-valid.jsonl.xz", "rt") as file:
        rows = [json.loads(line) for line in file]
    articles = {row["article"]: row["context"] for row in rows}
    return [(key, part) for key, text in articles.items() for part in passages(text)], [(row["article"], row["question"]) for row in rows]


def govnews(folder: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    with lzma.open(folder / "govnews-passages.jsonl.xz", "rt") as file:
        rows = [json.loads(line) for line in file]
    queries = [line.rstrip("\n").split("\t") for line in (folder / "govnews-queries.tsv").open(encoding="utf-8")]
    return [(row["id"], row["text"]) for row in rows], [(key, text) for key, text in queries]


def measure(name: str, pool: Sequence[tuple[str, str]], questions: Sequence[tuple[str, str]]) -> None:
    analyzer, embedder = Analyzer([]), open_embedder("builtin", threads=2)
    keys = [key for key, _ in pool]
    rows = embedder.passages([text for _, text in pool])
    statistics = SimilarityStatistics.fit(rows)
    with tempfile.TemporaryDirectory() as folder:
        TermIndex.write(Path(folder) / "terms", (Entry(i, i, " ".join(analyzer.index_terms(text))) for i, (_, text) in enumerate(pool)))
        terms = TermIndex.read(Path(folder) / "terms")
        engine = LocalEngine(rows.shape[1], {"th": len(pool)}, {"th": [Vectors(0, rows)]}, {"th": terms})
        reciprocal: dict[float, list[float]] = {weight: [] for weight in WEIGHTS}
        for (key, text), vector in zip(questions, embedder.queries([text for _, text in questions]), strict=True):
            weights = term_weights(analyzer.query_terms(text))
            found, scores = engine.matching(weights, DEPTH, "th")
            near, _ = engine.nearest(vector, DEPTH, "th")
            candidates = np.union1d(found, near)
            coverage = np.zeros(len(candidates), np.float32)
            coverage[np.searchsorted(candidates, found)] = scores / max(bm25.whole(engine, weights, "th"), 1e-9)
            mean, deviation = statistics.expected(vector)
            standardised = (rows[candidates] @ vector - mean) / deviation
            for weight in WEIGHTS:
                reciprocal[weight].append(reciprocal_rank(keys, candidates, standardised + weight * coverage, key))
    print(f"{name}: {len(pool)} passages, {len(questions)} questions")
    for weight, values in reciprocal.items():
        print(f"  weight {weight:>9g}  MRR@10 {np.mean(values):.4f}")


def across_languages() -> None:
    print("our own paragraphs, question and paragraph in two languages: th→en, en→th")
    for name, words in (("without the lexicon", Lexicon({})), ("with it", lexicon.shipped())):
        found, right = paragraph_retrieval.search("builtin", words)
        for weight in WEIGHTS:
            cells = []
            for asked, lang in (("th", "en"), ("en", "th")):
                scores = np.stack([each.standardised + np.float32(weight) * each.coverage for each in found[asked, lang]])
                rank = paragraph_retrieval.ranks(scores, right)
                cells.append(np.where(rank <= 10, 1 / rank, 0).mean())
            print(f"  {name:>19}, weight {weight:>7g}  MRR@10 {cells[0]:.4f}  {cells[1]:.4f}")


def reciprocal_rank(keys: Sequence[str], rows: NDArray[np.int64], scores: NDArray[np.float32], wanted: str) -> float:
    seen: list[str] = []
    for row in rows[np.lexsort((rows, -scores))]:
        if keys[row] not in seen:
            seen.append(keys[row])
        if keys[row] == wanted:
            return 1 / len(seen) if len(seen) <= 10 else 0.0
    return 0.0


if __name__ == "__main__":
    dev = Path(sys.argv[1])
    measure("iapp-valid (question → article)", *iapp(dev))
    measure("government news (title → passage)", *govnews(dev))
    across_languages()
