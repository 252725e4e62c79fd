"""Findings across the files of a collection: links, copies, translations, names."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import CONTENT, document, write_folder

from indexer import collection
from indexer.check import check
from indexer.checks import cuts
from kb.text.glossary import Glossary
from kb.text.glossary_file import Entry
from kb.types import Severity

LONG = " ".join(f"In {1957 + n} the town of Makok cleaned canal number {n * 7} with its own boats." for n in range(20, 60))
LONG_THAI = "".join(f"ใน พ.ศ. {2500 + n} เทศบาลมะกอกทำความสะอาดคลองสายที่ {n * 7} ด้วยเรือของตนเอง " for n in range(20, 60))


@dataclass(frozen=True)
class Case:
    """Files, and one finding about them."""

    name: str
    files: dict[str, str]
    path: str
    line: int
    code: str
    en: str
    th: str
    severity: Severity = "warning"
    besides: tuple[str, ...] = field(default=("no-translation",))  # codes that may stand beside it


def one(body: str) -> dict[str, str]:
    return {"a/x.en.md": document("X", body), "a/other.en.md": document("Other", "Text.\n\n## The cost\n\nMuch.")}


def pair(thai: str, english: str, **keys: str) -> dict[str, str]:
    return {"x.th.md": document("ก", thai, **keys), "x.en.md": document("X", english, **keys)}


NAMED = {f"{n}.en.md": document(f"D{n}", f"The GIZX helped in {n}.", organisations="[Office of Canals]") for n in "abc"}
CASES = (
    Case("link to a document", one("See [it](othr.en.md)."), "a/x.en.md", 6, "link-broken", "did you mean a/other.en.md?", "หมายถึง"),
    Case("link to a page", one("See [it](/documents/a/none)."), "a/x.en.md", 6, "link-broken", "“a/none”, which is not", "ไม่มีใน content/"),
    Case("link in the second line", one("See\n[it](../none.pdf)."), "a/x.en.md", 7, "link-broken", "“none.pdf”", "ลิงก์ชี้ไปยัง"),
    Case("link by reference", one("See [it][1].\n\n[1]: none.md"), "a/x.en.md", 6, "link-broken", "“a/none.md”", "“a/none.md”"),
    Case("link out of content/", one("See [it](../../../etc/passwd)."), "a/x.en.md", 6, "link-broken", "etc/passwd", "etc/passwd"),
    Case("script as a link", one("See [it](javascript:alert(1))."), "a/x.en.md", 6, "link-unusable", "write https://…", "โปรดเขียน https://…"),
    Case("anchor elsewhere", one("See [it](other.en.md#the-costs)."), "a/x.en.md", 6, "anchor-broken", "mean #the-cost?", "ไม่มีหัวข้อ"),
    Case("anchor here", one("See [it](#wrk).\n\n## Work\n\nHard."), "a/x.en.md", 6, "anchor-broken", "this document has no", "เอกสารนี้"),
    Case("picture", one("![map](map.png)"), "a/x.en.md", 6, "picture-missing", "no picture “a/map.png”", "ไม่มีภาพ “a/map.png”"),
    Case("foreign picture", one("![map](https://x.org/map.png)"), "a/x.en.md", 6, "picture-elsewhere", "not shown", "ไม่แสดงภาพจากเว็บอื่น"),
    Case(
        "copy",
        {"x.en.md": document("X", LONG), "y.en.md": document("Y", LONG.replace("boats", "ships", 3))},
        "y.en.md", 0, "near-duplicate", "the same as x.en.md", "เหมือนกับ x.en.md",
    ),
    Case(
        "Thai copy",
        {"x.th.md": document("ก", LONG_THAI), "y.th.md": document("ข", LONG_THAI + "เพิ่มท้าย")},
        "y.th.md", 0, "near-duplicate", "the same as x.th.md", "โปรดรวมเป็นเอกสารเดียว",
    ),
    Case(
        "section added",
        pair("ก\n\n## งาน\n\nหนัก", "X\n\n## Work\n\nHard.\n\n## Cost\n\nMuch."),
        "x.th.md", 0, "translation-sections", "has 1 sections, x.en.md has 2; add what is missing, perhaps “Cost” (x.en.md:12)", "มี 1 หัวข้อ",
    ),
    Case(
        "figure changed",
        pair("ลดได้ ๑,๒๐๐ ตันใน พ.ศ. ๒๕๖๕", "In 2022 it fell by 1,300 tonnes."),
        "x.th.md", 0, "translation-figures", "1,300 (x.en.md:6)", "1,300 (x.en.md:6)", besides=("translation-figures",),
    ),
    Case(
        "source added",
        pair("ก ([ก](https://a.org/1))", "X ([A](https://a.org/1), [B](https://b.org/2))"),
        "x.th.md", 0, "translation-sources", "https://b.org/2", "โปรดเพิ่มที่นี่ด้วย",
    ),
    Case("acronym", NAMED, "glossary.tsv", 0, "name-not-in-glossary", "GIZX stands in 3 documents", "ไม่มีในอภิธานศัพท์", "note",
         ("no-translation", "name-not-in-glossary")),
    Case("organisation", NAMED, "glossary.tsv", 0, "name-not-in-glossary", "…<TAB>Office of Canals", "Office of Canals", "note",
         ("no-translation", "name-not-in-glossary")),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_finding_says_what_where_and_what_to_do(case: Case, tmp_path: Path) -> None:
    found = check(write_folder(tmp_path, case.files)).problems
    matching = [p for p in found if (p.path, p.line, p.severity, p.code) == (case.path, case.line, case.severity, case.code)]
    assert any(case.en in p.message.en and case.th in p.message.th for p in matching), found
    assert {p.code for p in found} <= {case.code, *case.besides}


QUIET = {
    "links that lead somewhere": one(
        "[a](other.en.md) [b](/documents/a/other?lang=en) [c](other.en.md#the-cost) [d](#work) [e](https://x.org/none) [f](mailto:a@b.org)"
        " [g](other) [h](../a/other.en.md)\n\n## Work\n\n![p](p.png)"
    )
    | {"a/p.png": "x"},
    "a translation that says the same": pair(
        "ใช้เงิน ๑.๕ ล้านบาทใน พ.ศ. ๒๕๖๕ แก่ 2 เมือง และ 300 ล้านคนจาก 630 ล้านคน ฝุ่น PM 2.5",
        "It cost 1,500,000 baht in 2022 in two towns, for 300 of 630 million people; PM2.5 fell.",
    ),
    "a translation is no copy": {"x.en.md": document("X", LONG), "x.th.md": document("ก", LONG_THAI.replace("พ.ศ. ", "ปี "))},
}


@pytest.mark.parametrize("files", QUIET.values(), ids=QUIET.keys())
def test_nothing_is_found_where_nothing_is_wrong(files: dict[str, str], tmp_path: Path) -> None:
    found = check(write_folder(tmp_path, files)).problems
    assert [p for p in found if p.severity != "note"] == []


def test_git_says_when_each_version_was_changed(tmp_path: Path) -> None:
    def git(*arguments: str, day: str) -> None:
        who = ["-c", "user.name=E", "-c", "user.email=e@example.org"]
        when = {
            "GIT_AUTHOR_DATE": f"{day}T12:00:00Z",
            "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        }
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, env=when)

    content = write_folder(tmp_path / "content", pair("ก", "X"))
    git("init", day="2024-01-01")
    git("add", ".", day="2024-01-01")
    git("commit", "-m", "both", day="2024-01-01")
    write_folder(content, {"x.en.md": document("X", "It cost 1,500 baht.")})
    git("commit", "-am", "one", day="2024-03-05")
    (problem,) = check(content).problems
    assert problem.path == "x.th.md"
    assert "last changed 2024-01-01, the other 2024-03-05" in problem.message.en and "แก้ไขล่าสุด 2024-01-01" in problem.message.th


def test_the_real_content_has_no_errors_and_no_warnings() -> None:
    assert [p for p in check(CONTENT).problems if p.severity != "note"] == []


@pytest.mark.parametrize(
    ("text", "kind", "cut"),
    [
        ("ทุกเมืองมีโครงการ " * 5 + "เขาไปพักที่สเตรตส์ " * 3, "unknown", ("ส", "เต", "รตส์")),
        ("แผนโครงการร่วมลงทุนระหว่างรัฐและเอกชนระยะยาว", "crossed", ("โครง", "การร่วมลงทุนระหว่างรัฐและเอกชน")),
    ],
)
def test_words_that_are_cut_badly_come_with_the_line_that_mends_them(text: str, kind: str, cut: tuple[str, ...], tmp_path: Path) -> None:
    write_folder(tmp_path, {"x.th.md": document("ก", text + "\n\n" + "โครงการ เริ่มแล้ว โครงการ จบ โครงการ ดี โครงการ ใหญ่ โครงการ เล็ก")})
    entries = [Entry("การร่วมลงทุนระหว่างรัฐและเอกชน", "public-private partnership")]
    documents = collection.read(tmp_path).documents
    found = cuts.find(documents, Glossary(entries))
    (bad,) = [each for each in found if each.cut == cut]
    assert (bad.kind, bad.path, bad.mend) == (kind, "x.th.md", f"{''.join(cut)}\t…")
    mended = Glossary([*entries, Entry(bad.word, "x")])
    assert not [each for each in cuts.find(documents, mended) if each.cut == cut]
