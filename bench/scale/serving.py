"""A real `kb serve` in a process of its own, on a port that the system chooses."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import IO
from urllib.parse import urlsplit

from bench.scale import collection, processes
from bench.scale.results import ROOT

PATIENCE = 900  # seconds until it must answer: an index may have to be opened, and made with --watch
STOPPING = 60  # seconds


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int

    def memory(self) -> processes.Memory:
        return processes.memory(self.pid)


@contextmanager
def served(environment: Mapping[str, str], workers: int = 1, watch: bool = False) -> Iterator[Server]:
    """Ready to answer. Raises RuntimeError with what it said where it is not."""
    words = ["serve", "--port", "0"]
    words += ["--watch"] if watch else []
    words += ["--workers", str(workers)] if workers > 1 else []
    process = subprocess.Popen(collection.kb(*words), stderr=subprocess.PIPE, text=True, env=dict(environment), cwd=ROOT)
    assert process.stderr is not None
    try:
        url = _address(process.stderr)
        threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would hold it up
        _wait(url)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(said: IO[str]) -> str:
    lines = []
    for line in said:
        lines.append(line)
        if "http://" in line:
            return "http://" + line.partition("http://")[2].split()[0]
    raise RuntimeError("kb serve has ended: " + "".join(lines)[-2000:])


def _wait(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if status(url, "/api/v1/ready") == 200:
            return
        time.sleep(0.02)
    raise RuntimeError(f"{url}: gave no answer in {PATIENCE} s")


def status(url: str, path: str) -> int:
    """Of a reply; 0 where nobody listens."""
    return get(url, path)[0]


def get(url: str, path: str) -> tuple[int, bytes]:
    """Status and body, over a connection of its own; (0, b"") where nobody listens."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.read()
    except (ConnectionError, TimeoutError):
        return 0, b""
    finally:
        connection.close()
