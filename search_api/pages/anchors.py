"""A link beside each heading of a document, so that its address can be copied, and the list of headings."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

HEADING = re.compile(r'<h(?P<level>[2-4]) id="(?P<id>[^"]+)">(?P<text>.*?)</h(?P=level)>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Heading:
    id: str
    text: str
    level: int  # 2–4


def headings(body: str) -> tuple[Heading, ...]:
    """Of rendered, safe HTML."""
    found = HEADING.finditer(body)
    return tuple(Heading(html.unescape(each["id"]), html.unescape(TAG.sub("", each["text"])).strip(), int(each["level"])) for each in found)


def with_links(body: str, label: str) -> str:
    """label: what a link to a heading is called, before the heading's text."""

    def linked(found: re.Match[str]) -> str:
        name = html.escape(f"{label}: {html.unescape(TAG.sub('', found['text'])).strip()}")
        link = f'<a class="anchor" href="#{found["id"]}" aria-label="{name}"><span aria-hidden="true">#</span></a>'
        return f'<h{found["level"]} id="{found["id"]}">{found["text"]}{link}</h{found["level"]}>'

    return HEADING.sub(linked, body)
