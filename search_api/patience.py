"""How long and how much a client may send: one that is slow, or sends without end, is let go before it costs memory.

uvicorn waits for the head of a request without an end and takes one of any size, and as many connections as come. A connection that
waits costs no thread; that it also ends, and that many of them keep nobody out, is seen to here.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 64 * 1024  # bytes of a request line with its headers; a question of 1,000 Thai characters takes 9,000
MOST = 500  # connections of a process; with its files it stays under 1,024, which many systems allow
HEAD_SECONDS = 20.0  # from the first byte (or the connection) until the head is there
BODY_SECONDS = 120.0  # from then on until the body is there: a document of 1 MiB at 9 KB/s
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Patient(HttpToolsProtocol):
    """uvicorn's protocol for one connection, with an end to its patience."""

    _timer: asyncio.TimerHandle | None = None
    _in_head = False
    _head = 0  # bytes of a head that is not complete yet
    _refused = False  # it is told so when its request comes: a connection closed before that would tell it nothing
    _since = 0.0  # when its client was last waited for

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)
        if len(self.connections) > MOST:
            self._make_room()

    def _make_room(self) -> None:
        """Of those that wait for their clients the one that has waited longest goes: a visitor with a request is not kept out by idlers."""
        idle = [each for each in self.connections if isinstance(each, Patient) and each.is_idle and each is not self]
        if idle:
            min(idle, key=lambda each: each._since).transport.close()
        else:
            self._refused = True

    @property
    def is_idle(self) -> bool:
        """Nothing is being done for its client: no request is complete, or the last one has been answered."""
        return not self.transport.is_closing() and (self._timer is not None or self.cycle is None or self.cycle.response_complete)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            self._end(BUSY)
            return
        super().data_received(data)
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > HEAD:
            self._end(TOO_LARGE)

    def _end(self, reply: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(reply)
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._wait(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._wait(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._wait(None)
        super().on_message_complete()

    def _wait(self, seconds: float | None) -> None:
        self._since = time.monotonic()
        if self._timer:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self._give_up) if seconds else None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
