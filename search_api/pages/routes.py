"""The web pages. Thin: read the address, ask the KnowledgeBase, fill a template."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kb.errors import Lang
from kb.knowledge_base import KnowledgeBase
from kb.render import render
from kb.types import LANGS, DocumentSummary, Filters, SearchResult
from search_api.answering import threaded
from search_api.counting import count, is_counting, searched
from search_api.pages import anchors, collection, links, lists, understood
from search_api.pages.cite import citations
from search_api.pages.feeds import site
from search_api.pages.news import news
from search_api.pages.page import page_of
from search_api.pages.snippets import snippet
from search_api.pages.templates import respond
from search_api.serving import knowledge

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Response]])
router = APIRouter(include_in_schema=False)
RESULTS = 10  # documents on a page of results
LISTED = 30  # documents on a page of the whole list
NEWEST = 6  # documents on the first page
DIALOGUES = 4
SIMILAR = 5
NEAREST = 3  # documents offered where nothing is found
EXAMPLES: dict[Lang, tuple[str, ...]] = {
    "th": ("ลดขยะพลาสติกในเมืองท่องเที่ยว", "เมืองจะลดฝุ่น PM2.5 ได้อย่างไร", "ชุมชนคัดแยกขยะอินทรีย์ทำปุ๋ย"),
    "en": (
        "how do tourist towns cut plastic waste",
        "low-emission zones against air pollution",
        "who pays for climate action in small cities",
    ),
}


def get(path: str) -> Callable[[Handler], Handler]:
    return router.api_route(path, methods=["GET", "HEAD"])


@get("/")
@threaded
def home(request: Request) -> Response:
    if request.query_params.get("q", "").strip():
        return RedirectResponse(links.with_parameters("/search", request.query_params), 308)
    page, kb = page_of(request), knowledge(request)
    total, newest = news(kb, page.lang, NEWEST)
    spoken, dialogues = kb.documents(lang=page.lang, filters=Filters(kind=("dialogue",)), limit=DIALOGUES)
    facets = {facet.name: facet for facet in kb.facets(lang=page.lang)}
    values = {
        "examples": EXAMPLES,
        "themes": facets["theme"].values,
        "countries": facets["country"].different,
        "cities": facets["city"].different,
        "map": collection.charts(kb, page.lang)[0],
        "newest": newest,
        "dialogues": dialogues,
        "total": total,
        "dialogues_total": spoken,
    }
    return respond(page, "home.html", values)


@get("/search")
@threaded
def search(request: Request) -> Response:
    asked = links.asked("/search", request.query_params)
    if (document_id := request.query_params.get("like")) and not asked.question:
        return collection.like(page_of(request), document_id)
    if not asked.question:
        return RedirectResponse(links.with_parameters("/browse", request.query_params), 307)
    page = page_of(request)
    offset = (asked.page - 1) * RESULTS
    found = knowledge(request).search(
        asked.question, lang=page.lang, filters=asked.filters, limit=RESULTS, offset=offset, as_written=asked.as_written, sort=asked.sort
    )
    count(request, searched(found, asked.filters))
    chips = lists.chips(found.facets, asked)
    values = {
        "asked": asked,
        "found": found,
        "facets": lists.choices(found.facets, asked),
        "chips": chips,
        "reading": understood.shown(found.reading, asked),
        "chosen": lists.described(chips, page.lang),
        "pages": lists.pages(found.total, RESULTS, asked.page),
        "first": offset + 1,
        "snippet": snippet,
    }
    if found.hits:
        return respond(page, "search.html", values)
    return respond(page, "nothing.html", values | _way_on(knowledge(request), asked, found))


def _way_on(kb: KnowledgeBase, asked: links.Asked, found: SearchResult) -> dict[str, object]:
    """What to offer where nothing is found: the documents nearest in meaning, and what is here of names and words written alike."""
    nearest = partial(kb.nearest, asked.question, lang=found.lang, limit=NEAREST, as_written=asked.as_written)
    within = nearest(filters=asked.filters)
    return {"nearest": within or nearest(), "unfiltered": not within, "near_terms": found.near_terms}


@get("/browse")
@threaded
def browse(request: Request) -> Response:
    asked = links.asked("/browse", request.query_params)
    page, kb = page_of(request), knowledge(request)
    offset = (asked.page - 1) * LISTED
    total, documents = kb.documents(lang=page.lang, filters=asked.filters, limit=LISTED, offset=offset)
    facets = kb.facets(asked.filters, page.lang)
    values = {
        "asked": asked,
        "documents": documents,
        "total": total,
        "facets": lists.choices(facets, asked),
        "chips": lists.chips(facets, asked),
        "pages": lists.pages(total, LISTED, asked.page),
    }
    return respond(page, "browse.html", values)


@get("/about")
@threaded
def about(request: Request) -> Response:
    return respond(page_of(request), "about.html", {"manifest": knowledge(request).manifest, "counting": is_counting(request)})


@get("/documents")
@threaded
def documents(request: Request) -> Response:
    return RedirectResponse(links.with_parameters("/browse", request.query_params), 308)


@get("/documents/{document_id:path}")
@threaded
def document(request: Request, document_id: str) -> Response:
    page, kb = page_of(request), knowledge(request)
    wanted = request.query_params.get("lang")
    summary = _version(kb, document_id, "th" if wanted == "th" else "en" if wanted == "en" else page.lang)
    found = kb.document(document_id, summary.lang)
    body = render(found.body, found.lang, first_line=found.body_line, path=found.path)
    values = {
        "document": found,
        "summary": summary,
        "body": anchors.with_links(body, page.word_in("link_to_heading", page.lang)),
        "headings": anchors.headings(body),
        "citations": citations(found, site(request) + links.document(found.id, found.lang), datetime.now(UTC).date()),
        "similar": kb.similar(document_id, page.lang, SIMILAR),
        "missing": wanted in LANGS and wanted != found.lang,
    }
    return respond(page, "document.html", values)


def _version(kb: KnowledgeBase, document_id: str, lang: Lang) -> DocumentSummary:
    """The document in that language or, where it has none, in the one it has. Raises NotFound."""
    any_version = kb.summary(document_id)
    offered = {each.lang for each in any_version.translations}
    return kb.summary(document_id, lang) if lang in offered else any_version
