"""The JSON API, /api/v1. Thin: read the parameters, ask the KnowledgeBase one thing, write the reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

import kb as package
from kb.errors import Lang
from kb.knowledge_base import KnowledgeBase
from kb.render import render
from kb.search.limits import MAX_LIMIT, MAX_OFFSET, MAX_PASSAGES
from kb.search.question import MAX_LENGTH
from kb.types import UNDERSTANDINGS, Filters, Mode, Sort, Understanding
from search_api import replies, schemas
from search_api.answering import threaded
from search_api.caching import matches, tagged
from search_api.kept import Answer
from search_api.kept_route import KeptRoute, answer
from search_api.language import asker_lang
from search_api.serving import knowledge_base
from search_api.unknown import unknown_parameters

MAX_VALUES = 50  # values of one filter
MAX_DOCUMENTS = 1000  # documents in one list
problem_reply: dict[str, Any] = {"model": schemas.ProblemOut, "content": {"application/problem+json": {}}}
refusals: dict[int | str, dict[str, Any]] = {code: problem_reply for code in (404, 414, 422, 503)}
router = APIRouter(prefix="/api/v1", responses=refusals)
searching = APIRouter(prefix="/api/v1", responses=refusals, route_class=KeptRoute)  # what is asked most

Ui = Annotated[Literal["th", "en"] | None, Query(description="The asker's language: of messages and labels, and in which hits are shown")]
Values = Annotated[list[str], Query(max_length=MAX_VALUES)]
DocumentLang = Annotated[Literal["th", "en"] | None, Query(description="Language of the document; any when left out")]
QUESTIONS: Any = {
    "thai": {"summary": "Thai", "value": "ลดขยะพลาสติกในเมืองท่องเที่ยว"},
    "english": {"summary": "English", "value": "how do tourist towns cut plastic waste"},
}

Question = Annotated[
    str, Query(max_length=MAX_LENGTH, description="The question; empty lists what passes the filters", openapi_examples=QUESTIONS)
]


Knowledge = Annotated[KnowledgeBase, Depends(knowledge_base)]


async def filters(
    kind: Values = [],  # noqa: B006  FastAPI copies the default
    lang: Annotated[list[str], Query(max_length=MAX_VALUES, description="Only versions in these languages are searched and shown")] = [],  # noqa: B006
    language: Annotated[list[str], Query(max_length=MAX_VALUES, description="The same as `lang`")] = [],  # noqa: B006
    country: Annotated[list[str], Query(max_length=MAX_VALUES, description="ISO code or name in Thai or English")] = [],  # noqa: B006
    city: Values = [],  # noqa: B006
    theme: Values = [],  # noqa: B006
    year: Annotated[list[str], Query(max_length=MAX_VALUES, description="2022, 2565 or 2019-2021")] = [],  # noqa: B006
    organisation: Values = [],  # noqa: B006
    speaker: Values = [],  # noqa: B006
) -> Filters:
    given = {"kind": kind, "lang": [*lang, *language], "country": country, "city": city, "theme": theme, "year": year}
    given |= {"organisation": organisation, "speaker": speaker}
    return Filters(**{name: tuple(value for value in values if value) for name, values in given.items()})


Chosen = Annotated[Filters, Depends(filters)]


@searching.get("/search", response_model=schemas.SearchOut, summary="Ask in Thai or English")
@threaded
def search(
    request: Request,
    knowledge_base: Knowledge,
    chosen: Chosen,
    q: Question = "",
    ui: Ui = None,
    mode: Annotated[Mode, Query(description="hybrid, or one arm alone")] = "hybrid",
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 10,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
    passages: Annotated[int, Query(ge=0, le=MAX_PASSAGES, description="Passages of each hit")] = 3,
    as_written: Annotated[
        list[Understanding], Query(max_length=len(UNDERSTANDINGS), description="What not to read into the question")
    ] = [],  # noqa: B006
    sort: Annotated[Sort, Query(description="Best first, or newest first")] = "relevance",
) -> Answer:
    found = knowledge_base.search(
        q, lang=ui, filters=chosen, mode=mode, limit=limit, offset=offset, passages=passages, as_written=as_written, sort=sort
    )
    return answer(request, replies.search(found, unknown_parameters(request)), found, chosen)


@router.get("/documents", response_model=schemas.DocumentsOut, summary="List documents, newest first")
@threaded
def documents(
    request: Request,
    response: Response,
    knowledge_base: Knowledge,
    chosen: Chosen,
    ui: Ui = None,
    limit: Annotated[int, Query(ge=1, le=MAX_DOCUMENTS)] = 50,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> Response:
    tag = tagged(response, knowledge_base.manifest.generation, str(request.url.query), asker_lang(request))
    if matches(request, tag):
        return Response(status_code=304, headers=dict(response.headers))
    total, page = knowledge_base.documents(lang=ui or asker_lang(request), filters=chosen, limit=limit, offset=offset)
    return _json(replies.documents(total, page, offset, limit), response.headers)


@router.get("/documents/{document_id:path}/raw", response_class=PlainTextResponse, summary="The Markdown file")
@threaded
def raw(request: Request, response: Response, knowledge_base: Knowledge, document_id: str, lang: DocumentLang = None) -> Response:
    found = knowledge_base.document(document_id, _lang(request, knowledge_base, document_id, lang))
    tag = tagged(response, found.digest, "raw")
    if matches(request, tag):
        return Response(status_code=304, headers=dict(response.headers))
    headers = {**response.headers, "Content-Language": found.lang, "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse(found.source, headers=headers, media_type="text/markdown")


@router.get("/documents/{document_id:path}/html", response_class=HTMLResponse, summary="The text as safe HTML")
@threaded
def html(request: Request, response: Response, knowledge_base: Knowledge, document_id: str, lang: DocumentLang = None) -> Response:
    found = knowledge_base.document(document_id, _lang(request, knowledge_base, document_id, lang))
    tag = tagged(response, found.digest, "html")
    if matches(request, tag):
        return Response(status_code=304, headers=dict(response.headers))
    return HTMLResponse(
        render(found.body, found.lang, first_line=found.body_line, path=found.path),
        headers={**response.headers, "Content-Language": found.lang},
    )


@router.get("/documents/{document_id:path}/similar", response_model=list[schemas.HitOut], summary="Documents close in meaning")
@threaded
def similar(
    request: Request, knowledge_base: Knowledge, document_id: str, ui: Ui = None, limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 5
) -> Response:
    lang = ui or asker_lang(request)
    return _json([replies.hit(each, lang) for each in knowledge_base.similar(document_id, lang, limit)])


@router.get("/documents/{document_id:path}", response_model=schemas.DocumentOut, summary="One document")
@threaded
def document(request: Request, response: Response, knowledge_base: Knowledge, document_id: str, lang: DocumentLang = None) -> Response:
    chosen = _lang(request, knowledge_base, document_id, lang)
    found = knowledge_base.document(document_id, chosen)
    summary = knowledge_base.summary(document_id, chosen)
    tag = tagged(response, found.digest, "json", knowledge_base.manifest.generation)
    if matches(request, tag):
        return Response(status_code=304, headers=dict(response.headers))
    response.headers["Content-Language"] = found.lang
    html = render(found.body, found.lang, first_line=found.body_line, path=found.path)
    return _json(replies.document(found, summary, html), response.headers)


@router.get("/facets", response_model=dict[str, list[schemas.FacetValueOut]], summary="What the collection can be filtered by")
@threaded
def facets(request: Request, knowledge_base: Knowledge, chosen: Chosen, ui: Ui = None) -> Response:
    lang = ui or asker_lang(request)
    return _json(replies.facets(knowledge_base.facets(chosen, lang), lang))


@router.get("/suggest", response_model=schemas.SuggestOut, summary="Completions: titles, places, people, terms")
@threaded
def suggest(
    request: Request,
    knowledge_base: Knowledge,
    q: Annotated[str, Query(max_length=200)],
    ui: Ui = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Response:
    return _json(replies.suggestions(q, knowledge_base.suggest(q, ui or asker_lang(request), limit)))


@router.get("/health", response_model=schemas.HealthOut, response_model_exclude_none=True, summary="Is the process alive?")
async def health(knowledge_base: Knowledge) -> schemas.HealthOut:
    """Questions that read nothing of a damaged file are still answered."""
    damage = sorted(knowledge_base.damage())
    return schemas.HealthOut(status="damaged", damage=damage) if damage else schemas.HealthOut(status="ok")


@router.get("/ready", response_model=schemas.StateOut, summary="Can it answer questions?")
def ready(knowledge_base: Knowledge) -> schemas.StateOut:
    knowledge_base.ping()
    return schemas.StateOut(status="ready" if knowledge_base.manifest.generation else "empty")


@router.get("/version", response_model=schemas.VersionOut, summary="What made the answers")
async def version(knowledge_base: Knowledge) -> schemas.VersionOut:
    made = knowledge_base.manifest
    return schemas.VersionOut(
        version=package.__version__,
        format=made.format,
        generation=made.generation,
        created=made.created,
        model=made.model.name,
        model_digest=made.model.digest,
        analyzer=made.analyzer,
        documents=made.documents,
        subjects=made.subjects,
        passages=made.passages,
    )


def _json(values: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(values), headers=headers, media_type="application/json")


def _lang(request: Request, knowledge_base: KnowledgeBase, document_id: str, lang: Lang | None) -> Lang:
    """The language named in the request, or the asker's where the document has it, or the one it has."""
    return lang or _available(request, knowledge_base, document_id)


def _available(request: Request, knowledge_base: KnowledgeBase, document_id: str) -> Lang:
    summary = knowledge_base.summary(document_id)
    offered = {summary.lang, *(each.lang for each in summary.translations)}
    asked = asker_lang(request)
    return asked if asked in offered else summary.lang
