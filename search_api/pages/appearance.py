"""Light, dark, or as the system says: a choice kept in a cookie, made by a link, without JavaScript."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from search_api.pages.page import SCHEME_COOKIE
from search_api.pages.templates import A_YEAR

Scheme = Literal["auto", "light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("auto", "light", "dark")
router = APIRouter(include_in_schema=False)


@router.get("/appearance")
def appearance(request: Request, scheme: str = "auto", back: str = "/") -> Response:
    """Remember the scheme and go back to a page of this site."""
    response = RedirectResponse(back if is_local(back) else "/", 303)
    if scheme in ("light", "dark"):
        response.set_cookie(SCHEME_COOKIE, scheme, max_age=A_YEAR, samesite="lax", httponly=True)
    else:
        response.delete_cookie(SCHEME_COOKIE, samesite="lax", httponly=True)
    return response


def is_local(path: str) -> bool:
    """Whether an address can only lead to this site: browsers read "//" and "/\\" as another host and drop control characters."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and all(" " < char != "\\" and char != "\x7f" for char in path)
