"""A real browser for tests: headless Chromium, and what axe-core says of a page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds a browser waits for what must come; a loaded machine is slow, not wrong
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


Open = Callable[..., Page]


@contextmanager
def launched() -> Iterator[Browser]:
    """Headless Chromium. While it is open, asyncio.run works in other threads only."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is not installed; run scripts/install-browser (or make test, which does).")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE)
        yield browser
        browser.close()


def axe_faults(page: Page, schemes: Sequence[str] = ("light", "dark")) -> list[tuple[str, str]]:
    """(rule, element) for every violation of WCAG 2.2 AA and good practice that a machine can see, in these colour schemes."""
    found = []
    for scheme in schemes:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        reply = Axe().run(page, options={"runOnly": RULES}).response
        assert "target-size" in {each["id"] for kind in ("passes", "incomplete", "violations", "inapplicable") for each in reply[kind]}
        for each in reply["violations"]:
            found += [(f"{scheme}: {each['id']}", node["html"]) for node in each["nodes"]]
    return found


class Visitors:
    """Pages of fresh visitors to a site; `faults` gathers what goes wrong in them."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser, self._site = browser, site
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []  # violated policy, script errors, failed requests, requests to other servers

    def open(self, path: str, *, javascript: bool = True, width: int = 1280, locale: str = "en-GB", scheme: str = "light") -> Page:
        context = self._browser.new_context(
            base_url=self._site,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(self._site) else self.faults.append(f"outside: {request.url}"))
        page.on("response", lambda reply: self.faults.append(f"{reply.status} {reply.url}") if reply.status >= 400 else None)
        page.goto(path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
