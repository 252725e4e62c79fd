"""The route of searches: what was answered already is sent from where it is kept, before any parameter is read."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any

import orjson
from fastapi import Request, Response

from kb.types import Filters, SearchResult
from search_api.counting import count, searched
from search_api.kept import Answer, Kept
from search_api.language import asker_lang
from search_api.query_route import QueryRoute
from search_api.replies import Values
from search_api.serving import knowledge
from search_api.unknown import surely_known

SMALLEST = 1000  # bytes of a reply that is compressed: less fits into one packet anyway
LEVEL = 2  # of compression: an eighth of the time of level 9 and a quarter more bytes, see docs/performance.md
GZIP = 16 + zlib.MAX_WBITS  # the format
JSON = "application/json"
PACKED = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}


class KeptRoute(QueryRoute):
    """For coroutines that give an Answer, decided by nothing but the query and the generation."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        make = self.reading()

        async def handle(request: Request) -> Response:
            kept: Kept = request.app.state.kept
            answer: Answer = await kept.of(knowledge(request)).answer(_key(request), partial(make, request))
            count(request, answer.searched)
            return Response(answer.body, headers=PACKED if answer.packed else None, media_type=JSON)

        return handle


def answer(request: Request, values: Values, found: SearchResult, filters: Filters) -> Answer:
    """Written and, where the visitor takes that, compressed once for all who ask the same."""
    body = orjson.dumps(values)
    packed = _takes_gzip(request) and len(body) >= SMALLEST
    return Answer(_compressed(body) if packed else body, packed, searched(found, filters))


def _key(request: Request) -> Hashable:
    """All of what a visitor sends that an answer depends on. Warnings of unknown parameters come in the visitor's language."""
    query = request.scope["query_string"]
    return query, _takes_gzip(request), "" if surely_known(query) else asker_lang(request)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _compressed(body: bytes) -> bytes:
    work = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return work.compress(body) + work.flush()
