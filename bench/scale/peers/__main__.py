"""python -m bench.scale.peers DATA --size 10k: see the package."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from bench.scale import collection, measures, peers, processes, questions, raw, results
from bench.scale.collection import Collection
from bench.scale.peers import registry
from bench.scale.peers.base import FOUND
from kb.embedding import open_embedder

WARMING = 10  # questions
TITLES = 100
NEAREST = 50  # questions for which the nearest passages are known exactly


@dataclass(frozen=True, slots=True)
class Task:
    """What every peer is asked, and what is right."""

    file: Path
    documents: Sequence[str]  # of each passage
    exact: Sequence[set[int]]  # the nearest passages of each of NEAREST questions
    titled: Sequence[str]  # the document of each title

    def known_item(self, found: Sequence[Sequence[int | str]]) -> float:
        ids = ([self.documents[each] if isinstance(each, int) else each for each in one] for one in found)
        return round(float(np.mean([wanted in some for wanted, some in zip(self.titled, ids, strict=True)])), 3)

    def nearest_recall(self, found: Sequence[Sequence[int]]) -> float:
        return round(float(np.mean([len(right & set(some)) / len(right) for right, some in zip(self.exact, found, strict=True)])), 3)


def measure(found: Collection, number: int, names: Sequence[str]) -> dict[str, Any]:
    mix = questions.mixed(found.content, number + WARMING)
    with tempfile.TemporaryDirectory(dir=found.index.parent) as place:
        folder = Path(place)
        passages = raw.read(found.index)
        texts = folder / "texts.json"
        texts.write_text(json.dumps(passages.texts), "utf-8")
        task = _task(found, folder / "task.json", passages, mix.questions)
        rows = {registry.OURS: _ours(found, folder, task)}
        for name in names:
            rows[name] = _peer(found, name, folder, texts, task)
            print(name, rows[name], file=sys.stderr, flush=True)
    return {"passages": len(passages), "questions": mix.to_json(), "rows": rows, "ratios": _ratios(rows)}


def _task(found: Collection, file: Path, passages: raw.Passages, asked: Sequence[str]) -> Task:
    near, titled = asked[WARMING : WARMING + NEAREST], list(questions.titled(found.content, TITLES))
    titles = [questions.beginning(title, questions.LONGEST) for _, title in titled]
    flat = faiss.IndexFlatIP(passages.vectors.shape[1])
    flat.add(passages.vectors)
    _, exact = flat.search(open_embedder(found.model).queries(near), FOUND)
    given = {"warming": asked[:WARMING], "questions": asked[WARMING:], "titles": titles, "nearest": near}
    file.write_text(json.dumps(given), "utf-8")
    return Task(file, passages.documents, [set(row.tolist()) for row in exact], [each for each, _ in titled])


def _ours(found: Collection, folder: Path, task: Task) -> dict[str, Any]:
    index = folder / "index"
    ran = processes.run(collection.kb("index", "--json"), found.environment(KB_INDEX_DIR=str(index)), accepted=(0, 1))
    built = {"index_s": round(ran.seconds, 2), "index_peak_mb": ran.peak.resident_mb}
    return built | _asked(found, registry.OURS, index, task)


def _peer(found: Collection, name: str, folder: Path, texts: Path, task: Task) -> dict[str, Any]:
    own = folder / re.sub(r"\W+", "-", name)
    own.mkdir()
    return _child(found, "build", name, own, texts) | _asked(found, name, own, task)


def _asked(found: Collection, name: str, index: Path, task: Task) -> dict[str, Any]:
    done = _child(found, "ask", name, index, task.file)
    quality = {"known_item": task.known_item(done.pop("items")), "nearest_recall": task.nearest_recall(done.pop("nearest"))}
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    libraries = results.versions(tuple(done.pop("libraries")))
    times = measures.milliseconds(done.pop("times"))
    return times | quality | done | {"disk_mb": round(size / 1e6, 1), "libraries": libraries}


def _child(found: Collection, verb: str, name: str, folder: Path, given: Path) -> dict[str, Any]:
    # LanceDB warns of every question that asks for fewer columns.
    command = [sys.executable, "-m", "bench.scale.peers.child", verb, name, str(folder), found.model, str(given)]
    printed: dict[str, Any] = json.loads(processes.run(command, found.environment(LANCEDB_LOG="error")).output.splitlines()[-1])
    return printed


def _ratios(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Theirs over ours."""
    ours = rows[registry.OURS]
    found = {}
    for name, row in rows.items():
        memory = row["memory"]["resident_mb"] / ours["memory"]["resident_mb"]
        figures = {"index": row["index_s"] / ours["index_s"], "query_p50": row["p50_ms"] / ours["p50_ms"], "memory": memory}
        found[name] = {key: round(value, 2) for key, value in figures.items()}
    return found


def main() -> None:
    parser = collection.parser(peers.__doc__)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--only", action="append", choices=registry.PEERS, help="this peer; may be given again")
    given = parser.parse_args()
    found = collection.indexed(given)
    results.save("peers", found.size, found.model, measure(found, given.questions, given.only or registry.PEERS))


if __name__ == "__main__":
    main()
