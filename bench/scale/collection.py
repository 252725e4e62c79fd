"""Collections to measure with: a content folder of a size, and the index of it by a model. Made once and found again."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import government_news
from bench.scale.results import ROOT
from kb.embedding import STATIC

OWN, ALL = "own", "470k"
THOUSAND = 1_000
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True, slots=True)
class Collection:
    size: str
    model: str
    content: Path
    index: Path

    def environment(self, **more: str) -> dict[str, str]:
        """For `kb` in a process of its own; settings of this shell are left out. Modules are compiled once, as of an installed package."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KB_") and name != NO_BYTECODE}
        state = self.index.with_name(f"state-{self.size}-{self.model}")
        own = {"CONTENT_DIR": self.content, "INDEX_DIR": self.index, "STATE_DIR": state, "MODEL": self.model, "LANG": "en"}
        return kept | {"PYTHONPATH": str(ROOT)} | {f"KB_{name}": str(value) for name, value in own.items()} | more


def kb(*words: str) -> list[str]:
    """A `kb` command of this tree."""
    return [sys.executable, "-m", "kb", *words]


def parser(described: str | None) -> argparse.ArgumentParser:
    """With what every part is told."""
    found = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("data", type=Path, help="folder where collections and indexes are made and found again")
    found.add_argument("--size", default="10k", help='"own", or passages of news: 1k, 10k, 100k; 470k are all (10k)')
    found.add_argument("--model", default=STATIC, help=f"as KB_MODEL ({STATIC})")
    found.add_argument("--news", type=Path, help="folder of the news, for a size that was not made yet")
    return found


def content(given: argparse.Namespace) -> Collection:
    """The content folder is there; of an index nothing is known."""
    data = given.data.resolve()
    folder = ROOT / "content" if given.size == OWN else data / f"content-{given.size}"
    if not folder.is_dir():
        _write_news(folder, given.size, given.news)
    return Collection(given.size, given.model, folder, data / f"index-{given.size}-{given.model}")


def indexed(given: argparse.Namespace) -> Collection:
    """The index is there and up to date."""
    found = content(given)
    run_kb(found.environment(), "index")
    return found


def run_kb(environment: Mapping[str, str], *words: str) -> str:
    """What it prints. Some news have faults (exit 1): the others are indexed. Raises RuntimeError with what it says."""
    done = subprocess.run(kb(*words), check=False, env=environment, cwd=ROOT, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def _write_news(folder: Path, size: str, news: Path | None) -> None:
    if news is None:
        raise SystemExit(f"{folder}: is not there; say with --news where the news are")
    limit = None if size == ALL else int(size.removesuffix("k")) * THOUSAND
    beside = folder.with_name(folder.name + ".new")
    government_news.write(news, beside, most_passages=limit)
    beside.replace(folder)
