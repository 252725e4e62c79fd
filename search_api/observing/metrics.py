"""Numbers for Prometheus, counted in each process that answers.

Several processes write theirs into files of one folder (prometheus_client's multiprocess mode, chosen by PROMETHEUS_MULTIPROC_DIR when the
library is imported); search_api.observing.exposition adds them up.
"""

from __future__ import annotations

import threading
from functools import partial

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.registry import REGISTRY, CollectorRegistry
from starlette.datastructures import State

from search_api.observing.record import Record

REQUEST_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
STAGE_SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1)
FOUND = (0, 1, 2, 5, 10, 20, 50, 100, 1000)  # documents
EVERY = 1.0  # seconds between two looks at what no request tells


class Metrics:
    """An observer of requests; `follow` watches over the index that answers as well."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        counter, histogram = partial(Counter, registry=registry), partial(Histogram, registry=registry)
        self._requests = counter("kb_requests", "Requests answered", ("route", "method", "status"))
        self._seconds = histogram("kb_request_seconds", "From request to last byte", ("route",), buckets=REQUEST_SECONDS)
        self._stages = histogram("kb_stage_seconds", "Parts of answering, waiting included", ("stage",), buckets=STAGE_SECONDS)
        self._searches = counter("kb_searches", "Searches by language of the question, found or nothing", ("lang", "outcome"))
        self._found = histogram("kb_search_documents", "Documents found by a search", buckets=FOUND)
        self._index = _IndexGauges(registry)

    def __call__(self, seen: Record) -> None:
        self._requests.labels(seen.route, seen.method, str(seen.status)).inc()
        self._seconds.labels(seen.route).observe(seen.seconds)
        for stage, seconds in seen.stages.items():
            self._stages.labels(stage).observe(seconds)
        if seen.found is not None:
            self._searches.labels(seen.lang, "found" if seen.found else "nothing").inc()
            self._found.observe(seen.found)

    def follow(self, state: State) -> None:
        """Keep the numbers of the index up to date, in a thread that ends with the process."""
        self._index.look(state)
        threading.Thread(target=self._index.follow, args=(state,), name="kb-metrics", daemon=True).start()


class _IndexGauges:
    def __init__(self, registry: CollectorRegistry) -> None:
        oldest, worst = (
            partial(Gauge, multiprocess_mode="livemin", registry=registry),
            partial(Gauge, multiprocess_mode="livemax", registry=registry),
        )
        self._generation = oldest("kb_generation", "Number of the generation that answers (the oldest of several processes)")
        self._documents = oldest("kb_documents", "Documents in it")
        self._passages = oldest("kb_passages", "Passages in it")
        self._at_work = Gauge("kb_questions_at_work", "Questions that are answered or wait", multiprocess_mode="livesum", registry=registry)
        self._failed = worst("kb_indexing_failed", "1 while the last indexing in the server could not be done")
        self._damaged = worst("kb_index_damaged", "Files of the index that were found damaged since it was opened")
        self._errors = worst("kb_content_errors", "Errors in content that the last indexing in the server found")

    def follow(self, state: State) -> None:
        pause = threading.Event()
        while not pause.wait(EVERY):
            self.look(state)

    def look(self, state: State) -> None:
        made, run = state.kb.manifest, state.last_run
        self._generation.set(int(made.generation.rpartition("-")[2] or 0))
        self._documents.set(made.documents)
        self._passages.set(made.passages)
        self._at_work.set(state.answering.at_work)
        self._damaged.set(len(state.kb.damage()))
        self._failed.set(bool(run and run.failure))
        self._errors.set(sum(each.severity == "error" for each in run.report.problems) if run and run.report else 0)
