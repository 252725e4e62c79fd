"""A fault as a page for people, in their language, with a way on."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from kb.errors import Message
from search_api.pages.page import page_of
from search_api.pages.templates import respond

TITLES = {400: "error_400", 404: "error_404", 414: "error_400", 422: "error_400", 503: "error_503"}


def page(request: Request, status: int, message: Message) -> HTMLResponse:
    """`message` says what is wrong and what to do; it is shown as text."""
    values = {"title": TITLES.get(status, "error_500"), "message": message, "status": status}
    return respond(page_of(request), "error.html", values, status)
