"""The pictures of content/ that documents show: known kinds of files inside the folder, and nothing else."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path, PurePosixPath

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from kb.addresses import PICTURE_TYPES, PICTURES
from kb.reading import naming
from search_api.caching import matches, tagged

SIZE_LIMIT = 8_000_000  # bytes of one picture
# A drawing (SVG) may hold scripts: opened by itself it is a page without rights, and as part of a document browsers run none.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
router = APIRouter(include_in_schema=False)


@router.api_route(PICTURES + "{path:path}", methods=["GET", "HEAD"])
def picture(request: Request, path: str) -> Response:
    content = request.app.state.settings.content_dir
    file = find(content, path)
    data = read(file) if file else None
    if file is None or data is None:
        raise HTTPException(404)
    response = Response(media_type=PICTURE_TYPES[file.suffix.lower()])
    tag = tagged(response, hashlib.sha256(data).hexdigest())
    del response.headers["Vary"]  # a picture is the same for everyone
    response.headers["Content-Security-Policy"] = POLICY
    if matches(request, tag):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": response.headers["Cache-Control"]})
    response.body = data
    response.headers["Content-Length"] = str(len(data))
    return response


def find(content: Path, path: str) -> Path | None:
    """The file, if it is a picture of a known kind, not hidden, and inside the folder even where links have been followed."""
    name = PurePosixPath(path)
    if not path or name.is_absolute() or ".." in name.parts or "\\" in path or naming.is_hidden(path):
        return None
    try:
        found = (content / name).resolve(strict=True)
        inside = found.relative_to(content.resolve())
    except (OSError, ValueError, RuntimeError):  # no such file, "\0" in the name or outside of the folder, links in a circle
        return None
    return found if {name.suffix.lower(), inside.suffix.lower()} <= PICTURE_TYPES.keys() and not naming.is_hidden(str(inside)) else None


def read(file: Path) -> bytes | None:
    """The bytes of a regular file of at most SIZE_LIMIT; opened without blocking, so that a named pipe cannot stop the reader."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    finally:
        os.close(descriptor)
    return data if len(data) <= SIZE_LIMIT else None
