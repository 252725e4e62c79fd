"""How long a reply takes over HTTP: hybrid and each arm, Thai and English, with a filter and without, one connection.

    python -m bench.scale.latency DATA --size 10k --model builtin [--questions 500]

Each row asks a server of its own, so that nothing it remembers helps the next; no question comes twice but in the row that says so.
Replies are those of the pages: ten documents with three passages each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.http_client import load, search_paths
from bench.scale import collection, measures, period, questions, results, serving
from bench.scale.collection import Collection
from bench.scale.questions import Mix
from kb.types import LANGS

WARMING = 20  # questions before the first that counts, which are not among them
REPEATED = 25  # questions that are asked again and again


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request."""

    name: str
    asked: str  # "mixed", "th", "en"
    parameters: str = ""
    repeated: bool = False


def rows(filtered: str) -> Iterator[Row]:
    """filtered: the parameter that is the filter."""
    yield Row("hybrid", "mixed")
    yield Row("hybrid, repeated", "mixed", repeated=True)
    for mode in ("hybrid", "terms", "vectors"):
        for lang in LANGS:
            yield Row(f"{mode}, {lang}", lang, f"&mode={mode}")
            yield Row(f"{mode}, {lang}, filter", lang, f"&mode={mode}{filtered}")


def mix_of(asked: str, content: Path, number: int) -> Mix:
    choose = {"mixed": questions.mixed, "th": questions.thai, "en": questions.english}
    return choose[asked](content, number)


def measure(found: Collection, number: int) -> dict[str, Any]:
    measured, chosen = {}, period.middle(found.content)
    for row in rows(chosen.parameter):
        measured[row.name] = _row(found, row, mix_of(row.asked, found.content, number + WARMING))
        print(row.name, measured[row.name], flush=True)
    return {"filter": chosen.parameter.strip("&"), "filter_share": chosen.share, "connections": 1, "rows": measured}


def _row(found: Collection, row: Row, mix: Mix) -> dict[str, Any]:
    warming, counted = mix.questions[:WARMING], mix.questions[WARMING:]
    asked = counted[:REPEATED] if row.repeated else counted
    with serving.served(found.environment()) as server:
        load(server.url, search_paths(warming, row.parameters), 1, len(warming))
        if row.repeated:
            load(server.url, search_paths(asked, row.parameters), 1, len(asked))
        ran = load(server.url, search_paths(asked, row.parameters), 1, len(counted))
        memory = server.memory().to_json()
    different = {"different": len(asked)} if row.repeated else mix.to_json()
    return measures.milliseconds(ran.times) | {"failed": ran.failed, "questions": different, "memory": memory}


def main() -> None:
    parser = collection.parser(__doc__)
    parser.add_argument("--questions", type=int, default=500, help="requests a row (500; fewer where there are fewer)")
    given = parser.parse_args()
    found = collection.indexed(given)
    results.save("latency", found.size, found.model, measure(found, given.questions))


if __name__ == "__main__":
    main()
