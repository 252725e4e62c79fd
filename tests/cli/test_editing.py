"""What an editor does at the command line: a new document, checking while writing, the hook of git."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, SMALL, document, environment, write_folder

from kb import documents
from kb.questions import Asked, QuestionCounts
from kb.reading.placeholders import PLACEHOLDER

Kb = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("kind", ["case-study", "dialogue"])
@pytest.mark.parametrize(
    ("lang", "said", "words"),
    [
        ("th", "th", "ลบออกได้"),
        ("en", "en", "may be deleted"),
        ("en", "th", "ลบออกได้"),
        ("th", "en", "may be deleted"),
        ("th", "auto", "ลบออกได้"),
    ],
)
def test_a_template_needs_nothing_but_what_is_to_be_filled_in(
    run_kb: Kb, tmp_path: Path, kind: str, lang: str, said: str, words: str
) -> None:
    done = run_kb("new", kind, "--lang", lang, "--slug", "clean-canal", content_dir=tmp_path, **{"lang": said})
    folder = "case-studies" if kind == "case-study" else "dialogues"
    path = tmp_path / folder / f"clean-canal.{lang}.md"
    text = path.read_text("utf-8")
    assert done.returncode == 0 and str(path) in done.stderr
    assert words in text and "circular-economy" in text and ("Viet" in text if lang == "en" else "เวียดนาม" in text)
    assert [p.code for p in documents.load(tmp_path, path).problems] == ["placeholder"]
    path.write_text(PLACEHOLDER.sub("ข้อความ" if lang == "th" else "words", text), "utf-8")
    assert documents.load(tmp_path, path).problems == ()


def test_a_partner_fills_the_template(run_kb: Kb, small_content: Path) -> None:
    (small_content / "dialogues/forum.th.md").unlink()
    other = document("X", "T.\n\n**Anong Jaidee:** Yes.", kind="dialogue", participants="[{name: Anong Jaidee}]")
    thai = document("ก", "ข\n\n**อนงค์ ใจดี:** ค่ะ", kind="dialogue", participants="[{name: อนงค์ ใจดี}]")
    write_folder(small_content, {"dialogues/later.en.md": other, "dialogues/later.th.md": thai})
    done = run_kb("new", "dialogue", "--lang", "th", "--slug", "forum", content_dir=small_content)
    text = (small_content / "dialogues/forum.th.md").read_text("utf-8")
    assert done.returncode == 0 and "filled from dialogues/forum.en.md" in done.stderr
    assert "date: 6 ธันวาคม 2565" in text and 'themes: ["air"]' in text
    assert "**อนงค์ ใจดี:** {{✎ Buses must be electric to cut PM2.5.}}" in text  # known from another pair
    assert "**{{✎ Ben Lim}}:** {{✎ Money is the problem.}}" in text and "## {{✎ What was said}}" in text


def test_both_languages_at_once(run_kb: Kb, tmp_path: Path) -> None:
    done = run_kb("new", "case-study", "--both", "--title", "Clean canals of Nan", content_dir=tmp_path)
    assert done.returncode == 0, done.stderr
    english, thai = ((tmp_path / f"case-studies/clean-canals-of-nan.{lang}.md").read_text("utf-8") for lang in ("en", "th"))
    assert 'title: "Clean canals of Nan"' in english and "{{✎" in thai.split("title:")[1].split("\n")[0]


REFUSED = {
    "file that is there": (["case-study", "--lang", "en", "--slug", "canal"], 3, "was left as it is"),
    "no language": (["case-study", "--slug", "x"], 2, "โปรดระบุ --lang th"),
    "both and one": (["case-study", "--slug", "x", "--both", "--lang", "en"], 2, "--both"),
    "Thai title without a slug": (["case-study", "--lang", "th", "--title", "คลองสะอาด"], 2, "โปรดตั้งชื่อไฟล์"),
    "path as a slug": (["case-study", "--lang", "th", "--slug", "../../x"], 2, "--slug"),
    "long slug": (["case-study", "--lang", "th", "--slug", "x" * 81], 2, "at most 80"),
}


@pytest.mark.parametrize(("arguments", "code", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_created(run_kb: Kb, small_content: Path, arguments: list[str], code: int, words: str) -> None:
    before = {path: path.read_bytes() for path in small_content.rglob("*.md")}
    done = run_kb("new", *arguments, content_dir=small_content)
    assert done.returncode == code and words in done.stderr, done.stderr
    assert {path: path.read_bytes() for path in small_content.rglob("*.md")} == before


def test_notes_beyond_five_of_a_kind_are_counted(run_kb: Kb, tmp_path: Path) -> None:
    write_folder(tmp_path, {f"{n}.en.md": document(f"D{n}", f"Text number {n}.") for n in range(8)})
    short, everything = run_kb("check", str(tmp_path)), run_kb("check", str(tmp_path), "--all")
    assert short.stderr.count("there is no Thai text") == 5 and "3 more notes “no-translation”" in short.stderr
    assert everything.stderr.count("there is no Thai text") == 8 and "more notes" not in everything.stderr
    assert "อีก 3 รายการ" in run_kb("check", str(tmp_path), lang="th").stderr


def read_until(terminal: int, words: str, patience: float = 60) -> str:
    seen, end = b"", time.monotonic() + patience
    while words.encode() not in seen:
        assert time.monotonic() < end, seen.decode("utf-8", "replace")
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 65536)
    return seen.decode("utf-8", "replace")


def test_check_watch_speaks_after_every_save_and_ends_with_a_line(small_content: Path) -> None:
    terminal, inner = pty.openpty()
    command = [sys.executable, "-m", "kb", "check", str(small_content), "--watch"]
    where = environment(lang="en") | {"TERM": "xterm"}
    process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=where, cwd=ROOT)
    try:
        assert "0 errors" in read_until(terminal, "stop with Ctrl-C")
        new = small_content / "case-studies/canal.en.md"
        beside = new.with_name("canal.en.md~")  # as editors save that rename
        beside.write_text(new.read_text("utf-8").replace("kind: case-study", "kind: novel"), "utf-8")
        beside.replace(new)
        seen = read_until(terminal, "stop with Ctrl-C")
        assert "\x1b[2J" in seen and "canal.en.md:2: error: “novel”" in seen
        process.send_signal(signal.SIGINT)
        assert "Stopped watching." in read_until(terminal, "Stopped watching.")
        assert process.wait(timeout=60) == 130
    finally:
        process.kill()
        os.close(terminal)
        os.close(inner)


def test_watch_and_json_do_not_go_together(run_kb: Kb, small_content: Path) -> None:
    done = run_kb("check", str(small_content), "--watch", "--json")
    assert done.returncode == 2 and "ใช้ --watch คู่กับ --json ไม่ได้" in done.stderr


def test_status_tells_what_there_is_to_do(run_kb: Kb, tmp_path: Path, small_content: Path) -> None:
    where = {"content_dir": small_content, "index_dir": tmp_path / "index"}
    run_kb("index", **where)
    canal = small_content / "case-studies/canal.en.md"
    canal.write_text(canal.read_text("utf-8").replace("12 million", "14 million"), "utf-8")
    (small_content / "case-studies/waste-bank.en.md").unlink()
    write_folder(small_content, {"case-studies/new.th.md": document("ใหม่", "เขาไปพักที่สเตรตส์ " * 3)})
    questions = QuestionCounts(tmp_path / "state")
    questions.add([Asked("เหมืองบนดวงจันทร์", "th", "nothing")] * 3)
    questions.close()
    state = json.loads(run_kb("status", "--words", "--json", **where).stdout)
    assert [(each["text"], each["outcome"], each["count"]) for each in state["questions"]] == [("เหมืองบนดวงจันทร์", "nothing", 3)]
    assert (state["added"], state["changed"]) == (["case-studies/new.th.md"], ["case-studies/canal.en.md"])
    assert state["removed"] == ["case-studies/waste-bank.en.md"] and not state["up_to_date"]
    assert state["content"] == {"case-study en": 1, "case-study th": 4, "dialogue en": 1, "dialogue th": 1}
    assert "case-studies/mangrove.th.md" in state["untranslated"] and state["warnings"] > 0
    assert [cut["mend"] for cut in state["bad_cuts"]] == ["สเตรตส์\t…"]
    said = run_kb("status", "--words", lang="th", **where)
    assert "ส|เต|รตส์" not in run_kb("status", **where).stdout
    assert "ยังไม่มีฉบับแปล (3):" in said.stdout and "ส|เต|รตส์ ×3" in said.stdout and "kb index" in said.stderr
    assert "คำถามที่ผู้อ่านไม่พบคำตอบ (1):\n  เหมืองบนดวงจันทร์  ×3  ไม่พบเอกสาร" in said.stdout


def test_the_hook_refuses_a_commit_with_a_fault(tmp_path: Path) -> None:
    """The entry is run as pre-commit runs it: in the repository's root, without file names, when a file matches."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["pass_filenames"] is False and hook["language"] == "python"
    for name, concerned in {
        "content/case-studies/x.th.md": True,
        "content/glossary.tsv": True,
        "README.md": False,
        "kb/x.md": False,
    }.items():
        assert bool(re.search(hook["files"], name)) == concerned
    write_folder(tmp_path / "content", SMALL)
    command = hook["entry"].split()
    assert shutil.which(command[0], path=str(Path(sys.executable).parent)), "the package installs the command"
    run = [sys.executable, "-m", *command]
    paths = environment(lang="en") | {"PYTHONPATH": str(ROOT)}
    good = subprocess.run(run, check=False, cwd=tmp_path, env=paths, capture_output=True, encoding="utf-8")
    assert good.returncode == 0, good.stderr
    write_folder(tmp_path / "content", {"bad.en.md": "no header"})
    bad = subprocess.run(run, check=False, cwd=tmp_path, env=paths, capture_output=True, encoding="utf-8")
    assert bad.returncode == 1 and "content/bad.en.md:1: error:" in bad.stderr
