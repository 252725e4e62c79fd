"""Bytes of a file -> text with "\\n" line ends. Only UTF-8 is accepted; other encodings are recognised to say how to convert them."""

from __future__ import annotations

import re
import shlex

from kb.problems import Report

UTF8_BOM = b"\xef\xbb\xbf"
WIDE_BOMS = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
LINE_END = re.compile(r"\r\n|\r")
LINE_END_BYTES = re.compile(rb"\r\n|\r|\n")
# C0 and C1 controls but for tab and line feed, and the two separators that YAML takes for line ends.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
THAI = re.compile("[\u0e01-\u0e5b]")
THAI_WORD = re.compile("[\u0e01-\u0e5b]{3,}")
WINDOWS_ONLY = re.compile(rb"[\x80-\xa0]")  # bytes that windows-874 has and TIS-620 has not


def decode(data: bytes, place: str, report: Report) -> str | None:
    """The text, or None with one finding that names the encoding. `place`: the file's path for the command that converts it."""
    wide = _wide_encoding(data)
    if wide:
        _wrong_encoding(wide, place, report)
        return None
    if data.startswith(UTF8_BOM):
        report.note(1, "bom", "begins with a byte order mark; it does no harm and is left out", "ขึ้นต้นด้วย BOM ซึ่งไม่มีผลเสีย ระบบตัดออกให้แล้ว")
        data = data[len(UTF8_BOM) :]
    try:
        return LINE_END.sub("\n", data.decode("utf-8"))
    except UnicodeDecodeError as fault:
        _not_utf8(data, fault, place, report)
        return None


def _wide_encoding(data: bytes) -> str:
    """UTF-16 and UTF-32 by their mark, or UTF-16 by the zero bytes beside plain letters."""
    for mark, name in WIDE_BOMS.items():
        if data.startswith(mark):
            return name
    head = data[:512]
    if len(head) >= 4 and head[:2].count(0) == 1 and head.count(0) >= len(head) // 4:
        return "UTF-16LE" if head[1] == 0 else "UTF-16BE"
    return ""


def _not_utf8(data: bytes, fault: UnicodeDecodeError, place: str, report: Report) -> None:
    """Damaged UTF-8 still holds Thai letters when the damage is skipped; Thai in one byte per letter does not."""
    repaired = data.decode("utf-8", "replace")
    if len(THAI.findall(repaired)) <= repaired.count("\ufffd") and _looks_thai(data):
        _wrong_encoding("WINDOWS-874" if WINDOWS_ONLY.search(data) else "TIS-620", place, report)
        return
    line = len(LINE_END_BYTES.findall(data[: fault.start])) + 1
    byte = f"0x{data[fault.start]:02x}"
    report.error(
        line,
        "encoding-not-utf8",
        f"the byte {byte} is not valid UTF-8; open the file in the program that wrote it and save it as UTF-8",
        f"พบไบต์ {byte} ซึ่งไม่ใช่ UTF-8 ที่ถูกต้อง โปรดเปิดไฟล์ด้วยโปรแกรมเดิมแล้วบันทึกใหม่เป็น UTF-8",
    )


def _looks_thai(data: bytes) -> bool:
    """At least half of the characters outside ASCII stand in Thai words when the bytes are read as windows-874.

    In Western European encodings the letters outside ASCII stand alone among the others.
    """
    text = data.decode("cp874", "replace")
    return sum(len(word) for word in THAI_WORD.findall(text)) * 2 >= sum(1 for c in text if not c.isascii())


def _wrong_encoding(encoding: str, place: str, report: Report) -> None:
    code = "encoding-thai" if encoding in ("TIS-620", "WINDOWS-874") else "encoding-utf16"
    file = shlex.quote(place)
    command = f"iconv -f {encoding} -t UTF-8 {file} > {file}.utf8 && mv {file}.utf8 {file}"
    report.error(
        0,
        code,
        f"the file is written in {encoding}, not in UTF-8; convert it: {command}",
        f"ไฟล์นี้เข้ารหัสแบบ {encoding} ไม่ใช่ UTF-8 โปรดแปลงด้วยคำสั่ง {command}",
    )


def check_characters(text: str, header_end: int, report: Report) -> None:
    """Findings for characters that no text needs: errors in the header and for NUL, warnings elsewhere. One per kind of character.

    `header_end`: the last line of the header (1-based; 0 if there is none).
    """
    seen: set[str] = set()
    for match in CONTROL.finditer(text):
        if match[0] in seen:
            continue
        seen.add(match[0])
        line = text.count("\n", 0, match.start()) + 1
        add = report.error if match[0] == "\0" or line <= header_end else report.warning
        name = f"U+{ord(match[0]):04X}"
        add(
            line,
            "control-character",
            f"holds the invisible control character {name}; delete it (retyping the place helps when it cannot be seen)",
            f"มีอักขระควบคุม {name} ที่มองไม่เห็น โปรดลบออก (หากมองไม่เห็นให้พิมพ์ข้อความช่วงนั้นใหม่)",
        )
