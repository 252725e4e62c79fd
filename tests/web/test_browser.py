"""The pages of the real content in a real browser: headless Chromium against a server process."""

from __future__ import annotations

import re

import pytest
from browsing import Open
from playwright.sync_api import expect

THAI = "ลดขยะพลาสติกในเมืองท่องเที่ยว"
ENGLISH = "how do tourist towns cut plastic waste"
DOCUMENT = "/documents/dialogues/sgac-high-level-policy-dialogue-2022"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize(("locale", "question", "other"), [("th-TH", THAI, "English"), ("en-GB", ENGLISH, "ไทย")], ids=["Thai", "English"])
def test_ask_open_switch_language_and_go_back(
    open_page: Open, faults: list[str], javascript: bool, locale: str, question: str, other: str
) -> None:
    page = open_page("/", javascript=javascript, locale=locale)
    page.locator("#page_question").fill(question)
    page.locator("#page_question").press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))
    hits = page.locator("article.hit")
    expect(hits.first).to_be_visible()
    assert hits.count() >= 5
    assert page.locator("article.hit mark").count() > 0
    title = hits.first.locator("h2").inner_text()
    hits.first.locator("h2 a").click()
    expect(page.locator("article.document h1")).to_have_text(title)
    before = page.locator("html").get_attribute("lang")
    page.locator(".languages").get_by_text(other).click()
    expect(page.locator("html")).not_to_have_attribute("lang", before or "")
    expect(page.locator("article.document h1")).not_to_have_text(title)
    page.go_back()
    page.go_back()
    expect(page.locator("article.hit").first).to_be_visible()
    page.goto("/browse")
    expect(page.locator("html")).not_to_have_attribute("lang", before or "")
    assert faults == []


def test_both_languages_find_the_same_documents(open_page: Open) -> None:
    """The best of one language is near the top in the other, and most of the rest on its first page; `kb eval` measures the order."""

    def found(question: str) -> list[str]:
        links = open_page(f"/search?q={question}").locator("article.hit h2 a")
        return [str(link.get_attribute("href")).partition("?")[0] for link in links.all()]

    thai, english = found(THAI), found(ENGLISH)
    assert thai[0] in english[:3] and english[0] in thai[:3]
    assert len(set(thai[:5]) & set(english)) >= 3 and len(set(english[:5]) & set(thai)) >= 3


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_filters_narrow_and_come_off(open_page: Open, faults: list[str], javascript: bool) -> None:
    page = open_page(f"/search?q={ENGLISH}", javascript=javascript)
    page.locator(".facet").filter(has=page.get_by_role("heading", name="Kind")).get_by_role("link", name="Dialogue").click()
    expect(page.locator(".chip")).to_have_count(1)
    assert set(page.locator("article.hit .kind").all_inner_texts()) == {"Dialogue"}
    page.locator(".chip").click()
    expect(page.locator(".chip")).to_have_count(0)
    assert set(page.locator("article.hit .kind").all_inner_texts()) == {"Dialogue", "Case study"}
    assert faults == []


def test_a_passage_leads_to_its_place_in_the_document(open_page: Open, faults: list[str]) -> None:
    page = open_page(f"/search?q={ENGLISH}")
    link = page.locator("article.hit .read-here:visible").first  # the one of the twin is folded away
    anchor = str(link.get_attribute("href")).partition("#")[2]
    link.click()
    expect(page.locator(f"#{anchor}")).to_have_count(1)
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    assert faults == []


def test_the_policy_stops_what_is_not_from_here(open_page: Open, faults: list[str]) -> None:
    page = open_page("/")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in fault for fault in faults)


def test_thai_is_set_in_our_own_fonts(open_page: Open) -> None:
    page = open_page("/?ui=th")
    loaded = page.evaluate("document.fonts.ready.then(fonts => [...fonts].filter(f => f.status === 'loaded').map(f => f.family))")
    assert {family.strip('"') for family in loaded} == {"Plex Thai", "Plex Thai Looped"}
    line, size = (
        float(page.evaluate(f"getComputedStyle(document.querySelector('.summary')).{name}")[:-2]) for name in ("lineHeight", "fontSize")
    )
    assert line / size >= 1.7


@pytest.mark.parametrize(("typed", "lang", "expected"), [("krab", "en", "Krabi"), ("กระบ", "th", "กระบี่")], ids=["English", "Thai"])
def test_completions_by_keyboard_alone(open_page: Open, faults: list[str], typed: str, lang: str, expected: str) -> None:
    page = open_page(f"/?ui={lang}")
    box = page.get_by_role("combobox")
    box.press_sequentially(typed)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("form.search [role=status]")).to_have_text(re.compile(r"\d"))
    box.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen.locator("span")).to_have_text(expected)
    expect(box).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value(typed)
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))
    expect(page.locator("article.hit").first).to_be_visible()
    assert faults == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_colours_are_chosen_and_kept(open_page: Open, faults: list[str], javascript: bool) -> None:
    page = open_page("/collection?ui=en", javascript=javascript)
    light = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    page.locator(".appearance summary").click()
    page.get_by_role("link", name="Dark").click()
    expect(page).to_have_url(re.compile("/collection"))
    page.goto("/about")
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") != light
    assert faults == []


def test_a_citation_is_copied_where_there_is_no_clipboard_object(open_page: Open) -> None:
    page = open_page(DOCUMENT)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.addEventListener('copy', () => { window.seen = document.activeElement.value })")
    page.locator("[data-copy-text]").first.click()
    assert page.locator(".citation pre").first.inner_text() in str(page.evaluate("window.seen"))


def test_paper_shows_the_text_and_not_the_controls(open_page: Open) -> None:
    page = open_page(DOCUMENT)
    page.emulate_media(media="print")
    expect(page.locator(".search-band")).to_be_hidden()
    expect(page.locator(".actions")).to_be_hidden()
    expect(page.locator(".prose")).to_be_visible()
    expect(page.locator(".sources .address").first).to_be_visible()
