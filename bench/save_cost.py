"""What a saved file costs in one process, without a server: indexed, the new generation opened, and warmed up.

    KB_MODEL=builtin-static python -m bench.save_cost CONTENT INDEX [--saves 8]

Seconds of processor and of the clock, of each stage of each save. Both folders are changed: give it copies (bench.scale.change makes such).
The first line is what a server with --watch does once, before the first save; it reads nothing where `kb index` ran before and said that
nothing had changed.
"""

from __future__ import annotations

import argparse
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.memory import Memory
from indexer.pipeline import build, warm_up
from kb.knowledge_base import KnowledgeBase
from kb.settings import load

LETTERS = "bcdfghjkmp"  # none that would be taken for an ending


@contextmanager
def stage(name: str) -> Iterator[None]:
    clock, processor = time.perf_counter(), time.process_time()
    yield
    print(f"{name:12} {time.process_time() - processor:6.2f} s of processor {time.perf_counter() - clock:6.2f} s", flush=True)


def save(path: Path, word: str) -> None:
    beside = path.with_name("_saved")
    beside.write_text(f"{path.read_text('utf-8')}\nA new paragraph about {word}.\n", "utf-8")
    beside.replace(path)


def measure(content: Path, index_dir: Path, saves: int, opened: Callable[..., KnowledgeBase]) -> None:
    kb, memory = opened(), Memory()
    memory.known.take_over(index_dir, kb.manifest, kb.parts)
    with stage("before"):
        warm_up(content, index_dir, kb.embedder, memory)
    paths = sorted(content.glob("*/**/*.th.md"))
    for path in paths[:: max(1, len(paths) // saves)][:saves]:
        word = "platypus" + "".join(secrets.choice(LETTERS) for _ in range(6))
        save(path, word)
        with stage("indexed"):
            saved = {path.relative_to(content).as_posix()}
            build(content, index_dir, kb.embedder, lambda *_: None, memory=memory, saved=saved)
        with stage("opened"):
            kb = opened(embedder=kb.embedder, written_here=memory.known.written, before=kb)
        with stage("warmed up"):
            kb.warm_up()
        assert kb.search(word, mode="terms", as_written=["spelling"]).total == 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--saves", type=int, default=8)
    given = parser.parse_args()
    model = load().model
    measure(given.content, given.index, given.saves, lambda **known: KnowledgeBase.open(given.index, **(known or {"model": model})))


if __name__ == "__main__":
    main()
