"""Faults of the file itself, and how a path gives id and language."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb import documents
from kb.reading.naming import is_document, name_of, partner_path

GOOD = "---\nkind: case-study\ntitle: Clean canals\n{}---\n\nThe canal was cleaned.\n"


def only_code(root: Path, path: Path) -> str:
    loaded = documents.load(root, path)
    assert loaded.document is None
    (problem,) = loaded.problems
    assert problem.severity == "error" and problem.line == 0
    assert problem.message.en and problem.message.th != problem.message.en
    return problem.code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert only_code(tmp_path, tmp_path / "x.en.md") == "vanished"


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.en.md").mkdir()
    assert only_code(tmp_path, tmp_path / "x.en.md") == "not-a-file"


def test_a_named_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.en.md")
    assert only_code(tmp_path, tmp_path / "x.en.md") == "not-a-file"


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "x.en.md").symlink_to(tmp_path / "secret.md")
    assert only_code(tmp_path / "content", tmp_path / "content" / "x.en.md") == "outside"


def test_a_path_with_dots_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "content").mkdir()
    assert only_code(tmp_path / "content", Path("../secret.md")) == "outside"


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "x.en.md").write_text(GOOD.format(""))
    (tmp_path / "y.en.md").symlink_to("x.en.md")
    document = documents.load(tmp_path, tmp_path / "y.en.md").document
    assert document is not None and document.id == "y"


def test_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.en.md").symlink_to("y.en.md")
    assert only_code(tmp_path, tmp_path / "x.en.md") == "vanished"


def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "x.en.md").symlink_to("x.en.md")
    assert only_code(tmp_path, tmp_path / "x.en.md") == "unreadable"


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xa1\xa2.en.md")
    (tmp_path / name).write_text(GOOD.format(""))
    (problem,) = documents.load(tmp_path, tmp_path / name).problems
    assert problem.code == "name-not-utf8"
    assert problem.path.encode() == "\ufffd\ufffd.en.md".encode()


@pytest.mark.parametrize("given", ["relative", "with root", "absolute"])
def test_the_path_may_be_given_in_three_ways(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "content" / "a").mkdir(parents=True)
    (tmp_path / "content" / "a" / "x.en.md").write_text(GOOD.format(""))
    monkeypatch.chdir(tmp_path)
    paths = {
        "relative": Path("a/x.en.md"),
        "with root": Path("content/a/x.en.md"),
        "absolute": tmp_path / "content" / "a" / "x.en.md",
    }
    document = documents.load(Path("content"), paths[given]).document
    assert document is not None and document.path == "a/x.en.md"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("case-studies/x.th.md", ("case-studies/x", "th")),
        ("case-studies/x.EN.md", ("case-studies/x", "en")),
        ("th/x.md", ("x", "th")),
        ("case-studies/en/x.md", ("case-studies/x", "en")),
        ("en/th/x.md", ("en/x", "th")),
        ("th/x.en.md", ("x", "en")),
        ("x.md", ("x", None)),
        ("plan-2.0.md", ("plan-2.0", None)),
        ("plan-2.0.en.md", ("plan-2.0", "en")),
        ("th.md", ("th", None)),
        ("กรณีศึกษา/ขอนแก่น.th.md", ("กรณีศึกษา/ขอนแก่น", "th")),
        ("cafe\u0301.en.md", ("caf\u00e9", "en")),
    ],
)
def test_a_path_gives_id_and_language(path: str, expected: tuple[str, str | None]) -> None:
    name = name_of(path)
    assert (name.id, name.lang) == expected


@pytest.mark.parametrize(
    ("path", "lang", "partner"),
    [
        ("a/x.th.md", "th", "a/x.en.md"),
        ("a/x.en.md", "en", "a/x.th.md"),
        ("th/a/x.md", "th", "en/a/x.md"),
        ("x.md", "th", "x.en.md"),
    ],
)
def test_where_the_other_language_belongs(path: str, lang: str, partner: str) -> None:
    assert partner_path(path, "th" if lang == "th" else "en") == partner


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x.en.md", True),
        ("x.markdown", True),
        ("README.md", False),
        ("a/readme.th.md", False),
        ("_draft.en.md", False),
        (".x.en.md", False),
        ("_drafts/x.en.md", False),
        (".git/x.md", False),
        ("glossary.tsv", False),
    ],
)
def test_which_files_are_documents(path: str, expected: bool) -> None:
    assert is_document(path) is expected


@pytest.mark.parametrize(
    ("path", "header", "lang", "codes"),
    [
        ("x.th.md", "lang: en\n", "en", ["lang-differs"]),
        ("x.th.md", "lang: TH\n", "th", []),
        ("x.md", 'lang: "th"\n', "th", []),
        ("en/x.th.md", "", "th", ["lang-conflict"]),
        ("en/x.th.md", "lang: th\n", "th", []),
    ],
)
def test_an_explicit_language_wins(path: str, header: str, lang: str, codes: list[str], tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(GOOD.format(header))
    loaded = documents.load(tmp_path, tmp_path / path)
    assert loaded.document is not None and loaded.document.lang == lang
    assert [problem.code for problem in loaded.problems] == codes
