"""ASGI middleware: no longer address than anybody needs. What comes after it is repeated in links of pages and compared with names."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kb.errors import Message
from search_api.problems import Refused

LONGEST = 32 * 1024  # bytes of path and query; 1,000 Thai letters take 9,000
TOO_LONG = Message(
    f"The address is longer than {LONGEST:,} bytes. Ask with the words that matter and fewer filters.",
    f"ที่อยู่ยาวเกิน {LONGEST:,} ไบต์ โปรดถามด้วยคำสำคัญและใช้ตัวกรองให้น้อยลง",
)


class AddressLimit:
    """`refuse` makes the reply of an error, as a page or as problem details."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Request, Refused], Response]) -> None:
        self.app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or len(scope["query_string"]) + len(scope.get("raw_path") or b"") <= LONGEST:
            await self.app(scope, receive, send)
            return
        # The reply does not repeat what was too long.
        short: Scope = {**scope, "query_string": b"", "path": "/api/" if scope["path"].startswith("/api/") else "/"}
        await self._refuse(Request(short, receive), Refused(414, TOO_LONG))(scope, receive, send)
