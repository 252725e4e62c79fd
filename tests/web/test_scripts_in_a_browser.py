"""A corpus of hostile texts in a real browser: with the policy of the pages switched off nothing of them runs, as they are sanitised; and
under that policy nothing would run even if they were not.

What runs is seen by the calls that attacks make; a test of its own shows that it would be seen.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import uvicorn
from conftest import SMALL, HashEmbedder, document, silent, write_folder
from fastapi import Response
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page
from test_render import HOSTILE

from indexer.pipeline import build
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.answers import configuration
from search_api.app import create_app

TOKEN = "a-token-for-tests-1234"
RAW = {  # as they would stand on a page if nothing sanitised them
    "script": "<script>alert(1)</script>",
    "img": "<img src=x onerror=alert(1)>",
    "svg": "<svg onload=alert(1)></svg>",
    "svg animation": "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "details": "<details open ontoggle=alert(1)>x</details>",
    "focus": "<input autofocus onfocus=alert(1)>",
    "frame": '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
    "frame with an address": '<iframe src="javascript:parent.alert(1)"></iframe>',
    "style": "<style onload=alert(1)></style>",
    "link clicked": '<a id="click" href="javascript:alert(1)">x</a>',
}
# Calls that no page of ours makes.
WATCH = "window.ran = []; for (const name of ['alert', 'prompt', 'confirm', 'print', 'msgbox']) window[name] = () => window.ran.push(name);"
PATHS = ["/", "/browse", "/search?q=waste", "/search?q={attack}", "/browse?city={attack}", "/{attack}", "/documents/{attack}"]
ATTACKS = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "{{alert(1)}}",
]


def hostile_files() -> dict[str, str]:
    """Each text of the corpus is a document, and stands in what lists and results show of it."""
    files = dict(SMALL)
    for number, text in enumerate(HOSTILE.values()):
        title = " ".join(text.replace("\\", "/").replace('"', "'").split())
        title = "".join(each for each in title if each.isprintable()) or "x"
        body = f"{text}\n\nwaste and more"
        files[f"case-studies/h{number}.en.md"] = document(f"waste {title}"[:180], body, summary=f'"{title[:180]}"', city=f'"{title[:80]}"')
    return files


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Its address and the addresses of the documents."""
    folder = tmp_path_factory.mktemp("hostile")
    content = write_folder(folder / "content", hostile_files())
    build(content, folder / "index", HashEmbedder(), silent)
    kb = KnowledgeBase.open(folder / "index", embedder=HashEmbedder())
    app = create_app(kb, Settings(content_dir=content, index_dir=folder / "index", editor_token=TOKEN))

    @app.get("/raw/{name}/{policy}")
    def raw(name: str, policy: str) -> Response:
        free = {"Content-Security-Policy": "default-src * 'unsafe-inline' data:"} if policy == "free" else None
        return HTMLResponse(f"<!doctype html><body>{RAW[name]}</body>", headers=free)

    app.router.routes.insert(0, app.router.routes.pop())  # before the page of unknown addresses
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configuration(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    ids = [each.id for each in kb.documents(limit=1000)[1] if each.id.startswith("case-studies/h")]
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", [f"/documents/{each}" for each in ids]
    server.should_exit = True
    thread.join(30)


@contextlib.contextmanager
def visit(chromium: Browser, site: str, *, policy: bool) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, bypass_csp=not policy)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def what_ran(page: Page) -> list[str]:
    """Also of what a visitor sets off: everything is focused and the pointer passes over it."""
    page.evaluate(
        """() => { for (const each of document.querySelectorAll('main *')) {
            for (const kind of ['mouseover', 'focus', 'toggle', 'load', 'error']) each.dispatchEvent(new Event(kind)) } }"""
    )
    ran: list[str] = page.evaluate("window.ran")
    return ran


def bad_addresses(page: Page) -> list[str]:
    """Of links, pictures and forms, as the browser itself understands them."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a[href], img[src], form[action]')]
            .map(each => new URL(each.href || each.src || each.action, location))
            .filter(each => !['http:', 'https:', 'mailto:'].includes(each.protocol)).map(String)"""
    )
    return found


def test_documents_run_nothing_even_without_the_policy(chromium: Browser, hostile_site: tuple[str, list[str]]) -> None:
    site, documents = hostile_site
    assert len(documents) >= len(HOSTILE) - 5  # control characters are errors: such documents are left out
    with visit(chromium, site, policy=False) as page:
        for path in documents:
            assert page.goto(path, wait_until="load").status == 200, path  # type: ignore[union-attr]
            assert (what_ran(page), bad_addresses(page)) == ([], []), path
            assert not page.evaluate(
                "document.querySelectorAll('main iframe, main object, main embed, main style, main svg *[onload]').length"
            )


def test_lists_results_and_addresses_run_nothing_even_without_the_policy(chromium: Browser, hostile_site: tuple[str, list[str]]) -> None:
    with visit(chromium, hostile_site[0], policy=False) as page:
        for path in PATHS:
            for attack in ATTACKS if "{attack}" in path else [""]:
                page.goto(path.replace("{attack}", quote(attack, safe="")), wait_until="load")
                assert (what_ran(page), bad_addresses(page)) == ([], []), (path, attack)


def test_the_editors_preview_runs_nothing_even_without_the_policy(chromium: Browser, hostile_site: tuple[str, list[str]]) -> None:
    """Its HTML is put into the page by a script."""
    with visit(chromium, hostile_site[0], policy=False) as page:
        page.goto("/editors?ui=en")
        page.locator("#f-token").fill(TOKEN)
        page.locator("#f-token").press("Enter")
        page.wait_for_selector(".overview")
        page.goto("/editors/edit?path=case-studies/canal.en.md&ui=en")
        text = "\n\n".join(each for each in HOSTILE.values() if each.isprintable() or "\n" in each)
        page.locator("#f-body").fill(f"{text}\n\nthe end of it")
        page.get_by_role("button", name="Preview").click()
        page.get_by_text("the end of it").last.wait_for()
        assert (what_ran(page), bad_addresses(page)) == ([], [])


@pytest.mark.parametrize("name", RAW)
def test_the_policy_alone_stops_what_would_run(chromium: Browser, hostile_site: tuple[str, list[str]], name: str) -> None:
    def ran(policy: str) -> list[str]:
        with visit(chromium, hostile_site[0], policy=True) as page:
            page.goto(f"/raw/{name}/{policy}", wait_until="load")
            if page.locator("#click").count():
                page.locator("#click").click()
            with contextlib.suppress(Exception):
                page.wait_for_function("window.ran.length > 0", timeout=5000 if policy == "free" else 300)
            found: list[str] = page.evaluate("window.ran")
            return found

    assert ran("free"), "the attack is none: this test would not see it"
    assert ran("ours") == []
