"""Every part in order, each in a process of its own; what has a result already is left out, so that it can be stopped and gone on with.

    python -m bench.scale.run_all DATA --news NEWS_FOLDER [--sizes 1k,10k] [--again] [--list]

The built-in model takes hours for the largest sizes: they come last.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.scale.results import ROOT, path_of
from kb.embedding import BUILTIN, STATIC

SIZES = ("1k", "10k", "100k", "470k")


@dataclass(frozen=True, slots=True)
class Step:
    part: str
    size: str
    model: str

    def done(self) -> bool:
        return path_of(self.part, self.size, self.model).exists()

    def command(self, data: Path, news: Path | None) -> list[str]:
        found = [sys.executable, "-m", f"bench.scale.{self.part}", str(data), "--size", self.size, "--model", self.model]
        return found + (["--news", str(news)] if news else [])


def steps() -> Iterator[Step]:
    for size in SIZES:
        yield from (Step(part, size, STATIC) for part in ("throughput", "latency", "cold_start", "change"))
    yield from (Step("load", "10k", STATIC), Step("floor", "10k", STATIC), Step("peers", "10k", STATIC))
    yield from (Step(part, "10k", BUILTIN) for part in ("throughput", "latency", "load", "floor"))
    yield from (Step("latency", "1k", BUILTIN), Step("peers", "100k", STATIC))
    yield from (Step("latency", size, BUILTIN) for size in ("100k", "470k"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--news", type=Path)
    parser.add_argument("--sizes", default=",".join(SIZES), help="only these, with commas between")
    parser.add_argument("--again", action="store_true", help="also what has a result")
    parser.add_argument("--list", action="store_true", help="only say what would be done")
    given = parser.parse_args()
    for step in steps():
        if step.size not in given.sizes.split(",") or (step.done() and not given.again):
            continue
        command = step.command(given.data, given.news)
        print(" ".join(command), flush=True)
        if not given.list:
            subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
