"""Pictures of content/, and relative links of a document, on the page and in the API."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import HashEmbedder, document, silent, write_folder
from fastapi.testclient import TestClient

from indexer.check import check
from indexer.pipeline import build
from kb.addresses import of_link, of_picture
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app
from search_api.pages.content_pictures import SIZE_LIMIT

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
HERE = "case-studies/canal.th.md"
BODY = (
    "## ผล\n\n![แผนที่](images/map%20one.png) [ฉบับอังกฤษ](canal.en.md#cost) [เวที](../dialogues/forum.th.md#สิ่งที่กล่าว) "
    "[หน้า](/documents/case-studies/canal) [เว็บ](https://example.org/a.md) [ขึ้น](#ผล)"
)


@pytest.fixture
def site(small_content: Path) -> TestClient:
    write_folder(small_content, {HERE: document("คลอง", BODY, country="TH")})
    images = small_content / "case-studies/images"
    images.mkdir()
    (images / "map one.png").write_bytes(PNG)
    (images / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    (images / "big.png").write_bytes(bytes(SIZE_LIMIT + 1))
    (images / "old.bmp").write_bytes(b"BM")
    (images / "folder.png").mkdir()
    (images / "_draft.png").write_bytes(PNG)
    (images / "within.png").symlink_to(images / "map one.png")
    (images / "text.png").symlink_to(small_content / "case-studies/canal.en.md")
    (small_content.parent / "secret.png").write_bytes(PNG)
    (images / "out.png").symlink_to(small_content.parent / "secret.png")
    (images / "loop.png").symlink_to(images / "loop.png")
    os.mkfifo(images / "pipe.png")
    settings = Settings(content_dir=small_content, index_dir=small_content.parent / "index")
    build(small_content, settings.index_dir, HashEmbedder(), silent)
    return TestClient(create_app(KnowledgeBase.open(settings.index_dir, embedder=HashEmbedder()), settings))


@pytest.mark.parametrize("address", ["/documents/case-studies/canal?lang=th", "/api/v1/documents/case-studies/canal/html?lang=th"])
def test_the_page_leads_to_pages_and_shows_pictures(site: TestClient, address: str) -> None:
    page = site.get(address).text
    for wanted in (
        'src="/pictures/case-studies/images/map%20one.png"',
        'href="/documents/case-studies/canal?lang=en#cost"',
        'href="/documents/case-studies/canal"',
        'href="https://example.org/a.md"',
    ):
        assert wanted in page
    assert 'href="/documents/dialogues/forum?lang=th#' in page
    for link in ("/documents/case-studies/canal?lang=en", "/documents/dialogues/forum?lang=th"):
        assert site.get(link).status_code == 200


def test_a_picture_is_served_once(site: TestClient) -> None:
    reply = site.get("/pictures/case-studies/images/map%20one.png")
    assert (reply.status_code, reply.content, reply.headers["content-type"]) == (200, PNG, "image/png")
    assert reply.headers["x-content-type-options"] == "nosniff" and "sandbox" in reply.headers["content-security-policy"]
    assert reply.headers["cache-control"] == "no-cache" and "vary" not in reply.headers
    again = site.get(reply.url.path, headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = site.head(reply.url.path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PNG)))
    assert site.get("/pictures/case-studies/images/within.png").content == PNG


def test_a_drawing_has_no_rights(site: TestClient) -> None:
    reply = site.get("/pictures/case-studies/images/drawing.svg")
    policy = reply.headers["content-security-policy"]
    assert reply.headers["content-type"].startswith("image/svg+xml") and reply.status_code == 200
    assert "default-src 'none'" in policy and "sandbox" in policy and "script" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "", "no-such.png", "glossary.tsv", "case-studies/canal.en.md", "case-studies/images", "case-studies/images/old.bmp",
        "case-studies/images/big.png", "case-studies/images/folder.png", "case-studies/images/_draft.png", "case-studies/images/text.png",
        "case-studies/images/out.png", "case-studies/images/loop.png", "case-studies/images/pipe.png", "../secret.png", "%2e%2e/secret.png",
        "case-studies/%2e%2e/%2e%2e/secret.png", "..%2fsecret.png", "..%5csecret.png", "%2fetc%2fhostname.png", "/etc/hostname.png",
        "case-studies/images/map%20one.png%00.png", "x" * 5000 + ".png", "%252e%252e/secret.png",
    ],
)  # fmt: skip
def test_nothing_else_is_served(site: TestClient, path: str) -> None:
    assert site.get(f"/pictures/{path}").status_code == 404


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("canal.en.md", "/documents/case-studies/canal?lang=en"),
        ("./canal.en.md#cost", "/documents/case-studies/canal?lang=en#cost"),
        ("../dialogues/forum.th.md", "/documents/dialogues/forum?lang=th"),
        ("/dialogues/forum.th.md", "/documents/dialogues/forum?lang=th"),
        ("../dialogues/forum", "/documents/dialogues/forum?lang=th"),
        ("../en/plan.md", "/documents/plan?lang=en"),
        ("images/map.png", "/pictures/case-studies/images/map.png"),
        ("/search?q=x", "/search?q=x"),
        ("/documents/dialogues/forum", "/documents/dialogues/forum"),
        ("../../../etc/passwd.md", "../../../etc/passwd.md"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("//example.org/x.md", "//example.org/x.md"),
        ("#ผล", "#ผล"),
        ("", ""),
    ],
)
def test_addresses_of_links(written: str, address: str) -> None:
    assert of_link(written, HERE, "th") == address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("images/แผนที่.png", "/pictures/case-studies/images/%E0%B9%81%E0%B8%9C%E0%B8%99%E0%B8%97%E0%B8%B5%E0%B9%88.png"),
        ("/images/map.png", "/pictures/images/map.png"),
        ("/pictures/images/map.png", "/pictures/images/map.png"),
        ("../../x.png", "../../x.png"),
    ],
)
def test_addresses_of_pictures(written: str, address: str) -> None:
    assert of_picture(written, HERE) == address


def test_a_kind_of_picture_that_is_not_shown_is_found_by_the_check(site: TestClient) -> None:
    content: Path = site.app.state.settings.content_dir  # type: ignore[attr-defined]
    write_folder(content, {"case-studies/old.en.md": document("Old", "![old](images/old.bmp) ![map](images/drawing.svg)", country="TH")})
    found = [p for p in check(content).problems if p.code == "picture-kind"]
    assert [(p.path, p.line) for p in found] == [("case-studies/old.en.md", 7)]
