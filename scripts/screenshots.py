"""Pictures of the pages for docs/screenshots/: python scripts/screenshots.py http://127.0.0.1:8000 [folder]."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

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
QUESTIONS = {"th": "ลดขยะพลาสติกในเมืองท่องเที่ยว", "en": "how do tourist towns cut plastic waste"}
DOCUMENT = "dialogues/sgac-high-level-policy-dialogue-2022"
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
SCHEMES = ("light", "dark")


def main(site: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for width in WIDTHS:
            for lang in QUESTIONS:
                for name in PAGES:
                    for scheme in SCHEMES:
                        take(browser, site, folder, name, lang, width, scheme)
        browser.close()


def take(browser: Browser, site: str, folder: Path, name: str, lang: str, width: str, scheme: str = "light") -> None:
    page_width, height = WIDTHS[width]
    page = browser.new_page(viewport={"width": page_width, "height": height}, color_scheme="dark" if scheme == "dark" else "light")
    path = PAGES[name].format(question=quote(QUESTIONS[lang]), lang=lang)
    page.goto(f"{site}{path}{'&' if '?' in path else '?'}ui={lang}")
    page.evaluate("document.fonts.ready")
    target = folder / f"{name}-{lang}-{width}{'-dark' if scheme == 'dark' else ''}.png"
    page.screenshot(path=target)
    print(f"{target}  {target.stat().st_size // 1024} KB")
    page.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2] if len(sys.argv) > 2 else "docs/screenshots"))
