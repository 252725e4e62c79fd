"""How far a long command is: a bar for a terminal, lines for a log, objects for programs that read it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import environment

from kb.cli.output import StageLines
from kb.errors import Message


def test_a_log_gets_a_line_when_a_stage_begins_and_one_every_half_minute() -> None:
    now, told = 100.0, list[Message]()
    lines = StageLines(told.append, lambda: now)
    for done in range(0, 1001, 10):
        lines("index", done, 1000)
        now += 1.0
    assert [each.en for each in told] == [
        "Indexing documents: 1,000",
        "Indexing documents: 300 of 1,000 (30%), 10.0 a second, 1.2 minutes left",
        "Indexing documents: 600 of 1,000 (60%), 10.0 a second, 0.7 minutes left",
        "Indexing documents: 900 of 1,000 (90%), 10.0 a second, 0.2 minutes left",
    ]
    assert told[1].th == "จัดทำดัชนีเอกสาร: 300 จาก 1,000 (30%) วินาทีละ 10.0 เหลืออีก 1.2 นาที"


def test_where_nothing_went_forward_no_end_is_foretold() -> None:
    now, told = 0.0, list[Message]()
    lines = StageLines(told.append, lambda: now)
    lines("index", 0, 10)
    now = 60.0
    lines("index", 0, 10)
    assert told[-1].en == "Indexing documents: 0 of 10 (0%)"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_that_logs_for_programs_says_nothing_else_while_it_indexes(small_content: Path, workers: str) -> None:
    (small_content / "case-studies" / "broken.en.md").write_text("---\nkind: case-study\n---\n", encoding="utf-8")
    settings = environment(
        content_dir=small_content, index_dir=small_content.parent / "index", model="builtin-static", log_format="json", port=0
    )
    command = [sys.executable, "-m", "kb", "serve", "--watch", "--workers", workers]
    with subprocess.Popen(command, env=settings, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        lines = []
        for line in server.stderr:
            lines.append(json.loads(line))
            if "http://" in lines[-1]["message"]:
                server.terminate()
        assert server.wait(60) == 0
    said = [line["message"] for line in lines]
    assert any(each.startswith("Indexing documents: ") for each in said)
    assert any(each.startswith("Indexed ") for each in said)
    assert any(line["level"] == "error" and "broken.en.md" in line["message"] and line["code"] for line in lines)
