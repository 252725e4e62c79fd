"""Bytes of a file -> header with a line for every key, and body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.problems import Report, shown
from kb.reading import decoding, header
from kb.reading.header import Table

HEADER_LIMIT = 64 * 1024  # bytes
MARK = "---"
# What a line of a header looks like: a key, an item, a comment, or a line that continues one of them.
HEADER_LINE = re.compile(r"-\s|-$|#|[\w-]+\s*:|\s+\S")


@dataclass(frozen=True, slots=True)
class Page:
    header: Table | None  # None when findings say why it could not be read
    source: str  # the whole text, line ends "\n", no BOM
    body: str
    body_line: int  # 1-based


def read(data: bytes, place: str, report: Report) -> Page | None:
    """Header and body; None when there is no telling one from the other. `place`: the file's path, for commands in messages."""
    source = decoding.decode(data, place, report)
    if source is None:
        return None
    lines = source.split("\n")
    end = _header_end(lines, report)
    decoding.check_characters(source, end, report)
    if not end:
        return None
    body = "\n".join(lines[end:])
    text = "\n".join(lines[1 : end - 1])
    # A control character in the header would be reported again as broken YAML.
    readable = not any(problem.severity == "error" and problem.line <= end for problem in report.problems)
    if len(text.encode()) > HEADER_LIMIT:
        readable = False
        size = len(text.encode()) // 1024
        en = f"the header holds {size} KB, more than 64 KB; move text into the body, below the second ---"
        report.error(1, "front-matter-too-large", en, f"ส่วนหัวมีขนาด {size} KB เกิน 64 KB โปรดย้ายข้อความไปไว้ใต้ --- บรรทัดที่สอง")
    return Page(header.parse(text, report) if readable else None, source, body, end + 1)


def _header_end(lines: list[str], report: Report) -> int:
    """The 1-based line of the closing mark; 0 with a finding when there is no header or no end of it."""
    if lines[0].rstrip() != MARK:
        _report_missing(lines, report)
        return 0
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == MARK:
            return number
    last = next((n for n, line in enumerate(lines[1:], start=2) if not HEADER_LINE.match(line)), len(lines) + 1) - 1
    report.error(
        1,
        "front-matter-unclosed",
        f"the header that begins here has no end; put a line with --- after its last key (probably after line {last})",
        f"ส่วนหัวที่เริ่มตรงนี้ไม่มีบรรทัดปิด โปรดเพิ่มบรรทัด --- ต่อจากคีย์สุดท้าย (น่าจะหลังบรรทัดที่ {last})",
    )
    return 0


def _report_missing(lines: list[str], report: Report) -> None:
    first = next((n for n, line in enumerate(lines, start=1) if line.strip()), 1)
    seen = lines[first - 1].rstrip()
    if seen == MARK:
        en = f"the header begins only in line {first}; delete the empty lines before it"
        report.error(1, "front-matter-missing", en, f"ส่วนหัวเริ่มที่บรรทัด {first} โปรดลบบรรทัดว่างก่อนหน้าออก")
        return
    what_en, what_th = (f"begins with {shown(seen)}", f"ขึ้นต้นด้วย {shown(seen)}") if seen else ("is empty", "ว่างเปล่า")
    if seen == "+++":
        what_en, what_th = "has a header in TOML", "มีส่วนหัวแบบ TOML"
    en = f"the file {what_en}; begin it with a line ---, then keys such as kind: and title:, then a line ---"
    th = f"ไฟล์{what_th} ให้เริ่มด้วยบรรทัด --- ตามด้วยคีย์ เช่น kind: และ title: แล้วปิดด้วยบรรทัด ---"
    report.error(1, "front-matter-missing", en, th)
