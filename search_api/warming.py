"""A first visit before the first visitor: connections, templates, checks of parameters and word lists are there when somebody comes."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlencode

from fastapi import FastAPI

from kb.knowledge_base import WARMING
from search_api.answering import Answering

log = logging.getLogger("kb.server")
PATHS = ("/api/v1/search", "/search")


def warm_up(app: FastAPI) -> None:
    """Before the application counts questions. What fails here is logged, and fails again where somebody sees it."""
    try:
        asyncio.run(_visit(app))
    except Exception:
        log.exception("warming up failed")


async def _visit(app: FastAPI) -> None:
    """Each address in both languages, in all threads at once: each of them opens what it needs."""
    answering: Answering = app.state.answering
    for path in PATHS:
        for question in WARMING:
            await asyncio.gather(*(_ask(app, path, question) for _ in range(answering.threads)))


async def _ask(app: FastAPI, path: str, question: str) -> None:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": urlencode({"q": question}).encode(),
        "headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip")],
        "client": None,
        "server": None,
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: object) -> None:
        """The reply is for nobody."""

    await app(scope, receive, send)
