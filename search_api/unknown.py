"""Parameters that a search does not know: a misspelt filter would silently widen it."""

from __future__ import annotations

import difflib

from fastapi import Request

from kb.errors import Message
from kb.types import Filters
from search_api.language import asker_lang

MAX_WARNINGS = 10  # unknown parameters that are named in a reply
LONGEST_NAME = 100  # characters of one that is named
KNOWN = {"q", "language", "ui", "mode", "limit", "offset", "passages", "as_written", "sort", *Filters.__dataclass_fields__}
AS_SENT = {name.encode() for name in KNOWN}


def surely_known(query: bytes) -> bool:
    """Whether every name of a query as it was sent is known, found without decoding it."""
    return all(each.partition(b"=")[0] in AS_SENT for each in query.split(b"&"))


def unknown_parameters(request: Request) -> list[str]:
    """A warning for each, with the nearest name."""
    lang = asker_lang(request)
    unknown = [name for name in request.query_params if name not in KNOWN]
    return [_warning(name).in_language(lang) for name in unknown[:MAX_WARNINGS] if len(name) <= LONGEST_NAME]


def _warning(name: str) -> Message:
    near = difflib.get_close_matches(name, KNOWN, n=1)
    hint = Message(f"; did you mean {near[0]}?", f" หมายถึง {near[0]} หรือไม่") if near else Message("", "")
    return Message(f"{name}: no such parameter, ignored{hint.en}", f"{name}: ไม่มีพารามิเตอร์นี้ จึงไม่นำมาใช้{hint.th}")
