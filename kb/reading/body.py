"""What can be wrong with the text below the header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.markdown_blocks import RULE, Block, blocks
from kb.problems import Report, shown
from kb.reading import headings
from kb.speakers import Speakers

# Python-Markdown's time grows with brackets x length of a paragraph, and its stack with nesting. Honest texts stay far below these.
BLOCK_LIMIT = 20_000  # characters between two empty lines, in one list item or in one row of a table
WORK_LIMIT = 3_000_000  # characters x "[" in the same; 60 links in 10,000 characters are 600,000
NESTING_LIMIT = 12  # lists and quotations inside one another
MARKERS = re.compile(r"(?:[ \t]*(?:>|[-*+][ \t]+|\d{1,9}\.[ \t]+))*")
MARKER = re.compile(r">|[-*+]|\d+\.")
NEW_BLOCK = re.compile(r"\s*(?:$|\||[-*+]\s|\d+\.\s)")
RAW_HTML = re.compile(r"<!--|</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
CODE = re.compile(r"`[^`\n]*`")


def check(source: str, first_line: int, report: Report) -> list[Block]:
    """The blocks of the body, with findings about its form; none when they cannot be made in reasonable time."""
    if not _is_tractable(source, first_line, report):
        return []
    found = blocks(source, first_line)
    if not any(block.text and block.kind != "heading" for block in found):
        en = "the document has no text; write it below the second ---"
        report.error(first_line - 1, "body-empty", en, "เอกสารไม่มีเนื้อหา โปรดเขียนไว้ใต้ --- บรรทัดที่สอง")
    top = next((block for block in found if block.kind == "heading" and block.level == 1), None)
    if top:
        en = f"the heading {shown(top.text)} is of the title's rank; begin headings with ##"
        report.note(top.lines.first, "heading-level", en, f"หัวข้อ {shown(top.text)} อยู่ระดับเดียวกับชื่อเรื่อง ให้เริ่มหัวข้อด้วย ##")
    if not report.failed:
        headings.check(found, report)
    _check_html(source, first_line, report)
    return found


def _is_tractable(source: str, first_line: int, report: Report) -> bool:
    for number, line in enumerate(source.split("\n"), first_line):
        if not RULE.match(line) and _depth(line) > NESTING_LIMIT:
            en = f"lists or quotations are nested deeper than {NESTING_LIMIT} levels; make them flatter"
            report.error(number, "body-nesting", en, f"รายการหรือข้อความอ้างอิงซ้อนกันลึกเกิน {NESTING_LIMIT} ชั้น โปรดลดการซ้อน")
            return False
    for number, length, brackets in _runs(source, first_line):
        if length > BLOCK_LIMIT or length * brackets > WORK_LIMIT:
            en = f"a paragraph of {length} characters and {brackets} brackets begins here; divide it by empty lines"
            report.error(number, "body-dense", en, f"ย่อหน้าที่เริ่มตรงนี้มี {length} อักขระและวงเล็บ [ {brackets} ตัว โปรดแบ่งด้วยบรรทัดว่าง")
            return False
    return True


def _depth(line: str) -> int:
    """How deep a line of a list or quotation is nested: its marks, and its indentation by fours."""
    marks = MARKERS.match(line)
    count = len(MARKER.findall(marks[0])) if marks else 0
    return count and count + (len(line) - len(line.lstrip(" \t"))) // 4


def _runs(source: str, first_line: int) -> Iterator[tuple[int, int, int]]:
    """First line, characters and opening brackets of every paragraph, list item and table row."""
    start, length, brackets = first_line, 0, 0
    for number, line in enumerate(source.split("\n"), first_line):
        if NEW_BLOCK.match(line):
            yield start, length, brackets
            start, length, brackets = (number if line.strip() else number + 1), 0, 0
        length += len(line)
        brackets += line.count("[")
    yield start, length, brackets


def _check_html(source: str, first_line: int, report: Report) -> None:
    for number, line in enumerate(source.split("\n"), first_line):
        tag = RAW_HTML.search(CODE.sub("", line))
        if tag:
            en = f"{shown(tag[0])} is HTML, which is shown to readers as it stands; write Markdown instead"
            report.note(number, "raw-html", en, f"{shown(tag[0])} เป็น HTML ซึ่งจะแสดงให้ผู้อ่านเห็นตามที่พิมพ์ โปรดใช้ Markdown แทน")
            return


def check_turns(found: Sequence[Block], speakers: Speakers, report: Report) -> None:
    """Findings about the speaker turns of a dialogue."""
    for before, block in zip([None, *found], found, strict=False):
        if not block.label:
            continue
        if not speakers.known(block.label):
            _report_unknown(block, speakers, report)
        if before and before.kind == "paragraph" and before.lines.last + 1 == block.lines.first:
            en = f"the turn of {shown(block.label)} stands right below another paragraph; put an empty line before it"
            th = f"คำพูดของ {shown(block.label)} อยู่ติดกับย่อหน้าก่อนหน้า โปรดเว้นบรรทัดว่างหนึ่งบรรทัดก่อนชื่อผู้พูด"
            report.warning(block.lines.first, "turn-without-gap", en, th)


def _report_unknown(block: Block, speakers: Speakers, report: Report) -> None:
    near = speakers.nearest(block.label)
    hint_en = f"did you mean {near}? If not, add" if near else "add"
    hint_th = f"หมายถึง {near} ใช่หรือไม่ ถ้าไม่ใช่" if near else ""
    en = f"{shown(block.label)} speaks but is not a participant or organisation of the header; {hint_en} the name or alias to participants"
    th = f"{shown(block.label)} เป็นผู้พูดแต่ไม่อยู่ในรายชื่อผู้เข้าร่วมหรือหน่วยงาน {hint_th}โปรดเพิ่มชื่อหรือ aliases ใน participants"
    report.warning(block.lines.first, "unknown-speaker", en, th)
