"""Errors as RFC 9457 problem details, in the asker's language."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kb.errors import EngineUnreachable, IndexProblem, KbError, Lang, Message, NotFound, QueryError
from search_api.language import asker_lang

TITLES = {
    400: Message("The request cannot be understood", "ไม่เข้าใจคำขอ"),
    401: Message("Sign in first", "โปรดเข้าสู่ระบบก่อน"),
    403: Message("This is not allowed", "ไม่อนุญาต"),
    404: Message("Not found", "ไม่พบ"),
    405: Message("This address does not take that method", "ที่อยู่นี้ไม่รองรับวิธีเรียกแบบนั้น"),
    412: Message("The document has changed since", "เอกสารถูกแก้ไขไปแล้ว"),
    413: Message("Too large", "ข้อมูลใหญ่เกินไป"),
    414: Message("The address is too long", "ที่อยู่ยาวเกินไป"),
    422: Message("A parameter is wrong", "พารามิเตอร์ไม่ถูกต้อง"),
    428: Message("Say which version is replaced", "โปรดระบุฉบับที่จะแทนที่"),
    429: Message("Too many tries", "ลองหลายครั้งเกินไป"),
    503: Message("No answer can be given now", "ยังตอบไม่ได้ในขณะนี้"),
}
UNEXPECTED = Message(
    "Something went wrong on the server; the log says more. Try again, and tell the administrator if it stays.",
    "เกิดข้อผิดพลาดในเซิร์ฟเวอร์ รายละเอียดอยู่ในบันทึกของระบบ โปรดลองอีกครั้ง หากยังไม่ได้โปรดแจ้งผู้ดูแลระบบ",
)
OUT_OF_ORDER = Message(
    "What this needs cannot be read just now; the log of the server says why. Other questions may be answered. Try again later, "
    "and tell the administrator if it stays.",
    "ขณะนี้อ่านข้อมูลที่ต้องใช้ไม่ได้ สาเหตุอยู่ในบันทึกของระบบ คำถามอื่นอาจยังตอบได้ โปรดลองใหม่ภายหลัง หากยังไม่ได้โปรดแจ้งผู้ดูแลระบบ",
)
NO_SUCH_ADDRESS = Message("There is nothing at this address.", "ไม่มีข้อมูลที่ที่อยู่นี้")


class Refused(KbError):
    """A request that is understood and not carried out, with the status that says why."""

    def __init__(self, status: int, message: Message, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


def status_of(error: KbError) -> int:
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, QueryError):
        return 422
    return 503 if isinstance(error, IndexProblem | EngineUnreachable) else 500


def told(error: KbError) -> Message:
    """What a visitor is told. Files and addresses of the machine are for those who run it: they stand in the log."""
    status = status_of(error)
    if status < 500 or isinstance(error, Refused):
        return error.message
    return OUT_OF_ORDER if status == 503 else UNEXPECTED


def title(status: int) -> Message:
    phrase = HTTPStatus(status).phrase
    return TITLES.get(status, Message(phrase, phrase))


def problem(
    request: Request, status: int, detail: str, errors: list[dict[str, str]] | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    lang = asker_lang(request)
    body = {
        "type": "about:blank",
        "title": title(status).in_language(lang),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "errors": errors or [],
    }
    return JSONResponse(body, status, {"Content-Language": lang, **(headers or {})}, media_type="application/problem+json")


def from_kb_error(request: Request, error: KbError) -> JSONResponse:
    detail = told(error).in_language(asker_lang(request))
    name = detail.partition("=")[0].partition(":")[0].strip()
    errors = [{"parameter": name, "detail": detail}] if isinstance(error, QueryError) else []
    return problem(request, status_of(error), detail, errors, error.headers if isinstance(error, Refused) else None)


def from_validation(request: Request, error: RequestValidationError) -> JSONResponse:
    lang = asker_lang(request)
    errors = [{"parameter": ".".join(map(str, each["loc"][1:])), "detail": _explain(each, lang)} for each in error.errors()]
    return problem(request, 422, " ".join(f"{each['parameter']}: {each['detail']}" for each in errors), errors)


def _explain(fault: Mapping[str, object], lang: Lang) -> str:
    context = fault.get("ctx") or {}
    limits = {str(key): value for key, value in context.items()} if isinstance(context, dict) else {}
    known = {
        "missing": Message("is missing; add it to the address.", "ไม่ได้ใส่มา โปรดเพิ่มในที่อยู่"),
        "int_parsing": Message("is not a whole number.", "ไม่ใช่จำนวนเต็ม"),
        "greater_than_equal": Message(f"must be {limits.get('ge')} or more.", f"ต้องไม่น้อยกว่า {limits.get('ge')}"),
        "less_than_equal": Message(f"must be {limits.get('le')} or less.", f"ต้องไม่เกิน {limits.get('le')}"),
        "string_too_long": Message(
            f"has more than {limits.get('max_length')} characters; use only the words that matter.",
            f"ยาวเกิน {limits.get('max_length')} ตัวอักษร โปรดใช้เฉพาะคำสำคัญ",
        ),
        "too_long": Message(f"is given more than {limits.get('max_length')} times.", f"ใส่มาเกิน {limits.get('max_length')} ค่า"),
        "literal_error": Message(f"must be one of {limits.get('expected')}.", f"ต้องเป็นค่าใดค่าหนึ่งใน {limits.get('expected')}"),
    }
    message = known.get(str(fault["type"]), Message(f"{fault['msg']}.", f"ไม่ถูกต้อง ({fault['msg']})"))
    return message.in_language(lang)


def from_http(request: Request, error: HTTPException) -> JSONResponse:
    lang = asker_lang(request)
    detail = NO_SUCH_ADDRESS.in_language(lang) if error.status_code == 404 else str(error.detail)
    return problem(request, error.status_code, detail, headers=error.headers)


def unexpected(request: Request) -> JSONResponse:
    return problem(request, 500, UNEXPECTED.in_language(asker_lang(request)))
