"""One peer in a process of its own: built, or opened and asked. Started by bench.scale.peers; prints JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench.scale import processes
from bench.scale.peers import registry
from kb.embedding import open_embedder


def build(name: str, folder: Path, model: str, given: Path) -> dict[str, Any]:
    """Seconds from texts in memory to an index on disk, libraries being loaded."""
    peer, embedder = registry.peer(name), open_embedder(model, threads=os.cpu_count() or 1)
    texts = json.loads(given.read_text("utf-8"))
    began = time.perf_counter()
    peer.build(folder, texts, embedder)
    seconds = time.perf_counter() - began
    return {"index_s": round(seconds, 2), "index_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1)}


def ask(name: str, folder: Path, model: str, given: Path) -> dict[str, Any]:
    """Times of the questions one after the other, and what was found."""
    peer, embedder = registry.asked(name), open_embedder(model)
    asked = json.loads(given.read_text("utf-8"))
    began = time.perf_counter()
    peer.open(folder, embedder)
    opening = time.perf_counter() - began
    for question in asked["warming"]:
        peer.ask(question)
    times = []
    for question in asked["questions"]:
        began = time.perf_counter()
        peer.ask(question)
        times.append(time.perf_counter() - began)
    memory = processes.memory(os.getpid()).to_json()
    items = [peer.ask(title) for title in asked["titles"]]
    nearest = [peer.nearest(question) for question in asked["nearest"]]
    found = {"times": times, "items": items, "nearest": nearest, "settings": peer.settings, "libraries": list(peer.libraries)}
    return {"open_s": round(opening, 2), "memory": memory, **found}


def main(verb: str, name: str, folder: Path, model: str, given: Path) -> None:
    """given: a JSON file with the texts, or with the questions."""
    work = build if verb == "build" else ask
    print(json.dumps(work(name, folder, model, given)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4], Path(sys.argv[5]))
