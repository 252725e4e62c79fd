"""Encoding, FAISS and BM25 alone, beside the whole search with the same questions in the same process.

    python -m bench.scale.floor DATA --size 10k --model builtin [--questions 300]

The floor is what no hybrid search can do without: the question's vector, the nearest of an exact FAISS index (IndexFlatIP), the best of
a tantivy index, its words being cut already. Each gives as many passages as an arm of ours. The whole search cuts and understands the
question, asks both languages, fuses, groups by document, marks, and gives the documents' reasons and facets. Medians are compared; the
whole comes first, so that what a library remembers of a question helps the floor. The same of processor time stands beside it: on a
machine that others use, long work is interrupted more often than short work.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import tantivy

from bench.scale import collection, measures, questions, raw, results
from bench.scale.collection import Collection
from kb.embedding import open_embedder
from kb.knowledge_base import KnowledgeBase
from kb.search.arms import DEPTH
from kb.text.analyzer import Analyzer

WARMING = 20
TOKENIZER = "words"


class Terms:
    """BM25 as tantivy has it, on words that are cut already."""

    def __init__(self, folder: Path, passages: Sequence[Sequence[str]]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("terms", stored=False, tokenizer_name=TOKENIZER, index_option="freq")
        builder.add_unsigned_field("row", stored=False, fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema, path=str(folder))
        index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(num_threads=1)
        for row, terms in enumerate(passages):
            document = tantivy.Document()
            document.add_text("terms", " ".join(terms))
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def search(self, terms: Sequence[str], limit: int) -> list[int]:
        """Rows."""
        words = [tantivy.Query.term_query(self._schema, "terms", term, "freq") for term in terms]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, word) for word in words])
        hits = self._searcher.search(query, limit, count=False).hits
        return [int(row or 0) for row in self._searcher.fast_field_values("row", [address for _, address in hits])]


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    work: Callable[[str], object]
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)  # seconds of it

    def __call__(self, question: str) -> None:
        began, used = time.perf_counter(), time.process_time()
        self.work(question)
        self.seconds.append(time.perf_counter() - began)
        self.processor.append(time.process_time() - used)


def measure(found: Collection, number: int) -> dict[str, Any]:
    mix = questions.mixed(found.content, number + WARMING)
    with tempfile.TemporaryDirectory() as folder:
        stages = _stages(found, Path(folder))
        for question in mix.questions:
            for stage in stages:
                stage(question)
    wall = compared({stage.name: stage.seconds[WARMING:] for stage in stages})
    processor = compared({stage.name: stage.processor[WARMING:] for stage in stages})
    return {"passages_each": DEPTH, "questions": mix.to_json(), **wall, "processor": processor}


def compared(times: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """times: seconds of each question in each stage."""
    floor = np.sum([times["encode"], times["faiss"], times["bm25"]], axis=0)
    whole = np.median(times["search"])
    return {
        "stages": {name: measures.milliseconds(seconds) for name, seconds in times.items()},
        "floor": measures.milliseconds(floor.tolist()),
        "over_floor": round(float(whole / np.median(floor)), 3),
        "over_floor_and_cutting": round(float(whole / np.median(floor + np.asarray(times["cut"]))), 3),
    }


def _stages(found: Collection, folder: Path) -> list[Stage]:
    passages, analyzer = raw.read(found.index), Analyzer([])
    embedder = open_embedder(found.model)
    whole = KnowledgeBase.open(found.index, embedder=embedder)
    flat = faiss.IndexFlatIP(passages.vectors.shape[1])
    flat.add(passages.vectors)
    bm25 = Terms(folder, [analyzer.index_terms(text) for text in passages.texts])
    known: dict[str, Any] = {}

    def encode(question: str) -> None:
        known["vector"] = embedder.queries([question])

    def cut(question: str) -> None:
        known["terms"] = list(dict.fromkeys(term for each in analyzer.query_terms(question) for term in each.terms))

    return [
        Stage("search", whole.search),
        Stage("encode", encode),
        Stage("cut", cut),
        Stage("faiss", lambda _: flat.search(known["vector"], DEPTH)),
        Stage("bm25", lambda _: bm25.search(known["terms"], DEPTH)),
    ]


def main() -> None:
    parser = collection.parser(__doc__)
    parser.add_argument("--questions", type=int, default=300)
    given = parser.parse_args()
    found = collection.indexed(given)
    results.save("floor", found.size, found.model, measure(found, given.questions))


if __name__ == "__main__":
    main()
