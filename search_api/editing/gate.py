"""The way in: is the editor switched on, who is asking, and replies that no cache keeps."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from kb.errors import Message
from kb.settings import Settings
from search_api.editing import access, words
from search_api.editing.access import Access, Session
from search_api.editing.work import Values, one
from search_api.pages.page import Page, page_of
from search_api.pages.templates import respond
from search_api.problems import Refused

FORM_LIMIT = 8 * 1024 * 1024  # bytes of a form: a document twice, Thai letters as nine bytes each
MOST_FIELDS = 20_000
OFF = Message(
    "The editors' pages are switched off. The administrator switches them on with KB_EDITOR_TOKEN (docs/editing.md).",
    "หน้าสำหรับผู้แก้ไขปิดอยู่ ผู้ดูแลระบบเปิดใช้ได้โดยตั้งค่า KB_EDITOR_TOKEN (ดู docs/editing.md)",
)
STALE = Message(
    "This form was opened too long ago or in another session. Nothing has been saved, and your text is below: press the button again.",
    "แบบฟอร์มนี้เปิดไว้นานเกินไปหรือเปิดจากการเข้าใช้งานครั้งอื่น จึงยังไม่ได้บันทึก ข้อความของคุณอยู่ด้านล่าง โปรดกดปุ่มอีกครั้ง",
)


@dataclass(frozen=True)
class Desk:
    """What editing needs of the settings; one for the application."""

    content_dir: Path
    index_dir: Path
    state_dir: Path
    git: bool
    access: Access | None  # None: editing is off

    @classmethod
    def of(cls, settings: Settings) -> Desk:
        access = Access(settings.editor_token) if settings.editor_token else None
        return cls(settings.content_dir, settings.index_dir, settings.state_folder, settings.editor_git, access)


@dataclass(frozen=True)
class Visit:
    """One request of a browser to the editors' pages."""

    request: Request
    page: Page
    desk: Desk
    access: Access
    session: Session
    values: Values  # of the form; empty for GET

    def reply(self, template: str, values: Mapping[str, object], status: int = 200) -> Response:
        given = {"word": self.word, "csrf": self.access.form_token(self.session), "signed_in": self.session.signed_in, **values}
        return private(respond(self.page, f"editors/{template}", given, status))

    def word(self, key: str, **values: object) -> str:
        return words.WORDS[key].in_language(self.page.lang).format(**values)

    @property
    def own_form(self) -> bool:
        return self.access.owns_form(self.session, one(self.values, "csrf")) and self._same_site

    @property
    def _same_site(self) -> bool:
        """Browsers say where a form was sent from; what they do not say is left to the form's token."""
        return self.request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


Handler = Callable[[Visit], Response]


def private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def address(request: Request) -> str:
    return request.client.host if request.client else ""


def desk_of(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


def visitor(handler: Handler) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """A route of the editors' pages: reads the form, finds the session, runs `handler` in a thread, renews the session's cookie."""

    @wraps(handler)
    async def route(request: Request) -> Response:
        desk = desk_of(request)
        if desk.access is None:
            return refused(request, Refused(404, OFF))
        try:
            values = await _form(request) if request.method == "POST" else {}
            session = desk.access.opened(request.cookies.get(access.COOKIE, "")) or desk.access.new_session("guest")
            visit = Visit(request, page_of(request), desk, desk.access, session, values)
            response = await run_in_threadpool(handler, visit)
        except Refused as fault:
            return refused(request, fault)
        if access.COOKIE not in response.headers.get("set-cookie", ""):
            set_session(visit, response, desk.access.new_session(session.role, session.nonce))
        return response

    return route


def refused(request: Request, fault: Refused) -> Response:
    page = page_of(request)
    values = {
        "word": lambda key, **given: words.WORDS[key].in_language(page.lang).format(**given),
        "status": fault.status,
        "message": fault.message,
        "signed_in": False,
    }
    response = private(respond(page, "editors/refused.html", values, fault.status))
    response.headers.update(fault.headers)
    return response


def set_session(visit: Visit, response: Response, session: Session) -> None:
    secure = visit.request.url.scheme == "https"
    response.set_cookie(
        access.COOKIE,
        visit.access.sealed(session),
        max_age=access.LASTS,
        path="/editors",
        httponly=True,
        samesite="strict",
        secure=secure,
    )


async def _form(request: Request) -> Values:
    """The fields of an urlencoded form. Raises Refused (400, 413, 415)."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Refused(415, Message("Only forms of these pages are taken here.", "รับเฉพาะแบบฟอร์มจากหน้าเหล่านี้"))
    data = await body_of(request, FORM_LIMIT)
    try:
        return parse_qs(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refused(400, Message("The form cannot be read.", "อ่านแบบฟอร์มไม่ได้")) from None


async def body_of(request: Request, limit: int) -> bytes:
    """Raises Refused (413) as soon as more than `limit` bytes have come."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise Refused(
                413,
                Message(
                    "The text is too large and was not saved. Go back: it is still in the form. A document may have 1,024 KB.",
                    "ข้อความมีขนาดใหญ่เกินไป จึงยังไม่ได้บันทึก โปรดย้อนกลับ ข้อความยังอยู่ในแบบฟอร์ม เอกสารมีขนาดได้ไม่เกิน 1,024 KB",
                ),
            )
        parts.append(part)
    return b"".join(parts)
