"""What becomes of a good file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb import documents, frontmatter
from kb.problems import Report
from kb.reading.header import Scalar
from kb.types import Document, PartialDate, Person, Source

DIALOGUE = """---
kind: dialogue
title:  "เวทีหารือ:  เมืองสีเขียว"
date: ๖ ธ.ค. ๖๕
country: [ประเทศไทย, LA, Viet Nam]
city: กรุงเทพมหานคร
themes: [ขยะและของเสีย, Smart City, finance]
organisations:
  - กรมส่งเสริมคุณภาพสิ่งแวดล้อม
people: [มาลี]
participants:
  - name: สมศักดิ์ สรรพโกศลกุล
    role: อธิบดี
    organisation: กรมส่งเสริมคุณภาพสิ่งแวดล้อม
    aliases: [อธิบดีสมศักดิ์]
  - อนันต์
sources:
  - url: https://www.khaosod.co.th/pr-news/news_7401458
    title: ข่าวสด
  - https://example.org/a?b=c
aliases: HLPD
summary: >
  เวทีหารือระดับสูง
  ครั้งที่หนึ่ง
translationKey: hlpd-2022
---

คำนำ

**อธิบดีสมศักดิ์:** โครงการนี้ช่วยเมืองต่าง ๆ
"""


def load(root: Path, text: str, name: str = "dialogues/x.th.md") -> documents.Loaded:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(text.encode())
    return documents.load(root, root / name)


def test_every_key_of_a_dialogue(tmp_path: Path) -> None:
    loaded = load(tmp_path, DIALOGUE)
    department = "กรมส่งเสริมคุณภาพสิ่งแวดล้อม"
    assert loaded.problems == ()
    assert loaded.document == Document(
        id="dialogues/x",
        lang="th",
        kind="dialogue",
        title="เวทีหารือ: เมืองสีเขียว",
        path="dialogues/x.th.md",
        source=DIALOGUE,
        body=DIALOGUE.split("---\n", 2)[2],
        body_line=27,
        digest=hashlib.sha256(DIALOGUE.encode()).hexdigest(),
        date=PartialDate(2022, 12, 6),
        countries=("TH", "LA", "VN"),
        cities=("กรุงเทพมหานคร",),
        themes=("waste", "smart-city", "finance"),
        organisations=(department,),
        people=(Person("มาลี"),),
        participants=(Person("สมศักดิ์ สรรพโกศลกุล", "อธิบดี", department, ("อธิบดีสมศักดิ์",)), Person("อนันต์")),
        sources=(Source("https://www.khaosod.co.th/pr-news/news_7401458", "ข่าวสด"), Source("https://example.org/a?b=c")),
        aliases=("HLPD",),
        summary="เวทีหารือระดับสูง ครั้งที่หนึ่ง",
        translation_key="hlpd-2022",
        extra={},
    )
    assert loaded.key_lines["participants"] == 11


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["CRLF", "CR", "LF"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_line_ends_and_mark_leave_no_trace_but_in_the_digest(end: str, mark: str, tmp_path: Path) -> None:
    document = load(tmp_path, mark + DIALOGUE.replace("\n", end)).document
    assert document is not None
    assert (document.source, document.body_line) == (DIALOGUE, 27)
    assert document.digest == hashlib.sha256((mark + DIALOGUE.replace("\n", end)).encode()).hexdigest()


MINIMAL = "---\nkind: case-study\ntitle: {}\n{}---\n\nText.\n"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("2022", "2022"),
        ("1.10", "1.10"),
        ("2022-12-06", "2022-12-06"),
        ("yes", "yes"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("null", "null"),
        ("'#1 in waste'", "#1 in waste"),
        ('"a \\u0e01 b"', "a ก b"),
        ("|\n  two\n  lines", "two lines"),
    ],
)
def test_yaml_does_not_change_what_is_written(written: str, title: str, tmp_path: Path) -> None:
    document = load(tmp_path, MINIMAL.format(written, "")).document
    assert document is not None and document.title == title


def test_norway_is_a_country(tmp_path: Path) -> None:
    document = load(tmp_path, MINIMAL.format("Oslo", "country: NO\n")).document
    assert document is not None and document.countries == ("NO",)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("2.5", 2.5),
        ("1.10", "1.10"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("true", True),
        ("no", "no"),
        ("'true'", "true"),
        ("", None),
        ("2022-12-06", "2022-12-06"),
        ("[1, {a: b}]", [1, {"a": "b"}]),
        ("๑๒", "๑๒"),
    ],
)
def test_unknown_keys_are_kept_as_they_are(written: str, value: object, tmp_path: Path) -> None:
    document = load(tmp_path, MINIMAL.format("T", f"my-key: {written}\n")).document
    assert document is not None
    assert document.extra == {"my-key": value}
    assert json.loads(json.dumps(document.extra)) == {"my-key": value}


def test_a_broken_address_leaves_its_words(tmp_path: Path) -> None:
    text = MINIMAL.format("T", "sources: [Annual report 2019, {url: 'javascript:alert(1)', title: Report}, 'http://[::1', https://x.org]\n")
    document = load(tmp_path, text).document
    assert document is not None
    assert document.sources == (Source("", "Annual report 2019"), Source("", "Report"), Source("", "http://[::1"), Source("https://x.org"))


def test_bold_labels_of_a_case_study_are_no_speakers(tmp_path: Path) -> None:
    loaded = load(tmp_path, "---\nkind: case-study\ntitle: T\n---\n\n**Result:** less waste.\n")
    assert loaded.problems == ()


def test_a_speaker_may_be_written_by_alias_organisation_or_other_spelling(tmp_path: Path) -> None:
    header = (
        "---\nkind: dialogue\ntitle: T\norganisations: [UNEP]\nparticipants: [{name: น้ำ ใส, organisation: DEQP, aliases: [Nam]}]\n---\n\n"
    )
    turns = "\n\n".join(f"**{name}:** says." for name in ("UNEP", "unep", "DEQP", "Nam", "นํ้า  ใส"))
    assert load(tmp_path, header + turns).problems == ()


PIECES = [
    "---",
    "\n",
    ": ",
    "- ",
    "title",
    "kind",
    "case-study",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "&a",
    "*a",
    "!!x",
    "|",
    ">",
    "\t",
    "#",
    "\\u",
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join))
@example("? ")
@example("- - - - - - - - - - -")
@example("a: !<tag:x")
@example('a: "\\x')
@example("%YAML 9.9")
def test_no_header_raises(header: str) -> None:
    report = Report("x.md")
    page = frontmatter.read(f"---\n{header}\n---\n\nText.\n".encode("utf-8", "replace"), "x.md", report)
    assert (page is None or page.header is None) <= report.failed
    last = header.count("\n") + header.count("\r") + 6
    assert all(0 <= problem.line <= last for problem in report.problems)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b"---\nkind: case-study\ntitle: T\n---\n" + data))
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.getbasetemp()
    (root / "x.en.md").write_bytes(data)
    loaded = documents.load(root, root / "x.en.md")
    assert (loaded.document is None) == any(problem.severity == "error" for problem in loaded.problems)
    if loaded.document:
        (loaded.document.source + loaded.document.title).encode()


def test_the_header_keeps_the_line_of_every_value() -> None:
    page = frontmatter.read(b"---\n# comment\na: 1\n\nb:\n  - x\n  - y\n---\nText\n", "x.md", Report("x.md"))
    assert page is not None and page.header is not None
    a, b = page.header.entries
    assert (a.line, b.line, page.body_line) == (3, 5, 9)
    assert a.value == Scalar("1", 3, "number")
    assert [value.line for value in getattr(b.value, "values", ())] == [6, 7]
