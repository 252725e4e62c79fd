"""Questions are answered beside the event loop: replies as documented, other requests meanwhile, no endless queue."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from conftest import HashEmbedder
from fastapi import FastAPI
from pydantic import TypeAdapter

from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.types import Filters
from search_api import replies, schemas, warming
from search_api.answering import Answering
from search_api.app import create_app

QUESTIONS = ("plastic waste bank", "ขยะพลาสติก", "Anong buses 2022", "น้ำเสีย in 2021", '"waste water" -bank', "zzqqx", "")
MADE: dict[str, tuple[Any, Callable[[KnowledgeBase], object]]] = {
    **{f"search {q!r}": (schemas.SearchOut, lambda kb, q=q: replies.search(kb.search(q), ["w"])) for q in QUESTIONS},
    "documents": (schemas.DocumentsOut, lambda kb: replies.documents(2, kb.documents(limit=2)[1], 0, 2)),
    "document": (
        schemas.DocumentOut,
        lambda kb: replies.document(kb.document("dialogues/forum", "en"), kb.summary("dialogues/forum", "en"), "<p>"),
    ),
    "similar": (list[schemas.HitOut], lambda kb: [replies.hit(each, "th") for each in kb.similar("case-studies/canal", "th")]),
    "facets": (dict[str, list[schemas.FacetValueOut]], lambda kb: replies.facets(kb.facets(Filters(year=("2021",))), "en")),
    "suggestions": (schemas.SuggestOut, lambda kb: replies.suggestions("w", kb.suggest("w", "en"))),
}


@pytest.mark.parametrize(("model", "make"), MADE.values(), ids=MADE)
def test_replies_are_what_the_documentation_says(small_kb: KnowledgeBase, model: Any, make: Callable[[KnowledgeBase], object]) -> None:
    """To the last key and in its order: a model leaves out what it does not know and adds what is missing."""
    written = orjson.dumps(make(small_kb))
    adapter = TypeAdapter(model)
    again = adapter.dump_python(adapter.validate_json(written, strict=True), mode="json")
    assert orjson.dumps(again, option=orjson.OPT_SORT_KEYS) == orjson.dumps(orjson.loads(written), option=orjson.OPT_SORT_KEYS)


class Held:
    """A KnowledgeBase whose searches wait until `go` is set."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)
        self.at_work = 0
        self.most = 0

    def search(self, question: str, **given: Any) -> Any:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        self.begun.release()
        assert self.go.wait(60)
        self.at_work -= 1
        return self._kb.search(question, **given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kb, name)


def app_of(kb: Any, waiting: int) -> tuple[FastAPI, int]:
    answering = Answering(waiting=waiting)
    return create_app(kb, Settings(), answering=answering), answering.threads


def test_other_requests_are_answered_while_searches_run(small_kb: KnowledgeBase) -> None:
    held = Held(small_kb)
    app, threads = app_of(held, waiting=4)

    async def visit() -> tuple[list[int], list[int]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kb") as client:
            searches = [asyncio.create_task(client.get(f"/api/v1/search?q=waste+{number}")) for number in range(threads + 4)]
            await asyncio.to_thread(held.begun.acquire)
            others = [(await client.get(path)).status_code for path in ("/api/v1/health", "/api/v1/version", "/static/mark.svg")]
            held.go.set()
            return others, [(await each).status_code for each in searches]

    others, searches = asyncio.run(visit())
    assert others == [200, 200, 200] and set(searches) == {200}
    assert held.most <= threads


REFUSALS = {"API": ("/api/v1/search?q=ขยะ", "application/problem+json"), "page": ("/search?q=ขยะ", "text/html; charset=utf-8")}


@pytest.mark.parametrize(("path", "kind"), REFUSALS.values(), ids=REFUSALS)
def test_more_than_can_wait_are_told_to_come_again(small_kb: KnowledgeBase, path: str, kind: str) -> None:
    held = Held(small_kb)
    app, threads = app_of(held, waiting=1)

    async def visit() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kb") as client:
            tasks = [asyncio.create_task(client.get(f"{path}{number}")) for number in range(threads + 3)]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            held.go.set()
            return [await each for each in tasks] + [await client.get(path)]

    *found, later = asyncio.run(visit())
    refused = [each for each in found if each.status_code == 503]
    assert len(refused) == 2 and later.status_code == 200
    assert all(each.headers["retry-after"] == "1" and each.headers["content-type"] == kind for each in refused)
    assert all("มีคำถามเข้ามาพร้อมกันมากเกินไป" in each.text for each in refused)


def test_warming_up_visits_every_thread(small_kb: KnowledgeBase) -> None:
    seen: set[str] = set()

    class Watched(Held):
        def search(self, question: str, **given: Any) -> Any:
            seen.add(threading.current_thread().name)
            return super().search(question, **given)

    held = Watched(small_kb)
    held.go.set()
    app, threads = app_of(held, waiting=4)
    warming.warm_up(app)
    assert len(seen) == threads


def test_a_fault_while_warming_up_does_not_keep_the_server_from_starting(
    small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*given: object, **named: object) -> None:
        raise RuntimeError("a fault")

    kb: Any = Held(small_kb)
    monkeypatch.setattr(kb, "search", broken)
    warming.warm_up(app_of(kb, waiting=4)[0])
    assert "warming up failed" in caplog.text


def test_warming_up_asks_for_the_vectors_of_both_languages(small_kb: KnowledgeBase) -> None:
    embedder = HashEmbedder()
    asked: list[str] = []
    real = embedder.queries
    embedder.queries = lambda texts: (asked.extend(texts), real(texts))[1]  # type: ignore[method-assign]
    KnowledgeBase.open(small_kb._index.folder.parent, embedder=embedder).warm_up()
    assert any("plastic" in text for text in asked) and any("ขยะ" in text for text in asked)
