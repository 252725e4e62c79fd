"""Markdown -> plain text. The only file of the reading side that knows Python-Markdown."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from functools import cached_property
from html.parser import HTMLParser

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

EXTENSIONS = ("tables", "sane_lists")
PLAIN = re.compile(r"[^\\`*_\[\]<>&]*")  # nothing that Markdown reads as anything but text inside a line
BREAKS = frozenset(("p", "li", "tr", "div", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "hr"))
CELLS = frozenset(("td", "th"))
FOOTNOTE_ID = re.compile(r"^ {0,3}\[\^([^\]]*)\]:", re.MULTILINE)
# Anything in front of a paragraph that keeps the parser from taking it for a list, a heading or code.
GUARD = "\ue002"


class PlainText:
    """Renders pieces of one Markdown text; links by reference are resolved against the definitions of the whole text."""

    def __init__(self, whole: str) -> None:
        self._whole = whole

    @cached_property
    def _parser(self) -> Markdown:
        """Made when it is wanted: many texts are plain, and it takes as long to make as to read one of them."""
        parser = Markdown(extensions=list(EXTENSIONS))
        # Without these two the parser takes HTML for text, and escapes it.
        parser.preprocessors.deregister("html_block")
        parser.inlinePatterns.deregister("html")
        ids = set(FOOTNOTE_ID.findall(self._whole))
        if ids:
            parser.inlinePatterns.register(_FootnoteMark(ids), "footnote", 175)
        if "]:" in self._whole:
            parser.convert(self._whole)
        return parser

    def is_plain(self, source: str) -> bool:
        """Whether the source of one line or paragraph is its text already: rendering takes a hundred times as long."""
        return bool(PLAIN.fullmatch(source))

    def inline(self, source: str) -> str:
        """The text of a paragraph or heading. Line ends stay where they are."""
        if self.is_plain(source):
            return source
        return _extract(self._parser.convert(GUARD + source)).replace(GUARD, "", 1).strip()

    def block(self, source: str) -> str:
        """The text of a list, table, quotation or footnote: one line for each item, row or paragraph in it."""
        lines = (" ".join(line.split()) for line in _extract(_unwrapped(self._parser.convert(source))).split("\n"))
        return "\n".join(line.strip(" |") if line.strip(" |") else "" for line in lines if line)

    def is_table(self, source: str) -> bool:
        return "<table>" in self._parser.convert(source)


class _FootnoteMark(InlineProcessor):
    """[^1] in the text is left out where the text defines that footnote."""

    def __init__(self, ids: set[str]) -> None:
        super().__init__(r"\[\^([^\]]*)\]")
        self._ids = ids

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        if m[1] not in self._ids:
            return None, None, None
        return etree.Element("span"), m.start(0), m.end(0)


def _unwrapped(html: str) -> str:
    """A line end inside a paragraph is a space; those between elements do not matter."""
    return html.replace("\n", " ")


def _extract(html: str) -> str:
    collector = _Collector()
    collector.feed(html)
    collector.close()
    return "".join(collector.parts)


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKS:
            self.parts.append("\n")
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in BREAKS:
            self.parts.append("\n")
        elif tag in CELLS:
            self.parts.append(" | ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
