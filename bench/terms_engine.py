"""Which engine for BM25? The same passages and questions through tantivy, bm25s and SQLite FTS5.

    pip install bm25s && python bench/terms_engine.py NEWS_FOLDER [PASSAGES]

NEWS_FOLDER holds news-*.jsonl.xz (Thai government news). Prints for each engine the seconds to build, milliseconds of a question
(median of 200 titles, ten best), and milliseconds until one changed passage is found: an engine that cannot change is built again.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import tantivy

from kb.index import terms as index_terms
from kb.index.terms import Entry, TermIndex
from kb.text.analyzer import Analyzer

QUESTIONS = 200
LENGTH = 500  # characters of a passage, at most


def read(folder: Path, count: int) -> tuple[list[str], list[str]]:
    """(passages, titles)"""
    passages: list[str] = []
    titles: list[str] = []
    for path in sorted(folder.glob("news-*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                titles.append(item["title"].rpartition("-")[2])
                passages += [item["body"][i : i + LENGTH] for i in range(0, len(item["body"]), LENGTH)]
                if len(passages) >= count:
                    return passages[:count], titles[:: max(1, len(titles) // QUESTIONS)][:QUESTIONS]
    return passages, titles[:QUESTIONS]


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def report(name: str, build: float, ask: Callable[[Sequence[str]], object], questions: Sequence[Sequence[str]], change: float) -> None:
    times = [1000 * timed(lambda q=q: ask(q)) for q in questions]
    print(
        f"| {name} | {build:.1f} s | {np.median(times):.2f} ms | {np.percentile(times, 95):.2f} ms | {1000 * change:.0f} ms |", flush=True
    )


def with_tantivy(passages: Sequence[Sequence[str]], questions: Sequence[Sequence[str]]) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "terms"
        build = timed(lambda: TermIndex.write(path, (Entry(row, row, " ".join(terms)) for row, terms in enumerate(passages))))
        engine = TermIndex.read(path)
        index = tantivy.Index.open(str(path))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(index_terms.TOKENIZER, analyzer)
        writer = index.writer(heap_size=index_terms.WRITER_BYTES, num_threads=1)

        def change() -> None:
            writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "document", 0))
            document = tantivy.Document()
            document.add_text("terms", " ".join(passages[1]))
            document.add_unsigned("row", 0)
            document.add_unsigned("document", 0)
            writer.add_document(document)
            writer.commit()
            index.reload()

        report("tantivy", build, lambda q: engine.search(dict.fromkeys(q, 1.0), 10), questions, timed(change))


def with_bm25s(passages: Sequence[Sequence[str]], questions: Sequence[Sequence[str]]) -> None:
    import bm25s

    engine = bm25s.BM25()
    work = lambda: engine.index([list(p) for p in passages], show_progress=False)  # noqa: E731
    build = timed(work)
    report("bm25s", build, lambda q: engine.retrieve([list(q)], k=10, show_progress=False), questions, build)


def with_sqlite(passages: Sequence[Sequence[str]], questions: Sequence[Sequence[str]]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (terms, tokenize = 'unicode61 remove_diacritics 0')")
    # Thai marks are no letters to its tokenizer: terms go in as numbers.
    numbers: dict[str, str] = {}

    def coded(terms: Sequence[str]) -> str:
        return " ".join(numbers.setdefault(term, f"t{len(numbers)}") for term in terms)

    rows = [(i + 1, coded(p)) for i, p in enumerate(passages)]
    build = timed(lambda: connection.executemany("INSERT INTO t (rowid, terms) VALUES (?, ?)", rows))

    def ask(question: Sequence[str]) -> object:
        query = " OR ".join(coded([term]) for term in question)
        return connection.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT 10", (query,)).fetchall()

    change = timed(lambda: connection.execute("UPDATE t SET terms = ? WHERE rowid = 1", (rows[1][1],)))
    report("SQLite FTS5", build, ask, questions, change)


def main(folder: Path, count: int) -> None:
    texts, titles = read(folder, count)
    analyzer = Analyzer([])
    passages = [analyzer.index_terms(text) for text in texts]
    questions = [[term for each in analyzer.query_terms(title) for term in each.terms] for title in titles]
    questions = [question for question in questions if question]
    print(f"{len(passages)} passages, {len(questions)} questions of {np.mean([len(q) for q in questions]):.1f} terms")
    print("| engine | build | question, median | 95% | one change |\n|---|---|---|---|---|")
    for engine in (with_tantivy, with_bm25s, with_sqlite):
        engine(passages, questions)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50_000)
