"""WCAG 2.2 AA in a real browser, as far as a machine can judge: every kind of page, both languages, both schemes, wide and narrow."""

from __future__ import annotations

import pytest
from browsing import Open, axe_faults
from playwright.sync_api import Locator, Page, expect

THAI = "ลดขยะพลาสติกในเมืองท่องเที่ยว"
ENGLISH = "how do tourist towns cut plastic waste"
DOCUMENT = "/documents/dialogues/sgac-high-level-policy-dialogue-2022"
PATHS = {
    "home": "/",
    "results of a Thai question": f"/search?q={THAI}",
    "results of an English question": f"/search?q={ENGLISH}",
    "results of a mended question": "/search?q=ลดขยะพาสติก",
    "nothing within the filters": f"/search?q={THAI}&country=BN&year=1999",
    "nothing near": "/search?q=quantum+chromodynamics",
    "all documents": "/browse",
    "a document in Thai": f"{DOCUMENT}?lang=th",
    "a document in English": f"{DOCUMENT}?lang=en",
    "the collection": "/collection",
    "documents like a document": "/search?like=case-studies/phuket-food-waste",
    "about": "/about",
    "no such page": "/nowhere",
}
each_page = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
each_language = pytest.mark.parametrize("lang", ["th", "en"])


def speaking(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}ui={lang}"


@each_language
@each_page
def test_axe_finds_nothing(open_page: Open, path: str, lang: str) -> None:
    """Targets of 24 pixels and contrast among its rules. All four of width and scheme took twice the time and showed nothing more."""
    page = open_page(speaking(path, lang))
    for width, scheme in ((1280, "light"), (375, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe_faults(page, [scheme]) == []


WIDER_SPACING = """
() => document.querySelectorAll("body *").forEach((e) =>
  Object.assign(e.style, {lineHeight: "1.5", letterSpacing: ".12em", wordSpacing: ".16em"}))
"""
CUT_OFF = """
() => [...document.querySelectorAll("h1, h2, h3, p, a, button, dt, dd, summary, label")]
  .filter((e) => e.checkVisibility() && !e.closest(".hidden, svg, pre") && getComputedStyle(e).overflow !== "visible"
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .map((e) => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 30)}`)
"""


@each_language
@each_page
def test_no_page_is_wider_than_the_screen_also_with_wider_spacing(open_page: Open, faults: list[str], path: str, lang: str) -> None:
    """WCAG 1.4.10 and 1.4.12"""
    page = open_page(speaking(path, lang))
    for width in (1280, 768, 375, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(WIDER_SPACING)
    for width in (320, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT_OFF) == []
    assert page.locator("h1").count() == 1
    assert [fault for fault in faults if "404" not in fault or path != "/nowhere"] == []


CONTRAST = """
() => {
  // Mixed colours are computed as color(srgb …), from 0 to 1.
  const rgb = (text) => text.match(/[\\d.]+/g).map((v, i) => Number(v) * (text.startsWith("color(srgb") && i < 3 ? 255 : 1));
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
  const light = (c) => c.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(rgb(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".hidden, .skip, datalist")) continue;
    const behind = ground(element);
    const [a, b] = [light(over(rgb(getComputedStyle(element).color), behind)), light(behind)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) weak.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}: ${element.textContent.trim().slice(0, 30)}`);
  }
  return weak;
}
"""


@each_page
def test_text_contrast_is_aa(open_page: Open, path: str) -> None:
    """Also where axe-core cannot tell: over pictures and half-transparent grounds."""
    page = open_page(path)
    assert page.evaluate(CONTRAST) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(CONTRAST) == []


def test_the_keyboard_reaches_the_content_first(open_page: Open) -> None:
    page = open_page("/browse")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


# The focused element: is it in view, with an outline of 3:1 against what is around it?
FOCUS = """
() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  let ground = [255, 255, 255];
  for (let around = e.parentElement; around; around = around.parentElement) {
    const [r, g, b, a = 1] = rgb(getComputedStyle(around).backgroundColor);
    if (a === 1) { ground = [r, g, b]; break; }
  }
  const [a, b] = [light(rgb(style.outlineColor)), light(ground)].sort((x, y) => y - x);
  const seen = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [seen && outlined && (a + 0.05) / (b + 0.05) >= 3, `${e.tagName}.${e.className} ${((a + 0.05) / (b + 0.05)).toFixed(2)}`];
}
"""


def tab_to(page: Page, wanted: Locator) -> None:
    """By the Tab key alone; every stop on the way shows where it is."""
    for _ in range(150):
        page.keyboard.press("Tab")
        shown, where = page.evaluate(FOCUS)
        assert shown, where
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("lang", "typed", "chosen", "other"), [("th", "กระบ", "กระบี่", "English"), ("en", "krab", "Krabi", "ไทย")], ids=["Thai", "English"]
)
def test_a_walk_without_a_mouse(open_page: Open, faults: list[str], lang: str, typed: str, chosen: str, other: str, scheme: str) -> None:
    """Ask with a completion, open a result, read it in the other language, go back."""
    page = open_page(f"/?ui={lang}", scheme=scheme)
    page.emulate_media(reduced_motion="reduce")  # what has the focus is in view at once
    tab_to(page, page.get_by_role("combobox"))
    page.keyboard.type(typed)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True).locator("span")).to_have_text(chosen)
    page.keyboard.press("Enter")
    first = page.locator("article.hit h2 a").first
    expect(first).to_be_visible()
    title = first.inner_text()
    tab_to(page, first)
    page.keyboard.press("Enter")
    heading = page.locator("article.document h1")
    expect(heading).to_have_text(title)
    tab_to(page, page.locator(".languages").get_by_text(other))
    page.keyboard.press("Enter")
    expect(heading).not_to_have_text(title)
    page.go_back()
    page.go_back()
    expect(page.get_by_role("combobox")).to_have_value(chosen)
    assert faults == []
