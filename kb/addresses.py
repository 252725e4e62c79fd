"""Where what a document refers to stands on the site: relative links to files of content/ -> addresses of pages and pictures."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from kb.errors import Lang
from kb.reading import naming

DOCUMENTS, PICTURES = "/documents/", "/pictures/"
PICTURE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
}
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def is_picture(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in PICTURE_TYPES


def of_link(target: str, path: str, lang: Lang) -> str:
    """The address for a link that stands in the document `path`, in language `lang`; as written where no file of content/ is meant."""
    if not target or target[0] == "#" or _ELSEWHERE.match(target):
        return target
    parts = urlsplit(target)
    written, fragment = unquote(parts.path), f"#{parts.fragment}" if parts.fragment else ""
    found = resolved(written, path)
    if found is None or not written:
        return target
    if found.lower().endswith(naming.ENDING):
        name = naming.name_of(found)
        return _page(name.id, name.lang) + fragment
    if is_picture(found):
        return PICTURES + quote(found)
    # Without an ending and from the document's own folder: the id of a document. From the root: a page of the site.
    return target if PurePosixPath(found).suffix or written.startswith("/") else _page(found, lang) + fragment


def of_picture(target: str, path: str) -> str:
    """The address of a picture that stands in the document `path`."""
    found = resolved(unquote(urlsplit(target).path), path)
    return PICTURES + quote(found) if found and not _ELSEWHERE.match(target) and not target.startswith(PICTURES) else target


def resolved(written: str, path: str) -> str | None:
    """The path in content/ that is meant in the document `path`; from the root where it begins with "/". None: it leads out."""
    parts: list[str] = []
    for part in [*([] if written.startswith("/") else PurePosixPath(path).parent.parts), *PurePosixPath(written.lstrip("/")).parts]:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or None


def _page(document_id: str, lang: Lang | None) -> str:
    return f"{DOCUMENTS}{quote(document_id)}" + (f"?lang={lang}" if lang else "")
