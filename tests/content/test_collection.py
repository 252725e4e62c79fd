"""What is seen only across files. Every fault is reported, and every good file is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer import collection
from indexer.collection import Collection

BAD = Path(__file__).parent / "bad"


def text(title: str = "T", kind: str = "case-study", **keys: str) -> str:
    header = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\nkind: {kind}\ntitle: {title}\n{header}---\n\nText.\n"


def read(root: Path, files: dict[str, str]) -> Collection:
    for name, source in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source, encoding="utf-8")
    return collection.read(root)


def codes(found: Collection) -> list[tuple[str, str, str]]:
    return [(problem.path, problem.severity, problem.code) for problem in found.problems]


def keys(found: Collection) -> list[tuple[str, str]]:
    return [(document.id, document.lang) for document in found.documents]


def test_a_pair(tmp_path: Path) -> None:
    found = read(tmp_path, {"a/x.th.md": text(), "a/x.en.md": text(), "glossary.tsv": "", "README.md": "hello", "_draft.md": "?"})
    assert keys(found) == [("a/x", "en"), ("a/x", "th")]
    assert found.problems == ()


@pytest.mark.parametrize(
    "files",
    [
        ("x.th.md", "x.en.md"),
        ("th/x.md", "en/x.md"),
        ("x.th.md", "en/x.md"),
    ],
)
def test_conventions_pair_with_one_another(files: tuple[str, str], tmp_path: Path) -> None:
    found = read(tmp_path, {file: text() for file in files})
    assert keys(found) == [("x", "en"), ("x", "th")]


def test_translation_keys_join_files_of_different_names(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "b/ยโสธร.th.md": text(translationKey="yasothon"),
            "a/yasothon-waste.en.md": text(translationKey="yasothon"),
            "c/two.th.md": text(translationKey="only-thai"),
        },
    )
    assert keys(found) == [("a/yasothon-waste", "en"), ("a/yasothon-waste", "th"), ("c/two", "th")]
    assert [document.path for document in found.documents] == ["a/yasothon-waste.en.md", "b/ยโสธร.th.md", "c/two.th.md"]
    assert codes(found) == [("c/two.th.md", "note", "no-translation")]


def test_a_missing_partner_is_a_note_that_says_where_to_put_it(tmp_path: Path) -> None:
    found = read(tmp_path, {"th/a/x.md": text()})
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("note", "no-translation")
    assert "en/a/x.md" in problem.message.en and "en/a/x.md" in problem.message.th


def test_a_file_is_not_proposed_as_its_own_partner(tmp_path: Path) -> None:
    found = read(tmp_path, {"x.th.md": text(lang="en")})
    assert [problem.code for problem in found.problems] == ["no-translation", "lang-differs"]
    assert "rename this file" in found.problems[0].message.en


def test_a_partner_that_is_faulty_is_not_missing(tmp_path: Path) -> None:
    found = read(tmp_path, {"x.th.md": text(), "x.en.md": "no header"})
    assert codes(found) == [("x.en.md", "error", "front-matter-missing")]
    assert keys(found) == [("x", "th")]


def test_two_files_with_one_id_are_named_and_the_first_is_kept(tmp_path: Path) -> None:
    found = read(tmp_path, {"x.en.md": text("One"), "en/x.md": text("Two"), "x.th.md": text()})
    assert [document.title for document in found.documents] == ["Two", "T"]
    (problem,) = found.problems
    assert (problem.path, problem.severity, problem.code) == ("x.en.md", "error", "duplicate-id")
    assert "x.en.md and en/x.md are both the English text of “x”" in problem.message.en
    assert "x.en.md กับ en/x.md เป็นเอกสารภาษาอังกฤษของ “x” ทั้งคู่" in problem.message.th


def test_a_translation_key_used_twice_in_one_language(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.en.md": text(translationKey="k"), "b.en.md": text(translationKey="k"), "c.th.md": text(translationKey="k")})
    assert codes(found) == [("b.en.md", "error", "duplicate-id")]
    assert "translationKey k" in found.problems[0].message.en
    assert keys(found) == [("a", "en"), ("a", "th")]


def test_names_that_differ_only_in_capitals(tmp_path: Path) -> None:
    found = read(tmp_path, {"Krabi.en.md": text(), "krabi.th.md": text()})
    assert ("krabi.th.md", "warning", "case-collision") in codes(found)
    assert len(found.documents) == 2


@pytest.mark.parametrize(
    ("thai", "english", "line", "code", "en"),
    [
        ({"city": "[ก, ข]"}, {"city": "A"}, 4, "pair-lengths", "city has 2 entries, in x.en.md it has 1"),
        ({}, {"organisations": "[A]"}, 0, "pair-lengths", "organisations has 0 entries, in x.en.md it has 1"),
        ({"date": "ธันวาคม 2565"}, {"date": "2022-11"}, 4, "pair-differs", "date is December 2022 here and November 2022 in x.en.md"),
        ({"country": "ลาว"}, {"country": "Thailand"}, 4, "pair-differs", "country is LA here and TH in x.en.md"),
        ({"themes": "[น้ำ]"}, {}, 4, "pair-differs", "themes is water here and – in x.en.md"),
    ],
)
def test_pairs_that_do_not_agree(thai: dict[str, str], english: dict[str, str], line: int, code: str, en: str, tmp_path: Path) -> None:
    found = read(tmp_path, {"x.th.md": text(**thai), "x.en.md": text(**english)})
    (problem,) = found.problems
    assert (problem.path, problem.line, problem.severity, problem.code) == ("x.th.md", line, "warning", code)
    assert en in problem.message.en and "โปรด" in problem.message.th


def test_pairs_that_agree_in_other_words(tmp_path: Path) -> None:
    thai = text(date="๖ ธ.ค. ๖๕", country="[ลาว, ไทย]", themes="[ขยะและของเสีย, น้ำ]", city="ยโสธร")
    english = text(date="2022-12-06", country="[Thailand, Lao PDR]", themes="[water, waste]", city="Yasothon")
    assert read(tmp_path, {"x.th.md": thai, "x.en.md": english}).problems == ()


def test_all_faults_of_all_files_are_in_one_report(tmp_path: Path) -> None:
    for path in BAD.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "thai.th.md").write_bytes(text("ขยะในเมืองท่องเที่ยว").encode("tis-620"))
    (tmp_path / "good.en.md").write_text(text())
    (tmp_path / "good.th.md").write_text(text())
    found = collection.read(tmp_path)
    reported = {problem.path for problem in found.problems}
    assert reported == {path.name for path in tmp_path.iterdir()} - {"good.en.md", "good.th.md"}
    assert [d.path for d in found.documents if d.id == "good"] == ["good.en.md", "good.th.md"]
    places = [(problem.path, problem.line) for problem in found.problems]
    assert places == sorted(places)


def test_progress_is_told_after_every_file(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    for name in ("a.en.md", "b.en.md", "c.en.md"):
        (tmp_path / name).write_text("broken")
    collection.read(tmp_path, lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_an_empty_folder(tmp_path: Path) -> None:
    assert codes(collection.read(tmp_path)) == [("", "warning", "no-documents")]


def test_no_folder(tmp_path: Path) -> None:
    found = collection.read(tmp_path / "missing")
    assert codes(found) == [("", "error", "folder-unreadable")]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("")
    assert codes(collection.read(tmp_path / "content")) == [("", "error", "folder-unreadable")]


def test_endings_links_and_odd_names(tmp_path: Path) -> None:
    (tmp_path / "content" / "folder.en.md").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "content" / "linked").symlink_to(tmp_path / "other")
    (tmp_path / "content" / os.fsdecode(b"\xa1.en.md")).write_text(text())
    found = read(tmp_path / "content", {"x.markdown": text(), "folder.en.md/y.en.md": text(), ".hidden/z.en.md": "?", "notes.txt": "?"})
    assert codes(found) == [
        ("folder.en.md", "error", "not-a-file"),
        ("folder.en.md/y.en.md", "note", "no-translation"),
        ("linked", "warning", "linked-folder"),
        ("x.markdown", "warning", "ending"),
        ("\ufffd.en.md", "error", "name-not-utf8"),
    ]


def test_the_order_is_that_of_ids_and_not_of_the_file_system(tmp_path: Path) -> None:
    found = read(tmp_path, {f"{name}.{lang}.md": text() for name in "cab" for lang in ("th", "en")})
    assert keys(found) == [("a", "en"), ("a", "th"), ("b", "en"), ("b", "th"), ("c", "en"), ("c", "th")]
