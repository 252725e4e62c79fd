"""The editor without a browser: pages, API, files. Every fault leaves what was typed on the page."""

from __future__ import annotations

import html
import logging
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL, write_folder
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from indexer.check import check
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app
from search_api.editing import files, merging, sheet, work
from search_api.editing.sheet import PersonRow, Sheet, SourceRow
from search_api.problems import Refused

TOKEN = "a-token-for-tests-1234"
CANAL = "case-studies/canal.th.md"


def app_over(kb: KnowledgeBase, folder: Path, **settings: Any) -> TestClient:
    write_folder(folder / "content", SMALL)
    given = Settings(content_dir=folder / "content", index_dir=folder / "index", editor_token=TOKEN, **settings)
    return TestClient(create_app(kb, given), headers={"accept-language": "en"}, raise_server_exceptions=False)


@pytest.fixture
def guest(small_kb: KnowledgeBase, tmp_path: Path) -> TestClient:
    return app_over(small_kb, tmp_path)


@pytest.fixture
def editor(guest: TestClient) -> TestClient:
    sign_in(guest)
    return guest


def fields(page: str) -> dict[str, Any]:
    """What a browser would send back of a form: hidden values, text, and what is ticked and chosen."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        given = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if "name" not in given or (given.get("type") in ("radio", "checkbox") and not re.search(r"\schecked>", tag)):
            continue
        value = given.get("value", "")
        found[given["name"]] = [*found[given["name"]], value] if given.get("type") == "checkbox" and given["name"] in found else [value]
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL):
        found[name] = [html.unescape(text)]
    for name, options in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option(?: value="(\w+)")? selected>([^<]*)', options)
        found[name] = [(chosen[1] or chosen[2]) if chosen else ""]
    return found


def sign_in(client: TestClient, token: str = TOKEN) -> Any:
    page = client.get("/editors").text
    return client.post("/editors/sign-in", data={"csrf": fields(page)["csrf"][0], "token": token}, follow_redirects=False)


def press(client: TestClient, form: dict[str, Any], action: str, **changes: Any) -> Any:
    return client.post("/editors/edit", data={**form, **changes, "action": action}, follow_redirects=False)


def bearer(**more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {TOKEN}", **more}


# The way in


@pytest.mark.parametrize("path", ["/editors", "/editors/edit?path=x.md", "/api/v1/editor/documents/case-studies/canal.th.md"])
def test_off_by_default(client: TestClient, path: str) -> None:
    reply = client.get(path, headers={"accept-language": "th"})
    assert reply.status_code == 404 and "KB_EDITOR_TOKEN" in reply.text


def test_sign_in_and_out(guest: TestClient) -> None:
    assert "Sign in to edit" in guest.get("/editors").text
    reply = sign_in(guest)
    cookie = reply.headers["set-cookie"]
    assert reply.status_code == 303 and "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/editors" in cookie
    assert TOKEN not in cookie
    page = guest.get("/editors")
    assert "Overview" in page.text and page.headers["cache-control"] == "no-store"
    guest.post("/editors/sign-out", data={"csrf": fields(page.text)["csrf"][0]})
    assert "Sign in to edit" in guest.get("/editors").text


def test_the_cookie_is_secure_over_https(small_kb: KnowledgeBase, tmp_path: Path) -> None:
    client = app_over(small_kb, tmp_path)
    client.base_url = "https://kb.example"  # type: ignore[assignment]
    assert "Secure" in client.get("/editors").headers["set-cookie"]


FORGED = {"no session": "", "nonsense": "x.y", "role changed": "editor.abc.99999999999.0"}


@pytest.mark.parametrize("cookie", FORGED.values(), ids=FORGED.keys())
def test_a_forged_session_opens_nothing(guest: TestClient, cookie: str) -> None:
    assert "Sign in to edit" in guest.get("/editors", headers={"cookie": f"editor={cookie}"}).text


def test_a_guest_session_is_no_editors(guest: TestClient) -> None:
    guest.get("/editors")
    _, nonce, ends, mac = str(guest.cookies["editor"]).split(".")
    assert "Sign in to edit" in guest.get("/editors", headers={"cookie": f"editor=editor.{nonce}.{ends}.{mac}"}).text


def test_wrong_tokens_are_limited(guest: TestClient) -> None:
    assert [sign_in(guest, "wrong").status_code for _ in range(5)] == [403] * 5
    reply = sign_in(guest)
    assert reply.status_code == 429 and int(reply.headers["retry-after"]) > 0
    assert guest.get("/api/v1/editor/documents/" + CANAL, headers=bearer()).status_code == 429


def test_the_token_is_never_written(editor: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        pages = [editor.get(path).text for path in ("/editors", f"/editors/edit?path={CANAL}", "/editors/edit", "/api/v1/openapi.json")]
        sign_in(editor, TOKEN + "x")
    assert all(TOKEN not in text for text in (*pages, caplog.text, repr(Settings(editor_token=TOKEN))))


BAD_FORM_TOKENS = {"none": "", "nonsense": "a.b", "of another session": "abcd.0123"}


@pytest.mark.parametrize("token", BAD_FORM_TOKENS.values(), ids=BAD_FORM_TOKENS.keys())
def test_a_foreign_form_saves_nothing_and_keeps_the_text(editor: TestClient, tmp_path: Path, token: str) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    reply = press(editor, form, "save", csrf=token, body="ข้อความใหม่ของฉัน")
    assert reply.status_code == 403 and "ข้อความใหม่ของฉัน" in reply.text
    assert (tmp_path / "content" / CANAL).read_text("utf-8") == SMALL[CANAL]


def test_a_form_sent_from_another_site_is_refused(editor: TestClient, tmp_path: Path) -> None:
    form = {**fields(editor.get(f"/editors/edit?path={CANAL}").text), "body": "ใหม่", "action": "save"}
    assert editor.post("/editors/edit", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert (tmp_path / "content" / CANAL).read_text("utf-8") == SMALL[CANAL]


def test_a_session_that_ended_keeps_the_text(editor: TestClient) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    editor.cookies.clear()
    reply = press(editor, form, "save", body="เขียนไว้  นานแล้ว\n\nสองย่อหน้า")
    assert reply.status_code == 403
    again = editor.post("/editors/sign-in", data={**fields(reply.text), "token": TOKEN})
    assert again.status_code == 200 and fields(again.text)["body"] == ["เขียนไว้  นานแล้ว\n\nสองย่อหน้า"]


# Writing and correcting


def test_only_the_body_changes(editor: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "content" / CANAL
    before = b"\xef\xbb\xbf" + SMALL[CANAL].replace("city:", "# note\ncity:  ").replace("\n", "\r\n").encode()
    path.write_bytes(before)
    path.chmod(0o640)
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    assert press(editor, form, "save", body=form["body"][0].replace("12 ล้าน", "15 ล้าน")).status_code == 303
    assert path.read_bytes() == before.replace("12 ล้าน".encode(), "15 ล้าน".encode())
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []


@pytest.mark.parametrize("name", [name for name in SMALL])
def test_saving_without_a_change_changes_no_byte(editor: TestClient, tmp_path: Path, name: str) -> None:
    form = fields(editor.get(f"/editors/edit?path={name}").text)
    assert press(editor, form, "save").status_code == 303
    assert (tmp_path / "content" / name).read_text("utf-8") == SMALL[name]


def test_a_new_document_with_a_mistake_then_right(editor: TestClient, tmp_path: Path) -> None:
    form = fields(editor.get("/editors/edit").text)
    given = {"folder": "case-studies", "name": "hat-yai-flood", "lang": "th", "title": "เตือนภัยน้ำท่วม: หาดใหญ่", "themes": ["water"]}
    reply = press(editor, form, "save", **given, date="6/12/2022", body="เทศบาลติดตั้งเครื่องวัดระดับน้ำ")
    assert reply.status_code == 422 and 'aria-invalid="true"' in reply.text and 'href="#f-date"' in reply.text
    form = fields(reply.text)
    assert form["body"] == ["เทศบาลติดตั้งเครื่องวัดระดับน้ำ"]
    reply = press(editor, form, "save", date="6 ธันวาคม 2565", country=["TH"])
    assert reply.status_code == 303, reply.text
    text = (tmp_path / "content/case-studies/hat-yai-flood.th.md").read_text("utf-8")
    assert "title: 'เตือนภัยน้ำท่วม: หาดใหญ่'\ndate: 6 ธันวาคม 2565\ncountry: ไทย\nthemes: [water]\n" in text
    assert not [p for p in check(tmp_path / "content").problems if p.path.endswith("hat-yai-flood.th.md") and p.severity != "note"]


def test_a_draft_may_have_errors_and_is_found_by_nobody(editor: TestClient, tmp_path: Path) -> None:
    form = fields(editor.get("/editors/edit").text)
    reply = press(editor, form, "draft", name="half", folder="case-studies", lang="th", title="", body="ครึ่งเดียว")
    assert reply.status_code == 303
    draft = tmp_path / "content/case-studies/_half.th.md"
    assert draft.exists() and not any("half" in p.path for p in check(tmp_path / "content").problems)
    assert "Go on writing" in editor.get("/editors").text
    form = fields(editor.get(reply.headers["location"]).text)
    assert press(editor, form, "save", title="ทั้งเรื่อง").status_code == 303
    assert not draft.exists() and (tmp_path / "content/case-studies/half.th.md").exists()


def test_a_document_and_its_draft_name_each_other(editor: TestClient, tmp_path: Path) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    press(editor, form, "draft", body="ยังไม่เสร็จ")
    document = editor.get(f"/editors/edit?path={CANAL}").text
    assert "There is a draft" in document and fields(document)["body"] == form["body"]
    [address] = re.findall(r'role="status">[^<]*<a href="([^"]+)">Go on writing', document)
    draft = editor.get(html.unescape(address)).text
    assert fields(draft)["body"] == ["ยังไม่เสร็จ"] and "Open the saved document" in draft
    assert press(editor, fields(draft), "save").status_code == 303
    assert "There is a draft" not in editor.get(f"/editors/edit?path={CANAL}").text


def test_a_name_that_exists_is_compared_not_overwritten(editor: TestClient, tmp_path: Path) -> None:
    form = fields(editor.get("/editors/edit").text)
    reply = press(editor, form, "save", folder="case-studies", name="canal", lang="th", title="คลองใหม่", body="เนื้อหาใหม่")
    assert reply.status_code == 409 and "เนื้อหาใหม่" in reply.text
    assert (tmp_path / "content" / CANAL).read_text("utf-8") == SMALL[CANAL]


def test_a_translation_is_begun_from_its_partner(editor: TestClient) -> None:
    form = fields(editor.get("/editors/edit?from=case-studies/mangrove.th.md").text)
    assert form["path"] == ["case-studies/mangrove.en.md"] and form["kind"] == ["case-study"]
    assert (form["date"], form["country"], form["themes"], form["title"]) == (["2017"], ["TH"], ["marine-coastal"], [""])
    form = fields(editor.get("/editors/edit?from=dialogues/forum.th.md").text)
    assert form["participants-0-name"] == ["Anong Jaidee"]


def test_both_views_hold_the_same(editor: TestClient) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    as_file = fields(press(editor, form, "as-file", title="ชื่อใหม่").text)
    assert as_file["text"] == [SMALL[CANAL].replace('"ฟื้นฟูคลองลำไทร"', "ชื่อใหม่")]
    again = fields(press(editor, as_file, "as-form").text)
    assert again["title"] == ["ชื่อใหม่"] and again["digest"] == form["digest"]


def test_a_text_that_is_html_stays_text(editor: TestClient) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    hostile = "</textarea><script>alert(1)</script>"
    page = press(editor, form, "preview", body=hostile, title=f'"{hostile}').text
    assert "<script>alert" not in page and fields(page)["body"] == [hostile]


ORDERED = {
    "en": ["Cleaning the canal of Lam Sai", "Forum on PM2.5", "ปลูกป่าชายเลนบางปู"],
    "th": ["ธนาคารขยะมะกอก", "ฟื้นฟูคลองลำไทร", "เวทีหารือเรื่อง PM2.5"],
}


@pytest.mark.parametrize(("lang", "order"), ORDERED.items())
def test_the_overview_names_documents_in_the_language_of_the_page(editor: TestClient, lang: str, order: list[str]) -> None:
    page = editor.get(f"/editors?ui={lang}").text
    listed = re.findall(r'<li><span lang="\w\w">([^<]*)</span><span class="tools">', page)
    assert [title for title in listed if title in order] == order and len(listed) == 4


# Two editors


def test_changes_in_different_places_are_joined(editor: TestClient, tmp_path: Path) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    path = tmp_path / "content" / CANAL
    path.write_text(SMALL[CANAL].replace("12 ล้าน", "15 ล้าน"), "utf-8")
    reply = press(editor, form, "save", title="คลองสะอาด")
    assert reply.status_code == 409 and "คลองสะอาด" in reply.text and "15 ล้าน" in reply.text
    form = fields(press(editor, fields(reply.text), "join").text)
    assert press(editor, form, "save").status_code == 303
    assert path.read_text("utf-8") == SMALL[CANAL].replace("12 ล้าน", "15 ล้าน").replace('"ฟื้นฟูคลองลำไทร"', "คลองสะอาด")


@pytest.mark.parametrize(("choice", "kept"), [("mine", ("สิบห้า",)), ("theirs", ("ยี่สิบ",)), ("both", ("ยี่สิบ", "สิบห้า"))])
def test_where_both_changed_people_choose(editor: TestClient, tmp_path: Path, choice: str, kept: tuple[str, ...]) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    path = tmp_path / "content" / CANAL
    path.write_text(SMALL[CANAL].replace("12 ล้าน", "ยี่สิบล้าน"), "utf-8")
    page = fields(press(editor, form, "save", body=form["body"][0].replace("12 ล้าน", "สิบห้าล้าน")).text)
    unchosen = press(editor, page, "join")
    assert unchosen.status_code == 409 and "สิบห้าล้าน" in unchosen.text
    form = fields(press(editor, page, "join", **{"choice-0": choice}).text)
    assert press(editor, form, "save").status_code == 303
    saved = path.read_text("utf-8")
    assert all(word in saved for word in kept) and sum(word in saved for word in ("สิบห้า", "ยี่สิบ")) == len(kept)


def test_a_deleted_document_leaves_the_text(editor: TestClient, tmp_path: Path) -> None:
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    (tmp_path / "content" / CANAL).unlink()
    reply = press(editor, form, "save", body="ยังอยู่")
    assert reply.status_code == 409 and fields(reply.text)["body"] == ["ยังอยู่"]
    assert press(editor, fields(reply.text), "save", folder="case-studies", name="canal").status_code == 303


LINES = st.lists(st.sampled_from(["a", "b", "ก", "ข", ""]), max_size=8).map("\n".join)


@how(deadline=None)
@given(LINES, LINES, LINES)
def test_joining_takes_every_change(base: str, mine: str, theirs: str) -> None:
    found = merging.stretches(base, mine, theirs)
    for choice, whole in (("mine", "mine"), ("theirs", "theirs")):
        assert "\n".join(line for each in found for line in getattr(each, whole)) == {"mine": mine, "theirs": theirs}[choice]
    assert merging.merged(merging.stretches(base, mine, base), {}) == mine
    assert merging.merged(merging.stretches(base, base, theirs), {}) == theirs


MARKED = {
    "a Thai word": ("เกิดผลแล้วเพียงใด", "เกิดผลแล้วเท่าใด", ["เกิดผลแล้ว", "[เท่าใด]"]),
    "an English word": ("The plant cost 12 million.", "The plant cost 15 million.", ["The plant cost ", "[15]", " million."]),
    "nothing": ("เหมือนเดิม", "เหมือนเดิม", ["เหมือนเดิม"]),
}


@pytest.mark.parametrize(("old", "new", "expected"), MARKED.values(), ids=MARKED.keys())
def test_whole_words_are_marked(old: str, new: str, expected: list[str]) -> None:
    assert [f"[{piece.text}]" if piece.changed else piece.text for piece in merging.marked(old, new)] == expected


@how(deadline=None)
@given(st.text(st.sampled_from("กขคะาิ่น้ำabc 0\n.,"), max_size=30), st.text(st.sampled_from("กขคะาิ่น้ำabc 0\n.,"), max_size=30))
def test_marking_loses_no_letter(old: str, new: str) -> None:
    assert "".join(piece.text for piece in merging.marked(old, new)) == new


# Files and paths


BAD_PATHS = [
    *("../x.md", "case-studies/../../x.md", "/etc/x.md", "case-studies//x.md", "./x.md", "x.txt", "x", "", ".x.md", "case-studies/.x.md"),
    *("_a/x.md", "README.md", "a\\x.md", "a/x\n.md", "a/x\0.md", "x.markdown", "a/b/c/d/e/f/g/h.md", "a/" + "x" * 300 + ".md", "C:x.md"),
    *("link/x.md", "linked.md", "case-studies"),
]
BAD_NEW = ["case-studies/Hat.md", "case-studies/หาดใหญ่.th.md", "a b/x.md", "con.md", "x.fr.md", "-x.md", "x-.md"]


@pytest.mark.parametrize("path", [*BAD_PATHS, *BAD_NEW])
def test_paths_that_are_none(tmp_path: Path, path: str) -> None:
    root = write_folder(tmp_path / "content", SMALL)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.md").write_text("secret")
    (root / "link").symlink_to(outside)
    (root / "linked.md").symlink_to(outside / "x.md")
    with pytest.raises(Refused) as caught:
        files.save(root, path, "text", files.NO_FILE)
    assert caught.value.status == 422
    if path in BAD_PATHS:
        with pytest.raises(Refused):
            files.read(root, path)
    assert (outside / "x.md").read_text() == "secret" and len(list(outside.iterdir())) == 1


def test_a_path_is_refused_through_both_doors(editor: TestClient) -> None:
    assert editor.get("/editors/edit?path=../x.md").status_code == 422
    assert editor.get("/api/v1/editor/documents/%2e%2e/x.md", headers=bearer()).status_code in (404, 422)


# API


def test_put_with_entity_tags(guest: TestClient, tmp_path: Path) -> None:
    address = f"/api/v1/editor/documents/{CANAL}"
    first = guest.get(address, headers=bearer())
    tag, text = first.headers["etag"], first.text.replace("12 ล้าน", "15 ล้าน")
    put = guest.put(address, content=text.encode(), headers=bearer(**{"if-match": tag}))
    assert put.status_code == 200 and put.json()["ok"] and put.headers["etag"] != tag
    stale = guest.put(address, content="---\nx: y\n---\n\nของฉัน".encode(), headers=bearer(**{"if-match": tag}))
    assert stale.status_code == 422  # errors are told before anything is compared
    stale = guest.put(address, content=first.text.encode(), headers=bearer(**{"if-match": tag}))
    assert stale.status_code == 412 and stale.json()["yours"] == first.text and stale.json()["now"] == text
    assert (tmp_path / "content" / CANAL).read_text("utf-8") == text
    assert guest.put(address, content=text.encode(), headers=bearer()).status_code == 428
    assert guest.put(address, content=text.encode(), headers=bearer(**{"if-none-match": "*"})).status_code == 412
    new = guest.put("/api/v1/editor/documents/case-studies/new.th.md", content=text.encode(), headers=bearer(**{"if-none-match": "*"}))
    assert new.status_code == 201


def test_the_api_needs_the_token(guest: TestClient) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
        reply = guest.get(f"/api/v1/editor/documents/{CANAL}", headers=headers)
        assert reply.status_code == 401 and "Bearer" in reply.headers["www-authenticate"]
    assert guest.post("/api/v1/editor/check", json={"path": CANAL, "text": ""}).status_code == 401


def test_check_and_preview(guest: TestClient) -> None:
    given = {"path": CANAL, "text": SMALL[CANAL].replace("[น้ำ]", "[นำ]") + "\n<b>x</b>\n"}
    found = guest.post("/api/v1/editor/check?ui=th", json=given, headers=bearer()).json()
    assert not found["ok"] and {(each["field"], each["severity"]) for each in found["findings"]} >= {("themes", "error"), ("body", "note")}
    shown = guest.post("/api/v1/editor/preview", json=given, headers=bearer()).json()["html"]
    assert "&lt;b&gt;" in shown and "<h2" in shown


def test_a_document_has_a_mebibyte_at_most(guest: TestClient, editor: TestClient, tmp_path: Path) -> None:
    large = SMALL[CANAL] + "น้ำ\n\n" * 150_000
    tag = guest.get(f"/api/v1/editor/documents/{CANAL}", headers=bearer()).headers["etag"]
    assert guest.put(f"/api/v1/editor/documents/{CANAL}", content=large.encode(), headers=bearer(**{"if-match": tag})).status_code == 413
    form = fields(editor.get(f"/editors/edit?path={CANAL}").text)
    reply = press(editor, form, "save", body=large)
    assert reply.status_code == 413 and large[-100:].strip() in reply.text
    assert (tmp_path / "content" / CANAL).read_text("utf-8") == SMALL[CANAL]


# git


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8").stdout


def test_a_saved_document_is_committed_alone(small_kb: KnowledgeBase, tmp_path: Path) -> None:
    client = app_over(small_kb, tmp_path, editor_git=True)
    content = tmp_path / "content"
    git(content, "init", "-q")
    (content / "other.txt").write_text("staged by somebody else")
    git(content, "add", "other.txt")
    sign_in(client)
    form = fields(client.get(f"/editors/edit?path={CANAL}").text)
    reply = press(client, form, "save", title="คลองสะอาด", author="อนงค์ <ใจดี>", note="แก้ชื่อเรื่อง")
    assert reply.status_code == 303 and "commit=" in reply.headers["location"]
    assert git(content, "log", "-1", "--format=%an|%s", "--name-only").split("\n")[:3] == ["อนงค์ ใจดี|แก้ชื่อเรื่อง", "", CANAL]
    assert "other.txt" in git(content, "status", "--porcelain")


def test_git_that_fails_is_told_and_the_file_is_saved(small_kb: KnowledgeBase, tmp_path: Path) -> None:
    client = app_over(small_kb, tmp_path, editor_git=True)
    (tmp_path / "content" / ".git").write_text("gitdir: /nowhere")
    sign_in(client)
    form = fields(client.get(f"/editors/edit?path={CANAL}").text)
    reply = press(client, form, "save", title="คลองสะอาด")
    assert reply.status_code == 200 and "not committed" in reply.text
    assert "คลองสะอาด" in (tmp_path / "content" / CANAL).read_text("utf-8")


# Fields and header


WORD = (
    st.text(st.sampled_from("กขคะาิ่abcZ019 :#'\"-[]{}&*!|>%@,"), min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
NAME = WORD.filter(lambda text: ";" not in text)


@how(deadline=None)
@given(
    st.builds(
        Sheet,
        kind=st.sampled_from(["case-study", "dialogue"]),
        title=WORD,
        date=st.sampled_from(["", "2022-12-06", "6 ธันวาคม 2565", "2565"]),
        city=st.lists(WORD, max_size=3).map(tuple),
        organisations=st.lists(WORD, max_size=3).map(tuple),
        people=st.lists(st.builds(PersonRow, name=NAME, role=WORD), max_size=2).map(tuple),
        sources=st.lists(st.builds(SourceRow, url=WORD, title=WORD), max_size=2).map(tuple),
        summary=WORD,
    )
)
def test_what_the_form_writes_the_form_reads(given: Sheet) -> None:
    assert sheet.read(sheet.write("", given, "th")) == given


def test_what_is_not_changed_keeps_its_text() -> None:
    header = '# top\nkind: "case-study"\nowner: x # kept\ntitle: A\n\n# about cities\ncity:\n  - B # here\nthemes: [ขยะและของเสีย]'
    before = sheet.read(header)
    assert before
    changed = sheet.write(header, Sheet(**{**{k: getattr(before, k) for k in sheet.KEYS}, "title": "New: title", "summary": "S"}), "en")
    assert changed == header.replace("title: A", "title: 'New: title'").replace(
        "themes: [ขยะและของเสีย]", "themes: [ขยะและของเสีย]\nsummary: S"
    )


UNREADABLE = ["{kind: x, title: y}", "title: [a, b]", "people: [{name: a, phone: b}]", "kind: x\nkind: y", "title: 'x"]


@pytest.mark.parametrize("header", UNREADABLE)
def test_a_header_without_fields_is_shown_as_a_file(header: str) -> None:
    assert sheet.read(header) is None
    text = f"---\n{header}\n---\n\nbody\n"
    assert work.opened(text).sheet is None and work.opened(text).text == text
