"""The server as it is run: numbers on an address of their own, also of several processes, and log lines on standard error."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import SMALL, environment, write_folder

PATIENCE = 60.0  # seconds until a test gives up; nothing is measured here
SECRET = "plasticquestionofsomebody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    def __init__(self, folder: Path, **settings: Any) -> None:
        self.metrics = f"127.0.0.1:{free_port()}"
        content = write_folder(folder / "content", SMALL)
        given = {"content_dir": content, "index_dir": folder / "index", "model": "builtin-static", "lang": "en"}
        given |= {"metrics": self.metrics, "log_format": "json"} | settings
        command = [sys.executable, "-m", "kb", "serve", "--port", "0", "--watch"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(**given))
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_for(lambda: self.process.poll() is not None or any("http://" in line for line in self.said))

    def _read(self) -> None:
        assert self.process.stderr
        self.said.extend(iter(self.process.stderr.readline, ""))

    def wait_for(self, what: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    @property
    def url(self) -> str:
        return next(found.group() for line in self.said if (found := re.search(r"http://[\d.:]+", line)))

    def search(self, question: str) -> None:
        httpx.get(f"{self.url}/api/v1/search", params={"q": question}, timeout=PATIENCE).raise_for_status()

    def value(self, name: str) -> float:
        """The sum over all labels that are left out; -1 where there is no such number yet."""
        text = httpx.get(f"http://{self.metrics}/metrics", timeout=PATIENCE).text
        found = [float(value) for key, value in re.findall(r"^(\S+) (\S+)$", text, re.MULTILINE) if key == name]
        return found[0] if found else -1

    def stopped(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Server]:
    server = Server(folder, **settings)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


SEARCHES = 'kb_requests_total{method="GET",route="/api/v1/search",status="200"}'


@pytest.mark.parametrize("workers", [1, 2])
def test_numbers_of_all_processes_and_no_question_anywhere(tmp_path: Path, workers: int) -> None:
    with running(tmp_path, workers=workers) as server:
        for number in range(10):  # over connections of their own, which any process may take; another question each, so that none is kept
            server.search(f"{SECRET}{number}")
        server.wait_for(lambda: server.value(SEARCHES) == 10)
        assert server.value('kb_stage_seconds_count{stage="rank"}') == 10
        assert server.value("kb_documents") == 7 and server.value("kb_generation") == 1
        assert httpx.get(f"{server.url}/metrics", timeout=PATIENCE).status_code == 404
        assert SECRET not in httpx.get(f"http://{server.metrics}/metrics", timeout=PATIENCE).text
        assert server.stopped() == 0
    lines = [json.loads(line) for line in server.said if line.startswith("{")]  # the indexing before tells its progress to people
    requests = [line for line in lines if line["message"] == "request"]
    assert sum(line["route"] == "/api/v1/search" for line in requests) == 10
    assert SECRET not in "".join(server.said)


def test_a_save_shows_in_the_numbers(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        write_folder(tmp_path / "content", {"case-studies/broken.en.md": "---\nkind: novel\ntitle: Broken\n---\n\nText.\n"})
        server.wait_for(lambda: server.value("kb_content_errors") == 1)
        (tmp_path / "content/case-studies/waste-bank.en.md").unlink()
        server.wait_for(lambda: server.value("kb_generation") == 2 and server.value("kb_documents") == 6)


def test_an_address_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running(tmp_path, metrics=f"127.0.0.1:{taken.getsockname()[1]}", log_format="text") as server:
            assert server.process.wait(PATIENCE) == 3
            assert any("KB_METRICS=127.0.0.1" in line and "cannot listen" in line for line in server.said)
