"""The JSON API over a small collection: replies, limits, errors, caching."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

API = "/api/v1"


def search(client: TestClient, **parameters: object) -> dict:  # type: ignore[type-arg]
    reply = client.get(f"{API}/search", params=parameters)
    assert reply.status_code == 200, reply.text
    return reply.json()  # type: ignore[no-any-return]


def test_a_reply_has_the_promised_shape(client: TestClient) -> None:
    found = search(client, q="plastic waste bank")
    assert found["query"] == "plastic waste bank" and found["total"] >= 1
    hit = found["hits"][0]
    assert hit["id"] == "case-studies/waste-bank"
    assert (hit["lang"], hit["kind"], hit["date"]) == ("en", "case-study", "2019")
    assert hit["url"] == "/documents/case-studies/waste-bank?lang=en"
    assert [t["lang"] for t in hit["translations"]] == ["th"]
    passage = hit["passages"][0]
    assert set(passage) >= {"heading", "text", "highlights", "lines", "score"}
    marked = [passage["text"][h["start"] : h["end"]].lower() for h in passage["highlights"]]
    assert set(marked) & {"waste", "plastic", "bank"}
    assert "waste" in [term.lower() for term in hit["why"]["matched_terms"]]
    assert set(found["facets"]) == {"kind", "lang", "country", "city", "theme", "year", "organisation", "speaker"}


def test_a_pair_is_one_hit_in_the_askers_language(client: TestClient) -> None:
    thai = search(client, q="ขยะพลาสติก")
    ids = [hit["id"] for hit in thai["hits"]]
    assert len(ids) == len(set(ids))
    assert thai["hits"][0]["lang"] == "th"
    assert search(client, q="ขยะพลาสติก", ui="en")["hits"][0]["lang"] == "en"


def test_a_subject_without_translation_is_shown_in_the_language_it_has(client: TestClient) -> None:
    found = search(client, q="ป่าชายเลน", ui="en", lang="th")
    assert found["hits"][0]["id"] == "case-studies/mangrove" and found["hits"][0]["lang"] == "th"


FILTERS = {
    "kind": ({"kind": "dialogue"}, {"dialogues/forum"}),
    "city in English": ({"city": "Makok"}, {"case-studies/waste-bank"}),
    "city in Thai": ({"city": "มะกอก"}, {"case-studies/waste-bank"}),
    "country by name": ({"country": "ประเทศไทย"}, {"case-studies/waste-bank", "case-studies/canal", "case-studies/mangrove"}),
    "theme by id": ({"theme": "water"}, {"case-studies/canal"}),
    "theme in Thai": ({"theme": "น้ำ"}, {"case-studies/canal"}),
    "year of the Buddhist era": ({"year": "2564"}, {"case-studies/canal"}),
    "years": ({"year": "2019-2021"}, {"case-studies/waste-bank", "case-studies/canal"}),
    "speaker in Thai": ({"speaker": "อนงค์ ใจดี"}, {"dialogues/forum"}),
    "speaker in English": ({"speaker": "Anong Jaidee"}, {"dialogues/forum"}),
    "two values of one filter": ({"theme": ["water", "air"]}, {"case-studies/canal", "dialogues/forum"}),
    "two filters": ({"theme": "water", "kind": "dialogue"}, set()),
    "a city that no document has": ({"city": "Atlantis"}, set()),
    "only English versions by the long name": ({"language": "en"}, {"case-studies/waste-bank", "case-studies/canal", "dialogues/forum"}),
    "only English versions": ({"lang": "en"}, {"case-studies/waste-bank", "case-studies/canal", "dialogues/forum"}),
}


@pytest.mark.parametrize(("filters", "expected"), FILTERS.values(), ids=FILTERS.keys())
def test_filters(client: TestClient, filters: dict[str, object], expected: set[str]) -> None:
    listed = client.get(f"{API}/documents", params=filters).json()
    assert {d["id"] for d in listed["documents"]} == expected
    found = search(client, q="เมือง city", **filters)
    assert {hit["id"] for hit in found["hits"]} <= expected
    assert {hit["id"] for hit in search(client, q="", **filters)["hits"]} == expected


def test_a_passage_of_a_dialogue_knows_its_speaker(client: TestClient) -> None:
    found = search(client, q="electric buses", speaker="Anong Jaidee")
    assert {p["speaker"] for hit in found["hits"] for p in hit["passages"]} == {"Anong Jaidee"}


def test_facets_count_documents_not_files(client: TestClient) -> None:
    facets = client.get(f"{API}/facets").json()
    assert {v["value"]: v["count"] for v in facets["kind"]} == {"case-study": 3, "dialogue": 1}
    assert {v["value"]: v["count"] for v in facets["lang"]} == {"th": 4, "en": 3}
    assert {v["label"] for v in facets["city"]} == {"Makok", "Lam Sai", "บางปู"}
    thai = client.get(f"{API}/facets", params={"ui": "th"}).json()
    assert {v["label"] for v in thai["city"]} == {"มะกอก", "ลำไทร", "บางปู"}
    assert {v["label"] for v in thai["year"]} == {"2562", "2564", "2565", "2560"}


def test_the_order_is_the_same_every_time(client: TestClient) -> None:
    replies = [search(client, q="เมือง waste น้ำ") for _ in range(5)]
    assert all(reply == replies[0] for reply in replies)
    scores = [hit["score"] for hit in replies[0]["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_pages_follow_each_other(client: TestClient) -> None:
    whole = [hit["id"] for hit in search(client, q="เมือง waste น้ำ", limit=10)["hits"]]
    parts = [search(client, q="เมือง waste น้ำ", limit=1, offset=i)["hits"][0]["id"] for i in range(len(whole))]
    assert parts == whole


@pytest.mark.parametrize("mode", ["hybrid", "terms", "vectors"])
def test_every_arm_answers(client: TestClient, mode: str) -> None:
    found = search(client, q="Waste water from houses was treated before it reached the canal", mode=mode)
    assert found["hits"][0]["id"] == "case-studies/canal" and found["mode"] == mode


def test_a_misspelt_parameter_is_not_silent(client: TestClient) -> None:
    found = search(client, q="water", contry="TH")
    assert found["warnings"] == ["contry: no such parameter, ignored; did you mean country?"]


ERRORS = {
    "question too long": ("/search", {"q": "ก" * 1001}, 422, "q", "1000"),
    "page too large": ("/search", {"q": "x", "limit": 101}, 422, "limit", "100"),
    "negative offset": ("/search", {"q": "x", "offset": -1}, 422, "offset", "0"),
    "no number": ("/search", {"q": "x", "limit": "many"}, 422, "limit", "whole number"),
    "unknown mode": ("/search", {"q": "x", "mode": "magic"}, 422, "mode", "hybrid"),
    "unknown theme": ("/search", {"q": "x", "theme": "wast"}, 422, "theme", "waste"),
    "unknown kind": ("/documents", {"kind": "novel"}, 422, "kind", "case-study"),
    "unknown country": ("/facets", {"country": "Narnia"}, 422, "country", "TH"),
    "no year": ("/search", {"q": "x", "year": "soon"}, 422, "year", "2019-2021"),
    "too many values": ("/search", {"q": "x", "city": ["c"] * 51}, 422, "city", "50"),
    "no such document": ("/documents/case-studies/none", {}, 404, "case-studies/none", "documents?limit=500"),
    "no such translation": ("/documents/case-studies/mangrove", {"lang": "en"}, 404, "case-studies/mangrove", "en"),
    "no such address": ("/nothing", {}, 404, "", "address"),
}


@pytest.mark.parametrize(("path", "parameters", "status", "place", "remedy"), ERRORS.values(), ids=ERRORS.keys())
def test_errors_are_problem_details(
    client: TestClient, path: str, parameters: dict[str, object], status: int, place: str, remedy: str
) -> None:
    reply = client.get(API + path, params={**parameters, "ui": "en"})
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert body["status"] == status and body["title"] and body["instance"].startswith(API)
    assert place in body["detail"] and remedy in body["detail"], body["detail"]
    thai = client.get(API + path, params={**parameters, "ui": "th"}).json()
    assert any("ก" <= letter <= "๙" for letter in thai["title"]) and any("ก" <= letter <= "๙" for letter in thai["detail"])


def test_a_wrong_method_on_a_page_is_a_page(client: TestClient) -> None:
    reply = client.post("/browse")
    assert reply.status_code == 405 and reply.headers["content-type"].startswith("text/html")
    assert client.post(f"{API}/search").headers["content-type"] == "application/problem+json"


def test_errors_follow_the_questions_language(client: TestClient) -> None:
    reply = client.get(f"{API}/search", params={"q": "ขยะ", "limit": 0})
    assert reply.headers["content-language"] == "th"


def test_a_document_as_json_markdown_and_html(client: TestClient) -> None:
    address = f"{API}/documents/dialogues/forum"
    found = client.get(address, params={"lang": "th"}).json()
    assert (found["id"], found["lang"], found["date"]) == ("dialogues/forum", "th", "2022-12-06")
    assert found["participants"][0] == {"name": "อนงค์ ใจดี", "role": "นายกเทศมนตรี", "organisation": ""}
    raw = client.get(f"{address}/raw", params={"lang": "th"})
    assert raw.headers["content-type"].startswith("text/markdown") and raw.text.startswith("---\n")
    assert raw.headers["content-language"] == "th"
    html = client.get(f"{address}/html", params={"lang": "en"})
    assert "<h2" in html.text and "Anong Jaidee" in html.text


@pytest.mark.parametrize("suffix", ["", "/raw", "/html"])
def test_an_unchanged_document_is_not_sent_again(client: TestClient, suffix: str) -> None:
    address = f"{API}/documents/case-studies/canal{suffix}?lang=en"
    tag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": f'"other", W/{tag}'}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(address.replace("=en", "=th")).headers["etag"] != tag


def test_similar_documents_leave_the_document_itself_out(client: TestClient) -> None:
    found = client.get(f"{API}/documents/case-studies/canal/similar", params={"ui": "th"}).json()
    assert "case-studies/canal" not in [hit["id"] for hit in found] and len(found) == 3
    assert found[0]["lang"] == "th"


def test_suggestions(client: TestClient) -> None:
    texts = [s["text"] for s in client.get(f"{API}/suggest", params={"q": "มะก"}).json()["suggestions"]]
    assert "มะกอก" in texts
    texts = [s["text"] for s in client.get(f"{API}/suggest", params={"q": "clean"}).json()["suggestions"]]
    assert texts == ["Cleaning the canal of Lam Sai"]


def test_health_ready_version(client: TestClient) -> None:
    assert client.get(f"{API}/health").json() == {"status": "ok"}
    assert client.get(f"{API}/ready").json() == {"status": "ready"}
    version = client.get(f"{API}/version").json()
    assert (version["documents"], version["subjects"], version["model"]) == (7, 4, "hash")


def test_cors_is_for_the_named_origins_only(client: TestClient) -> None:
    allowed = client.get(f"{API}/health", headers={"Origin": "https://portal.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://portal.example"
    assert "access-control-allow-origin" not in client.get(f"{API}/health", headers={"Origin": "https://evil.example"}).headers


def test_openapi_has_examples_in_both_languages(client: TestClient) -> None:
    schema = client.get(f"{API}/openapi.json").json()
    q = next(p for p in schema["paths"][f"{API}/search"]["get"]["parameters"] if p["name"] == "q")
    assert {"thai", "english"} <= set(q["examples"])
    paths = {path.removeprefix(API) for path in schema["paths"] if path.startswith(API)}
    assert {"/search", "/documents", "/documents/{document_id}", "/facets", "/suggest", "/health", "/ready", "/version"} <= paths


QUESTIONS = [
    "",
    " ",
    "\x00",
    "?",
    "ๆ",
    "่่่",
    "\ud800".encode("utf-8", "surrogatepass"),
    "AND OR NOT (",
    '"',
    "a" * 1000,
    "\u202e\u200b",
    "๒๕๖๕",
    "😀",
]


@pytest.mark.parametrize("question", QUESTIONS, ids=repr)
@pytest.mark.parametrize("mode", ["hybrid", "terms", "vectors"])
def test_no_question_breaks_the_search(client: TestClient, question: str | bytes, mode: str) -> None:
    assert client.get(f"{API}/search", params={"q": question, "mode": mode}).status_code == 200
