"""Jinja2 templates -> replies. Everything is escaped unless a template says `safe`, which only rendered Markdown does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from kb.text.language import detect
from kb.types import OTHER_LANG
from search_api.headers import SECURITY_HEADERS
from search_api.language import COOKIE
from search_api.pages import links, snippets
from search_api.pages.page import Page
from search_api.pages.typography import unbroken

STATIC = Path(__file__).parent.parent / "static"
A_YEAR = 365 * 24 * 3600  # seconds


@cache
def static(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers never show an old one."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


@cache
def environment() -> Environment:
    found = Environment(
        loader=PackageLoader("search_api.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.tests["web_address"] = lambda url: url.startswith(("http://", "https://"))
    found.globals |= {"static": static, "links": links, "other": OTHER_LANG, "snippets": snippets, "lang_of": detect}
    return found


def respond(page: Page, template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """The page in the visitor's language; a language chosen with `?ui=` is remembered for a year."""
    html = unbroken(environment().get_template(template).render(values, page=page))
    headers = {**SECURITY_HEADERS, "Content-Language": page.lang, "Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
    response = HTMLResponse(html, status, headers)
    if page.choice:
        response.set_cookie(COOKIE, page.choice, max_age=A_YEAR, samesite="lax", httponly=True)
    return response
