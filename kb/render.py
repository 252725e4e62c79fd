"""Markdown of a content file -> HTML that is safe to put on a page.

    source -> line marks -> Python-Markdown (raw HTML stays text) -> nh3 allow-list -> anchors and speaker turns

Every line of text gets an empty `<span id="L12">` with its line in the file, so that a passage, which knows its lines, can be linked
to. Headings get an id made of their words, which keeps Thai vowels and tone marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import nh3
from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.preprocessors import Preprocessor

from kb import addresses
from kb.errors import Lang, Message

BACK_TO_TEXT = Message(en="Back to note %d in the text", th="กลับไปยังเชิงอรรถ %d ในเนื้อหา")

# A line mark is a line number between two private-use characters; authors' own are removed first.
OPEN, CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
# What may stand before the text of a line: heading, quotation, list item, first cell of a table.
PREFIX = re.compile(r" {0,3}(?:#{1,6}[ \t]*|>[ \t]?|[-*+][ \t]+|\d+\.[ \t]+|\|[ \t]*)*")
# Lines whose beginning the parser must see untouched: code, definitions of links and footnotes, rules, underlines of headings and tables.
UNMARKED = re.compile(r"\x02| {4}|\t| {0,3}\[[^\]]*\]:|[\s=|:*_-]*$")

TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "sub", "sup", "span", "div"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
    *("ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("a", "img"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}} | {
    tag: {"id"} for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "li", "span", "sup")
}
CLASSES = {"a": {"footnote-ref", "footnote-backref"}, "div": {"footnote"}}
ALIGNMENTS = {"align": {"left", "center", "right"}}
SCHEMES = {"http", "https", "mailto"}

AttributeFilter = Callable[[str, str, str], str | None]  # (tag, name, value) -> value; None leaves the attribute out

TAG = re.compile(r"<[^>]*>")
# A paragraph that begins with a name in bold and a colon: somebody speaks.
BLOCK = re.compile(r'<h[1-6]\b|<div\b|<p>(?P<line>(?:<span id="L\d+"></span>)?)(?P<name><strong>[^<]+(?::</strong>|</strong>:))?')


def render(source: str, lang: Lang, *, first_line: int = 1, path: str = "") -> str:
    """HTML without script, style, foreign images and unknown tags; raw HTML of the source is shown as text.

    first_line: the line of the file at which `source` begins (`Document.body_line`), 1-based; anchors count from there.
    path: of the document in content/; with it, links and pictures get their addresses on the site, without it they stay as written.
    """
    html = _markdown(lang, first_line).convert(re.sub(f"[{OPEN}{CLOSE}]", "", source))
    return _with_turns(_sanitise(_with_anchors(html), _addressed(path, lang)))


def slug(heading: str) -> str:
    """An id for a heading: its letters, marks and digits in lower case, anything else as "-".

    Unicode's combining marks (Thai vowels and tone marks) are kept, which `\\w` would drop.
    """
    text = unicodedata.normalize("NFC", MARK.sub("", heading)).casefold()
    kept = "".join(char if unicodedata.category(char)[0] in "LMN" else "-" for char in text)
    return re.sub("-+", "-", kept).strip("-") or "section"


def _markdown(lang: Lang, first_line: int) -> Markdown:
    parser = Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            FootnoteExtension(BACKLINK_TITLE=BACK_TO_TEXT.in_language(lang)),
            "sane_lists",
            "fenced_code",
            TocExtension(marker="", slugify=lambda text, _separator: slug(text)),
        ]
    )
    # Without these two the parser takes HTML for text, and escapes it.
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("html")
    parser.preprocessors.register(_LineMarks(first_line), "line_marks", 10)
    return parser


class _LineMarks(Preprocessor):
    def __init__(self, first_line: int) -> None:
        super().__init__()
        self._first_line = first_line

    def run(self, lines: list[str]) -> list[str]:
        return [line if UNMARKED.match(line) else _marked(line, number) for number, line in enumerate(lines, self._first_line)]


def _marked(line: str, number: int) -> str:
    prefix = PREFIX.match(line)
    end = prefix.end() if prefix else 0
    return f"{line[:end]}{OPEN}{number}{CLOSE}{line[end:]}"


def _with_anchors(html: str) -> str:
    """Marks become anchors in text, and vanish inside tags (a link's title may run over two lines)."""
    inside_tags = TAG.sub(lambda tag: MARK.sub("", tag[0]), html)
    return MARK.sub(r'<span id="L\1"></span>', inside_tags)


def _sanitise(html: str, attribute: AttributeFilter) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        allowed_classes=CLASSES,
        tag_attribute_values={"td": ALIGNMENTS, "th": ALIGNMENTS},
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )


def _addressed(path: str, lang: Lang) -> AttributeFilter:
    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return None if not _is_relative(value) else addresses.of_picture(value, path) if path else value
        return addresses.of_link(value, path, lang) if path and tag == "a" and name == "href" else value

    return attribute


def _is_relative(url: str) -> bool:
    """Whether a browser would fetch it from this server: browsers drop white space and control characters, and read "\\" as "/"."""
    seen = "".join(char for char in url if char > " ").replace("\\", "/")
    return not seen.startswith("//") and not re.match(r"[a-z][a-z0-9+.-]*:", seen, re.IGNORECASE)


def _with_turns(html: str) -> str:
    """Class "turn" for a paragraph in which somebody begins to speak, "turn-more" for those up to the next turn or heading."""
    speaking = False

    def block(found: re.Match[str]) -> str:
        nonlocal speaking
        name = found["name"]
        speaking = bool(name) or (speaking and found[0].startswith("<p>"))
        if name:
            return f'<p class="turn">{found["line"]}<strong class="speaker">{name.removeprefix("<strong>")}'
        return f'<p class="turn-more">{found["line"]}' if speaking else found[0]

    return BLOCK.sub(block, html)
