"""Feeds, OpenSearch, site map and robots.txt."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app
from search_api.pages import sitemap

A = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def client(small_kb: KnowledgeBase) -> TestClient:
    """A visitor of its own: the shared one would keep the cookies of these pages."""
    return TestClient(create_app(small_kb, Settings()))


@pytest.fixture
def public(small_kb: KnowledgeBase) -> TestClient:
    return TestClient(create_app(small_kb, Settings(site_url="https://kb.example.go.th/green")), headers={"host": "evil.example"})


@pytest.mark.parametrize(
    ("path", "lang", "count"), [("/feed/th.atom", "th", 4), ("/feed/en.atom", "en", 3), ("/search.atom?q=ขยะ", "th", None)]
)
def test_a_feed_is_atom(public: TestClient, path: str, lang: str, count: int | None) -> None:
    reply = public.get(path)
    assert reply.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(reply.content)
    assert root.tag == f"{A}feed" and root.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    entries = root.findall(f"{A}entry")
    assert len(entries) == count if count else entries
    for each in (root, *entries):
        assert all(len(each.findall(f"{A}{name}")) == 1 for name in ("id", "title", "updated"))
        assert all(link.get("href", "").startswith("https://kb.example.go.th/green/") for link in each.findall(f"{A}link"))
    ids = [each.findtext(f"{A}id") for each in entries]
    assert len(set(ids)) == len(ids) and all(str(each).startswith("urn:uuid:") for each in ids)
    assert ids == [each.findtext(f"{A}id") for each in ET.fromstring(public.get(path).content).findall(f"{A}entry")]
    assert public.get(path, headers={"if-none-match": reply.headers["etag"]}).status_code == 304
    assert "evil" not in reply.text


def test_without_a_setting_the_request_says_where_the_site_is(client: TestClient) -> None:
    assert 'href="http://testserver/feed/en.atom"' in client.get("/feed/en.atom").text
    assert client.get("/feed/de.atom").status_code == 404


def test_the_search_describes_itself(client: TestClient) -> None:
    for lang, name in (("th", "เมืองเขียวอาเซียน"), ("en", "ASEAN green cities")):
        html = client.get(f"/?ui={lang}").text
        assert f'href="/opensearch.xml?ui={lang}"' in html and f'href="/feed/{lang}.atom"' in html
        text = client.get(f"/opensearch.xml?ui={lang}").text
        assert name in text and f"/search?q={{searchTerms}}&amp;ui={lang}" in text and "application/x-suggestions+json" in text
    typed, names, also, urls = client.get("/opensearch/suggest?q=มะก&ui=th").json()
    assert (typed, names[0], also[0]) == ("มะก", "มะกอก", "Makok") and urls[0].startswith("http://testserver/search?q=")


def test_site_map_and_robots(public: TestClient) -> None:
    root = ET.fromstring(public.get("/sitemap.xml").content)
    urls = {url.findtext(f"{SITEMAP}loc"): url for url in root}
    thai = urls["https://kb.example.go.th/green/documents/case-studies/canal?lang=th"]
    assert {link.get("hreflang") for link in thai.findall("{http://www.w3.org/1999/xhtml}link")} == {"th", "en"}
    assert "https://kb.example.go.th/green/documents/case-studies/mangrove?lang=en" not in urls
    assert "Sitemap: https://kb.example.go.th/green/sitemap.xml" in public.get("/robots.txt").text


def test_a_large_collection_has_several_site_maps(public: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def addresses(path: str) -> list[str | None]:
        return [each.findtext(f"{SITEMAP}loc") for each in ET.fromstring(public.get(path).content)]

    whole = addresses("/sitemap.xml")
    monkeypatch.setattr(sitemap, "SUBJECTS", 3)
    assert addresses("/sitemap.xml") == [f"https://kb.example.go.th/green/sitemap-{number}.xml" for number in (1, 2)]
    assert addresses("/sitemap-1.xml") + addresses("/sitemap-2.xml") == whole and len(set(whole)) == len(whole) == 15
    assert [public.get(f"/sitemap-{number}.xml").status_code for number in (0, 3)] == [404, 404]
