"""The results as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.scale.summary import PROMISES, Kept

Result = Mapping[str, Any]
ORDER = ("own", "1k", "2k", "10k", "100k", "470k")
INTRODUCTION = """# Measured

Written by `python -m bench.scale.report` from the files in bench/results/, which tell machine, versions, commit and the load of the machine
beside each figure. Times are those of a machine that others may use as well: the load average stands beside them.
"""


def page(kept: Mapping[str, Kept], results: Sequence[Result]) -> str:
    parts = [INTRODUCTION, "## Targets\n", _targets(kept)]
    for heading, part, draw in SECTIONS:
        some = sorted((each for each in results if each["part"] == part), key=_place)
        if some:
            parts += [f"## {heading}\n", *(_of(each) + draw(each) for each in some)]
    return "\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def _place(result: Result) -> tuple[int, str]:
    size = result["size"]
    return ORDER.index(size) if size in ORDER else len(ORDER), result["model"]


def _of(result: Result) -> str:
    machine = result["machine"]
    load = machine["load_average"][0]
    where = f"{machine['cores']} cores ({machine['processor']}), load {load}, commit {result['commit']}"
    return f"{result['size']}, {result['model']}; {where}:\n\n    {result['command']}\n\n"


def _targets(kept: Mapping[str, Kept]) -> str:
    rows = []
    for promise in PROMISES:
        found = kept.get(promise.name)
        value = f"{found.value:,.4g} ({'met' if found.met else 'missed'}, {found.result['size']})" if found else "not measured"
        rows.append((promise.what, f"{promise.sense} {promise.target:g}", value, f"`{promise.name}`"))
    return table(("what", "target", "measured", "name"), rows)


def _throughput(result: Result) -> str:
    head = ("documents", "passages", "seconds", "passages/s", "cutting words alone, s", "without it, passages/s", "resident at most, MB")
    keys = ("documents", "passages", "seconds", "passages_per_s", "cutting_words_s", "passages_per_s_without_cutting")
    return table(head, [[*(f"{result[key]:,}" for key in keys), f"{result['peak']['resident_mb']:,.0f}"]])


def _latency(result: Result) -> str:
    rows = result["rows"].items()
    values = ((name, each["p50_ms"], each["p95_ms"], each["p99_ms"], each["count"], each["memory"]["resident_mb"]) for name, each in rows)
    filtered = f"\nFilter: `{result['filter']}`, {result['filter_share']:.0%} of the documents.\n"
    return table(("request", "p50 ms", "p95 ms", "p99 ms", "requests", "resident MB"), values) + filtered


def _load(result: Result) -> str:
    rows = ((name, each["requests_per_s"], each["p50_ms"], each["p99_ms"], each["failed"]) for name, each in result["rows"].items())
    return table(("workers", "requests/s", "p50 ms", "p99 ms", "failed"), rows)


def _cold_start(result: Result) -> str:
    values = [result["index_mb"], result["index_in_memory_s"], result["index_from_disk_s"]]
    return table(("index MB", "index in memory, s", "index from disk, s"), [values])


def _change(result: Result) -> str:
    head = ("saved until found, s", "all saves", "resident MB while watching", "nothing to do, s")
    rounds = ", ".join(map(str, result["visible_rounds_s"]))
    return table(head, [(result["visible_s"], rounds, result["watching_memory"]["resident_mb"], result["noop_s"])])


def _floor(result: Result) -> str:
    used, rows = result["processor"], []
    for name, each in (result["stages"] | {"floor": result["floor"]}).items():
        rows.append((name, each["p50_ms"], each["p95_ms"], (used["stages"] | {"floor": used["floor"]})[name]["p50_ms"]))
    for name, key in (("search / floor", "over_floor"), ("search / floor with cutting", "over_floor_and_cutting")):
        rows.append((name, result[key], "", used[key]))
    return table(("stage", "p50 ms", "p95 ms", "p50 ms of processor"), rows)


def _peers(result: Result) -> str:
    head = ("", "index s", "index MB at most", "p50 ms", "p95 ms", "resident MB", "disk MB", "nearest recall@10", "known item@10")
    keys = ("index_s", "index_peak_mb", "p50_ms", "p95_ms", "memory", "disk_mb", "nearest_recall", "known_item")
    rows = []
    for name, each in result["rows"].items():
        flat = each | {"memory": each["memory"]["resident_mb"]}
        rows.append((name, *(flat[key] for key in keys)))
    settings = (f"- {name}: {each['settings']}; {_versions(each['libraries'])}\n" for name, each in result["rows"].items())
    return table(head, rows) + "\n" + "".join(settings)


def _versions(libraries: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in libraries.items())


SECTIONS = (
    ("Indexing", "throughput", _throughput),
    ("A question over HTTP", "latency", _latency),
    ("Requests a second", "load", _load),
    ("Start", "cold_start", _cold_start),
    ("Changes", "change", _change),
    ("Over the floor", "floor", _floor),
    ("Others", "peers", _peers),
)
