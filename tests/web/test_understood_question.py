"""What was read into a question, over HTTP: in the JSON reply and as chips with the way back, in both languages."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient
from reading import as_read


def reading(client: TestClient, question: str, **more: str) -> dict[str, list[dict[str, object]]]:
    reply = client.get("/api/v1/search", params={"q": question, **more})
    assert reply.status_code == 200
    found: dict[str, list[dict[str, object]]] = reply.json()["reading"]
    return found


def page(client: TestClient, question: str, ui: str) -> str:
    reply = client.get("/search", params={"q": question, "ui": ui})
    assert reply.status_code == 200
    return as_read(html.unescape(reply.text))


def test_the_reply_tells_conditions_phrases_and_exclusions(client: TestClient) -> None:
    found = reading(client, 'waste "sorted waste" -canal city:Makok in 2019', ui="th")
    assert [(c["facet"], c["value"], c["label"], c["filters"], c["by"]) for c in found["conditions"]] == [
        ("city", "Makok", "มะกอก", True, "operators"),
        ("year", "2019", "พ.ศ. 2562", True, "dates"),
    ]
    assert found["phrases"] == ["sorted waste"] and found["excluded"] == ["canal"]


def test_as_written_is_a_parameter(client: TestClient) -> None:
    assert reading(client, "waste in 2019")["conditions"]
    assert not reading(client, "waste in 2019", as_written="dates")["conditions"]
    assert client.get("/api/v1/search", params={"q": "waste", "as_written": "nothing"}).status_code == 422


def test_names_and_notices_are_told(client: TestClient) -> None:
    assert reading(client, "waste in Pathum Thani")["also"] == [{"words": "Pathum Thani", "names": ["ปทุมธานี"]}]
    assert "2551" in str(reading(client, "ธนาคารขยะ ปี 2551", ui="th")["notices"])


CHIPS = {
    "date": ("waste in 2019", "Year: 2019", "ปี: พ.ศ. 2562", "as_written=dates"),
    "operator": ("waste city:Makok", "City: Makok", "เมือง: มะกอก", "q=waste"),
    "phrase": ('waste "sorted waste"', "Exactly: “sorted waste”", "ตรงตามข้อความ: “sorted waste”", "q=waste+sorted+waste"),
    "excluded": ("waste -canal", "Without: “canal”", "ไม่มีคำว่า: “canal”", "q=waste"),
    "place": ("waste Makok", "City: Makok · shown first", "เมือง: มะกอก · แสดงก่อน", "as_written=names"),
}


@pytest.mark.parametrize("name", CHIPS)
@pytest.mark.parametrize("ui", ["en", "th"])
def test_chips_and_their_way_back(client: TestClient, name: str, ui: str) -> None:
    question, en, th, back = CHIPS[name]
    text = page(client, question, ui)
    chip = next(
        link for link in re.findall(r'<a class="chip" href="([^"]*)"[^>]*>(.*?)</a>', text, re.DOTALL) if (en, th)[ui == "th"] in link[1]
    )
    assert re.search(re.escape(back) + "(&|$)", chip[0])
    after = html.unescape(as_read(client.get(chip[0], params=None).text))
    assert (en, th)[ui == "th"] not in after


@pytest.mark.parametrize(("ui", "words"), [("en", "Also searched for"), ("th", "ค้นหาชื่ออื่นด้วย")])
def test_other_names_and_their_way_back(client: TestClient, ui: str, words: str) -> None:
    text = page(client, "waste Pathum Thani", ui)
    assert words in text and "Pathum Thani = ปทุมธานี" in text and "as_written=names" in text


@pytest.mark.parametrize(("ui", "words"), [("en", "documents of all years are shown"), ("th", "จึงแสดงเอกสารของทุกปี")])
def test_a_year_that_leaves_nothing_is_said(client: TestClient, ui: str, words: str) -> None:
    assert words in page(client, "waste bank in 2008", ui)


def test_nothing_found_keeps_its_chips(client: TestClient) -> None:
    assert "Exactly: “nowhere to be found”" in page(client, '"nowhere to be found"', "en")
