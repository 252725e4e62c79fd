"""What does observing cost a request?

    python -m bench.observing_cost [several]

`several`: counting as several server processes do, in files they share. Microseconds of processor time: of a stage's mark while nobody
listens and while somebody does, and of what each observer does with the record of one search, after the reply. The best of five rounds, as
others on the machine only make it dearer.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable

from kb.settings import Settings
from kb.stages import stage, timed
from search_api.observing import logs, record
from search_api.observing.record import Observer, Record

ROUNDS, TIMES = 5, 20_000
STAGES = ("understand", "encode", "terms", "vectors", "rank", "show", "facets", "queue")
SCOPE = {"method": "GET", "headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip"), (b"user-agent", b"bench")]}


@stage("show")
def _marked() -> None:
    """Nothing but the mark."""


def _plain() -> None:
    """What a call costs anyway."""


def microseconds(work: Callable[[], object]) -> float:
    def once() -> float:
        began = time.process_time()
        for _ in range(TIMES):
            work()
        return (time.process_time() - began) / TIMES

    return round(1e6 * min(once() for _ in range(ROUNDS)), 2)


def observers(folder: str | None) -> dict[str, Observer]:
    """`folder`: of the files that several processes share; None counts in memory."""
    if folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    from prometheus_client import CollectorRegistry

    from search_api.observing.metrics import Metrics

    logs.configure(Settings(log_format="json"), io.StringIO())
    return {"log line": logs.RequestLog(False), "metrics": Metrics(CollectorRegistry())}


def main(folder: str | None) -> None:
    seen = Record("0123456789abcdef", "GET", time.time_ns(), "/api/v1/search", 200, 9000, 0.012, dict.fromkeys(STAGES, 0.001), "th", 7)
    plain = microseconds(_plain)
    found = {"a stage unheard": microseconds(_marked) - plain, "the id of a request": microseconds(lambda: record.begin(SCOPE))}
    with timed():
        found["a stage heard"] = microseconds(_marked) - plain
    for name, observer in observers(folder).items():
        found[name] = microseconds(lambda observer=observer: observer(seen))  # type: ignore[misc]
    print(json.dumps({"processes": "several" if folder else "one", "microseconds": {key: round(each, 2) for key, each in found.items()}}))


if __name__ == "__main__":
    if "several" in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as shared:
            main(shared)
    else:
        main(None)
