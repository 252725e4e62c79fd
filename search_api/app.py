"""The FastAPI application: JSON API and pages over one KnowledgeBase."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

import kb as package
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api import api, problems
from search_api.address_limit import AddressLimit
from search_api.answering import Answering
from search_api.counting import Counter
from search_api.editing import api as editing_api
from search_api.editing import pages as editing_pages
from search_api.editing.gate import Desk
from search_api.editing.overview import Reader
from search_api.editing.survey import Surveyor
from search_api.headers import SecurityHeaders
from search_api.kept import Kept
from search_api.kept_route import LEVEL, SMALLEST
from search_api.observing import logs
from search_api.observing.middleware import Observed
from search_api.pages import appearance, collection, content_pictures, feeds, routes, sitemap
from search_api.pages import errors as error_pages

STATIC = Path(__file__).parent / "static"
DESCRIPTION = """Search the Smart Green ASEAN Cities knowledge base in Thai or English; documents of both languages are found.

ค้นหาฐานความรู้เมืองอาเซียนสีเขียวอัจฉริยะได้ทั้งภาษาไทยและภาษาอังกฤษ ผลการค้นหามาจากเอกสารทั้งสองภาษา

Limits: a question of at most 1,000 characters, 100 hits a page, offset up to 10,000, 50 values a filter.
Errors are RFC 9457 problem details."""


def create_app(kb: KnowledgeBase, settings: Settings, counter: Counter | None = None, answering: Answering | None = None) -> FastAPI:
    """`counter`: counts the questions that find little; None counts none."""
    # The interactive docs of FastAPI load scripts from elsewhere; this server makes no such request.
    app = _Application(
        title="Smart Green ASEAN Cities knowledge base",
        description=DESCRIPTION,
        version=package.__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.kb = kb  # search_api.live puts newer generations here
    app.state.last_run = None  # live.LastRun, when this process indexes
    app.state.watching = False  # whether this process indexes what is saved
    app.state.settings = settings
    app.state.counter = counter
    app.state.observers = ()  # of requests, see search_api.observing.wanted
    app.state.answering = answering or Answering(settings.workers)
    app.state.kept = Kept()
    app.state.desk = Desk.of(settings)
    app.state.reader = Reader(settings.content_dir, settings.index_dir)
    app.state.surveyor = Surveyor(settings.content_dir)
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST, compresslevel=LEVEL)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=list(settings.cors_origins), allow_methods=["GET", "HEAD"])
    app.add_middleware(AddressLimit, refuse=_refusal)
    app.include_router(api.searching)
    app.include_router(editing_api.router)
    app.include_router(editing_pages.router)
    app.include_router(api.router)
    for router in (appearance.router, content_pictures.router, collection.router, feeds.router, sitemap.router, routes.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _handle_errors(app)
    return app


class _Application(FastAPI):
    """Around everything, Starlette's own handler of errors included: the page of a fault needs these headers and an id like any other."""

    def build_middleware_stack(self) -> ASGIApp:
        return Observed(SecurityHeaders(super().build_middleware_stack()))


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(KbError)
    def known(request: Request, error: KbError) -> Response:
        if problems.told(error) is not error.message:
            logs.complain(error.message)
        return _refusal(request, error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return problems.from_validation(request, error)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        if _is_api(request):
            return problems.from_http(request, error)
        message = problems.NO_SUCH_ADDRESS if error.status_code == 404 else problems.title(error.status_code)
        return error_pages.page(request, error.status_code, message)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        logs.fault(error)
        if _is_api(request):
            return problems.unexpected(request)
        return error_pages.page(request, 500, problems.UNEXPECTED)


def _refusal(request: Request, error: KbError) -> Response:
    if _is_api(request):
        return problems.from_kb_error(request, error)
    page = error_pages.page(request, problems.status_of(error), problems.told(error))
    page.headers.update(error.headers if isinstance(error, problems.Refused) else {})
    return page


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")
