"""ASGI middleware around everything: gives each request its id and tells the observers what became of it."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.observing import record
from search_api.observing.record import HEADER, KEY, Observer, Record

log = logging.getLogger("kb.server")


class Observed:
    """Stands outside Starlette's own handler of errors, so that also the page of a fault has an id and is counted."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        observers: tuple[Observer, ...] = scope["app"].state.observers
        seen = record.begin(scope)
        record.request_id.set(seen.id)
        if observers:
            scope[KEY] = seen
        began = time.perf_counter()
        try:
            await self.app(scope, receive, _Reply(send, seen))
        finally:
            if observers:
                seen.seconds, seen.route = time.perf_counter() - began, _route(scope)
                _tell(observers, seen)


class _Reply:
    """What is sent, noted on its way."""

    def __init__(self, send: Send, seen: Record) -> None:
        self._send = send
        self._seen = seen

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._seen.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (HEADER, self._seen.id.encode())]
        elif message["type"] == "http.response.body":
            self._seen.size += len(message.get("body", b""))
        await self._send(message)


def _route(scope: Scope) -> str:
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    return "/static" if scope.get("endpoint") is not None else "unmatched"


def _tell(observers: tuple[Observer, ...], seen: Record) -> None:
    for observer in observers:
        try:
            observer(seen)
        except Exception:  # a full disk or a broken exporter must not fail what has been answered
            log.exception("a request could not be observed")
