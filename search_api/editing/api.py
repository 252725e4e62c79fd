"""The editors' JSON API: documents of content/ as files, with entity tags, behind `Authorization: Bearer TOKEN`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from kb.errors import Message
from kb.reading import naming
from kb.render import render
from search_api import problems, schemas
from search_api.editing import checking, files, gate
from search_api.editing.checking import Checked
from search_api.editing.files import Changed, Stored
from search_api.editing.gate import Desk
from search_api.language import asker_lang
from search_api.problems import Refused

refusal: dict[str, Any] = {"model": schemas.ProblemOut, "content": {"application/problem+json": {}}}
CALL_LIMIT = files.SIZE_LIMIT * 2  # bytes of a JSON call; the text in it may have SIZE_LIMIT
NEEDS_TOKEN = Refused(
    401,
    Message("Send the editors' token: Authorization: Bearer TOKEN.", "โปรดส่งรหัสผู้แก้ไขในส่วนหัว Authorization: Bearer"),
    {"WWW-Authenticate": 'Bearer realm="editors"'},
)


def bearer(request: Request) -> Desk:
    """Raises Refused: 404 when editing is off, 401 without the token, 429 after too many wrong ones."""
    desk = gate.desk_of(request)
    if desk.access is None:
        raise Refused(404, gate.OFF)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not desk.access.accepts(token.strip(), gate.address(request)):
        raise NEEDS_TOKEN
    return desk


Editing = Annotated[Desk, Depends(bearer)]
router = APIRouter(prefix="/api/v1/editor", tags=["editor"], responses={code: refusal for code in (401, 404, 413, 414, 422, 429)})


class Text(BaseModel):
    path: str  # where the text stands or is to stand, relative to content/
    text: str  # the whole file


# What the handlers read by themselves, so that a size is refused before it is taken in.
TAKES_TEXT: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": {"schema": Text.model_json_schema()}}}}
TAKES_FILE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/markdown": {"schema": {"type": "string"}}}},
    "parameters": [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string", "pattern": pattern}, "description": meaning}
        for name, pattern, meaning in (
            ("If-Match", '^"[0-9a-f]+"$', "ETag of the version that is replaced"),
            ("If-None-Match", r"^\*$", "for a new document"),
        )
    ],
}


class FindingOut(BaseModel):
    severity: str  # error, warning, note
    code: str
    line: int  # of the file, 1-based; 0: the whole file
    field: str  # key of the header, "body" or ""
    message: str  # in the asker's language


class CheckOut(BaseModel):
    ok: bool  # no errors
    findings: list[FindingOut]


class SavedOut(CheckOut):
    path: str
    etag: str


@router.get("/documents/{path:path}", response_class=PlainTextResponse, summary="The file of a document or draft")
def get(desk: Editing, path: str) -> Response:
    stored = files.read(desk.content_dir, path)
    if stored is None:
        raise Refused(404, Message(f"{path}: there is no such document.", f"{path}: ไม่มีเอกสารนี้"))
    return Response(stored.data, headers={"ETag": _tag(stored), "Cache-Control": "no-store"}, media_type="text/markdown; charset=utf-8")


@router.put(
    "/documents/{path:path}",
    response_model=SavedOut,
    responses={201: {"model": SavedOut}, 412: refusal, 428: refusal},
    openapi_extra=TAKES_FILE,
    summary="Save a whole file: If-Match, or If-None-Match: * for a new one",
)
async def put(request: Request, desk: Editing, path: str) -> Response:
    data = await gate.body_of(request, files.SIZE_LIMIT)
    return await run_in_threadpool(_put, request, desk, path, data)


def _put(request: Request, desk: Desk, path: str, data: bytes) -> Response:
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused(422, Message("The text is not UTF-8.", "ข้อความไม่ได้เข้ารหัสแบบ UTF-8")) from None
    expected = _expected(request)
    files.check_path(path)
    checked = checking.check(desk.content_dir, files.document_of(path), text)
    if checked.errors and path == files.document_of(path):
        return _faulty(request, checked)
    try:
        stored = files.save(desk.content_dir, path, text, expected)
    except Changed as fault:
        return _changed(request, fault, text)
    saved = SavedOut(path=path, etag=_tag(stored), **_report(request, checked).model_dump())
    return JSONResponse(saved.model_dump(), 200 if expected else 201, {"ETag": _tag(stored), "Cache-Control": "no-store"})


def _expected(request: Request) -> str:
    """The digest of If-Match; NO_FILE for `If-None-Match: *`. Raises Refused (428) when neither is there."""
    tag = request.headers.get("if-match", "").strip()
    if len(tag) > 2 and tag.startswith('"') and tag.endswith('"'):
        return tag.strip('"')
    if request.headers.get("if-none-match", "").strip() == "*":
        return files.NO_FILE
    en = "Send If-Match with the ETag of the version that is replaced, or If-None-Match: * for a new document."
    raise Refused(428, Message(en, "โปรดส่ง If-Match พร้อม ETag ของฉบับที่จะแทนที่ หรือ If-None-Match: * สำหรับเอกสารใหม่"))


def _tag(stored: Stored) -> str:
    return f'"{stored.digest}"'


def _changed(request: Request, fault: Changed, text: str) -> Response:
    """412 with both texts, so that a client can show them side by side."""
    reply = problems.problem(request, 412, fault.message.in_language(asker_lang(request)))
    body = json.loads(bytes(reply.body)) | {"yours": text, "now": fault.now.text if fault.now else None}
    tag = {"ETag": _tag(fault.now)} if fault.now else {}
    return JSONResponse(body, 412, {"Content-Language": asker_lang(request), **tag}, media_type="application/problem+json")


def _faulty(request: Request, checked: Checked) -> Response:
    lang = asker_lang(request)
    message = Message("The text has errors and was not saved; a draft may have them.", "เอกสารมีข้อผิดพลาดจึงยังไม่บันทึก แต่เก็บเป็นฉบับร่างได้")
    body = json.loads(bytes(problems.problem(request, 422, message.in_language(lang)).body)) | _report(request, checked).model_dump()
    return JSONResponse(body, 422, {"Content-Language": lang}, media_type="application/problem+json")


def _report(request: Request, checked: Checked) -> CheckOut:
    lang = asker_lang(request)
    found = [
        FindingOut(
            severity=each.problem.severity,
            code=each.problem.code,
            line=each.problem.line,
            field=each.field,
            message=each.problem.message.in_language(lang),
        )
        for each in checked.findings
    ]
    return CheckOut(ok=not checked.errors, findings=found)


async def sent(request: Request, desk: Editing) -> tuple[Desk, Text]:
    """The text of a call. Raises Refused (413, 422)."""
    data = await gate.body_of(request, CALL_LIMIT)
    try:
        found = Text.model_validate_json(data)
        size = len(found.text.encode("utf-8"))
    except ValueError:
        raise Refused(422, Message('Send JSON: {"path": "…", "text": "…"}.', 'โปรดส่ง JSON เช่น {"path": "…", "text": "…"}')) from None
    if size > files.SIZE_LIMIT:
        raise files.too_large()
    files.check_path(found.path)
    return desk, found


Sent = Annotated[tuple[Desk, Text], Depends(sent)]


@router.post("/check", response_model=CheckOut, openapi_extra=TAKES_TEXT, summary="What the checker says of a text")
def check(request: Request, given: Sent) -> CheckOut:
    desk, text = given
    return _report(request, checking.check(desk.content_dir, files.document_of(text.path), text.text))


@router.post("/preview", openapi_extra=TAKES_TEXT, summary="A text as safe HTML")
def preview(request: Request, given: Sent) -> dict[str, Any]:
    desk, text = given
    checked = checking.check(desk.content_dir, files.document_of(text.path), text.text)
    page = checked.page
    heavy = any(each.problem.code in ("body-dense", "body-nesting") for each in checked.findings)
    lang = naming.name_of(text.path).lang or "en"
    html = render(page.body, lang, first_line=page.body_line) if page and not heavy else ""
    return {"html": html, **_report(request, checked).model_dump()}
