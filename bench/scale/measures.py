"""Percentiles, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """p50_ms, p95_ms, p99_ms and the number of times they stand for."""
    p50, p95, p99 = (round(1000 * float(each), 3) for each in np.percentile(seconds, (50, 95, 99)))
    return {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "count": len(seconds)}
