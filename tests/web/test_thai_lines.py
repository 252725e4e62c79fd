"""Where lines of Thai break in a real browser, on narrow screens."""

from __future__ import annotations

from itertools import pairwise

import pytest
from browsing import Open

# The lines of every matching element that has more than one, as text.
LINES = """
(wanted) => {
  const found = [];
  for (const element of document.querySelectorAll(wanted)) {
    if (!element.checkVisibility() || element.closest(".hidden")) continue;
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const lines = [""];
    let bottom = Infinity;
    for (let node; (node = walker.nextNode()); ) {
      if (node.parentElement.closest(".hidden, .anchor")) continue;
      for (let i = 0; i < node.data.length; i++) {
        const range = document.createRange();
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = [...range.getClientRects()].pop();
        if (box && box.top >= bottom - 2) lines.push("");
        if (box) bottom = box.bottom;
        if (box) lines[lines.length - 1] += node.data[i];
      }
    }
    found.push(lines.map((line) => line.trim()).filter(Boolean));
  }
  return found.filter((lines) => lines.length > 1);
}
"""
PATHS = ["/?ui=th", "/browse?ui=th", "/collection?ui=th", "/about?ui=th", "/search?q=ลดขยะพลาสติกในเมืองท่องเที่ยว&ui=th"]
DOCUMENTS = [
    f"/documents/{name}?lang=th&ui=th" for name in ("case-studies/phuket-food-waste", "dialogues/sgac-high-level-policy-dialogue-2022")
]
NEVER_FIRST = "ๆฯ”’)]»,.:;!?%"
# Words that Chromium's own dictionary breaks, or that only this collection knows.
WHOLE = (
    *("เกซอนซิตี", "จาการ์ตา", "มากัสซาร์", "เกิ่นเทอ", "กรุงเทพมหานคร", "พื้นฐาน", "ตะวันออก", "แลกเปลี่ยน", "สิ่งที่", "การจัดการ"),
    *("ครั้งที่ 14", "พ.ศ. 2567"),
)


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize("path", [*PATHS, *DOCUMENTS])
def test_no_line_begins_with_what_belongs_to_the_line_before(open_page: Open, path: str, width: int) -> None:
    found = open_page(path, width=width).evaluate(LINES, "h1, h2, h3, p, li, dd, .button")
    assert found, "nothing is longer than a line"
    assert [lines for lines in found for line in lines[1:] if line[0] in NEVER_FIRST] == []


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize("path", [*PATHS[:2], *DOCUMENTS])
def test_titles_and_buttons_do_not_break_inside_a_word(open_page: Open, path: str, width: int) -> None:
    found = open_page(path, width=width).evaluate(LINES, "h1, h2 > a, h3, .button")
    whole = " ".join("".join(lines).replace("\u00a0", " ") for lines in found)
    broken = [(word, lines) for lines in found for word in WHOLE if _is_broken(word, lines)]
    assert found and broken == []
    if "browse" in path:
        assert {"เกซอนซิตี", "มากัสซาร์", "เกิ่นเทอ", "สิ่งที่", "การจัดการ"} <= {word for word in WHOLE if word in whole}


def _is_broken(word: str, lines: list[str]) -> bool:
    """Whether a line ends inside the word."""
    plain = [line.replace("\u00a0", " ") for line in lines]
    return any(
        before.endswith(word[:cut]) and after.startswith(word[cut:].strip())
        for before, after in pairwise(plain)
        for cut in range(1, len(word))
    )
