"""The figures that were promised: each with its target and the result that holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Results = Mapping[tuple[str, str, str], Mapping[str, Any]]  # (part, size, model) -> result
STATIC, BUILTIN = "builtin-static", "builtin"


@dataclass(frozen=True, slots=True)
class Promise:
    name: str
    what: str
    sense: Literal["<=", ">="]
    target: float
    part: str
    sizes: tuple[str, ...]  # the first that was measured counts
    model: str
    path: tuple[str, ...]  # of the figure in the result


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise with what was measured."""

    promise: Promise
    value: float
    result: Mapping[str, Any]

    @property
    def met(self) -> bool:
        return self.value <= self.promise.target if self.promise.sense == "<=" else self.value >= self.promise.target

    def to_json(self) -> dict[str, Any]:
        told = {key: self.result[key] for key in ("size", "model", "command", "when", "commit")}
        load = self.result["machine"]["load_average"]
        return {"what": self.promise.what, "target": f"{self.promise.sense} {self.promise.target:g}", "met": self.met, **told, "load": load}


PROMISES = (
    Promise(
        "http_hybrid_static_470k_p50_ms",
        "hybrid over HTTP, 470k passages, static model, median",
        "<=",
        12,
        "latency",
        ("470k",),
        STATIC,
        ("rows", "hybrid", "p50_ms"),
    ),
    Promise("http_hybrid_static_470k_p99_ms", "the same, 99%", "<=", 40, "latency", ("470k",), STATIC, ("rows", "hybrid", "p99_ms")),
    Promise(
        "http_hybrid_builtin_10k_p50_ms",
        "hybrid over HTTP, 10k passages, built-in model, median",
        "<=",
        8,
        "latency",
        ("10k",),
        BUILTIN,
        ("rows", "hybrid", "p50_ms"),
    ),
    Promise("http_hybrid_builtin_10k_p99_ms", "the same, 99%", "<=", 20, "latency", ("10k",), BUILTIN, ("rows", "hybrid", "p99_ms")),
    Promise(
        "over_floor_10k",
        "the whole search over encoding + FAISS + BM25 alone, in one process, 10k, built-in model",
        "<=",
        1.5,
        "floor",
        ("10k",),
        BUILTIN,
        ("over_floor",),
    ),
    Promise(
        "http_rps_10k_2workers",
        "hybrid requests/s, 10k, static model, 16 connections, 2 workers",
        ">=",
        400,
        "load",
        ("10k",),
        STATIC,
        ("rows", "2 workers", "requests_per_s"),
    ),
    Promise(
        "index_static_passages_per_s",
        "`kb index` from nothing, 470k, static model, cutting Thai included",
        ">=",
        2500,
        "throughput",
        ("470k",),
        STATIC,
        ("passages_per_s",),
    ),
    Promise(
        "cold_start_470k_s",
        "start of the process to the first answer, 470k, index not in memory",
        "<=",
        3,
        "cold_start",
        ("470k",),
        STATIC,
        ("index_from_disk_s",),
    ),
    Promise(
        "rss_470k_mb",
        "resident after the hybrid questions, 470k, files mapped included",
        "<=",
        1200,
        "latency",
        ("470k",),
        STATIC,
        ("rows", "hybrid", "memory", "resident_mb"),
    ),
    Promise("change_visible_470k_s", "a saved file until it is found, 470k, median", "<=", 1, "change", ("470k",), STATIC, ("visible_s",)),
    Promise("noop_reindex_470k_s", "`kb index` with nothing to do, 470k", "<=", 15, "change", ("470k",), STATIC, ("noop_s",)),
    Promise(
        "txtai_index_ratio",
        "seconds to index, txtai over ours",
        ">=",
        3,
        "peers",
        ("470k", "100k", "10k"),
        STATIC,
        ("ratios", "txtai", "index"),
    ),
    Promise(
        "txtai_query_p50_ratio",
        "median of a question in the process, txtai over ours",
        ">=",
        3,
        "peers",
        ("470k", "100k", "10k"),
        STATIC,
        ("ratios", "txtai", "query_p50"),
    ),
)


def kept(results: Results) -> dict[str, Kept]:
    """By name, of those promises that were measured."""
    found = ((promise, _result(promise, results)) for promise in PROMISES)
    return {promise.name: Kept(promise, float(_value(result, promise.path)), result) for promise, result in found if result}


def to_json(found: Mapping[str, Kept]) -> dict[str, Any]:
    """The figures under their names, then how each was measured, where, and with what."""
    how = {name: each.to_json() for name, each in found.items()}
    last = max((each.result for each in found.values()), key=lambda result: str(result["when"]), default={})
    place = {key: last[key] for key in ("machine", "versions", "commit") if key in last}
    return {name: each.value for name, each in found.items()} | {"how": how} | place


def _result(promise: Promise, results: Results) -> Mapping[str, Any] | None:
    named = (results.get((promise.part, size, promise.model)) for size in promise.sizes)
    return next((each for each in named if each and _value(each, promise.path) is not None), None)


def _value(result: Mapping[str, Any], path: Sequence[str]) -> Any:
    found: Any = result
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
