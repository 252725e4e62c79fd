"""What deploy/ names exists: settings, numbers, commands; and the service is no root that writes where it likes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from prometheus_client import CollectorRegistry

from kb.settings import load
from search_api.observing.metrics import Metrics
from search_api.observing.record import Record

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd/kb.service"


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Of all samples that a server exposes after one search."""
    registry = CollectorRegistry()
    Metrics(registry)(Record("x", "GET", 0, "/search", 200, 1, 0.1, {"queue": 0.1}, "th", 1))
    return {sample.name for family in registry.collect() for sample in family.samples}


def asked(expressions: list[str]) -> set[str]:
    return set(re.findall(r"\bkb_\w+", " ".join(expressions)))


def test_the_dashboard_asks_for_numbers_that_exist(names: set[str]) -> None:
    panels = json.loads((DEPLOY / "grafana/kb.json").read_text("utf-8"))["panels"]
    found = asked([target["expr"] for panel in panels for target in panel["targets"]])
    assert len(found) >= 10 and found <= names


def test_the_alerts_ask_for_numbers_that_exist(names: set[str]) -> None:
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))["groups"]
    found = asked([rule["expr"] for group in groups for rule in group["rules"]])
    assert len(found) >= 5 and found <= names
    assert yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))["rule_files"] == ["alerts.yml"]


@pytest.mark.parametrize("file", ["systemd/kb.service", "Dockerfile"])
def test_settings_that_are_set_exist_and_fit(file: str) -> None:
    given = dict(re.findall(r"\b(KB_[A-Z_]+)=(\S+)", re.sub(r"^#.*$", "", (DEPLOY / file).read_text("utf-8"), flags=re.MULTILINE)))
    assert load(given, file=None).log_format == "json"


def test_the_image_is_made_of_locked_packages_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "--require-hashes" in text and "requirements/serve.txt" in text
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001:10001"]
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / each).exists() for each in copied.split())


def test_systemd_takes_the_unit_and_finds_it_hardened(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    unit = tmp_path / "kb.service"
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/kb/.venv/bin/kb serve", "/bin/true serve"), "utf-8")
    told = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert told.returncode == 0 and "kb.service" not in told.stderr
    rated = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(unit)], capture_output=True, check=False)
    assert rated.returncode == 0  # an exposure of at most 2.0 of 10
