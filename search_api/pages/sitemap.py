"""The site map: all pages worth finding, each with its other language. A large collection has several, and a list of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from kb.errors import Lang, Message, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.types import LANGS, OTHER_LANG
from search_api.answering import threaded
from search_api.pages import links
from search_api.pages.feeds import site
from search_api.serving import knowledge

SUBJECTS = 5_000  # of one site map: with two languages a third of a second and 4 MB; the protocol allows 50,000 addresses and 50 MB
PAGES = ("/", "/collection", "/browse", "/about")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
router = APIRouter(include_in_schema=False)


@router.get("/sitemap.xml")
@threaded
def sitemap(request: Request) -> Response:
    kb, base = knowledge(request), site(request)
    parts = _parts(kb)
    if parts == 1:
        return _map([*_pages(base), *_documents(kb, base, 0)])
    found = (f"<sitemap><loc>{escape(base)}/sitemap-{number}.xml</loc></sitemap>" for number in range(1, parts + 1))
    return _xml(f"<sitemapindex {SITEMAP}>{''.join(found)}</sitemapindex>")


@router.get("/sitemap-{number}.xml")
@threaded
def part(request: Request, number: int) -> Response:
    """One of several site maps, from 1."""
    kb, base = knowledge(request), site(request)
    if not 1 <= number <= _parts(kb):
        raise NotFound(Message(f"/sitemap-{number}.xml: there is no such site map.", f"/sitemap-{number}.xml: ไม่มีแผนผังเว็บไซต์นี้"))
    return _map([*(_pages(base) if number == 1 else ()), *_documents(kb, base, number - 1)])


def _parts(kb: KnowledgeBase) -> int:
    return max(1, -(-len(kb.catalogue.groups) // SUBJECTS))


def _pages(base: str) -> Iterator[str]:
    for path in PAGES:
        yield from _addresses({lang: f"{base}{path}?ui={lang}" for lang in LANGS}, {})


def _documents(kb: KnowledgeBase, base: str, part: int) -> Iterator[str]:
    """Subjects by id, so that a page stays in its site map."""
    groups, changed = kb.catalogue.groups, kb.catalogue.columns.changed
    for group in range(part * SUBJECTS, min((part + 1) * SUBJECTS, len(groups))):
        versions = {lang: at for lang, at in zip(LANGS, groups.versions[group].tolist(), strict=True) if at >= 0}
        urls = {lang: base + links.document(groups.ids[group], lang) for lang in versions}
        yield from _addresses(urls, {lang: _time(int(changed[at])) for lang, at in versions.items()})


def _addresses(urls: dict[Lang, str], changed: dict[Lang, str]) -> Iterator[str]:
    written = {lang: escape(url, {'"': "&quot;"}) for lang, url in urls.items()}
    for lang, url in written.items():
        each = (other for other in (lang, OTHER_LANG[lang]) if other in written and len(written) > 1)
        alternates = "".join(f'<xhtml:link rel="alternate" hreflang="{other}" href="{written[other]}"/>' for other in each)
        modified = f"<lastmod>{changed[lang]}</lastmod>" if lang in changed else ""
        yield f"<url><loc>{url}</loc>{modified}{alternates}</url>"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _map(urls: list[str]) -> Response:
    return _xml(f"<urlset {SITEMAP} {XHTML}>{''.join(urls)}</urlset>")


def _xml(text: str) -> Response:
    return Response(HEAD + text, media_type="application/xml; charset=utf-8")
