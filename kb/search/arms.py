"""The two arms: terms and vectors, each asked separately in each language of the documents."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang
from kb.index import bm25
from kb.index.engine import Engine, Ranked, nothing
from kb.index.reader import Index
from kb.search.question import Question, term_weights
from kb.stages import elsewhere, stage

Expected = tuple[float, float]  # see SimilarityStatistics.expected
DEPTH = 200  # passages taken from each arm in each language
AT_ONCE_FROM = 50_000  # passages of a language from which both arms are asked at once: each takes longer than handing over to a thread


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages of one language with what both arms say of them; rows ascend."""

    lang: Lang
    rows: NDArray[np.int64]  # (n,)
    cosines: NDArray[np.float32]  # (n,) question · passage; nan where no vector was asked for
    standardised: NDArray[np.float32]  # (n,) (cosine - mean) / standard deviation over the language's passages
    coverage: NDArray[np.float32]  # (n,) BM25 over the score of a passage that holds every word of the question once


def find(
    index: Index,
    question: Question,
    vector: NDArray[np.float32] | None,
    lang: Lang,
    allowed: NDArray[np.int64] | None,
    use_terms: bool,
    expected: Expected | None = None,
) -> Candidates:
    """Candidates in documents of `lang`. `vector` (dim,) is the question's embedding, or None to search by terms only; `expected`: as for
    `measure`.

    Where a phrase is asked for, every passage that is allowed holds one and is a candidate.
    """
    if not index.engine.count(lang):
        return Candidates(lang, *nothing(), *(np.zeros(0, np.float32) for _ in range(2)))
    if use_terms and vector is not None and index.engine.count(lang) >= AT_ONCE_FROM:
        nearest = _beside().submit(elsewhere(vectors_arm), index.engine, vector, lang, allowed)
        by_terms, near = terms_arm(index.engine, question, lang, allowed), nearest.result()
    else:
        by_terms = terms_arm(index.engine, question, lang, allowed) if use_terms else nothing()
        near = nothing()[0] if vector is None else vectors_arm(index.engine, vector, lang, allowed)
    rows = _union(by_terms[0], near)
    if question.reading.phrases and allowed is not None:
        rows = _union(rows, index.rows_in(lang, allowed))
    coverage = np.zeros(len(rows), np.float32)
    coverage[np.searchsorted(rows, by_terms[0])] = by_terms[1]
    return measure(index, lang, rows, vector, coverage, expected)


def _union(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ascending, each once; for some hundred numbers in a third of the time of np.union1d, which makes a table of hashes."""
    both = np.sort(np.concatenate([one, other]))
    first: NDArray[np.bool_] = np.append(True, both[1:] != both[:-1])[: len(both)]
    return both[first]


@cache
def _beside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="kb-arm")


def measure(
    index: Index,
    lang: Lang,
    rows: NDArray[np.int64],
    vector: NDArray[np.float32] | None,
    coverage: NDArray[np.float32],
    expected: Expected | None = None,
) -> Candidates:
    """The similarities of given rows: exact for every candidate, whichever arm it came from. `expected`: what the statistics of the
    language expect of the vector, where that is known."""
    if vector is None:
        nothing = np.full(len(rows), np.nan, np.float32)
        return Candidates(lang, rows, nothing, np.zeros(len(rows), np.float32), coverage)
    cosines = index.engine.vectors(rows) @ vector
    mean, deviation = expected or index.statistics[lang].expected(vector)
    return Candidates(lang, rows, cosines, ((cosines - mean) / deviation).astype(np.float32), coverage)


@stage("vectors")
def vectors_arm(engine: Engine, vector: NDArray[np.float32], lang: Lang, allowed: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Rows nearest in meaning."""
    return engine.nearest(vector, DEPTH, lang, allowed)[0]


@stage("terms")
def terms_arm(engine: Engine, question: Question, lang: Lang, allowed: NDArray[np.int64] | None) -> Ranked:
    """Rows and BM25 relative to what the whole question would score: 1 means every word once in a passage of average length.

    Dividing by a bound that depends on the question only (not on the best hit) keeps scores of different questions and languages
    comparable: theoretical normalisation, Bruch et al., arXiv 2210.11934.
    """
    weights = question.weights(lang) if lang == question.lang else across(question, lang, engine)
    rows, scores = engine.matching(weights, DEPTH, lang, allowed)
    # Other names in the same language stand in for the words as asked; they make a question no longer.
    asked = term_weights(question.terms)
    known = bm25.whole(engine, asked if lang == question.lang else weights, lang, known_only=True)
    whole = max(bm25.whole(engine, asked, question.lang), known)
    return rows, (scores / whole if whole else scores).astype(np.float32)


def across(question: Question, lang: Lang, engine: Engine) -> dict[str, float]:
    """Index terms to look for in the other language, with weights: what the glossary gives and, below that, what the lexicon gives.

    Translations of one word share its weight by their probabilities p, and its rarity: that of a word found in Σ p · n passages. With its
    own, an unlikely translation would count more for being rare (probabilistic structured queries, see kb.text.lexicon).
    """
    weights = question.weights(lang)
    for carried in question.carried:
        known = [(term, probability, found) for term, probability in carried.translations if (found := engine.found(term, lang))]
        count = engine.count(lang)
        idf = bm25.idf(count, sum(probability * found for _, probability, found in known))
        for term, probability, found in known:
            weights[term] = max(weights.get(term, 0.0), probability * idf / bm25.idf(count, found))
    return weights
