"""What is logged and counted of requests, and that none of it holds a question."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry

from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app
from search_api.headers import SECURITY_HEADERS
from search_api.observing import logs
from search_api.observing.metrics import Metrics
from search_api.observing.record import Record
from search_api.observing.traces import Spans

SECRET = "plasticquestionofsomebody"
TOKEN = "token-that-nobody-may-read"
Lines = Callable[[], list[dict[str, Any]]]


def application(kb: KnowledgeBase, **settings: Any) -> FastAPI:
    app = create_app(kb, Settings(editor_token=TOKEN, **settings))

    @app.get("/broken")
    def broken(request: Request) -> None:
        try:
            raise ValueError(f"cannot read {request.query_params['q']}")
        except ValueError as fault:
            raise RuntimeError(f"failed on {request.query_params['q']}") from fault

    return app


@pytest.fixture
def seen(small_kb: KnowledgeBase) -> tuple[TestClient, list[Record]]:
    app, records = application(small_kb), []
    app.state.observers = (records.append,)
    return TestClient(app, raise_server_exceptions=False), records


@pytest.fixture
def kept_handlers() -> Iterator[None]:
    """What `configure` changes of the whole process is put back."""
    root, before = logging.getLogger(), logging.getLogger().handlers
    levels = {name: logging.getLogger(name).level for name in ("kb.request", "kb.server")}
    yield
    root.handlers = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def logged(small_kb: KnowledgeBase, kept_handlers: None) -> Callable[..., tuple[TestClient, Lines, io.StringIO]]:
    def make(**settings: Any) -> tuple[TestClient, Lines, io.StringIO]:
        stream, wanted = io.StringIO(), Settings(**settings)
        logs.configure(wanted, stream)
        app = application(small_kb)
        app.state.observers = (logs.RequestLog(wanted.log_questions),)

        def lines() -> list[dict[str, Any]]:
            return [json.loads(line) for line in stream.getvalue().splitlines() if '"logger": "httpx"' not in line]

        return TestClient(app, raise_server_exceptions=False), lines, stream

    return make


# Ids

SANE = {"a number": "42", "an address of a proxy": "a1.B2_c3-d4", "the longest": "x" * 64}
NOT_SANE = {"empty": "", "too long": "x" * 65, "a line end": "a%0A", "a space": "a b", "markup": "<b>", "quotes": 'a"b'}


@pytest.mark.parametrize("given", SANE.values(), ids=SANE)
def test_the_id_of_a_proxy_is_kept(client: TestClient, given: str) -> None:
    assert client.get("/api/v1/health", headers={"x-request-id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", NOT_SANE.values(), ids=NOT_SANE)
def test_other_ids_are_replaced(client: TestClient, given: str) -> None:
    made = {client.get("/api/v1/health", headers={"x-request-id": given}).headers["x-request-id"] for _ in range(2)}
    assert len(made) == 2 and all(re.fullmatch("[0-9a-f]{16}", each) for each in made)


def test_every_reply_has_an_id_and_the_secure_headers(small_kb: KnowledgeBase) -> None:
    """Also the page of a fault, which Starlette makes outside all other layers."""
    client = TestClient(application(small_kb), raise_server_exceptions=False)
    for path, status in (("/", 200), ("/static/site.css", 200), ("/nowhere", 404), ("/static/", 404), ("/broken?q=x", 500)):
        reply = client.get(path)
        assert reply.status_code == status
        assert (
            reply.headers["x-request-id"]
            and SECURITY_HEADERS.items() <= {name: reply.headers.get(name) for name in SECURITY_HEADERS}.items()
        )


# Records

ROUTES = {
    "search": ("/api/v1/search?q=plastic+waste", "/api/v1/search", 200),
    "page of results": ("/search?q=plastic+waste", "/search", 200),
    "document": ("/documents/case-studies/canal", "/documents/{document_id:path}", 200),
    "file": ("/static/site.css", "/static", 200),
    "nothing": (f"/{SECRET}", "unmatched", 404),
    "wrong parameter": ("/api/v1/search?limit=x", "/api/v1/search", 422),
    "fault": ("/broken?q=x", "/broken", 500),
}


@pytest.mark.parametrize(("path", "route", "status"), ROUTES.values(), ids=ROUTES)
def test_a_request_is_named_by_its_route(seen: tuple[TestClient, list[Record]], path: str, route: str, status: int) -> None:
    client, records = seen
    reply = client.get(path)
    (record,) = records
    assert (record.method, record.route, record.status) == ("GET", route, status)
    assert record.id == reply.headers["x-request-id"] and record.size == int(reply.headers["content-length"])


@pytest.mark.parametrize("path", ["/api/v1/search", "/search"])
def test_a_search_tells_its_stages_and_what_it_found(seen: tuple[TestClient, list[Record]], path: str) -> None:
    client, records = seen
    client.get(path, params={"q": "plastic waste"})
    client.get(path, params={"q": "plastic waste", "theme": "finance"})
    found, nothing = records
    assert {"queue", "understand", "encode", "terms", "vectors", "rank", "show", "facets"} == set(found.stages)
    assert sum(found.stages.values()) <= found.seconds
    assert (found.lang, bool(found.found), nothing.found) == ("en", True, 0)


def test_unknown_methods_share_one_name(seen: tuple[TestClient, list[Record]]) -> None:
    client, records = seen
    client.request("BREW", "/")
    assert records[0].method == "other"


def test_an_observer_that_fails_fails_no_request(small_kb: KnowledgeBase) -> None:
    app = application(small_kb)
    told: list[Record] = []

    def broken(record: Record) -> None:
        raise OSError("disk full")

    app.state.observers = (broken, told.append)
    assert TestClient(app).get("/api/v1/health").status_code == 200 and len(told) == 1


# Log lines

ASKED = [
    f"/search?q={SECRET}",
    f"/api/v1/search?q={SECRET}&city={SECRET}",
    f"/api/v1/suggest?q={SECRET}",
    f"/browse?q={SECRET}",
    f"/{SECRET}",
    f"/documents/{SECRET}",
    f"/search.atom?q={SECRET}",
    f"/broken?q={SECRET}",
]


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_no_log_line_holds_a_question_or_a_token(logged: Callable[..., tuple[TestClient, Lines, io.StringIO]], log_format: str) -> None:
    client, _, stream = logged(log_format=log_format)
    for address in ASKED:
        client.get(address, headers={"referer": f"http://x/?q={SECRET}", "authorization": f"Bearer {TOKEN}", "cookie": f"editor={SECRET}"})
    client.get("/api/v1/editor/documents/case-studies/x.th.md", headers={"authorization": f"Bearer {TOKEN}"})
    own = "\n".join(line for line in stream.getvalue().splitlines() if "HTTP Request:" not in line)  # of the tests' own client
    assert "broken" in own and SECRET not in own and TOKEN not in own


def test_a_line_of_json_for_each_request(logged: Callable[..., tuple[TestClient, Lines, io.StringIO]]) -> None:
    client, lines, _ = logged(log_format="json")
    reply = client.get("/api/v1/search", params={"q": "ขยะพลาสติก"})
    (line,) = lines()
    assert line["message"] == "request" and line["level"] == "info" and line["id"] == reply.headers["x-request-id"]
    assert (line["route"], line["status"], line["lang"], line["found"]) == ("/api/v1/search", 200, "th", reply.json()["total"])
    assert line["stages_ms"]["encode"] >= 0 and "question" not in line


def test_a_fault_is_logged_once_with_the_id_and_where_it_was(logged: Callable[..., tuple[TestClient, Lines, io.StringIO]]) -> None:
    client, lines, _ = logged(log_format="json")
    reply = client.get(f"/broken?q={SECRET}")
    faults = [line for line in lines() if "fault" in line]
    assert [line["id"] for line in faults] == [reply.headers["x-request-id"]]
    assert "ValueError" in faults[0]["fault"] and "RuntimeError" in faults[0]["fault"] and "test_requests.py" in faults[0]["fault"]


def test_the_server_does_not_log_it_again(logged: Callable[..., tuple[TestClient, Lines, io.StringIO]]) -> None:
    _, lines, _ = logged(log_format="json")
    known, other = RuntimeError("known"), RuntimeError("other")
    logs.fault(known)
    for each in (known, other):
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=each)
    assert [line["message"] for line in lines()] == ["unexpected error", "Exception in ASGI application"]


def test_questions_are_logged_when_that_is_turned_on(logged: Callable[..., tuple[TestClient, Lines, io.StringIO]]) -> None:
    client, lines, stream = logged(log_format="json", log_questions=True)
    hostile = 'ขยะ"\n\x1b[31m\u202e\x00'
    client.get("/api/v1/search", params={"q": hostile})
    client.get(f"/broken?q={SECRET}")
    assert lines()[0]["question"] == hostile and stream.getvalue().isascii() and "\x1b" not in stream.getvalue()
    assert f"failed on {SECRET}" in lines()[1]["fault"]


# Metrics


def test_requests_stages_and_results_are_counted(small_kb: KnowledgeBase) -> None:
    registry = CollectorRegistry()
    app, metrics = application(small_kb), Metrics(registry)
    app.state.observers = (metrics,)
    client = TestClient(app, raise_server_exceptions=False)
    for theme in ("waste", "waste", "finance"):
        client.get("/api/v1/search", params={"q": "plastic waste", "theme": theme})
    client.get("/broken?q=x")
    metrics.follow(app.state)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("kb_requests_total", route="/api/v1/search", method="GET", status="200") == 3
    assert value("kb_requests_total", route="/broken", method="GET", status="500") == 1
    assert value("kb_request_seconds_count", route="/api/v1/search") == 3
    assert value("kb_stage_seconds_count", stage="show") == 2  # the second answer was kept from the first
    assert (value("kb_searches_total", lang="en", outcome="found"), value("kb_searches_total", lang="en", outcome="nothing")) == (2, 1)
    assert value("kb_search_documents_bucket", le="0.0") == 1
    assert (value("kb_generation"), value("kb_documents"), value("kb_questions_at_work")) == (1, 7, 0)


# Traces


def test_a_span_for_each_request(small_kb: KnowledgeBase) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app = application(small_kb)
    app.state.observers = (Spans(provider.get_tracer("kb")),)
    client = TestClient(app, raise_server_exceptions=False)
    client.get("/api/v1/search", params={"q": SECRET})
    client.get(f"/broken?q={SECRET}")
    searched, broken = exporter.get_finished_spans()
    assert searched.name == "GET /api/v1/search" and searched.attributes
    assert searched.attributes["http.response.status_code"] == 200 and "kb.stage.encode_ms" in searched.attributes
    assert searched.end_time and searched.start_time and searched.end_time >= searched.start_time
    assert not broken.status.is_ok and SECRET not in searched.to_json() + broken.to_json()


@pytest.mark.parametrize(
    ("header", "trace"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 0x4BF92F3577B34DA6A3CE929D0E0E4736),
        ("00-" + "0" * 32 + "-00f067aa0ba902b7-01", None),
        ("x" * 5000, None),
    ],
)
def test_a_span_belongs_to_the_trace_of_the_proxy(small_kb: KnowledgeBase, header: str, trace: int | None) -> None:
    kept, provider, app = InMemorySpanExporter(), TracerProvider(), application(small_kb)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    app.state.observers = (Spans(provider.get_tracer("kb")),)
    assert TestClient(app).get("/api/v1/health", headers={"traceparent": header}).status_code == 200
    (span,) = kept.get_finished_spans()
    assert span.context is not None
    if trace is None:
        assert span.parent is None
    else:
        assert span.context.trace_id == trace and span.parent is not None and span.parent.span_id == 0x00F067AA0BA902B7
