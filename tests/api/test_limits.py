"""What a client may ask of the server, over real HTTP: too much, too slow, or without end; health stays green all the while."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
import uvicorn
from test_live import wait_for

from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api import patience
from search_api.answers import configuration
from search_api.app import create_app

SLOW = 100  # connections that send half a request


@pytest.fixture(scope="module")
def address(small_kb: KnowledgeBase) -> Iterator[tuple[str, int]]:
    server = uvicorn.Server(configuration(create_app(small_kb, Settings())))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_for(lambda: server.started)
    yield listener.getsockname()
    server.should_exit = True
    thread.join(60)


def get(address: tuple[str, int], path: str) -> httpx.Response:
    return httpx.get(f"http://{address[0]}:{address[1]}{path}", timeout=60)


def is_well(address: tuple[str, int]) -> bool:
    paths = ("/api/v1/health", "/api/v1/ready", "/api/v1/search?q=plastic")
    return all(get(address, path).status_code == 200 for path in paths)


def answered(connection: socket.socket) -> bytes:
    """All that comes until the server closes; nothing where it closes at once."""
    connection.settimeout(60)
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionResetError:
        """Closed while there was more to read."""
    return found


@pytest.mark.parametrize("start", [b"", b"GET /api/v1/search?q=x HTTP/1.1\r\nHost: kb\r\nX-Slow: "])
def test_slow_clients_hinder_nobody_and_are_let_go(address: tuple[str, int], start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        monkeypatch.setattr(patience, "HEAD_SECONDS", 3.0)
        slow = [stack.enter_context(socket.create_connection(address)) for _ in range(SLOW)]
        for each in slow:
            each.sendall(start)
        assert is_well(address)
        assert all(answered(each) == b"" for each in slow)


def test_idlers_make_room_for_visitors(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of connections that send nothing only so many stay open, and those that came first go first."""
    monkeypatch.setattr(patience, "MOST", 20)
    with ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(address)) for _ in range(SLOW)]
        assert is_well(address)
        assert all(answered(each) == b"" for each in idle[: SLOW - 20])
        idle[-1].settimeout(0.1)
        with pytest.raises(TimeoutError):
            idle[-1].recv(1)


def test_where_nobody_idles_one_more_is_refused(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST", 0)
    reply = get(address, "/api/v1/health")
    assert reply.status_code == 503 and reply.headers["retry-after"] == "1"
    monkeypatch.undo()
    assert is_well(address)


def test_a_body_that_never_comes_is_not_waited_for(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BODY_SECONDS", 1.0)
    with socket.create_connection(address) as slow:
        slow.sendall(b"POST /editors/sign-in HTTP/1.1\r\nHost: kb\r\nContent-Length: 1000\r\n\r\nx")
        answered(slow)
    assert is_well(address)


@pytest.mark.parametrize("start", [b"GET /", b"GET / HTTP/1.1\r\nHost: kb\r\nX-Long: "])
def test_a_head_without_end_is_refused(address: tuple[str, int], start: bytes) -> None:
    with socket.create_connection(address) as endless:
        sent = 0
        try:
            endless.sendall(start)
            while sent < 100 * patience.HEAD:
                endless.sendall(b"x" * 4096)
                sent += 4096
        except (BrokenPipeError, ConnectionResetError):
            """Refused while we were sending."""
        assert sent < 100 * patience.HEAD, "it took all that came"
    assert is_well(address)


def test_the_longest_question_is_taken(address: tuple[str, int]) -> None:
    reply = httpx.get(f"http://{address[0]}:{address[1]}/api/v1/search", params={"q": "ขยะ " * 250}, timeout=60)
    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("search?q=" + "x" * 1001, "1000"),
        ("search?q=x&limit=101", "100"),
        ("search?q=x&offset=10001", "10000"),
        ("search?q=x&passages=11", "10"),
        ("search?q=x" + "&city=a" * 51, "50"),
        ("suggest?q=" + "x" * 201, "200"),
        ("documents?limit=1001", "1000"),
    ],
)
def test_more_than_the_limit_is_refused_and_the_limit_said(address: tuple[str, int], path: str, word: str) -> None:
    reply = get(address, f"/api/v1/{path}")
    assert reply.status_code == 422 and word in reply.json()["detail"]


def test_connections_are_used_again(address: tuple[str, int]) -> None:
    """The end of patience with one request is not that of the next."""
    with httpx.Client(base_url=f"http://{address[0]}:{address[1]}", timeout=60) as client:
        assert [client.get("/api/v1/health").status_code for _ in range(20)] == [200] * 20
