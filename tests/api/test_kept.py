"""Answers that are kept: searched for once, and never where something else was asked, of another generation or on another day."""

from __future__ import annotations

import asyncio
import datetime
import gc
import gzip
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from test_answering import Held

from kb import questions
from kb.errors import Message, QueryError
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api import kept
from search_api.app import create_app
from search_api.counting import Counter, Searched
from search_api.kept import BESIDE, PART, Answer, Kept, Shelf
from search_api.observing.record import Record

ASKED = "/api/v1/search?q=plastic+waste"
SEARCHED = Searched("q", "en", 1, None)


class Watched:
    """A KnowledgeBase that notes what it is asked for."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self.searched: list[dict[str, Any]] = []

    def search(self, question: str, **given: Any) -> Any:
        self.searched.append({"question": question, **given})
        return self._kb.search(question, **given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kb, name)


def app_of(kb: Any, counter: Counter | None = None) -> FastAPI:
    return create_app(kb, Settings(), counter)


def told(reply: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """All of a reply but its own id."""
    return reply.status_code, {name: value for name, value in reply.headers.items() if name != "x-request-id"}, reply.content


def test_what_is_asked_again_is_not_searched_again_and_answered_the_same(small_kb: KnowledgeBase) -> None:
    watched = Watched(small_kb)
    client = TestClient(app_of(watched))
    first, second = client.get(ASKED), client.get(ASKED)
    assert len(watched.searched) == 1
    assert told(first) == told(second) == told(TestClient(app_of(small_kb)).get(ASKED))
    assert first.json()["total"] and first.headers["x-request-id"] != second.headers["x-request-id"]


OTHERS = ("&limit=1", "&offset=1", "&passages=1", "&mode=terms", "&ui=th", "&lang=th", "&theme=waste", "&sort=date", "&as_written=dates")


@pytest.mark.parametrize("more", OTHERS)
def test_every_parameter_asks_for_something_else(small_kb: KnowledgeBase, more: str) -> None:
    watched = Watched(small_kb)
    client = TestClient(app_of(watched))
    replies = [client.get(ASKED), client.get(ASKED + more)]
    assert len(watched.searched) == 2
    assert replies[1].content == TestClient(app_of(small_kb)).get(ASKED + more).content


def test_warnings_come_in_the_language_of_each_visitor(small_kb: KnowledgeBase) -> None:
    client = TestClient(app_of(small_kb))
    warned = [client.get("/api/v1/search?themes=x", headers={"accept-language": lang}).json()["warnings"][0] for lang in ("en", "th", "en")]
    assert "did you mean" in warned[0] and "หมายถึง" in warned[1] and warned[2] == warned[0]


def test_a_visitor_who_takes_gzip_gets_it_and_another_does_not(small_kb: KnowledgeBase) -> None:
    client = TestClient(app_of(small_kb))
    for _ in range(2):
        plain = client.get(ASKED, headers={"accept-encoding": "identity"})
        packed = client.send(client.build_request("GET", ASKED, headers={"accept-encoding": "gzip"}), stream=True)
        sent = b"".join(packed.iter_raw())
        assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
        assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
        assert gzip.decompress(sent) == plain.content and int(packed.headers["content-length"]) == len(sent)


def test_a_small_answer_is_not_compressed(small_kb: KnowledgeBase) -> None:
    reply = TestClient(app_of(small_kb)).get("/api/v1/search?q=zzqqx&mode=terms", headers={"accept-encoding": "gzip"})
    assert 0 < len(reply.content) < 1000 and "content-encoding" not in reply.headers


def test_another_generation_is_asked_anew(small_kb: KnowledgeBase) -> None:
    older, newer = Watched(small_kb), Watched(small_kb)
    app = app_of(older)
    client = TestClient(app)
    for _ in range(2):
        client.get(ASKED)
    app.state.kb = newer
    for _ in range(2):
        client.get(ASKED)
    assert (len(older.searched), len(newer.searched)) == (1, 1)


def test_another_day_is_asked_anew(small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime.date):
        @classmethod
        def today(cls) -> Later:
            return cls(2100, 1, 1)

    watched = Watched(small_kb)
    client = TestClient(app_of(watched))
    client.get(ASKED)
    monkeypatch.setattr(kept.datetime, "date", Later)
    client.get(ASKED)
    assert len(watched.searched) == 2


def test_a_generation_is_not_held_for_its_answers(small_kb: KnowledgeBase) -> None:
    shelves = Kept()
    older: Any = Watched(small_kb)
    shelf, seen = shelves.of(older), weakref.ref(older)
    del older
    gc.collect()
    assert seen() is None and shelves.of(small_kb) is not shelf


def test_every_time_is_counted_and_told_to_the_observers(small_kb: KnowledgeBase, tmp_path: Path) -> None:
    counter, records = Counter(tmp_path), list[Record]()
    app = app_of(small_kb, counter)
    app.state.observers = (records.append,)
    client = TestClient(app)
    for _ in range(3):
        client.get("/api/v1/search?q=PM2.5")
    counter.close()
    assert [(each.text, each.count) for each in questions.read(tmp_path)] == [("pm2.5", 3)]
    assert len({(each.route, each.status, each.size, each.lang, each.found, each.question) for each in records}) == 1
    assert records[0].stages and not records[1].stages and records[1].question == "PM2.5"


def test_equal_questions_at_once_are_searched_once(small_kb: KnowledgeBase) -> None:
    held = Held(small_kb)
    watched = Watched(held)  # type: ignore[arg-type]
    app = app_of(watched)

    async def visit() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kb") as client:
            tasks = [asyncio.create_task(client.get(ASKED)) for _ in range(200)]  # more than may wait
            await asyncio.to_thread(held.begun.acquire)
            held.go.set()
            return [await each for each in tasks]

    replies = asyncio.run(visit())
    assert len(watched.searched) == 1 and len({each.content for each in replies}) == 1
    assert all(each.status_code == 200 for each in replies)


def test_what_could_not_be_answered_is_asked_again(small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(small_kb)
    client = TestClient(app_of(watched), raise_server_exceptions=False)
    with monkeypatch.context() as broken:
        broken.setattr(small_kb, "search", lambda *given, **named: 1 / 0)
        assert client.get(ASKED).status_code == 500
    assert client.get(ASKED).status_code == 200 and len(watched.searched) == 2


# The shelf

KEY = "key"
Make = Callable[[], Awaitable[Answer]]


def answer(size: int) -> Answer:
    return Answer(b"x" * size, False, SEARCHED)


def made(size: int, calls: list[int]) -> Make:
    async def make() -> Answer:
        calls.append(size)
        return answer(size)

    return make


def test_what_was_not_asked_for_longest_goes_first() -> None:
    size, calls = 1000, list[int]()
    shelf = Shelf(PART * (BESIDE + size))

    async def ask(*keys: int) -> int:
        """How many were made."""
        before = len(calls)
        for key in keys:
            await shelf.answer(key, made(size, calls))
        return len(calls) - before

    assert asyncio.run(ask(*range(PART))) == PART
    assert asyncio.run(ask(*range(PART))) == 0
    assert asyncio.run(ask(PART, *range(1, PART), 0)) == 2
    assert asyncio.run(ask(PART)) == 1  # it had gone for 0


def test_an_answer_that_would_push_out_many_is_not_kept() -> None:
    calls: list[int] = []
    shelf = Shelf(PART * (BESIDE + 1000))
    for _ in range(2):
        assert len(asyncio.run(shelf.answer(KEY, made(1001, calls))).body) == 1001
    assert len(calls) == 2


def test_all_who_wait_hear_what_went_wrong() -> None:
    fault = QueryError(Message("no", "ไม่"))

    async def fails() -> Answer:
        await asyncio.sleep(0)
        raise fault

    async def ask() -> list[Any]:
        shelf = Shelf(10_000)
        return await asyncio.gather(*(shelf.answer(KEY, fails) for _ in range(3)), return_exceptions=True)

    assert asyncio.run(ask()) == [fault] * 3


def test_who_leaves_takes_the_answer_from_nobody() -> None:
    """Neither the visitor for whom it is made nor one who waits for it."""

    async def ask(leaves: int) -> tuple[int, list[Any]]:
        shelf, calls, go = Shelf(1_000_000), list[int](), asyncio.Event()

        async def make() -> Answer:
            calls.append(1)
            await go.wait()
            return answer(1)

        tasks = [asyncio.create_task(shelf.answer(KEY, make)) for _ in range(3)]
        await asyncio.sleep(0.01)
        tasks[leaves].cancel()
        await asyncio.sleep(0.01)
        go.set()
        return len(calls), await asyncio.gather(*tasks, return_exceptions=True)

    for leaves, expected in ((0, 2), (2, 1)):
        calls, found = asyncio.run(ask(leaves))
        assert calls == expected
        assert [isinstance(each, Answer) for each in found] == [place != leaves for place in range(3)]
