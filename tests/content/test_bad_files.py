"""Every fault that a file can have: what the checker says of it, where, and how gravely."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kb import documents, problems
from kb.types import Problem, Severity

BAD = Path(__file__).parent / "bad"

GOOD = "---\nkind: case-study\ntitle: Clean canals\n---\n\nThe canal was cleaned.\n"
GOOD_THAI = "---\nkind: case-study\ntitle: คลองสะอาด\n---\n\nชาวบ้านช่วยกันทำความสะอาดคลองจนน้ำใสขึ้น\n"


@dataclass(frozen=True)
class Case:
    """One file of bad/ and one of the findings about it."""

    file: str
    line: int
    severity: Severity
    code: str
    en: str  # a part of the message
    th: str


CASES = (
    Case("alias-bomb.en.md", 4, "error", "yaml-alias", "“&a” is a YAML alias", "“&a” เป็น alias ของ YAML"),
    Case("alias-bomb.en.md", 5, "error", "yaml-alias", "“*a” is a YAML alias", "ให้เขียนค่าเต็ม"),
    Case("anchor-like-text.en.md", 4, "error", "yaml-reserved", "put the value in quotes", "ใส่เครื่องหมายคำพูดครอบค่า"),
    Case("bad-date.en.md", 4, "error", "bad-date", "“30 February 2022” is not a day of the calendar", "ไม่มีวันนี้ในปฏิทิน"),
    Case("bad-date-ambiguous.en.md", 4, "error", "bad-date", "day/month or month/day", "อ่านได้ทั้งวัน/เดือนและเดือน/วัน"),
    Case("bad-date-era.th.md", 4, "error", "bad-date", "write พ.ศ. 2565 or ค.ศ. 2022", "ให้เขียน พ.ศ. 2565 หรือ ค.ศ. 2022"),
    Case("bad-tag.en.md", 4, "error", "yaml-tag", "“!!python/object/apply:os.system” is a YAML tag", "เป็น tag ของ YAML"),
    Case("bad-url.en.md", 5, "warning", "bad-url", "“www.example.org/report” is not a web address", "โปรดเขียนให้ครบโดยขึ้นต้นด้วย https://"),
    Case("bad-url.en.md", 8, "warning", "bad-url", "“javascript:alert(1)”", "ไม่ใช่ที่อยู่เว็บ"),
    Case("blank-before-header.en.md", 1, "error", "front-matter-missing", "begins only in line 3", "ส่วนหัวเริ่มที่บรรทัด 3"),
    Case("body-empty.en.md", 4, "error", "body-empty", "the document has no text", "เอกสารไม่มีเนื้อหา"),
    Case("colon-in-title.en.md", 3, "error", "yaml-colon", "a value with a colon must stand in quotes", "ต้องอยู่ในเครื่องหมายคำพูด"),
    Case("complex-key.en.md", 4, "error", "yaml-key", "a key is a list or a mapping", "คีย์เป็นรายการหรือคู่คีย์"),
    Case("country-unknown.en.md", 4, "error", "unknown-country", "did you mean Thailand / ไทย?", "หมายถึง Thailand / ไทย ใช่หรือไม่"),
    Case("dialogue-without-participants.en.md", 1, "error", "missing-participants", "participants is missing", "ไม่มี participants"),
    Case("duplicate-inner-key.en.md", 7, "error", "duplicate-key", "“name” stands here a second time", "“name” ซ้ำกับบรรทัดที่ 5"),
    Case("duplicate-key.en.md", 5, "error", "duplicate-key", "first in line 4", "“city” ซ้ำกับบรรทัดที่ 4"),
    Case("empty-header.en.md", 1, "error", "missing-kind", "case-study or dialogue", "โปรดเพิ่ม kind:"),
    Case("empty-header.en.md", 1, "error", "missing-title", "title is missing", "ไม่มี title"),
    Case("empty-title.en.md", 3, "error", "missing-title", "title is missing", "ชื่อเรื่องในภาษาของเอกสาร"),
    Case("escape-impossible.en.md", 3, "error", "yaml-escape", "stands for no character", "ไม่ใช่อักขระใด"),
    Case("escape-nul.en.md", 3, "error", "control-character", "U+0000", "U+0000"),
    Case("escape-surrogate.en.md", 3, "error", "control-character", "U+D800", "โปรดลบออกหรือใช้ ' แทน"),
    Case("heading-level.en.md", 8, "note", "heading-level", "begin headings with ##", "ให้เริ่มหัวข้อด้วย ##"),
    Case("heading-long.en.md", 8, "note", "heading-long", "shorten it to what the section says", "โปรดย่อให้เหลือใจความของตอน"),
    Case("heading-punctuation.en.md", 8, "note", "heading-punctuation", "ends with “:”", "ลงท้ายด้วย “:”"),
    Case("heading-twice.en.md", 18, "warning", "heading-twice", "stands in line 8 already", "ซ้ำกับบรรทัดที่ 8"),
    Case("heading-jump.en.md", 8, "warning", "heading-jump", "skips a level below the title; begin it with ##", "โปรดขึ้นต้นด้วย ##"),
    Case("heading-empty.en.md", 8, "warning", "heading-empty", "a heading has no words", "หัวข้อไม่มีข้อความ"),
    Case("kind-list.en.md", 2, "error", "wrong-type", "kind holds a list of 2 where one text belongs", "kind มีรายการ 2 ข้อ"),
    Case("kind-unknown.en.md", 2, "error", "unknown-kind", "did you mean case-study?", "หมายถึง case-study ใช่หรือไม่"),
    Case("lang-differs.th.md", 4, "note", "lang-differs", "lang wins", "ระบบใช้ค่า lang"),
    Case("lang-missing.md", 0, "error", "lang-missing", "add lang: th or lang: en", "เพิ่ม lang: th หรือ lang: en"),
    Case("lang-no.md", 4, "error", "lang-unknown", "YAML takes the word for “false”", "YAML อ่านคำนี้เป็นค่า “เท็จ”"),
    Case("lang-other.md", 4, "error", "lang-unknown", "“fr” is not a language of this collection; write th or en", "ให้เขียน th หรือ en"),
    Case("lists-too-deep.en.md", 6, "error", "body-nesting", "deeper than 12 levels", "ซ้อนกันลึกเกิน 12 ชั้น"),
    Case("many-faults.en.md", 1, "error", "missing-title", "title is missing", "ไม่มี title"),
    Case("many-faults.en.md", 2, "error", "unknown-kind", "“case”", "หมายถึง case-study"),
    Case("many-faults.en.md", 3, "error", "bad-date", "“yesterday”", "อ่านเป็นวันที่ไม่ได้"),
    Case("many-faults.en.md", 4, "error", "unknown-theme", "did you mean waste?", "หมายถึง waste"),
    Case("many-faults.en.md", 5, "error", "unknown-country", "did you mean Laos", "ลาว ใช่หรือไม่"),
    Case("many-faults.en.md", 6, "note", "unknown-key", "Did you mean lang?", "หมายถึง lang ใช่หรือไม่"),
    Case("many-faults.en.md", 7, "warning", "bad-url", "“here”", "ไม่ใช่ที่อยู่เว็บ"),
    Case("many-faults.en.md", 8, "error", "body-empty", "has no text", "ไม่มีเนื้อหา"),
    Case("many-faults.en.md", 10, "note", "heading-level", "“Title again”", "“Title again”"),
    Case("missing-header.en.md", 1, "error", "front-matter-missing", "begins with “# Clean canals”", "ขึ้นต้นด้วย “# Clean canals”"),
    Case("missing-kind.en.md", 1, "error", "missing-kind", "kind is missing", "ไม่มี kind"),
    Case("missing-title.en.md", 1, "error", "missing-title", "add title:", "โปรดเพิ่ม title:"),
    Case("nesting.en.md", 4, "error", "yaml-depth", "deeper than 8 levels", "ซ้อนกันลึกเกิน 8 ชั้น"),
    Case("not-mapping.en.md", 2, "error", "front-matter-not-mapping", "not a mapping of keys to values", "ไม่ใช่คู่คีย์กับค่า"),
    Case("person-key-slip.en.md", 6, "warning", "unknown-part", "did you mean organisation?", "หมายถึง organisation ใช่หรือไม่"),
    Case("person-without-name.en.md", 5, "error", "missing-name", "a person has no name", "มีบุคคลที่ไม่มีชื่อ"),
    Case("raw-html.en.md", 8, "note", "raw-html", "“<div align=center>” is HTML", "เป็น HTML ซึ่งจะแสดงให้ผู้อ่านเห็นตามที่พิมพ์"),
    Case("placeholder.en.md", 3, "error", "placeholder", "to fill in: lines 3, 6", "ที่ต้องเติมอยู่ที่บรรทัด 3, 6"),
    Case("repeated-value.en.md", 4, "warning", "repeated-value", "“Bangkok” stands in the list twice", "“Bangkok” ซ้ำกันในรายการ"),
    Case("section-empty.en.md", 14, "warning", "section-empty", "no text under the heading “Cost”", "ไม่มีเนื้อหาใต้หัวข้อ “Cost”"),
    Case("section-empty.th.md", 8, "warning", "section-empty", "or delete the heading", "โปรดเขียนเนื้อหาหรือลบหัวข้อออก"),
    Case("speaker-unknown.en.md", 10, "warning", "unknown-speaker", "did you mean Somsak Sappakosonkul?", "หมายถึง Somsak Sappakosonkul"),
    Case("speaker-unknown.en.md", 12, "warning", "unknown-speaker", "“Somebody Else”", "โปรดเพิ่มชื่อหรือ aliases ใน participants"),
    Case("speaker-without-gap.en.md", 8, "warning", "turn-without-gap", "put an empty line before it", "โปรดเว้นบรรทัดว่างหนึ่งบรรทัด"),
    Case("tab.en.md", 5, "error", "yaml-tab", "there is a tab", "มีแท็บ"),
    Case("text-without-key.en.md", 4, "error", "yaml-no-colon", "this line has no key", "บรรทัดนี้ไม่มีคีย์"),
    Case("theme-unknown.en.md", 6, "error", "unknown-theme", "did you mean waste?", "หมายถึง waste"),
    Case("theme-unknown.en.md", 7, "error", "unknown-theme", "choose from: waste, water", "ให้เลือกจาก waste, water"),
    Case("title-in-brackets.en.md", 3, "error", "yaml-syntax", "put the value in quotes", "ใส่เครื่องหมายคำพูดครอบค่า"),
    Case("toml-header.en.md", 1, "error", "front-matter-missing", "a header in TOML", "ส่วนหัวแบบ TOML"),
    Case("truncated-bracket.en.md", 4, "error", "yaml-bracket", "is not closed, or a comma is missing", "ไม่ได้ปิดหรือขาดจุลภาค"),
    Case("unclosed-header.en.md", 1, "error", "front-matter-unclosed", "probably after line 3", "น่าจะหลังบรรทัดที่ 3"),
    Case("unclosed-quote.en.md", 4, "error", "yaml-quote", "is not closed", "ไม่ได้ปิด"),
    Case("unknown-key.en.md", 4, "note", "unknown-key", "Did you mean organisations?", "หมายถึง organisations ใช่หรือไม่"),
    Case("unknown-key.en.md", 5, "note", "unknown-key", "“funding”", "ระบบเก็บไว้ใน “extra”"),
    Case("unknown-key.en.md", 6, "note", "unknown-key", "“reviewed”", "หากตั้งใจไว้ไม่ต้องแก้ไข"),
    Case("unknown-key.en.md", 7, "note", "unknown-key", "“version”", "“version”"),
    Case("value-with-at.en.md", 4, "error", "yaml-reserved", "“summary: @town cleans its canals”", "มีความหมายใน YAML"),
    Case("wrong-type-list.en.md", 5, "error", "wrong-type", "put text with a colon in quotes", "ครอบข้อความที่มี :"),
    Case("wrong-type-person.en.md", 4, "error", "wrong-type", "where a name or a mapping with name: belongs", "คู่คีย์ที่มี name:"),
    Case("wrong-type-source.en.md", 5, "error", "wrong-type", "an address or a mapping with url:", "คู่คีย์ที่มี url:"),
    Case("wrong-type-text.en.md", 4, "error", "wrong-type", "summary holds a list of 2", "แต่ต้องเป็นข้อความเดียว"),
)
# Findings that stand beside the one the file was made for.
BESIDES = {
    "alias-bomb.en.md": [(4, "unknown-key"), (5, "yaml-alias"), (5, "unknown-key"), (6, "yaml-alias"), (6, "unknown-key")],
    "bad-tag.en.md": [(4, "wrong-type")],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}:{case.line}")
def test_the_finding_says_what_where_and_what_to_do(case: Case) -> None:
    found = documents.load(BAD, BAD / case.file).problems
    matching = [p for p in found if (p.line, p.severity, p.code) == (case.line, case.severity, case.code)]
    assert any(case.en in p.message.en and case.th in p.message.th for p in matching), found


@pytest.mark.parametrize("file", sorted({case.file for case in CASES}))
def test_nothing_else_is_found_and_only_errors_keep_the_document_out(file: str) -> None:
    loaded = documents.load(BAD, BAD / file)
    expected = [(case.line, case.code) for case in CASES if case.file == file] + BESIDES.get(file, [])
    assert sorted((p.line, p.code) for p in loaded.problems) == sorted(expected)
    assert (loaded.document is None) == any(p.severity == "error" for p in loaded.problems)
    assert [p.line for p in loaded.problems] == sorted(p.line for p in loaded.problems)


def test_every_file_of_the_folder_is_in_the_table() -> None:
    assert {path.name for path in BAD.iterdir()} == {case.file for case in CASES}


def of_bytes(tmp_path: Path, data: bytes, name: str = "x.en.md") -> tuple[Problem, ...]:
    (tmp_path / name).write_bytes(data)
    return documents.load(tmp_path, tmp_path / name).problems


@dataclass(frozen=True)
class BytesCase:
    """Bytes that git or an editor would change."""

    name: str
    data: bytes
    line: int
    severity: Severity
    code: str
    en: str
    th: str


BYTES = (
    BytesCase("empty file", b"", 1, "error", "front-matter-missing", "the file is empty", "ไฟล์ว่างเปล่า"),
    BytesCase("byte order mark", b"\xef\xbb\xbf" + GOOD.encode(), 1, "note", "bom", "it does no harm", "ไม่มีผลเสีย"),
    BytesCase("TIS-620", GOOD_THAI.encode("tis-620"), 0, "error", "encoding-thai", "iconv -f TIS-620 -t UTF-8", "เข้ารหัสแบบ TIS-620"),
    BytesCase(
        "windows-874",
        GOOD_THAI.replace("น้ำใส", "“น้ำใส”").encode("cp874"),
        0,
        "error",
        "encoding-thai",
        "iconv -f WINDOWS-874 -t UTF-8",
        "เข้ารหัสแบบ WINDOWS-874",
    ),
    BytesCase("UTF-16 with mark", GOOD_THAI.encode("utf-16"), 0, "error", "encoding-utf16", "iconv -f UTF-16 ", "เข้ารหัสแบบ UTF-16 "),
    BytesCase("UTF-16 without mark", GOOD.encode("utf-16-le"), 0, "error", "encoding-utf16", "iconv -f UTF-16LE ", "UTF-16LE"),
    BytesCase("UTF-32", GOOD.encode("utf-32"), 0, "error", "encoding-utf16", "iconv -f UTF-32 ", "UTF-32"),
    BytesCase(
        "one damaged byte in Thai",
        GOOD_THAI.encode().replace("น้ำ".encode(), b"\xe0\xb8"),
        6,
        "error",
        "encoding-not-utf8",
        "the byte 0xe0 is not valid UTF-8",
        "พบไบต์ 0xe0",
    ),
    BytesCase("latin-1", GOOD.replace("canal was", "café was").encode("latin-1"), 6, "error", "encoding-not-utf8", "0xe9", "0xe9"),
    BytesCase("NUL in the body", GOOD.encode() + b"\x00", 7, "error", "control-character", "U+0000", "U+0000"),
    BytesCase("control in the header", GOOD.replace("Clean", "Cl\x0bean").encode(), 3, "error", "control-character", "U+000B", "U+000B"),
    BytesCase(
        "control in the body", GOOD.replace("cleaned", "\x0ccleaned").encode(), 6, "warning", "control-character", "U+000C", "U+000C"
    ),
    BytesCase(
        "line separator in the header", GOOD.replace("Clean", "Cl\u2028ean").encode(), 3, "error", "control-character", "U+2028", "U+2028"
    ),
    BytesCase(
        "header over 64 KB",
        GOOD.replace("title:", "note: " + "x" * 66_000 + "\ntitle:").encode(),
        1,
        "error",
        "front-matter-too-large",
        "the header holds 64 KB, more than 64 KB",
        "เกิน 64 KB",
    ),
    BytesCase("over 2 MB", GOOD.encode() + b"x" * 2_100_000, 0, "error", "too-large", "larger than 2 MB", "ใหญ่เกิน 2 MB"),
    BytesCase(
        "a paragraph without end",
        GOOD.encode() + b"[a " * 8_000,
        6,
        "error",
        "body-dense",
        "8000 brackets begins here",
        "โปรดแบ่งด้วยบรรทัดว่าง",
    ),
)


@pytest.mark.parametrize("case", BYTES, ids=lambda case: case.name)
def test_bytes(case: BytesCase, tmp_path: Path) -> None:
    (problem,) = of_bytes(tmp_path, case.data)
    assert (problem.line, problem.severity, problem.code) == (case.line, case.severity, case.code)
    assert case.en in problem.message.en
    assert case.th in problem.message.th


def test_the_command_that_converts_names_the_file_as_the_shell_needs_it(tmp_path: Path) -> None:
    (problem,) = of_bytes(tmp_path, GOOD_THAI.encode("tis-620"), "ชื่อ ไทย.th.md")
    file = f"'{tmp_path}/ชื่อ ไทย.th.md'"
    assert f"iconv -f TIS-620 -t UTF-8 {file} > {file}.utf8 && mv {file}.utf8 {file}" in problem.message.en


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_of_other_systems_are_accepted_and_counted_as_one(end: str, tmp_path: Path) -> None:
    text = GOOD.replace("title: Clean canals", "title: Clean canals\ndate: never").replace("\n", end)
    (problem,) = of_bytes(tmp_path, text.encode())
    assert (problem.code, problem.line) == ("bad-date", 4)


def test_a_problem_as_a_line_of_text() -> None:
    (problem,) = documents.load(BAD, BAD / "missing-title.en.md").problems
    assert problems.format(problem, "en", "content").startswith("content/missing-title.en.md:1: error: title is missing; ")
    assert problems.format(problem, "th").startswith("missing-title.en.md:1: ข้อผิดพลาด: ไม่มี title ")
    (whole,) = documents.load(BAD, BAD / "lang-missing.md").problems
    assert problems.format(whole, "en", BAD).startswith(f"{BAD}/lang-missing.md: error: ")
