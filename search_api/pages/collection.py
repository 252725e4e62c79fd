"""The page of pictures, and documents like a document."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, Request, Response

from kb.errors import Lang
from kb.knowledge_base import KnowledgeBase
from kb.types import LANGS, DocumentSummary
from search_api.answering import threaded
from search_api.pages import chart, pictures
from search_api.pages.alike import alike
from search_api.pages.news import EVERYTHING
from search_api.pages.page import Page, page_of
from search_api.pages.templates import respond
from search_api.serving import knowledge

LIKE = 20  # documents like a document
ROWS = 200  # of a table behind a picture
router = APIRouter(include_in_schema=False)


@router.get("/collection")
@threaded
def collection(request: Request) -> Response:
    page, kb = page_of(request), knowledge(request)
    total, documents = kb.documents(lang=page.lang, limit=EVERYTHING)
    asean, others = pictures.tiles(kb)
    values = {
        "total": total,
        "timeline": pictures.timeline(documents),
        "asean": asean,
        "others": others,
        "charts": charts(kb, page.lang),
        "limit": chart.POINTS,
        "stress": kb.semantic_map.stress,
        "neighbours": chart.neighbours(kb.semantic_map, documents),
        "rows": documents[:ROWS],
    }
    return respond(page, "collection.html", values)


@lru_cache(maxsize=len(LANGS))  # more would keep generations in memory that nobody asks any more
def charts(kb: KnowledgeBase, lang: Lang) -> tuple[chart.Chart, ...]:
    """Drawn once for each open generation and language."""
    documents: tuple[DocumentSummary, ...] = kb.documents(lang=lang, limit=EVERYTHING)[1]
    return tuple(chart.draw(kb.semantic_map, documents, shape) for shape in (chart.WIDE, chart.TALL))


def like(page: Page, document_id: str) -> Response:
    """Documents like a document, nearest first, with what they have in common. Raises NotFound."""
    kb = knowledge(page.request)
    kb.summary(document_id)
    of = kb.catalogue.summary(kb.catalogue.version(document_id, page.lang))
    return respond(page, "like.html", {"of": of, "found": alike(kb, document_id, page.lang, LIKE)})
