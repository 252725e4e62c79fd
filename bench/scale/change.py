"""A saved file until it is found, under `kb serve --watch`, and a run of `kb index` that has nothing to do.

    python -m bench.scale.change DATA --size 470k [--saves 5]

The content folder is copied by links and the index in full; a save replaces the link, so that the originals stay as they are.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.scale import collection, processes, results, serving
from bench.scale.collection import Collection

LETTERS = "bcdfghjkmp"  # none that would be taken for an ending
SETTLING = 5  # seconds between two saves: nobody writes faster
LOOKS = 0.02  # seconds between two questions that wait for the save
PATIENCE = 600  # seconds


def measure(found: Collection, saves: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=found.index.parent) as folder:
        copied = _copied(found, Path(folder))
        read = processes.run(collection.kb("index", "--read-all", "--json"), copied.environment(), accepted=(0, 1))
        idle = processes.run(collection.kb("index", "--json"), copied.environment(), accepted=(0, 1))
        seen, memory = _saves(copied, saves)
    return {
        "visible_s": round(statistics.median(seen), 3),
        "visible_rounds_s": [round(each, 3) for each in seen],
        "watching_memory": memory.to_json(),
        "noop_read_all_s": round(read.seconds, 2),
        "noop_s": round(idle.seconds, 2),
        "noop_peak": idle.peak.to_json(),
        "noop_published": json.loads(idle.output)["published"],
    }


def _copied(found: Collection, folder: Path) -> Collection:
    shutil.copytree(found.content, folder / "content", copy_function=os.link if found.size != collection.OWN else shutil.copy2)
    shutil.copytree(found.index, folder / "index")
    return replace(found, content=folder / "content", index=folder / "index")


def _saves(found: Collection, number: int) -> tuple[list[float], processes.Memory]:
    """Seconds of each, and the server's memory after the last."""
    paths = sorted(found.content.glob("*/**/*.th.md"))
    chosen = paths[:: max(1, len(paths) // number)][:number]
    with serving.served(found.environment(), watch=True) as server:
        time.sleep(SETTLING)
        seen = []
        for place, path in enumerate(chosen):
            seen.append(save(server.url, path, f"platypus{LETTERS[place % len(LETTERS)]}"))
            time.sleep(SETTLING)
        return seen, server.memory()


def save(url: str, path: Path, word: str) -> float:
    """Seconds until a word that a save has added is found."""
    beside = path.with_name(path.name + "~")
    beside.write_text(path.read_text("utf-8") + f"\nA new paragraph about {word}.\n", "utf-8")
    began = time.perf_counter()
    beside.replace(path)
    while time.perf_counter() - began < PATIENCE:
        status, body = serving.get(url, f"/api/v1/search?q={word}&mode=terms&as_written=spelling")
        if status == 200 and json.loads(body)["total"]:
            return time.perf_counter() - began
        time.sleep(LOOKS)
    raise RuntimeError(f"{path.name}: was not found in {PATIENCE} s")


def main() -> None:
    parser = collection.parser(__doc__)
    parser.add_argument("--saves", type=int, default=5)
    given = parser.parse_args()
    found = collection.indexed(given)
    results.save("change", found.size, found.model, measure(found, given.saves))


if __name__ == "__main__":
    main()
