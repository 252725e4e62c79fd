"""kill -9 of the indexer: the short form of `python -m bench.kills --times 1000`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, environment

from kb import failpoints
from kb.errors import SettingsError

TIMES = 51


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    """In a process of its own, which forks the writers that are killed and two readers that see no fault."""
    out = tmp_path / "kills.json"
    command = [sys.executable, "-m", "bench.kills", "--times", str(TIMES), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert out.exists(), done.stderr
    told = json.loads(out.read_bytes())
    assert told["faults"] == [] and told["reader_faults"] == [], told
    assert done.returncode == 0 and told["kills"] == TIMES
    assert sum(told["answered"].values()) == TIMES
    assert sum(told["at_steps"].values()) > sum(told["at_moments"].values()) > 0
    assert told["reader_answers"] > 20 and told["reader_changes"] > 0
    assert all(len(set(steps)) == len(steps) for steps in told["killed_at"].values()), "no step twice while there is another"


@pytest.mark.parametrize("text", ["kill", "kill@", "kill@x", "EWHATEVER@3", "ENOSPC@1:both", "ENOSPC"])
def test_what_is_no_failpoint(text: str) -> None:
    with pytest.raises(SettingsError, match="KB_FAILPOINT"):
        failpoints.parse(text)


def test_off_by_default() -> None:
    failpoints.failpoint("write", Path("x"))
    assert failpoints.passed() == 0


def test_only_the_named_step_and_kind_fail_and_those_behind_it_where_asked() -> None:
    def refused(plan: str) -> list[int]:
        failpoints.arm(plan)
        found = []
        try:
            for number in range(1, 6):
                try:
                    failpoints.failpoint("write", Path("x"))
                    failpoints.failpoint("read", Path("x"), "read")
                except OSError:
                    found.append(number)
        finally:
            failpoints.arm("")
        return found

    assert (refused("ENOSPC@3"), refused("ENOSPC@3+"), refused("EIO@3:read"), refused("EIO@9")) == ([3], [3, 4, 5], [3], [])
