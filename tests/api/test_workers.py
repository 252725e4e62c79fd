"""Several server processes on one socket, over real HTTP: one dies, all stop, a request that has begun is answered, state is shared."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from conftest import SMALL, document, environment, write_folder

from kb import questions

if sys.platform != "linux":
    pytest.skip("looks into /proc", allow_module_level=True)

PATIENCE = 60.0  # seconds until a test gives up; nothing is measured here
TOKEN = "a-token-for-the-tests"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@dataclass
class Server:
    process: subprocess.Popen[str]
    content: Path
    state: Path
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_for(lambda: self.process.poll() is not None or any("http://" in line for line in self.said))

    def _read(self) -> None:
        assert self.process.stderr
        self.said.extend(iter(self.process.stderr.readline, ""))

    @property
    def url(self) -> str:
        return next(m.group() for line in self.said if (m := re.search(r"http://[\d.:]+", line)))

    @property
    def workers(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}

    def search(self, question: str, mode: str = "terms") -> list[str]:
        """Over a connection of its own, which any worker may take."""
        reply = httpx.get(f"{self.url}/api/v1/search", params={"q": question, "mode": mode}, timeout=PATIENCE).json()
        return [hit["id"] for hit in reply["hits"]]

    def stopped(self, number: int) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code


def command(content: Path, *arguments: str, **more: object) -> subprocess.Popen[str]:
    settings = {
        "content_dir": content,
        "index_dir": content.parent / "index",
        "model": "builtin-static",
        "editor_token": TOKEN,
        "lang": "en",
    }
    line = [sys.executable, "-m", "kb", "serve", "--port", "0", *arguments]
    return subprocess.Popen(line, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(**settings | more))


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Server]:
    content = write_folder(folder / "content", SMALL)
    server = Server(command(content, "--workers", "2", *arguments), content, folder / "state")
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("workers"), "--watch") as found:
        wait_for(lambda: len(found.workers) == 2)
        yield found


def connections(pid: int, port: int) -> int:
    """How many a process holds open at a port of its own."""
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    taken = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "01"}
    return sum(str(each.readlink()) in taken for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink())


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_two_processes_answer_and_the_address_is_printed_once(server: Server) -> None:
    assert len(server.workers) == 2
    assert server.search("plastic", "hybrid")[0] == "case-studies/waste-bank"
    assert sum("http://" in line for line in server.said) == 1


def test_a_save_is_indexed_by_one_and_found_by_all(server: Server) -> None:
    write_folder(server.content, {"case-studies/late.en.md": document("Late", "A zeppelin arrived.")})
    wait_for(lambda: all(server.search("zeppelin") == ["case-studies/late"] for _ in range(20)))
    assert sum(line.startswith("8 documents") for line in server.said) == 1


def test_connections_that_come_at_once_and_stay_are_shared_evenly(server: Server) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    opened = [socket.create_connection((host, int(port)), PATIENCE) for _ in range(16)]
    try:
        wait_for(lambda: sum(connections(pid, int(port)) for pid in server.workers) == 16)
        assert all(connections(pid, int(port)) >= 6 for pid in server.workers)
    finally:
        for each in opened:
            each.close()


def test_every_worker_knows_that_one_indexes_and_what_it_said(server: Server) -> None:
    """The editors' page: signed in once, then shown by whichever process; a broken file is one that the server left out."""
    write_folder(server.content, {"case-studies/broken.en.md": "---\nkind: novel\ntitle: Broken\n---\n\nText.\n"})
    wait_for(lambda: any("broken.en.md" in line for line in server.said))
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        form = client.get("/editors").text
        csrf = re.search(r'name="csrf" value="([^"]+)"', form)
        assert csrf
        client.post("/editors/sign-in", data={"csrf": csrf.group(1), "token": TOKEN})
        cookies = dict(client.cookies)

    def pages() -> list[str]:
        return [httpx.get(f"{server.url}/editors?ui=en", cookies=cookies, timeout=PATIENCE).text for _ in range(20)]

    wait_for(lambda: all('id="o-left-out"' in page for page in pages()))
    assert not any("kb serve --watch" in page for page in pages())
    (server.content / "case-studies/broken.en.md").unlink()


def test_a_worker_that_dies_is_replaced_and_the_other_answers_on(server: Server) -> None:
    for victim in sorted(server.workers):  # also the one that indexes
        others = server.workers - {victim}
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda pid=victim: any(f"process {pid} ended unexpectedly (signal 9)" in line for line in server.said))  # type: ignore[misc]
        assert server.search("plastic")
        wait_for(lambda kept=others: len(server.workers - kept) == 1)  # type: ignore[misc]
        wait_for(lambda: server.search("plastic"))
    write_folder(server.content, {"case-studies/after.en.md": document("After", "An ocelot was seen.")})
    wait_for(lambda: all(server.search("ocelot") == ["case-studies/after"] for _ in range(20)))


def test_questions_are_counted_together(server: Server) -> None:
    for _ in range(20):
        httpx.get(f"{server.url}/api/v1/search", params={"q": "xylophone quagga"}, timeout=PATIENCE)
    wait_for(lambda: any(each.count == 20 for each in questions.read(server.state)))


def test_sigterm_answers_what_has_begun_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path, "--watch") as server:
        wait_for(lambda: len(server.workers) == 2)
        pids = server.workers
        text = document("Begun", "A narwhal swam by.").encode()
        with _put(server, "case-studies/begun.en.md", text) as begun:
            server.process.send_signal(signal.SIGTERM)
            wait_for(lambda: _refused(server.url))
            begun.sendall(text)
            assert begun.makefile("rb").readline().startswith(b"HTTP/1.1 201")
        assert server.process.wait(PATIENCE) == 0
        assert (server.content / "case-studies/begun.en.md").read_bytes() == text
        assert not any(map(exists, pids))
        assert not any("Traceback" in line for line in server.said)


@contextmanager
def _put(server: Server, path: str, body: bytes) -> Iterator[socket.socket]:
    """A request that a worker has begun to read: it has asked for the body."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        head = f"PUT /api/v1/editor/documents/{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\nIf-None-Match: *\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        reader = connection.makefile("rb", buffering=0)
        assert reader.readline().startswith(b"HTTP/1.1 100") and reader.readline() == b"\r\n"
        yield connection


def _refused(url: str) -> bool:
    try:
        httpx.get(f"{url}/api/v1/health", timeout=1)
    except httpx.HTTPError:
        return True
    return False


def test_ctrl_c_stops_all_with_one_message(tmp_path: Path) -> None:
    """As a terminal does: every process of the group is told."""
    with running(tmp_path, "--watch") as server:
        wait_for(lambda: len(server.workers) == 2)
        pids = server.workers
        for pid in pids:
            os.kill(pid, signal.SIGINT)
        assert server.stopped(signal.SIGINT) == 130
        assert not any(map(exists, pids))
        assert sum("Stopped." in line for line in server.said) == 1
        assert not any("Traceback" in line or "unexpectedly" in line for line in server.said)


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    with running(tmp_path, "--watch") as server:
        wait_for(lambda: len(server.workers) == 2)
        pids = server.workers
        server.process.kill()
        wait_for(lambda: not any(map(exists, pids)))


FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "no index": ({}, "there is no index here"),
    "no such address": ({"host": "192.0.2.1"}, "cannot listen here"),
}


@pytest.mark.parametrize(("settings", "said"), FAULTS.values(), ids=FAULTS)
def test_what_keeps_all_from_starting_is_said_once(tmp_path: Path, settings: dict[str, object], said: str) -> None:
    process = command(write_folder(tmp_path / "content", SMALL), "--workers", "2", **settings)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 3 and told.count(said) == 1 and "Traceback" not in told


def test_one_process_leaves_in_order_on_sigterm(tmp_path: Path) -> None:
    content = write_folder(tmp_path / "content", SMALL)
    server = Server(command(content, "--watch"), content, tmp_path / "state")
    httpx.get(f"{server.url}/api/v1/search", params={"q": "xylophone quagga"}, timeout=PATIENCE)
    assert server.stopped(signal.SIGTERM) == 0
    assert [each.count for each in questions.read(server.state)] == [1]
