"""Requests a second: hybrid, 16 connections, one worker and two; the client on the same cores.

    python -m bench.scale.load DATA --size 10k [--requests 2000]

No question comes twice. Beside it the same with few questions again and again.
"""

from __future__ import annotations

from typing import Any

from bench import http_client
from bench.scale import collection, measures, questions, results, serving
from bench.scale.collection import Collection
from bench.scale.latency import REPEATED

CONNECTIONS = 16
WARMING = 200
WORKERS = (1, 2)


def measure(found: Collection, number: int) -> dict[str, Any]:
    mix = questions.mixed(found.content, number + WARMING)
    rows = {}
    for workers in WORKERS:
        for repeated in (False, True):
            name = f"{workers} workers" + (", repeated" if repeated else "")
            rows[name] = _row(found, mix.questions, workers, repeated, number)
            print(name, rows[name], flush=True)
    return {"connections": CONNECTIONS, "questions": mix.to_json(), "rows": rows}


def _row(found: Collection, asked: tuple[str, ...], workers: int, repeated: bool, number: int) -> dict[str, Any]:
    warming, counted = asked[:WARMING], asked[WARMING:]
    if repeated:
        counted = counted[:REPEATED]
    with serving.served(found.environment(), workers) as server:
        http_client.load(server.url, http_client.search_paths(warming), CONNECTIONS, len(warming))
        requests = number if repeated else len(counted)
        ran = http_client.load(server.url, http_client.search_paths(counted), CONNECTIONS, requests)
        memory = server.memory().to_json()
    figures = {"requests_per_s": round(len(ran.times) / ran.seconds, 1), "failed": ran.failed, "memory": memory}
    return measures.milliseconds(ran.times) | figures


def main() -> None:
    parser = collection.parser(__doc__)
    parser.add_argument("--requests", type=int, default=2000, help="requests of each row (2000)")
    given = parser.parse_args()
    found = collection.indexed(given)
    results.save("load", found.size, found.model, measure(found, given.requests))


if __name__ == "__main__":
    main()
