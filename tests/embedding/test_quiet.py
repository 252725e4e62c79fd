"""Libraries leave nothing in the home folder: no id of the machine, no events that wait to be sent to their makers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import ROOT, environment

ASKS = 'from kb.embedding import open_embedder; import time; open_embedder("builtin", threads=1).queries(["x"]); time.sleep(1)'


def test_the_built_in_model_writes_nothing_at_home(tmp_path: Path) -> None:
    switches = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "PYTHAINLP_OFFLINE", "PYTHAINLP_READ_ONLY", "XDG_CACHE_HOME")
    given = {name: value for name, value in environment().items() if name not in switches} | {"HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", ASKS], check=True, cwd=ROOT, env=given)
    assert list(tmp_path.rglob("*")) == []
