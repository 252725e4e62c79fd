"""Entity tags: a browser that has the document already gets 304 Not Modified (RFC 9110, 8.8.3 and 13.1.2)."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response


def tagged(response: Response, *parts: str) -> str:
    """Set ETag and Cache-Control on a response whose content is determined by `parts`; returns the tag."""
    tag = f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return tag


def matches(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the tag (weak comparison)."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in given.split(",")]
