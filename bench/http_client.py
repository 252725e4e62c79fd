"""A small keep-alive client, so that what is measured is the server: python bench/http_client.py URL [-c 16] [-n 2000] [-q FILE] [--gzip]

Asks `URL/api/v1/search?q=…` over `c` connections until `n` replies have come and prints replies a second and the percentiles of a reply's
time. FILE: JSON Lines with a `question`; without it the questions of the evaluation. No header of a reply is read but its length.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np

QUESTIONS = Path(__file__).resolve().parent.parent / "content/evaluation/questions.jsonl"
END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"


@dataclass(frozen=True, slots=True)
class Load:
    """What one run saw."""

    seconds: float
    times: Sequence[float]  # seconds of each reply, in the order they came
    sizes: Sequence[int]  # bytes of each reply's body
    failed: int  # replies whose status is not 200

    def __str__(self) -> str:
        p50, p95, p99 = (1000 * float(each) for each in np.percentile(self.times, (50, 95, 99)))
        ended = f"{len(self.times) / self.seconds:.0f} requests/s, p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms"
        return f"{ended}, {np.mean(self.sizes) / 1000:.1f} kB a reply, {self.failed} failed"


def search_paths(questions: Sequence[str], more: str = "") -> list[str]:
    """Addresses of the API; `more`: further parameters, as in "&mode=terms"."""
    return [f"/api/v1/search?q={quote(question)}{more}" for question in questions]


def load(url: str, paths: Sequence[str], connections: int, number: int, gzip: bool = False) -> Load:
    """Ask `number` times, the paths in turn, over `connections` at once."""
    return asyncio.run(_load(url, paths, connections, number, gzip))


async def _load(url: str, paths: Sequence[str], connections: int, number: int, gzip: bool) -> Load:
    address = urlsplit(url)
    encoding = "Accept-Encoding: gzip\r\n" if gzip else ""
    asked = [f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n{encoding}\r\n".encode() for path in paths]
    requests = islice(cycle(asked), number)
    loop = asyncio.get_running_loop()
    visitors = [_Visitor(requests) for _ in range(connections)]
    began = time.perf_counter()
    for visitor in visitors:
        await loop.create_connection(lambda v=visitor: v, address.hostname, address.port)  # type: ignore[misc]
    await asyncio.gather(*(visitor.done for visitor in visitors))
    seconds = time.perf_counter() - began
    return Load(seconds, [t for v in visitors for t in v.times], [s for v in visitors for s in v.sizes], sum(v.failed for v in visitors))


class _Visitor(asyncio.Protocol):
    """One connection: sends the next request when a reply is whole."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self.times: list[float] = []
        self.sizes: list[int] = []
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        end = self._seen.find(END)
        if end < 0:
            return
        size = _length(self._seen[:end])
        if len(self._seen) < end + len(END) + size:
            return
        self.times.append(time.perf_counter() - self._sent)
        self.sizes.append(size)
        self.failed += not self._seen.startswith(b"HTTP/1.1 200")
        self._next()

    def connection_lost(self, fault: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(fault or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._seen = b""
        self._sent = time.perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    """Of the body, by the reply's head. Raises ValueError where the head does not say it."""
    _, _, rest = head.lower().partition(LENGTH)
    return int(rest.partition(b"\r\n")[0])


def questions(path: Path = QUESTIONS) -> list[str]:
    return [str(json.loads(line)["question"]) for line in path.read_text("utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("-c", "--connections", type=int, default=16)
    parser.add_argument("-n", "--number", type=int, default=2000)
    parser.add_argument("-q", "--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--gzip", action="store_true")
    given = parser.parse_args()
    paths = search_paths(questions(given.questions))
    load(given.url, paths, 1, min(len(paths), 100))  # warm
    print(load(given.url, paths, given.connections, given.number, given.gzip))


if __name__ == "__main__":
    main()
