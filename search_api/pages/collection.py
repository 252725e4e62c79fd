"""The page of pictures, and documents like a document."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
from fastapi import APIRouter, Request, Response

from kb.errors import Lang
from kb.knowledge_base import KnowledgeBase
from kb.search import listing
from kb.types import LANGS, NO_FILTERS, DocumentSummary
from search_api.answering import threaded
from search_api.pages import chart, pictures
from search_api.pages.alike import alike
from search_api.pages.page import Page, page_of
from search_api.pages.templates import respond
from search_api.serving import knowledge

LIKE = 20  # documents like a document
ROWS = 100  # of a table behind a picture
router = APIRouter(include_in_schema=False)


@router.get("/collection")
@threaded
def collection(request: Request) -> Response:
    page, kb = page_of(request), knowledge(request)
    numbers, drawn = kb.listed(lang=page.lang), _drawn(kb)
    asean, others = pictures.tiles(kb)
    columns = kb.catalogue.columns
    values = {
        "total": len(numbers),
        "drawn": len(drawn),
        "timeline": pictures.timeline(
            columns.date[columns.number.searchsorted(numbers), 0].astype(np.int64), lambda place: kb.catalogue.summary(int(numbers[place]))
        ),
        "asean": asean,
        "others": others,
        "charts": charts(kb, page.lang),
        "limit": chart.POINTS,
        "stress": kb.semantic_map.stress,
        "neighbours": chart.neighbours(kb.semantic_map, drawn[:ROWS], partial(_shown, kb, page.lang)),
        "rows": [_shown(kb, page.lang, each) for each in drawn[:ROWS]],
    }
    return respond(page, "collection.html", values)


@lru_cache(maxsize=len(LANGS))  # more would keep generations in memory that nobody asks any more
def charts(kb: KnowledgeBase, lang: Lang) -> tuple[chart.Chart, ...]:
    """Drawn once for each open generation and language."""
    return tuple(chart.draw(kb.semantic_map, _drawn(kb), partial(_shown, kb, lang), shape) for shape in (chart.WIDE, chart.TALL))


@lru_cache(maxsize=1)
def _drawn(kb: KnowledgeBase) -> list[str]:
    """Ids of the subjects in the map, newest first."""
    catalogue = kb.catalogue
    inside = np.zeros(len(catalogue.groups), np.bool_)
    inside[[group for each in kb.semantic_map.places if (group := catalogue.groups.find(each)) is not None]] = True
    return [catalogue.groups.ids[group] for group in listing.newest_first(catalogue, inside, NO_FILTERS).tolist()]


def _shown(kb: KnowledgeBase, lang: Lang, document_id: str) -> DocumentSummary:
    """The version in a language where it exists."""
    return kb.catalogue.summary(kb.catalogue.version(kb.group(document_id), lang))


def like(page: Page, document_id: str) -> Response:
    """Documents like a document, nearest first, with what they have in common. Raises NotFound."""
    kb = knowledge(page.request)
    of = _shown(kb, page.lang, document_id)
    return respond(page, "like.html", {"of": of, "found": alike(kb, document_id, page.lang, LIKE)})
