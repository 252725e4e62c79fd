"""Fields and indexes of a collection; one collection holds one index with all its living generations.

Up to EXACT passages the vectors' index is FLAT, which is exact. Above, HNSW finds nearly the same candidates; the search measures every
candidate's cosine anew from its vector, so only who is a candidate can differ. From COMPACT on, the graph holds bytes instead of floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXACT = 100_000  # passages
COMPACT = 20_000_000
LINKS, BUILD_DEPTH = 16, 200  # HNSW: M and efConstruction
DEPTH = 4  # HNSW: ef over the number of passages wanted
LEAST_DEPTH = 100
KEYS = 1024  # facet keys a passage has at most
NO_TERMS = 0  # the dimension of passages without terms: Milvus takes no empty sparse vector, and no term has this number


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage on its way into the engine."""

    row: int
    lang: str
    document: str
    vector: NDArray[np.float32]  # (dim,), length 1
    terms: Sequence[str]  # of the analyzer, as often as they occur
    keys: Sequence[str] = ()  # what facets find it under: "country=TH", "year=2022", "speaker=…"


def index_kind(expected: int) -> str:
    """The index for the vectors of so many passages."""
    if expected <= EXACT:
        return "FLAT"
    return "HNSW" if expected <= COMPACT else "HNSW_SQ"


def build_parameters(kind: str) -> dict[str, Any]:
    graph: dict[str, Any] = {"M": LINKS, "efConstruction": BUILD_DEPTH}
    return {"FLAT": {}, "HNSW": graph, "HNSW_SQ": {**graph, "sq_type": "SQ8"}}[kind]


def search_parameters(kind: str, limit: int) -> dict[str, Any]:
    return {} if kind == "FLAT" else {"ef": max(DEPTH * limit, LEAST_DEPTH)}


def record(entry: Entry, impacts: Mapping[int, float], born: int, died: int) -> dict[str, Any]:
    """What Milvus stores. impacts: number of a term -> its share of BM25 but for idf and weight; `length` is in terms."""
    return {
        "row": entry.row,
        "lang": entry.lang,
        "document": entry.document,
        "born": born,
        "died": died,
        "length": len(entry.terms),
        "keys": list(entry.keys),
        "dense": np.ascontiguousarray(entry.vector, dtype=np.float32),
        "sparse": dict(impacts) or {NO_TERMS: 1.0},
    }
