"""What is known of one request when it has been answered: no address, no query string, no cookie, and a question only for the log."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from kb import stages

if TYPE_CHECKING:  # the process that watches over others imports this and shall stay small
    from starlette.requests import Request
    from starlette.types import Scope

Reply = TypeVar("Reply")
KEY = "kb.record"  # in the ASGI scope
HEADER, PARENT = b"x-request-id", b"traceparent"
SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")  # what may go into a log line and a header as it is
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))

request_id: ContextVar[str] = ContextVar("request_id", default="")


@dataclass(slots=True)
class Record:
    id: str
    method: str  # "other" for what HTTP does not know: the names of metrics shall not grow by what strangers send
    began: int  # Unix time, nanoseconds
    route: str = "unmatched"  # the pattern, not the address: "/documents/{document_id:path}"
    status: int = 500
    size: int = 0  # bytes of the reply's body as sent
    seconds: float = 0.0  # until the last byte was handed over
    stages: dict[str, float] = field(default_factory=dict)  # seconds; "queue" is the wait for a thread
    lang: str = ""  # of the question; "" where nothing was asked
    found: int | None = None  # documents; None where nothing was searched
    question: str = ""
    parent: str = ""  # the proxy's traceparent, as it came (W3C Trace Context)

    def timed(self, work: Callable[[], Reply]) -> Callable[[], Reply]:
        """The same work; the stages of what it does, and how long it waited from now on, are noted."""
        waits = time.perf_counter()

        def run() -> Reply:
            self.stages["queue"] = time.perf_counter() - waits
            with stages.timed() as seconds:
                try:
                    return work()
                finally:
                    self.stages |= seconds

        return run


Observer = Callable[[Record], None]  # called on the event loop after the reply; must be quick


def begin(scope: Scope) -> Record:
    method, headers = scope["method"], scope["headers"]
    parent = _header(headers, PARENT).decode("latin-1")
    return Record(_id(headers), method if method in METHODS else "other", time.time_ns(), parent=parent)


def _id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """That of the proxy in front, where it is one; otherwise a new one."""
    given = _header(headers, HEADER)
    return given.decode("ascii") if SANE.fullmatch(given) else secrets.token_hex(8)


def _header(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> bytes:
    return next((value for name, value in headers if name == wanted), b"")


def of(request: Request) -> Record | None:
    """None where nobody observes."""
    found: Record | None = request.scope.get(KEY)
    return found
