"""What may be asked of a search, and what is answered beyond it."""

from __future__ import annotations

from kb.errors import Lang, Message, NotFound, QueryError

MAX_LIMIT = 100  # hits in one reply
MAX_OFFSET = 10_000
MAX_PASSAGES = 10  # passages of one hit


def check(limit: int, offset: int, passages: int) -> None:
    """Raises QueryError."""
    bounds = (("limit", limit, 1, MAX_LIMIT), ("offset", offset, 0, MAX_OFFSET), ("passages", passages, 0, MAX_PASSAGES))
    for name, value, low, high in bounds:
        if not low <= value <= high:
            en = f"{name}={value}: give a number from {low} to {high:,}."
            raise QueryError(Message(en, f"{name}={value}: ให้ใส่จำนวนตั้งแต่ {low} ถึง {high:,}"))


def not_found(document_id: str, lang: Lang | None) -> NotFound:
    in_en, in_th = (f" in {lang}", f" ภาษา {lang}") if lang else ("", "")
    return NotFound(
        Message(
            en=f"{document_id}: there is no such document{in_en}. See the list of all documents (API: documents?limit=500).",
            th=f"{document_id}: ไม่มีเอกสารนี้{in_th} ดูได้จากรายการเอกสารทั้งหมด (API: documents?limit=500)",
        )
    )
