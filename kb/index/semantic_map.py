"""The map of the subjects by meaning, as a generation keeps it; indexer/semantic_map.py draws it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SemanticMap:
    places: Mapping[str, tuple[float, float]]  # id of a subject in the map -> x, y from 0 to 1; one scale for both, x is the longer axis
    nearest: Mapping[str, str]  # document id -> the id nearest in meaning, measured by all dimensions of the vectors
    stress: float  # Kruskal's stress-1: 0 is a faithful map; nan where the collection is too large to measure it
    made_of: Mapping[str, str]  # document id -> digest of what its place was computed from; "" where it took a neighbour's place

    def to_json(self) -> dict[str, Any]:
        stress = None if math.isnan(self.stress) else self.stress
        return {"places": dict(self.places), "nearest": dict(self.nearest), "stress": stress, "made_of": dict(self.made_of)}

    @classmethod
    def from_json(cls, value: Any) -> SemanticMap:
        """An index made before there were maps has none: the map is empty until something changes or it is made anew."""
        if not value:
            return cls({}, {}, math.nan, {})
        places = {name: (float(x), float(y)) for name, (x, y) in value["places"].items()}
        stress = math.nan if value["stress"] is None else float(value["stress"])
        return cls(places, dict(value["nearest"]), stress, dict(value["made_of"]))
