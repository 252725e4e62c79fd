"""The pages as a browser without JavaScript gets them, over the small collection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import SMALL, HashEmbedder, document, silent, write_folder
from fastapi import Request
from fastapi.testclient import TestClient
from reading import as_read

from indexer.pipeline import build
from kb.errors import Message
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app
from search_api.headers import SECURITY_HEADERS
from search_api.pages import errors
from search_api.pages.words import WORDS

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def visitor(small_kb: KnowledgeBase) -> TestClient:
    """A browser with no cookies that asks for no language."""
    return TestClient(create_app(small_kb, Settings()), headers={"accept-language": ""}, raise_server_exceptions=False)


def body(client: TestClient, path: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    reply = client.get(path, headers=headers)
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"].startswith("text/html")
    return as_read(reply.text)


def lang_of(html: str) -> str:
    found = re.search(r'<html lang="(\w+)">', html)
    assert found
    return found[1]


def client_over(folder: Path, files: dict[str, str]) -> TestClient:
    write_folder(folder / "content", files)
    build(folder / "content", folder / "index", HashEmbedder(), silent)
    return TestClient(create_app(KnowledgeBase.open(folder / "index", embedder=HashEmbedder()), Settings()))


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def links(self) -> Iterator[str]:
        return (attrs["href"] or "" for tag, attrs in self.found if tag == "a" and "href" in attrs)


PAGES = {
    "home": "/",
    "results": "/search?q=plastic+waste",
    "nothing": "/search?q=plastic+waste&theme=finance",
    "browse": "/browse",
    "browse filtered": "/browse?theme=waste&year=2019",
    "document": "/documents/case-studies/waste-bank?lang=en",
    "dialogue": "/documents/dialogues/forum?lang=th",
    "about": "/about",
    "collection": "/collection",
    "like a document": "/search?like=case-studies/waste-bank",
    "newest first": "/search?q=waste&sort=date",
    "no such page": "/nowhere",
    "no such document": "/documents/case-studies/none",
    "unknown filter": "/browse?theme=wast",
    "bad page number": "/search?q=waste&page=two",
}


@pytest.mark.parametrize("ui", ["th", "en"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_is_strict_html_in_the_language(visitor: TestClient, path: str, ui: str) -> None:
    reply = visitor.get(f"{path}{'&' if '?' in path else '?'}ui={ui}")
    tags = Tags(reply.text).found
    assert lang_of(reply.text) == ui
    assert reply.headers["content-language"] == ui
    assert [tag for tag, _ in tags].count("h1") == 1
    assert not [tag for tag, attrs in tags if tag == "style" or "style" in attrs or any(name.startswith("on") for name in attrs)]
    assert all(attrs.get("src") for tag, attrs in tags if tag == "script"), "no inline script"
    loaded = [attrs.get("src") or attrs.get("href") for tag, attrs in tags if tag in ("script", "link", "img")]
    assert all(address and address.startswith("/") and not address.startswith("//") for address in loaded)
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {name: reply.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    other_languages = [attrs for tag, attrs in tags if tag == "link" and attrs.get("rel") == "alternate" and "type" not in attrs]
    assert {attrs.get("hreflang") for attrs in other_languages} == {"th", "en"}


STATUS = {"/": 200, "/nowhere": 404, "/documents/none": 404, "/documents/": 404, "/browse?theme=wast": 422, "/search?q=a&page=0": 422}


@pytest.mark.parametrize(("path", "status"), STATUS.items())
def test_status(visitor: TestClient, path: str, status: int) -> None:
    body(visitor, path, status)


FAULTS = {503: ("ฐานความรู้ยังไม่พร้อมใช้งาน", "โปรดลองใหม่"), 500: ("เกิดข้อผิดพลาด", "คุณสามารถค้นหา"), 422: ("ไม่เข้าใจคำขอนี้", "คุณสามารถค้นหา")}


@pytest.mark.parametrize(("status", "expected"), FAULTS.items())
def test_a_fault_is_told_with_a_way_on(status: int, expected: tuple[str, str]) -> None:
    request = Request({"type": "http", "path": "/", "query_string": b"ui=th", "headers": []})
    reply = errors.page(request, status, Message("<b>en</b>", "<b>รายละเอียด</b>"))
    html = bytes(reply.body).decode()
    assert (reply.status_code, reply.headers["content-language"]) == (status, "th")
    assert all(text in html for text in (*expected, "&lt;b&gt;รายละเอียด&lt;/b&gt;"))


# Language


LANGUAGES = {
    "nothing known": ("/", {}, "en"),
    "the browser asks for Thai": ("/", {"accept-language": "th-TH,th;q=0.9,en;q=0.8"}, "th"),
    "the browser prefers English": ("/", {"accept-language": "en,th;q=0.5"}, "en"),
    "the question is Thai": ("/search?q=ขยะพลาสติก", {}, "th"),
    "the question is English": ("/search?q=plastic", {}, "en"),
    "chosen in the address": ("/search?q=plastic&ui=th", {"accept-language": "en"}, "th"),
    "remembered": ("/search?q=plastic", {"cookie": "ui=th", "accept-language": "en"}, "th"),
    "the document's language": ("/documents/case-studies/canal?lang=th", {"accept-language": "en"}, "th"),
    "remembered beats the document's": ("/documents/case-studies/canal?lang=th", {"cookie": "ui=en"}, "en"),
    "nonsense": ("/?ui=xx", {"accept-language": "th", "cookie": "ui=yy"}, "th"),
}


@pytest.mark.parametrize(("path", "headers", "expected"), LANGUAGES.values(), ids=LANGUAGES.keys())
def test_language_of_the_page(visitor: TestClient, path: str, headers: dict[str, str], expected: str) -> None:
    assert lang_of(body(visitor, path, headers=headers)) == expected


def test_the_choice_is_remembered(visitor: TestClient) -> None:
    assert lang_of(body(visitor, "/browse")) == "en"
    cookie = visitor.get("/browse?ui=th").headers["set-cookie"]
    assert "ui=th" in cookie and "SameSite=lax" in cookie
    assert lang_of(body(visitor, "/about")) == "th"
    assert "set-cookie" not in visitor.get("/about").headers


def test_the_switch_keeps_question_and_filters(visitor: TestClient) -> None:
    links = set(Tags(body(visitor, "/search?q=plastic+waste&theme=waste&theme=water")).links())
    assert "/search?q=plastic+waste&theme=waste&theme=water&ui=th" in links


def test_the_switch_on_a_document_leads_to_its_translation(visitor: TestClient) -> None:
    assert "/documents/case-studies/canal?lang=th&ui=th" in set(Tags(body(visitor, "/documents/case-studies/canal?lang=en")).links())


def test_every_word_of_the_interface_exists_in_both_languages() -> None:
    for key, word in WORDS.items():
        assert re.search("[ก-๙]", word.th), key
        assert not re.search("[ก-๙]", word.en), key
        assert set(re.findall(r"{\w+}", word.th)) == set(re.findall(r"{\w+}", word.en)), key


# Search


def test_a_question_on_the_first_page_leads_to_the_results(visitor: TestClient) -> None:
    reply = visitor.get("/?q=plastic+waste", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (308, "/search?q=plastic+waste")


def test_an_empty_question_leads_to_the_list(visitor: TestClient) -> None:
    reply = visitor.get("/search?q=+&theme=waste", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (307, "/browse?q=+&theme=waste")


@pytest.mark.parametrize(("question", "title"), [("ขยะพลาสติก", "ธนาคารขยะมะกอก"), ("plastic waste", "Waste bank of Makok")])
def test_results_name_the_document_and_mark_the_words(visitor: TestClient, question: str, title: str) -> None:
    html = body(visitor, f"/search?q={question}")
    first = html[html.index('<article class="hit">') : html.index("</article>")]
    assert title in first
    assert "<mark>" in first and re.search(r'<rect width="\d+"', first)
    assert re.search(r'href="/documents/case-studies/waste-bank\?lang=\w\w#L\d+"', first)


def test_marks_hold_whole_clusters(visitor: TestClient) -> None:
    html = body(visitor, "/search?q=น้ำเสีย")
    marked = re.findall("<mark>(.*?)</mark>(.)", html)
    assert marked
    for inside, after in marked:
        assert not re.match("[ะ-ฺ็-๎]", inside), "begins with a vowel sign or tone mark"
        assert not re.match("[ัิ-ฺำ็-๎]", after), "the cluster goes on after the mark"


def test_the_other_language_is_one_click_away(visitor: TestClient) -> None:
    html = body(visitor, "/search?q=plastic+waste+bank")
    assert re.search(r'href="/documents/case-studies/waste-bank\?lang=th" lang="th" hreflang="th"[^>]*>อ่านฉบับภาษาไทย</a>', html)


def test_a_document_in_one_language_says_so(visitor: TestClient) -> None:
    html = body(visitor, "/search?q=ป่าชายเลน&ui=en")
    assert "Thai only" in html
    assert '<a href="/documents/case-studies/mangrove?lang=th" lang="th">' in html


def test_facets_link_to_the_narrowed_list_and_back(visitor: TestClient) -> None:
    links = set(Tags(body(visitor, "/search?q=waste")).links())
    assert "/search?q=waste&theme=water" in links
    html = body(visitor, "/search?q=waste&theme=water")
    assert 'class="chip" href="/search?q=waste"' in html
    assert "Theme: Water" in html
    assert '<a href="/search?q=waste" rel="nofollow" aria-current="true">' in html, "a chosen value links to the list without it"
    assert "case-studies/canal" in html and "case-studies/waste-bank" not in html


def test_a_value_named_in_the_other_language_can_be_removed(visitor: TestClient) -> None:
    html = body(visitor, "/browse?country=Thailand&ui=th")
    assert re.search(r'class="chip" href="/browse"[^>]*><span>ประเทศ: ไทย</span>', html)


def test_nothing_found_says_what_was_tried_and_what_to_do(visitor: TestClient) -> None:
    html = body(visitor, "/search?q=ขยะ&theme=finance&country=BN")
    for expected in ("ไม่พบเอกสาร", "โดยอ่านคำถามเป็นภาษาไทย", "หัวข้อ: การเงิน", "ประเทศ: บรูไน"):
        assert expected in html
    assert {"/search?q=%E0%B8%82%E0%B8%A2%E0%B8%B0", "/browse"} <= set(Tags(html).links())


def test_a_page_too_far_leads_back(visitor: TestClient) -> None:
    html = body(visitor, "/search?q=waste&page=50")
    assert 'href="/search?q=waste"' in html


def test_results_come_in_pages(tmp_path: Path) -> None:
    files = {f"case-studies/town-{n}.en.md": document(f"Town {n}", f"Town {n} sorts its waste.") for n in range(25)}
    html = body(client_over(tmp_path, files), "/search?q=town+waste&page=2")
    assert re.search(r"11–20 of \d+ documents", html)
    assert '<ol class="hits" start="11">' in html
    links = set(Tags(html).links())
    assert {"/search?q=town+waste", "/search?q=town+waste&page=3"} <= links


# Documents


def test_a_document_shows_its_facts_in_the_language(visitor: TestClient) -> None:
    thai = body(visitor, "/documents/dialogues/forum?lang=th")
    for expected in ("6 ธันวาคม 2565", "อนงค์ ใจดี", "นายกเทศมนตรี", 'datetime="2022-12-06"', 'class="turn"', "บันทึกการหารือ"):
        assert expected in thai
    english = body(visitor, "/documents/dialogues/forum?lang=en")
    for expected in ("6 December 2022", "Anong Jaidee", "mayor", 'href="/api/v1/documents/dialogues/forum/raw?lang=en"'):
        assert expected in english


def test_text_in_the_other_language_is_marked_as_such(visitor: TestClient) -> None:
    html = body(visitor, "/documents/case-studies/canal?lang=th&ui=en")
    assert '<article class="document document-case-study" lang="th">' in html


def test_a_missing_language_is_replaced_and_said(visitor: TestClient) -> None:
    html = body(visitor, "/documents/case-studies/mangrove?lang=en")
    assert "This document has no English version" in html
    assert "ปลูกป่าชายเลนบางปู" in html


def test_every_link_from_the_results_hits_an_anchor(visitor: TestClient) -> None:
    anchors = re.findall(r'href="(/documents/[^"#]+)#(L\d+)"', body(visitor, "/search?q=waste+water+canal+buses"))
    assert len(anchors) >= 3
    for path, anchor in anchors:
        assert f'id="{anchor}"' in body(visitor, path), (path, anchor)


def test_every_link_of_the_site_works(visitor: TestClient) -> None:
    seen: set[str] = set()
    waiting = ["/", "/search?q=waste", "/documents/dialogues/forum?lang=th"]
    for path in waiting:
        reply = visitor.get(path)
        assert reply.status_code == 200, path
        if len(waiting) < 60 and "html" in reply.headers["content-type"]:
            fresh = {link.partition("#")[0] for link in Tags(reply.text).links() if link.startswith("/")} - seen
            seen |= fresh
            waiting += sorted(fresh)
    assert len(seen) > 30


def test_headings_named_like_parts_of_the_page_keep_ids_apart(tmp_path: Path) -> None:
    headings = "\n\n".join(
        f"## {name}\n\ntext" for name in ("Page question", "page_content", "Sources", "Details", "L9", "fn:1", "Sources")
    )
    files = {"case-studies/a.en.md": document("A", headings, sources="[https://example.org]")}
    ids = [attrs["id"] for _, attrs in Tags(body(client_over(tmp_path, files), "/documents/case-studies/a")).found if "id" in attrs]
    assert len(ids) == len(set(ids)) >= 7


def test_head_is_answered(visitor: TestClient) -> None:
    reply = visitor.head("/browse")
    assert (reply.status_code, reply.text) == (200, "")


# What strangers write


HOSTILE_PATHS = {
    "question": "/search?q={}",
    "question without answer": "/search?q={}&theme=finance",
    "filter": "/browse?city={}",
    "page": "/search?q=waste&page={}",
    "document": "/documents/{}",
    "address": "/{}",
    "unknown parameter": "/browse?{}={}",
}


@pytest.mark.parametrize("path", HOSTILE_PATHS.values(), ids=HOSTILE_PATHS.keys())
def test_hostile_addresses_are_shown_as_text(visitor: TestClient, path: str) -> None:
    for attack in (HOSTILE, '"><script>alert(1)</script>', "'onfocus='alert(1)", "{{7*7}}", "\u202e\x00"):
        reply = visitor.get(path.replace("{}", re.sub(r"[^\w]", lambda c: "".join(f"%{b:02X}" for b in c[0].encode()), attack)))
        assert reply.status_code in (200, 404, 422)
        for tag, attrs in Tags(reply.text).found:
            assert (tag, attrs.get("src", "")) != ("img", "x")
            assert not any(name.startswith("on") for name in attrs)
        assert "<script>" not in reply.text


def test_hostile_documents_are_shown_as_text(tmp_path: Path) -> None:
    title = HOSTILE.replace('"', "'")
    text = document(title, f"waste {HOSTILE}\n\n## {HOSTILE}\n\nwaste <script>alert(1)</script>", city=f'"{title}"', summary=f'"{title}"')
    text = text.replace("summary:", 'sources: [{url: "javascript:alert(1)", title: "<b>s</b>"}]\nsummary:')
    client = client_over(tmp_path, SMALL | {"case-studies/hostile.en.md": text})
    assert "&lt;img src=x" in client.get("/browse", params={"city": title}).text
    for path in ("/", "/browse", "/search?q=waste", "/documents/case-studies/hostile"):
        tags = Tags(body(client, path)).found
        assert not [attrs for _, attrs in tags if any(name.startswith("on") for name in attrs)], path
        assert not [attrs for tag, attrs in tags if tag == "a" and (attrs.get("href") or "").startswith("javascript")], path
        assert "&lt;img src=x" in body(client, path), path
