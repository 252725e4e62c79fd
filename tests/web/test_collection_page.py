"""Pictures of the collection, documents like a document, order, citations and line breaks, as a browser without JavaScript gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from fastapi.testclient import TestClient
from markupsafe import Markup

from kb.index.semantic_map import SemanticMap
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.types import Document, DocumentSummary, PartialDate
from search_api.app import create_app
from search_api.pages import chart, pictures
from search_api.pages.appearance import is_local
from search_api.pages.cite import citations
from search_api.pages.typography import unbroken, whole


@pytest.fixture
def client(small_kb: KnowledgeBase) -> TestClient:
    """A visitor of its own: the shared one would keep the cookies of these pages."""
    return TestClient(create_app(small_kb, Settings()))


def many(count: int, years: int = 1) -> list[DocumentSummary]:
    return [
        DocumentSummary(
            f"case-studies/d{n}",
            "en",
            "case-study",
            f"Town {n}: title",
            "",
            "",
            PartialDate(2000 + n % years),
            (),
            (f"Town {n}",),
            (),
            (),
            (),
            (),
            "",
            (),
        )
        for n in range(count)
    ]


def listed(count: int) -> tuple[list[str], Callable[[str], DocumentSummary]]:
    """Ids in the order of the list, and what is shown of each."""
    documents = {each.id: each for each in many(count)}
    return list(documents), documents.__getitem__


def spread(count: int) -> SemanticMap:
    places = np.random.default_rng(7).random((count, 2))
    return SemanticMap({f"case-studies/d{n}": (float(x), float(y)) for n, (x, y) in enumerate(places)}, {}, 0.1, {})


@pytest.mark.parametrize("shape", [chart.WIDE, chart.TALL], ids=["wide", "tall"])
@pytest.mark.parametrize("count", [1, 2, 42, chart.POINTS])
def test_points_do_not_touch_and_stay_inside(count: int, shape: chart.Shape) -> None:
    drawn = chart.draw(spread(count), *listed(count), shape)
    assert (len(drawn.points), drawn.grouped) == (count, False)
    for one, other in combinations(drawn.points, 2):
        assert ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5 >= 24
    assert all(p.x - p.radius >= 0 and p.x + p.radius <= shape.width for p in drawn.points)


def test_points_on_one_spot_are_moved_apart() -> None:
    same = SemanticMap({f"case-studies/d{n}": (0.5, 0.5) for n in range(9)}, {}, 0.0, {})
    drawn = chart.draw(same, *listed(9), chart.WIDE)
    assert min(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 for a, b in combinations(drawn.points, 2)) >= 24


def test_five_thousand_documents_are_drawn_as_groups() -> None:
    drawn = chart.draw(spread(5000), *listed(5000), chart.WIDE)
    assert drawn.grouped and len(drawn.points) <= chart.WIDE.cells[0] * chart.WIDE.cells[1]
    assert sum(point.count for point in drawn.points) == 5000


@pytest.mark.parametrize(("count", "years", "bars"), [(42, 24, False), (5000, 24, True), (10, 300, False)])
def test_years(count: int, years: int, bars: bool) -> None:
    documents = many(count, years)
    found = pictures.timeline(np.array([each.date.year for each in documents if each.date]), documents.__getitem__)
    assert found.bars == bars and len(found.columns) <= pictures.COLUMNS + 1
    assert sum(column.count for column in found.columns) == count
    assert all(len(column.documents) == min(column.count, pictures.LISTED if bars else pictures.MARKS) for column in found.columns)


@pytest.mark.parametrize(("lang", "year", "country"), [("en", "2019", "Thailand"), ("th", "2562", "ไทย")])
def test_the_page_of_pictures(client: TestClient, lang: str, year: str, country: str) -> None:
    html = client.get(f"/collection?ui={lang}").text
    assert f'href="/browse?year=2019">{year}</a>' in html
    assert f'href="/browse?country=TH">{country}</a> <span class="count">3</span>' in html
    drawn = html[html.index('<svg class="map map-wide"') : html.index("</svg>", html.index('<svg class="map map-wide"'))]
    assert drawn.count("<a href") == 4 and "case-studies/mangrove" in drawn


def test_the_map_is_the_same_each_time_and_names_the_nearest(small_kb: KnowledgeBase) -> None:
    assert set(small_kb.semantic_map.places) == set(small_kb.semantic_map.nearest) == set(small_kb.catalogue.groups.ids)
    assert all(0 <= value <= 1 for place in small_kb.semantic_map.places.values() for value in place)


def test_documents_like_a_document_say_what_they_share(client: TestClient) -> None:
    html = client.get("/search?like=case-studies/waste-bank&ui=en").text
    assert html.count('<article class="hit">') == 3 and "case-studies/canal" in html
    assert client.get("/search?like=case-studies/none").status_code == 404


def test_newest_first(client: TestClient, small_kb: KnowledgeBase) -> None:
    found = small_kb.search("waste water", sort="date").hits
    dates = [str(hit.document.date) for hit in found]
    assert len(dates) > 1 and dates == sorted(dates, reverse=True)
    api = client.get("/api/v1/search", params={"q": "waste water", "sort": "date"}).json()
    assert [hit["date"] for hit in api["hits"]] == dates
    html = client.get("/search?q=waste+water&sort=date&ui=en").text
    assert 'rel="canonical" href="/search?q=waste+water&amp;sort=date"' in html
    assert client.get("/search?q=waste&sort=size").status_code == 422


def test_one_list_has_one_address(client: TestClient) -> None:
    html = client.get("/browse?year=2021&theme=water&theme=waste&theme=water&year=2019").text
    assert 'rel="canonical" href="/browse?theme=waste&amp;theme=water&amp;year=2019&amp;year=2021"' in html


def test_where_nothing_is_found_the_nearest_are_offered(client: TestClient) -> None:
    html = client.get("/search?q=plastic+waste&theme=finance&ui=en").text
    assert "Nearest, but not an answer" in html and '<article class="row">' in html
    assert "Without the filters" in html


CITED = Document("case-studies/a", "th", "case-study", "ขยะ 50% & น้ำ", "", "", "", 1, "", PartialDate(2019, 3))


def test_citations() -> None:
    thai, english, bibtex = (each.text for each in citations(CITED, "https://kb.example/documents/a?lang=th", date(2026, 11, 24)))
    assert thai == (
        "ฐานความรู้เมืองอาเซียนสีเขียวอัจฉริยะ. (2562). ขยะ 50% & น้ำ [กรณีศึกษา]. "
        "สืบค้นเมื่อ 24 พฤศจิกายน 2569, จาก https://kb.example/documents/a?lang=th"
    )
    assert english.startswith(
        "Smart Green ASEAN Cities knowledge base. (2019). ขยะ 50% & น้ำ [Case study]. Retrieved 24 November 2026, from "
    )
    assert bibtex.startswith("@online{a-th,\n") and r"title = {{ขยะ 50\% \& น้ำ}}" in bibtex and "langid = {thai}" in bibtex


BREAKS = {
    "<p>ต่าง ๆ มาก</p>": "<p>ต่าง\u00a0ๆ มาก</p>",
    "<p>12 ล้านบาท และ 15 ตัน</p>": "<p>12\u00a0ล้านบาท และ 15\u00a0ตัน</p>",
    "<p>12 million baht, 3 kmq</p>": "<p>12\u00a0million baht, 3 kmq</p>",
    '<input value="ต่าง ๆ">': '<input value="ต่าง ๆ">',
    "<textarea>ต่าง ๆ <b>12 ตัน</textarea>": "<textarea>ต่าง ๆ <b>12 ตัน</textarea>",
    "<pre>12 ตัน</pre>": "<pre>12 ตัน</pre>",
    "<pre>12 ตัน</pre>12 ตัน<style>a</style> ต่าง ๆ": "<pre>12 ตัน</pre>12\u00a0ตัน<style>a</style> ต่าง\u00a0ๆ",
    '<i title="12 ตัน">12 ตัน</i> ครั้งที่ 14': '<i title="12 ตัน">12\u00a0ตัน</i> ครั้งที่\u00a014',
    "พ.ศ. 2567 ถึง 5 มกราคม": "พ.ศ.\u00a02567 ถึง 5\u00a0มกราคม",
    "<p>ไม่มี</p>": "<p>ไม่มี</p>",
}


@pytest.mark.parametrize(("html", "expected"), BREAKS.items())
def test_lines_do_not_break_where_they_must_not(html: str, expected: str) -> None:
    assert unbroken(html) == expected


def test_a_title_is_written_with_its_words_whole_and_its_marks_escaped() -> None:
    words = ["การ", "จัดการ", " <", "ขยะ", "\u00a0", "ๆ", "&", "ก" * 19, "เมือง"]
    written = whole("ที่ไม่มีใครอ่าน", lambda text, longest: words)
    assert isinstance(written, Markup)
    assert written == (
        '<span class="whole">การจัดการ</span> &lt;<span class="whole">ขยะ</span>\u00a0<span class="whole">ๆ</span>&amp;'
        f'{"ก" * 19}<wbr><span class="whole">เมือง</span>'
    )


def test_a_title_is_cut_as_it_will_be_shown() -> None:
    seen: list[str] = []
    whole("12 ตัน ต่าง ๆ", lambda text, longest: [seen.append(text) or text])  # type: ignore[func-returns-value]
    assert seen == ["12\u00a0ตัน ต่าง\u00a0ๆ"]


LOCAL = {
    "/": True,
    "/search?q=a&b=%2F": True,
    "//evil.example": False,
    "/\\evil.example": False,
    "https://evil.example": False,
    "": False,
    "/\t/evil": False,
}


@pytest.mark.parametrize(("path", "expected"), LOCAL.items())
def test_only_addresses_of_this_site_are_returned_to(client: TestClient, path: str, expected: bool) -> None:
    assert is_local(path) == expected
    reply = client.get("/appearance", params={"scheme": "dark", "back": path}, follow_redirects=False)
    assert reply.headers["location"].startswith("/") and not re.match(r"/[/\\]", reply.headers["location"])
    assert "scheme=dark" in reply.headers["set-cookie"]
