"""What other programs read: Atom feeds (RFC 4287), OpenSearch description and suggestions, robots.txt."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from kb.errors import Message, NotFound
from kb.search.limits import MAX_LIMIT
from kb.types import LANGS, Filters
from search_api.answering import threaded
from search_api.caching import matches, tagged
from search_api.pages import links
from search_api.pages.news import News, newest, news
from search_api.pages.page import Page, page_of
from search_api.serving import knowledge

ENTRIES = 50  # of a feed
ATOM, OPENSEARCH = "http://www.w3.org/2005/Atom", "http://a9.com/-/spec/opensearch/1.1/"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
router = APIRouter(include_in_schema=False)


def site(request: Request) -> str:
    """The public address of the site without a slash at its end: the setting, or what the request says."""
    return (request.app.state.settings.site_url or str(request.base_url)).rstrip("/")


@router.get("/feed/{lang}.atom")
@threaded
def feed(request: Request, lang: str) -> Response:
    """What is new among the documents in one language."""
    if lang not in LANGS:
        raise NotFound(Message(f"/feed/{lang}.atom: feeds are th and en.", f"/feed/{lang}.atom: มีเฉพาะ th และ en"))
    page = Page("th" if lang == "th" else "en", request)
    _, found = news(knowledge(request), page.lang, ENTRIES, Filters(lang=(page.lang,)))
    return _atom(page, page.word("feed"), "/", found)


@router.get("/search.atom")
@threaded
def saved_search(request: Request) -> Response:
    """What is new among the documents that a question and filters find."""
    page, kb = page_of(request), knowledge(request)
    asked = links.asked("/search" if request.query_params.get("q", "").strip() else "/browse", request.query_params)
    if asked.question:
        hits = kb.search(
            asked.question, lang=page.lang, filters=asked.filters, limit=MAX_LIMIT, passages=0, as_written=asked.as_written
        ).hits
        found = newest(kb, tuple(hit.document for hit in hits))[:ENTRIES]
    else:
        _, found = news(kb, page.lang, ENTRIES, asked.filters)
    title = page.word("results_title", query=asked.question) if asked.question else page.word("browse")
    return _atom(page, title, asked.at(1).url, found)


def _atom(page: Page, title: str, path: str, found: Sequence[News]) -> Response:
    request, kb = page.request, knowledge(page.request)
    response = Response(media_type="application/atom+xml")
    tag = tagged(response, kb.manifest.generation, site(request), str(request.url.path), str(request.url.query), page.lang)
    if matches(request, tag):
        return Response(status_code=304, headers=dict(response.headers))
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": page.lang})
    here = f"{request.url.path}{'?' + request.url.query if request.url.query else ''}"
    _text(root, "id", _urn(f"feed {page.lang} {path if path != '/' else ''}"))
    _text(root, "title", f"{title} · {page.word('site')}")
    _text(root, "updated", _time(max((n.times.changed for n in found), default=datetime.fromisoformat(kb.manifest.created))))
    _text(ET.SubElement(root, "author"), "name", page.word("site"))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": site(request) + here})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "hreflang": page.lang, "href": site(request) + path})
    for each in found:
        _entry(ET.SubElement(root, "entry"), each, page)
    headers = {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}
    return Response(_xml(root), media_type="application/atom+xml; charset=utf-8", headers=headers)


def _entry(entry: ET.Element, each: News, page: Page) -> None:
    d = each.document
    entry.set("xml:lang", d.lang)
    _text(entry, "id", _urn(f"document {d.id} {d.lang}"))
    _text(entry, "title", d.title)
    _text(entry, "published", _time(each.times.added))
    _text(entry, "updated", _time(each.times.changed))
    for lang, rel in ((d.lang, "alternate"), *((t.lang, "related") for t in d.translations)):
        href = site(page.request) + links.document(d.id, lang)
        ET.SubElement(entry, "link", {"rel": rel, "type": "text/html", "hreflang": lang, "href": href})
    _text(entry, "summary", d.summary or d.title)
    for theme in d.themes:
        ET.SubElement(entry, "category", {"term": theme, "label": page.theme(theme)})


def _urn(name: str) -> str:
    """A name that stays the same wherever the site stands (RFC 4287, 4.2.6)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"smart-green-asean-cities {name}").urn


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = NOT_XML.sub("\ufffd", text)


def _time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _xml(root: ET.Element) -> bytes:
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


@router.get("/opensearch.xml")
@threaded
def opensearch(request: Request) -> Response:
    """How a browser adds this search to its address bar; `?ui=` chooses the language."""
    page = page_of(request)
    root = ET.Element("OpenSearchDescription", {"xmlns": OPENSEARCH})
    _text(root, "ShortName", page.word("opensearch_name"))
    _text(root, "Description", page.word("hero_more"))
    _text(root, "Language", page.lang)
    _text(root, "InputEncoding", "UTF-8")
    for kind, path in (
        ("text/html", f"/search?q={{searchTerms}}&ui={page.lang}"),
        ("application/atom+xml", f"/search.atom?q={{searchTerms}}&ui={page.lang}"),
        ("application/x-suggestions+json", f"/opensearch/suggest?q={{searchTerms}}&ui={page.lang}"),
    ):
        ET.SubElement(root, "Url", {"type": kind, "method": "get", "template": site(request) + path})
    return Response(_xml(root), media_type="application/opensearchdescription+xml; charset=utf-8")


@router.get("/opensearch/suggest")
@threaded
def suggest(request: Request, q: str = "") -> Response:
    """[what was typed, [names], [what they are called in the other language], [addresses]]"""
    page = page_of(request)
    found = knowledge(request).suggest(q, page.lang, 8)
    urls = [site(request) + (links.document(s.document_id, s.lang) if s.document_id else links.search(s.text)) for s in found]
    return JSONResponse([q, [s.text for s in found], [s.also for s in found], urls], media_type="application/x-suggestions+json")


@router.get("/robots.txt")
@threaded
def robots(request: Request) -> Response:
    """Documents and lists may be read; lists of results and the interface for programs are endless."""
    lines = ["User-agent: *", "Disallow: /search", "Disallow: /api/", "Disallow: /appearance", f"Sitemap: {site(request)}/sitemap.xml"]
    return PlainTextResponse("\n".join(lines) + "\n")
