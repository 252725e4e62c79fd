"""Headings that readers, screen readers or links stumble over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.markdown_blocks import Block
from kb.problems import Report, shown

LONGEST = 100  # characters: two lines on a telephone
STOPS = ".,:;。"
TITLE_LEVEL = 1


def check(found: Sequence[Block], report: Report) -> None:
    headings = [block for block in found if block.kind == "heading"]
    level = TITLE_LEVEL
    for heading in headings:
        _check_words(heading, report)
        if heading.level > level + 1:
            _report_jump(heading, level, report)
        level = heading.level
    _check_repetitions(headings, report)
    for heading in _without_text(found):
        en = f"there is no text under the heading {shown(heading.text)}; write it, or delete the heading"
        report.warning(heading.lines.first, "section-empty", en, f"ไม่มีเนื้อหาใต้หัวข้อ {shown(heading.text)} โปรดเขียนเนื้อหาหรือลบหัวข้อออก")


def _check_words(heading: Block, report: Report) -> None:
    line, text = heading.lines.first, heading.text
    if not text:
        en = "a heading has no words; write them after the #, or delete the line"
        report.warning(line, "heading-empty", en, "หัวข้อไม่มีข้อความ โปรดเขียนต่อจาก # หรือลบบรรทัดนี้")
    if len(text) > LONGEST:
        en = f"a heading of {len(text)} characters is hard to take in ({LONGEST} at most); shorten it to what the section says"
        th = f"หัวข้อยาว {len(text)} อักขระ อ่านจับใจความยาก (ไม่ควรเกิน {LONGEST}) โปรดย่อให้เหลือใจความของตอน"
        report.note(line, "heading-long", en, th)
    if text[-1:] in tuple(STOPS) and not _is_abbreviation(text.split()[-1]):
        en = f"the heading {shown(text)} ends with “{text[-1]}”; headings stand without it"
        report.note(line, "heading-punctuation", en, f"หัวข้อ {shown(text)} ลงท้ายด้วย “{text[-1]}” หัวข้อไม่ต้องมีเครื่องหมายนี้ โปรดลบออก")


def _is_abbreviation(word: str) -> bool:
    """พ.ศ., U.S., etc."""
    return word.endswith(".") and ("." in word[:-1] or len(word) <= 4)


def _report_jump(heading: Block, level: int, report: Report) -> None:
    marks = "#" * (level + 1)
    above_en, above_th = ("the title", "ชื่อเรื่อง") if level == TITLE_LEVEL else ("the heading above", "หัวข้อก่อนหน้า")
    en = f"the heading {shown(heading.text)} skips a level below {above_en}; begin it with {marks}"
    report.warning(heading.lines.first, "heading-jump", en, f"หัวข้อ {shown(heading.text)} ข้ามระดับจาก{above_th} โปรดขึ้นต้นด้วย {marks}")


def _check_repetitions(headings: Sequence[Block], report: Report) -> None:
    """The same words may stand under different headings, as in "Cost" of two projects."""
    path: list[tuple[int, str]] = []
    first: dict[tuple[str, ...], int] = {}
    for heading in headings:
        words = " ".join(heading.text.casefold().split())
        path = [*(above for above in path if above[0] < heading.level), (heading.level, words)]
        place = tuple(text for _, text in path)
        if words and first.setdefault(place, heading.lines.first) != heading.lines.first:
            en = f"the heading {shown(heading.text)} stands in line {first[place]} already; say what differs here, or join the sections"
            th = f"หัวข้อ {shown(heading.text)} ซ้ำกับบรรทัดที่ {first[place]} โปรดตั้งชื่อให้ต่างกันหรือรวมสองตอนเข้าด้วยกัน"
            report.warning(heading.lines.first, "heading-twice", en, th)


def _without_text(found: Sequence[Block]) -> Iterator[Block]:
    """Headings right before another one of their own rank or a higher one, or at the end."""
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.kind == "heading" and block.text and (after is None or (after.kind == "heading" and after.level <= block.level)):
            yield block
