"""The editor in a real browser: headless Chromium against a server process over a small collection."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from browsing import PATIENCE as BROWSER_PATIENCE
from browsing import axe_faults
from conftest import SMALL, document, environment, write_folder
from playwright.sync_api import Browser, Page, expect

from kb.questions import Asked, QuestionCounts

TOKEN = "a-token-for-tests-1234"
CANAL = "case-studies/canal.th.md"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With something in every section of the overview: a word cut badly, a counted question, a draft, a warning."""
    found = tmp_path_factory.mktemp("editing")
    cut = document("ทดสอบการตัดคำ", "เขาไปพักที่สเตรตส์ " * 3 + "\n\n### ข้ามชั้น\n\n<b>x</b>")
    write_folder(found / "content", SMALL | {"case-studies/cut.th.md": cut, "dialogues/_draft.th.md": "---\n---\n"})
    counts = QuestionCounts(found / "state")
    counts.add([Asked("เหมืองทองคำบนดวงจันทร์อยู่ที่ไหนและใครเป็นเจ้าของ", "th", "nothing")])
    counts.close()
    return found


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """A real server that indexes what is saved, as editors use it."""
    settings = {"content_dir": folder / "content", "index_dir": folder / "index", "editor_token": TOKEN, "lang": "en"}
    command = [sys.executable, "-m", "kb", "serve", "--watch", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(**settings)) as process:
        assert process.stderr is not None
        seen = next((line for line in process.stderr if "http://" in line), "")
        assert seen, "the server did not start"
        draining = threading.Thread(target=process.stderr.read, daemon=True)  # it tells of every save, and must not wait for a reader
        draining.start()
        yield "http://" + seen.split("http://")[1].split()[0]
        process.terminate()
        draining.join()


@pytest.fixture
def signed_in(chromium: Browser, site: str) -> Iterator[Open]:
    contexts = []

    def open_(path: str, *, javascript: bool = True, width: int = 1280, locale: str = "th-TH") -> Page:
        context = chromium.new_context(
            base_url=site, java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale=locale
        )
        context.set_default_timeout(BROWSER_PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto("/editors")
        page.locator("#f-token").fill(TOKEN)
        page.locator("#f-token").press("Enter")
        expect(page.locator(".overview")).to_be_visible()
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_write_a_thai_document_with_a_mistake_and_mend_it(
    signed_in: Open, folder: Path, run_kb: Callable[..., subprocess.CompletedProcess[str]], javascript: bool
) -> None:
    page = signed_in("/editors/edit", javascript=javascript)
    name = f"hat-yai-{'js' if javascript else 'plain'}"
    page.locator("#f-name").fill(name)
    page.locator("#f-title").fill("เตือนภัยน้ำท่วม: หาดใหญ่")
    page.locator("#f-date").fill("6/12/2022")
    page.locator("#f-body").fill("เทศบาลนครหาดใหญ่ติดตั้งเครื่องวัดระดับน้ำ\n\n## ผล\n\nเตือนภัยได้ล่วงหน้า")
    if not javascript:
        page.locator(".save-bar").get_by_role("button", name="ดูตัวอย่าง").click()
    expect(page.locator("#f-date-findings .error")).to_be_visible()
    expect(page.locator("#preview h2")).to_have_text("ผล")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.locator("#error-summary a").first.click()
    expect(page.locator("#f-date")).to_be_focused()
    page.locator("#f-date").fill("6 ธันวาคม 2565")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator(".said.good").first).to_contain_text(name)
    text = (folder / f"content/case-studies/{name}.th.md").read_text("utf-8")
    assert "date: 6 ธันวาคม 2565" in text and "\n\n## ผล\n\n" in text
    checked = run_kb("check", str(folder / "content"))
    assert checked.returncode == 0, checked.stderr


def test_two_editors_lose_nothing(signed_in: Open, folder: Path) -> None:
    first, second = signed_in(f"/editors/edit?path={CANAL}"), signed_in(f"/editors/edit?path={CANAL}", javascript=False)
    body = second.locator("#f-body").input_value()
    first.locator("#f-body").fill(body.replace("12 ล้าน", "15 ล้าน"))
    first.get_by_role("button", name="บันทึก", exact=True).click()
    expect(first.locator(".said.good").first).to_be_visible()
    second.locator("#f-body").fill(body.replace("12 ล้าน", "20 ล้าน"))
    second.get_by_role("button", name="บันทึก", exact=True).click()
    expect(second.locator(".conflict")).to_have_count(1)
    second.get_by_label("ใช้ทั้งสองข้อความต่อกัน").check()
    second.get_by_role("button", name="รวมและตรวจดู").click()
    second.get_by_role("button", name="บันทึก", exact=True).click()
    expect(second.locator(".said.good").first).to_be_visible()
    text = (folder / "content" / CANAL).read_text("utf-8")
    assert "15 ล้าน" in text and "20 ล้าน" in text


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("path", ["/editors", "/editors/edit", "/editors/edit?path=dialogues/forum.th.md"])
def test_no_page_is_wider_than_the_screen_or_breaks_the_policy(signed_in: Open, path: str, lang: str) -> None:
    faults: list[str] = []
    page = signed_in("/editors")
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{path}{'&' if '?' in path else '?'}ui={lang}")
    if path == "/editors":
        looked_through(page)
    for width in (320, 375, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []


PATIENCE = 120.0  # seconds until a test gives up; nothing is measured here


def until(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.5)


def write_new(page: Page, name: str, title: str, body: str) -> None:
    page.locator("#f-name").fill(name)
    page.locator("#f-title").fill(title)
    page.locator("#f-date").fill("2565")
    page.locator("#f-body").fill(body)
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator(".said.good").first).to_contain_text(name)


@pytest.mark.parametrize(
    ("javascript", "word"), [(True, "กังหันลมแนวตั้ง"), (False, "ปะการังเทียมคอนกรีต")], ids=["with JavaScript", "without JavaScript"]
)
def test_what_is_saved_is_found_and_the_page_says_so(signed_in: Open, site: str, javascript: bool, word: str) -> None:
    def found() -> list[str]:
        hits = httpx.get(f"{site}/api/v1/search", params={"q": word, "mode": "terms"}, timeout=60).json()["hits"]
        return [hit["id"] for hit in hits]

    name = f"found-{'js' if javascript else 'plain'}"
    assert f"case-studies/{name}" not in found()
    page = signed_in("/editors/edit", javascript=javascript)
    write_new(page, name, f"ทดลองติดตั้ง{word}", f"เทศบาลติดตั้ง{word}สิบชุดที่ชายหาด")
    said = page.get_by_text("ผู้อ่านค้นพบฉบับนี้แล้ว")
    if javascript:
        expect(said).to_be_visible(timeout=PATIENCE * 1000)
    else:
        until(lambda: page.reload() and said.count())
    assert found()[0] == f"case-studies/{name}"


def test_a_file_broken_elsewhere_is_told_and_its_last_good_version_is_found(signed_in: Open, folder: Path, site: str) -> None:
    path = folder / "content/case-studies/waste-bank.th.md"
    good = path.read_text("utf-8")
    path.write_text(good.replace("kind: case-study", "kind: novel"), "utf-8")
    page = signed_in("/editors", javascript=False)
    left_out = page.locator("section[aria-labelledby=o-left-out]")
    until(lambda: page.reload() and left_out.count())
    expect(left_out.locator(".path")).to_have_text("case-studies/waste-bank.th.md")
    expect(left_out.locator(".finding.error")).to_contain_text("novel")
    assert "case-studies/waste-bank" in httpx.get(f"{site}/api/v1/search", params={"q": "ธนาคารขยะ"}, timeout=60).text
    expect(page.locator("#findings .path").first).to_have_text("case-studies/waste-bank.th.md")
    path.write_text(good, "utf-8")
    until(lambda: page.reload() and not left_out.count())


# axe-core


def looked_through(page: Page) -> None:
    until(lambda: page.reload() and page.locator("#findings").count())
    assert all(page.locator(f"section[aria-labelledby={name}] {each}").count() for name, each in SECTIONS.items())


SECTIONS = {"o-cuts": "pre", "o-questions": "td", "o-drafts": "li", "o-missing": "li", "o-all": "li"}


def as_file(page: Page) -> None:
    page.locator('.save-bar [value="as-file"]').click()
    expect(page.locator("#f-text")).to_be_visible()


def preview(page: Page) -> None:
    """With an error in the header, and a warning and a note in the text."""
    page.locator("#f-date").fill("6/12/2022")
    page.locator("#f-body").fill("น้ำ\n\n## <b>x</b>\n\n[ที่นี่](javascript:alert)")
    page.locator('.save-bar [value="preview"]').click()
    expect(page.locator("#f-date-findings .error")).to_be_visible()


def refused(page: Page) -> None:
    page.locator("#f-date").fill("6/12/2022")
    page.locator('.save-bar [value="save"]').click()
    expect(page.locator("#error-summary")).to_be_visible()


def conflict(page: Page) -> None:
    page.locator('input[name="base"]').evaluate("e => { e.value = e.value.replace('น้ำเสีย', 'น้ำ') }")
    page.locator('input[name="digest"]').evaluate("e => { e.value = '0'.repeat(64) }")
    page.locator("#f-body").fill(page.locator("#f-body").input_value().replace("น้ำเสีย", "น้ำทิ้ง"))
    page.locator('.save-bar [value="save"]').click()
    expect(page.locator(".conflict")).to_be_visible()


STATES: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "overview": ("/editors", looked_through),
    "new": ("/editors/edit", None),
    "translation": ("/editors/edit?from=case-studies/mangrove.th.md", None),
    "form": (f"/editors/edit?path={CANAL}", None),
    "refused": (f"/editors/edit?path={CANAL}", refused),
    "file": (f"/editors/edit?path={CANAL}", as_file),
    "preview": (f"/editors/edit?path={CANAL}", preview),
    "conflict": (f"/editors/edit?path={CANAL}", conflict),
    "no such document": ("/editors/edit?path=case-studies/none.th.md", None),
}


@pytest.mark.parametrize(("lang", "width"), [("th", 375), ("en", 1280)])
def test_axe_finds_nothing_in_the_editor(chromium: Browser, site: str, signed_in: Open, lang: str, width: int) -> None:
    """Sign-in, and every page and state behind it, in both colour schemes."""
    visitor = chromium.new_page(base_url=site, viewport={"width": width, "height": 900})
    visitor.goto(f"/editors?ui={lang}")
    faults = [f"sign-in: {fault}" for fault in axe_faults(visitor)]
    visitor.close()
    page = signed_in(f"/editors?ui={lang}", width=width)
    for name, (path, prepare) in STATES.items():
        page.goto(path)
        if prepare:
            prepare(page)
        faults += [f"{name}: {fault}" for fault in axe_faults(page)]
    assert faults == []
