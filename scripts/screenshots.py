"""Pictures of the pages for docs/screenshots/: python scripts/screenshots.py http://127.0.0.1:8000 [folder] [--whole].

The editors' pages are taken where KB_EDITOR_TOKEN is the server's; nothing is saved. --whole: whole pages instead of one screen.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"wide": (1280, 960), "narrow": (375, 812)}  # CSS pixels
SCHEMES = ("light", "dark")
LANGS = ("th", "en")
QUESTIONS = {"th": "ลดขยะพลาสติกในเมืองท่องเที่ยว", "en": "how do tourist towns cut plastic waste"}
DOCUMENT = "dialogues/sgac-high-level-policy-dialogue-2022"
EDITED = "case-studies/bangkok-saen-saep-canal.{lang}.md"
PAGES = {
    "home": "/",
    "results": "/search?q={question}",
    "document": "/documents/" + DOCUMENT + "?lang={lang}",
    "nothing": "/search?q={question}&country=BN&year=1999",
    "browse": "/browse",
    "collection": "/collection",
    "like": "/search?like=" + DOCUMENT,
    "about": "/about",
}
Prepare = Callable[[Page, str], None]  # brings the page into the state that is shown; given the language


def main(site: str, folder: Path, whole: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for width in WIDTHS:
            for lang in LANGS:
                for scheme in SCHEMES:
                    take_all(browser, site, folder / "{name}-{rest}.png", lang, width, scheme, whole)
        browser.close()


def take_all(browser: Browser, site: str, target: Path, lang: str, width: str, scheme: str, whole: bool) -> None:
    rest = f"{lang}-{width}{'-dark' if scheme == 'dark' else ''}"
    context = browser.new_context(
        base_url=site,
        viewport={"width": WIDTHS[width][0], "height": WIDTHS[width][1]},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    for name, path in PAGES.items():
        take(context, Path(str(target).format(name=name, rest=rest)), path, lang, whole)
    if token := os.environ.get("KB_EDITOR_TOKEN"):
        for name, (path, prepare) in EDITORS.items():
            take(context, Path(str(target).format(name=name, rest=rest)), path, lang, whole, prepare)
            if name == "editors-sign-in":
                sign_in(context, token)
    context.close()


def take(context: BrowserContext, target: Path, path: str, lang: str, whole: bool, prepare: Prepare | None = None) -> None:
    page = context.new_page()
    path = path.format(question=quote(QUESTIONS[lang]), lang=lang)
    page.goto(f"{path}{'&' if '?' in path else '?'}ui={lang}")
    if prepare:
        prepare(page, lang)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=target, full_page=whole)
    print(f"{target}  {target.stat().st_size // 1024} KB")
    page.close()


# The editors' pages


def sign_in(context: BrowserContext, token: str) -> None:
    page = context.new_page()
    page.goto("/editors")
    page.locator("#f-token").fill(token)
    page.locator("#f-token").press("Enter")
    page.locator(".overview").wait_for()
    page.close()


def looked_through(page: Page, lang: str) -> None:
    """The overview once the server has looked through the folder."""
    while not page.locator("#o-cuts").count():
        page.wait_for_timeout(1000)
        page.reload()


def press(page: Page, action: str) -> None:
    with page.expect_navigation():
        page.locator(f'.editor-main button[value="{action}"]').click()


def with_an_error(page: Page, lang: str) -> None:
    """A new document whose date is not one: saving is refused."""
    page.locator("#f-name").fill("rayong-mangrove-school")
    page.locator("#f-title").fill("โรงเรียนป่าชายเลนระยอง" if lang == "th" else "The mangrove school of Rayong")
    page.locator("#f-date").fill("6/12/2022")
    page.locator("#f-body").fill("ครูและนักเรียนเพาะกล้าโกงกาง" if lang == "th" else "Teachers and pupils raise mangrove seedlings.")
    press(page, "save")


def as_file(page: Page, lang: str) -> None:
    press(page, "as-file")


def with_findings(page: Page, lang: str) -> None:
    """The text of a document with a wrong kind of markup, looked at and not saved."""
    page.locator("#f-body").fill(page.locator("#f-body").input_value() + "\n\n### <b>ผล</b>\n\n[x](javascript:y)")
    press(page, "preview")
    page.locator("#f-body").scroll_into_view_if_needed()


def conflict(page: Page, lang: str) -> None:
    """As if the text had been opened before somebody else wrote the last words of its first and last paragraph."""
    body = page.locator("#f-body")
    first, *rest, last = body.input_value().split("\n\n")
    begun, ended = first.rpartition(" ")[0], last.rpartition(" ")[0]
    page.locator('input[name="base"]').evaluate(SHORTEN, [[first, begun], [last, ended]])
    page.locator('input[name="digest"]').evaluate("e => { e.value = '0'.repeat(64) }")
    mine = " ตามแผนแม่บทของเมือง" if lang == "th" else " under the city's master plan."
    body.fill("\n\n".join([begun + mine, *rest, ended]))
    press(page, "save")


SHORTEN = "(e, pairs) => { for (const [whole, part] of pairs) e.value = e.value.replace(whole, part) }"
EDITORS: dict[str, tuple[str, Prepare | None]] = {
    "editors-sign-in": ("/editors", None),
    "editors-overview": ("/editors", looked_through),
    "editors-new": ("/editors/edit", None),
    "editors-form": (f"/editors/edit?path={EDITED}", None),
    "editors-error": ("/editors/edit", with_an_error),
    "editors-file": (f"/editors/edit?path={EDITED}", as_file),
    "editors-preview": (f"/editors/edit?path={EDITED}", with_findings),
    "editors-conflict": (f"/editors/edit?path={EDITED}", conflict),
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/screenshots"))
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    main(given.site.rstrip("/"), given.folder, given.whole)
