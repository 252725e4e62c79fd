"""The editor in a real browser: headless Chromium against a server process over a small collection."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import PATIENCE
from conftest import SMALL, environment, write_folder
from playwright.sync_api import Browser, Page, expect

TOKEN = "a-token-for-tests-1234"
CANAL = "case-studies/canal.th.md"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("editing") / "content", SMALL).parent


@pytest.fixture(scope="module")
def site(folder: Path, run_kb: Callable[..., subprocess.CompletedProcess[str]]) -> Iterator[str]:
    settings = {"content_dir": folder / "content", "index_dir": folder / "index", "editor_token": TOKEN, "lang": "en"}
    assert run_kb("index", **settings).returncode == 0
    command = [sys.executable, "-m", "kb", "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(**settings))
    assert process.stderr is not None
    seen = next((line for line in process.stderr if "http://" in line), "")
    assert seen, "the server did not start"
    yield "http://" + seen.split("http://")[1].split()[0]
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def signed_in(chromium: Browser, site: str) -> Iterator[Open]:
    contexts = []

    def open_(path: str, *, javascript: bool = True, width: int = 1280, locale: str = "th-TH") -> Page:
        context = chromium.new_context(
            base_url=site, java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale=locale
        )
        context.set_default_timeout(PATIENCE)
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
    for width in (320, 375, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []
