"""In which language does this visitor read? Chosen on the page, asked for by the browser, or shown by the question itself."""

from __future__ import annotations

from fastapi import Request

from kb.errors import Lang
from kb.text.language import detect

COOKIE = "ui"


def asker_lang(request: Request) -> Lang:
    """`ui` in the address, then the remembered choice, then the question's language, then Accept-Language, then English."""
    for chosen in (request.query_params.get("ui"), request.cookies.get(COOKIE)):
        if chosen in ("th", "en"):
            return "th" if chosen == "th" else "en"
    question = request.query_params.get("q", "").strip()
    if question:
        return detect(question[:200])
    return accepted(request.headers.get("accept-language", ""))


def accepted(header: str) -> Lang:
    """The better of Thai and English in an Accept-Language header (RFC 9110, 12.5.4); English when it names neither."""
    weights = {"th": 0.0, "en": 0.0}
    for part in header[:1000].split(","):
        tag, _, quality = part.strip().partition(";q=")
        lang = tag.split("-")[0].strip().lower()
        if lang in weights:
            weights[lang] = max(weights[lang], _quality(quality))
    return "th" if weights["th"] > weights["en"] else "en"


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 1.0
    except ValueError:
        return 0.0
