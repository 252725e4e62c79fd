"""A page as it is read: without the marks that only say where lines may break."""

from __future__ import annotations

import re

WHOLE = re.compile(r'<span class="whole">(.*?)</span>')


def as_read(html: str) -> str:
    return WHOLE.sub(r"\1", html).replace("<wbr>", "").replace("\u00a0", " ")
