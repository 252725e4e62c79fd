"""How long does it take to read files and to cut them, stage by stage and on several processes?

    python -m bench.reading_speed CONTENT [--documents 2000] [--cores 2]

CONTENT: a content folder, as bench.government_news writes one. Prints CPU milliseconds a document of each stage, one document after the
other as in a worker, and what is cut a second; then for one process and for several the wall time of both passes of indexer.reading with
vectors of the static model, the CPU time of all processes, and the memory of the largest one.

With OPENBLAS_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false the stages run on one core, as in a worker.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from indexer import reading
from indexer.pipeline import domain_words
from kb import documents, passages
from kb.embedding import STATIC, open_embedder
from kb.text import sentences, word_counts
from kb.text.analyzer import shared
from kb.text.glossary import Glossary
from kb.text.normalise import normalise

T = TypeVar("T")


@dataclass
class Clock:
    """CPU seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    def run(self, stage: str, work: Callable[[], T]) -> T:
        started = time.process_time()
        done = work()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.process_time() - started
        return done


def stages(root: Path, paths: Sequence[str], words: frozenset[str]) -> None:
    clock, embedder, analyzer = Clock(), open_embedder(STATIC), shared(words)
    analyzer.warm_up()
    rows = characters = 0
    for path in paths:
        document = clock.run("file → document", lambda path=path: documents.load(root, root / path).document)  # type: ignore[misc]
        if document is None:
            continue
        found = clock.run("document → passages", lambda d=document: passages.split(d, embedder.count_tokens))  # type: ignore[misc]
        spans = clock.run("sentences", lambda f=found: [sentences.split(p.text, p.lang) for p in f])  # type: ignore[misc]
        texts = clock.run("normalise", lambda f=found, s=spans: embedded(f, s))  # type: ignore[misc]
        clock.run("vectors", lambda t=texts: embedder.passages(t))  # type: ignore[misc]
        terms = clock.run("terms", lambda f=found: [analyzer.index_words(p.embedded_text) for p in f])  # type: ignore[misc]
        clock.run("word counts", lambda t=terms: [word_counts.used(each) for each in t])  # type: ignore[misc]
        rows, characters = rows + len(found), characters + sum(len(p.embedded_text) for p in found)
    print(f"{len(paths):,} documents, {rows:,} passages, {characters:,} characters of passages\n\n| stage | ms a document |\n|---|---|")
    for stage, seconds in clock.seconds.items():
        print(f"| {stage} | {1000 * seconds / len(paths):.2f} |")
    rest = sum(clock.seconds.values()) - clock.seconds["terms"]
    print(f"| all but terms | {1000 * rest / len(paths):.2f} |\n\nterms: {characters / clock.seconds['terms']:,.0f} characters/s\n")


def embedded(found: Sequence[passages.Passage], spans: Sequence[Sequence[tuple[int, int]]]) -> list[str]:
    parts = [p.text[start:end] for p, places in zip(found, spans, strict=True) for start, end in places]
    return [normalise(text).text for text in (*(p.embedded_text for p in found), *parts)]


def passes(root: Path, paths: Sequence[str], cores: int) -> None:
    """Wall time of both passes."""
    started, cpu = time.perf_counter(), cpu_seconds()
    loaded = [each.document for each in reading.load(root, paths, cores)]
    middle = time.perf_counter()
    words = frozenset(domain_words([each for each in loaded if each], Glossary.load(root / "glossary.tsv")[0]))
    rows = sum(len(each.passages) for each in reading.prepare(root, paths, words, open_embedder(STATIC), cores, embeds=True))
    end = time.perf_counter()
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    columns = (f"{middle - started:.1f} s", f"{end - middle:.1f} s", f"{cpu_seconds() - cpu:.1f} s", f"{rows / (end - started):,.0f}")
    print(f"| {cores} | " + " | ".join(columns) + f" | {memory:.0f} MB |", flush=True)


def cpu_seconds() -> float:
    """Of this process and of those that it has started and that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    root: Path = arguments.content
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.md"))[: arguments.documents]
    stages(root, paths, frozenset())
    print("| processes | load | prepare | CPU | passages/s | memory |\n|---|---|---|---|---|---|")
    for cores in dict.fromkeys((1, arguments.cores)):
        passes(root, paths, cores)


if __name__ == "__main__":
    main()
