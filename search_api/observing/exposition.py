"""Where Prometheus fetches the numbers: an address of its own (KB_METRICS), never one that visitors reach."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kb.errors import KbError, Message
from kb.settings import Settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
Gone = Callable[[int], None]  # is told the pid of a process that has died


class MetricsAddress(KbError):
    pass


@contextmanager
def exposed(settings: Settings) -> Iterator[Gone]:
    """While the server runs. With several processes the folder of their files is made before they start. Raises MetricsAddress."""
    if not settings.metrics:
        yield _nobody
    elif settings.workers > 1:
        with tempfile.TemporaryDirectory(prefix="kb-metrics-") as folder, _named(folder), _listening(settings, folder):
            yield _forgetting(folder)
    else:
        with _listening(settings, None):
            yield _nobody


def _nobody(pid: int) -> None:
    """One process alone has nobody to forget."""


@contextmanager
def _named(folder: str) -> Iterator[None]:
    """For the processes that are started meanwhile, which inherit it."""
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        del os.environ[FOLDER]


def _forgetting(folder: str) -> Gone:
    from prometheus_client.multiprocess import mark_process_dead

    return partial(mark_process_dead, path=folder)


@contextmanager
def _listening(settings: Settings, folder: str | None) -> Iterator[None]:
    # Imported here: who exposes nothing loads nothing.
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector
    from prometheus_client.registry import REGISTRY

    registry = REGISTRY
    if folder:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(Path(folder)))  # type: ignore[no-untyped-call]
    host, _, port = settings.metrics.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host.strip("[]"), registry)
    except OSError as fault:
        raise MetricsAddress(_unusable(settings.metrics, fault)) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _unusable(address: str, fault: OSError) -> Message:
    return Message(
        f"KB_METRICS={address}: cannot listen there ({fault.strerror}). Choose another address or port.",
        f"KB_METRICS={address}: เปิดรับที่นี่ไม่ได้ ({fault.strerror}) โปรดเลือกที่อยู่หรือพอร์ตอื่น",
    )
