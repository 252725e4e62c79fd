"""The real command in a process of its own: output, messages, exit codes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, document, write_folder

Kb = Callable[..., "subprocess.CompletedProcess[str]"]


def test_help_is_bilingual_and_imports_no_heavy_library(run_kb: Kb) -> None:
    done = run_kb("--help")
    assert done.returncode == 0
    assert "Ask in Thai or English" in done.stdout and "ฐานความรู้สองภาษา" in done.stdout
    for command in ("index", "search", "serve", "check", "new", "status", "verify", "embed", "eval", "mcp"):
        assert f"  {command} " in done.stdout
        assert run_kb(command, "--help").returncode == 0
    code = (
        "import sys; sys.argv = ['kb', '--help']; import kb.cli.main; print({'numpy', 'faiss', 'pythainlp', 'fastapi'} & set(sys.modules))"
    )
    import sys

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip() == "set()"


def test_index_search_status_verify(run_kb: Kb, tmp_path: Path, small_content: Path) -> None:
    where = {"content_dir": small_content, "index_dir": tmp_path / "index"}
    missing = run_kb("search", "water", **where)
    assert missing.returncode == 3 and "kb index" in missing.stderr
    first = json.loads(run_kb("index", "--json", **where).stdout)
    assert first["documents"] == 7 and first["embedded"] > 0 and first["published"]
    second = run_kb("index", **where)
    assert second.returncode == 0 and "Nothing has changed" in second.stderr
    found = json.loads(run_kb("search", "ขยะพลาสติก", "--json", **where).stdout)
    assert found["hits"][0]["id"] == "case-studies/waste-bank"
    people = run_kb("search", "waste water treated before the canal", "--lang", "en", **where)
    assert "case-studies/canal" in people.stdout and "case-studies/canal.en.md:" in people.stdout
    state = json.loads(run_kb("status", "--json", **where).stdout)
    assert state["up_to_date"] and state["documents"] == 7
    (small_content / "case-studies/mangrove.th.md").unlink()
    assert not json.loads(run_kb("status", "--json", **where).stdout)["up_to_date"]
    assert run_kb("verify", **where).returncode == 0
    damaged = next((tmp_path / "index").glob("parts/p-*/vectors-th.npy"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    verify = run_kb("verify", **where)
    assert verify.returncode == 3 and "vectors-th.npy" in verify.stderr and "kb index --rebuild" in verify.stderr


def test_check_names_every_fault_and_exits_1(run_kb: Kb, tmp_path: Path, small_content: Path) -> None:
    clean = run_kb("check", str(small_content))
    assert clean.returncode == 0
    write_folder(small_content, {"a.en.md": document("A", "Text.", kind="novel"), "b.en.md": "no header"})
    done = run_kb("check", str(small_content))
    assert done.returncode == 1
    assert f"{small_content}/a.en.md:2: error:" in done.stderr and f"{small_content}/b.en.md:1: error:" in done.stderr
    thai = run_kb("check", str(small_content), lang="th")
    assert "ข้อผิดพลาด" in thai.stderr
    problems = json.loads(run_kb("check", str(small_content), "--json").stdout)["problems"]
    assert {p["path"] for p in problems if p["severity"] == "error"} == {"a.en.md", "b.en.md"}


def test_a_bad_file_is_reported_and_the_good_ones_are_indexed(run_kb: Kb, tmp_path: Path, small_content: Path) -> None:
    write_folder(small_content, {"bad.en.md": "---\ntitle: [\n---\n"})
    done = run_kb("index", content_dir=small_content, index_dir=tmp_path / "index")
    assert done.returncode == 1 and "bad.en.md" in done.stderr and "7 documents" in done.stderr


def test_embed_writes_one_row_a_line(run_kb: Kb, tmp_path: Path) -> None:
    output = tmp_path / "rows.npy"
    done = run_kb("embed", "--kind", "query", "--output", str(output), stdin="ขยะ\n\nwaste\nขยะ\n")
    assert done.returncode == 0, done.stderr
    rows = np.load(output)
    assert rows.dtype == np.float32 and rows.shape[0] == 4
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert rows[0] @ rows[3] > 0.999 and rows[0] @ rows[2] > rows[0] @ rows[1]


MISTAKES = {
    "unknown command": (["serch"], {}, 2, "serch"),
    "unknown setting": (["status"], {"prot": "1"}, 2, "KB_PROT"),
    "no content folder": (["index"], {"content_dir": "/nowhere/content"}, 3, "/nowhere/content"),
    "model that is not there": (["index"], {"model": "/nowhere/model"}, 3, "/nowhere/model"),
    "embed without kind": (["embed", "--output", "x.npy"], {}, 2, "--kind"),
}


@pytest.mark.parametrize(("arguments", "settings", "code", "fragment"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistakes(run_kb: Kb, tmp_path: Path, arguments: list[str], settings: dict[str, str], code: int, fragment: str) -> None:
    done = run_kb(*arguments, **{"index_dir": tmp_path / "index", **settings})
    assert done.returncode == code, done.stderr
    assert fragment in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_is_said(run_kb: Kb, tmp_path: Path, kb_index: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_kb("serve", "--port", str(port), index_dir=kb_index)
    assert done.returncode == 3 and str(port) in done.stderr and "KB_PORT" in done.stderr
