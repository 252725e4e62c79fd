"""What strangers send: each request has an answer that is no fault of the server, and work for a stranger is bounded.

Nothing is timed here, as machines differ; what was measured stands in docs/security.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message

from kb.knowledge_base import KnowledgeBase
from kb.search.syntax import MOST_OPERATORS
from search_api.address_limit import LONGEST
from search_api.answers import configuration
from search_api.unknown import MAX_WARNINGS

PATHS = ["/search", "/api/v1/search", "/api/v1/suggest", "/browse", "/search.atom", "/api/v1/documents", "/api/v1/facets", "/"]
FIELDS = [
    "q",
    "city",
    "country",
    "kind",
    "lang",
    "theme",
    "year",
    "organisation",
    "speaker",
    "limit",
    "offset",
    "page",
    "sort",
    "ui",
    "like",
]
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(st.sampled_from('กข่้ำเแ์ๆฯ"-:()*.,%&+\0\t\n\u200b\u200d\u202e\u2066\ufeff\ud800👍🏽ab1๑'), max_size=120),
    st.sampled_from(["เมือง:ภูเก็ต", "year:2020..", '"ขยะ', "-" * 50, "2022-13-45", "๒๕๖๕", "(" * 40, "a:b:c:", '"" "" ""']),
)
PATIENCE = 60.0  # seconds after which a request is said never to end


def get(app: FastAPI, path: str, query: str) -> tuple[int, bytes]:
    """Straight to the application: client libraries refuse to send addresses of more than 64 KB."""
    status, body = 0, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path}
    scope |= {"raw_path": path.encode(), "root_path": "", "query_string": query.encode(), "headers": [(b"host", b"x")]}
    asyncio.run(app(scope | {"client": None, "server": None}, receive, send))
    return status, body


def encoded(pairs: list[tuple[str, str]]) -> str:
    """As bytes that need not be UTF-8: a lone surrogate is sent as three bytes."""
    return "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), st.lists(st.tuples(st.sampled_from(FIELDS), TEXTS), max_size=6))
def test_any_query_is_answered(small_app: FastAPI, path: str, pairs: list[tuple[str, str]]) -> None:
    reply = TestClient(small_app, raise_server_exceptions=False).get(f"{path}?{encoded(pairs)}", follow_redirects=False)
    assert reply.status_code < 500, pairs


TRICKS = {
    "lone surrogate": "%ED%A0%80",
    "bytes that are no UTF-8": "%FF%FE%80",
    "overlong slash": "%C0%AF",
    "NUL": "waste%00water",
    "writes from the right": quote("\u202eetsaw\u202c \u2066x\u2069"),
    "zero width": quote("w\u200ba\u200cs\u200dt\ufeffe\u2060"),
    "a thousand marks on a letter": quote("ก" + "\u0e48" * 990),
    "combining marks": quote("a" + "\u0301" * 990),
    "ligatures that grow when they are unified": quote("\ufdfa" * 900),
    "quotes": quote('"' * 1000),
    "minus signs": quote("-" * 1000),
    "one quote and words": quote('"' + "ขยะ " * 240),
    "exclusions": quote("-a " * 333),
    "conditions": quote("city:a " * 140),
    "brackets": quote("(" * 500 + ")" * 500),
    "digits": quote("9" * 1000),
    "dates": quote("2020-01-01 " * 90),
    "one Thai word without an end": quote("กาก" * 333),
    "letters that no word has": quote("ฃฅ" * 500),
    "spaces": quote(" " * 999 + "x"),
    "dots and a word": quote("." * 999 + "x"),
    "catastrophic for naive patterns": quote("a" * 999 + "!"),
    "e-mail like": quote("a@" * 500),
    "markup": quote("<" * 500 + ">" * 500),
    "format strings": quote("%s%n{0}{{7*7}}${7*7}#{7*7}"),
    "SQL": quote("' OR 1=1; DROP TABLE passages;--"),
    "regular expression": quote("(a+)+$|(.*)*[^\\w]{999}"),
    "emoji of many": quote("👨‍👩‍👧‍👦" * 140),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_a_question_of_a_trickster(client: TestClient, trick: str) -> None:
    for path in ("/search", "/api/v1/search", "/search.atom", "/api/v1/suggest"):
        reply = client.get(f"{path}?q={trick}")
        assert reply.status_code in (200, 422), path
        if path == "/api/v1/search":
            json.loads(reply.content.decode("utf-8", "strict"))


TOO_MUCH = {
    "a question of a megabyte": "q=" + "a" * 1_000_000,
    "a Thai question of a megabyte": "q=" + quote("ก") * 120_000,
    "ten thousand filters": "&".join(f"city=c{number}" for number in range(10_000)),
    "ten thousand filters of every kind": "&".join(f"{FIELDS[1 + number % 8]}=v{number}" for number in range(10_000)),
    "a filter of a megabyte": "q=waste&city=" + "x" * 1_000_000,
    "as_written a thousand times": "q=waste&" + "&".join(["as_written=dates"] * 1000),
    "a limit without end": "q=waste&limit=" + "9" * 5000,
    "a number of many digits as a year": "q=waste&year=" + "9" * 5000,
    "a page of many digits": "q=waste&page=" + "9" * 5000,
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_more_than_anybody_needs(small_app: FastAPI, name: str) -> None:
    for path in ("/api/v1/search", "/search", "/browse", "/search.atom"):
        code, body = get(small_app, path, TOO_MUCH[name])
        assert 200 <= code < 500 and len(body) < 1_000_000, path
        if len(TOO_MUCH[name]) > LONGEST:
            assert code == 414 and (b"32,768" in body)
            assert not path.startswith("/api/") or json.loads(body)["status"] == 414


FILTERS = {
    "more values than a filter takes": ("&".join(f"city=c{number}" for number in range(51)), 422),
    "one letter more than a question may have": ("q=" + "a" * 1001, 422),
    "as many as may be": ("q=" + "a" * 1000 + "".join(f"&city=c{number}" for number in range(50)), 200),
}


@pytest.mark.parametrize(("query", "code"), FILTERS.values(), ids=FILTERS)
def test_stated_limits(small_app: FastAPI, query: str, code: int) -> None:
    assert get(small_app, "/api/v1/search", query)[0] == code


def test_many_unknown_parameters(small_app: FastAPI) -> None:
    """Each would be compared with all known names, and named in the reply."""
    code, body = get(small_app, "/api/v1/search", "q=waste&" + "&".join(f"unknown{number}=1" for number in range(2000)))
    assert code == 200 and len(json.loads(body)["warnings"]) == MAX_WARNINGS


def test_operators_beyond_those_of_any_question_are_words(small_kb: KnowledgeBase) -> None:
    reading = small_kb.search(" ".join(f'-a{number} "b{number}" city:Makok' for number in range(40))).reading
    assert len(reading.phrases) + len(reading.excluded) + sum(each.by == "operators" for each in reading.conditions) == MOST_OPERATORS


# Over a real connection: what no client library would send


@pytest.fixture(scope="module")
def address(small_app: FastAPI) -> Iterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configuration(small_app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    host, port = listener.getsockname()
    yield host, port
    server.should_exit = True
    thread.join(PATIENCE)


def status(address: tuple[str, int], raw: bytes) -> int:
    """Of the reply; 0 where the connection is closed without one."""
    with socket.create_connection(address, PATIENCE) as connection:
        with contextlib.suppress(OSError):  # closed while we still send
            connection.sendall(raw)
        try:
            line = connection.makefile("rb").readline()
        except OSError:
            return 0
    return int(line.split()[1]) if line else 0


RAW = {
    "a line of a megabyte": b"GET /search?q=" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header of a megabyte": b"GET / HTTP/1.1\r\nHost: x\r\nX-Much: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200 + b"\r\n\r\n",
    "bytes in the address": b"GET /search?q=\xff\xfe\x80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a NUL in the address": b"GET /search?q=a\x00b HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in headers": b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: \xff\xfe\r\nCookie: ui=\xff; editor=\xfe.\xfd\r\n\r\n",
    "a header line folded": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n",
    "two lengths": b"POST /editors HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"POST /editors HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a body with GET": b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
    "an unknown method": b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a foreign host": b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "an absolute address": b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a way up": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "a way up in code": b"GET /static/%2e%2e/%2e%2e/app.py HTTP/1.1\r\nHost: x\r\n\r\n",
    "a way up with a backslash": b"GET /static/..%5c..%5capp.py HTTP/1.1\r\nHost: x\r\n\r\n",
    "an absolute path": b"GET /static//etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "a NUL in a path": b"GET /static/site.css%00.html HTTP/1.1\r\nHost: x\r\n\r\n",
    "a name too long for a file": b"GET /static/" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a range": b"GET /static/site.css HTTP/1.1\r\nHost: x\r\nRange: bytes=" + b"0-1," * 5000 + b"\r\n\r\n",
    "a date that is none": b"GET /static/site.css HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: \xff\r\n\r\n",
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
def test_what_no_browser_sends(address: tuple[str, int], raw: bytes) -> None:
    assert status(address, raw) < 500
    assert httpx.get(f"http://{address[0]}:{address[1]}/api/v1/health", timeout=PATIENCE).status_code == 200


def test_nothing_outside_is_served(address: tuple[str, int]) -> None:
    ways = ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%252e%252e/app.py", "/static/..%5capp.py"]
    ways += ["/documents/../../etc/passwd", "/documents/%2e%2e%2f%2e%2e%2fetc/passwd", "/api/v1/documents/..%2f..%2fREADME/raw"]
    ways += ["/static", "/static/", "/static/fonts", "/static/fonts/", "/files/", "/files/..%2f..%2fpyproject.toml"]
    for way in ways:
        raw = f"GET {way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        with socket.create_connection(address, PATIENCE) as connection:
            connection.sendall(raw)
            reply = connection.makefile("rb").read()
        assert b" 404 " in reply.split(b"\r\n")[0] or b" 307 " in reply.split(b"\r\n")[0], way
        assert b"def create_app" not in reply and b"root:" not in reply and b"site.css</a>" not in reply, way
