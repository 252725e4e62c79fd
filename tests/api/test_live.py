"""A server that keeps up with content/ and with the published index."""

from __future__ import annotations

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
from conftest import HashEmbedder, document, environment, silent, write_folder
from fastapi.testclient import TestClient

from indexer import pipeline, publish, unchanged
from indexer.lock import writer_lock
from indexer.memory import Memory
from indexer.pipeline import build
from kb.errors import Message
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.types import Problem
from search_api import live
from search_api.app import create_app
from search_api.live import LastRun, Live

PATIENCE = 60.0  # seconds until a test gives up; nothing is measured here


@dataclass
class Site:
    content: Path
    client: TestClient
    told: list[tuple[Message, tuple[Problem, ...]]] = field(default_factory=list)

    @property
    def kb(self) -> KnowledgeBase:
        found: KnowledgeBase = self.client.app.state.kb  # type: ignore[attr-defined]
        return found

    @property
    def last_run(self) -> LastRun | None:
        found: LastRun | None = self.client.app.state.last_run  # type: ignore[attr-defined]
        return found

    @property
    def faults(self) -> list[str]:
        report = self.last_run.report if self.last_run else None
        return [p.code for p in report.problems if p.severity != "note"] if report else []

    def found(self, question: str) -> list[str]:
        reply = self.client.get("/api/v1/search", params={"q": question, "mode": "terms"}).json()
        return [hit["id"] for hit in reply["hits"]]


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@contextmanager
def site(content: Path, indexing: bool, damage: str = "") -> Iterator[Site]:
    """damage: the name of a file in which one bit is wrong."""
    settings = Settings(content_dir=content, index_dir=content.parent / "index")
    build(content, settings.index_dir, HashEmbedder(), silent)
    if damage:
        path = next(settings.index_dir.rglob(damage))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    app = create_app(KnowledgeBase.open(settings.index_dir, embedder=HashEmbedder()), settings)
    running = Site(content, TestClient(app))
    memory = Memory() if indexing else None
    following = Live(app.state, settings, HashEmbedder(), lambda message, new: running.told.append((message, new)), memory)
    following.start()
    try:
        yield running
    finally:
        following.stop()


@pytest.fixture
def watched(small_content: Path) -> Iterator[Site]:
    with site(small_content, indexing=True) as running:
        wait_for(lambda: running.last_run)
        yield running


def save_as_editors_do(path: Path, text: str) -> None:
    """Written beside the file and renamed over it."""
    other = path.with_name(path.name + "~")
    other.write_text(text, "utf-8")
    other.replace(path)


@pytest.mark.parametrize(
    ("name", "lang", "title", "body", "question"),
    [
        ("solar.en.md", "en", "Solar roofs of Nan", "The market hall got photovoltaic panels.", "photovoltaic"),
        ("solar.th.md", "th", "หลังคาโซลาร์ของน่าน", "อาคารตลาดติดตั้งแผงเซลล์แสงอาทิตย์", "แผงเซลล์แสงอาทิตย์"),
    ],
)
def test_a_new_file_is_found_and_has_a_page(watched: Site, name: str, lang: str, title: str, body: str, question: str) -> None:
    assert watched.found(question) == []
    save_as_editors_do(watched.content / "case-studies" / name, document(title, body))
    wait_for(lambda: watched.found(question) == ["case-studies/solar"])
    assert body in watched.client.get(f"/documents/case-studies/solar?lang={lang}").text


def test_a_change_is_on_the_page_and_a_deleted_file_is_gone(watched: Site) -> None:
    canal = watched.content / "case-studies/canal.en.md"
    save_as_editors_do(canal, canal.read_text("utf-8").replace("12 million", "14 million"))
    wait_for(lambda: "14 million" in watched.client.get("/api/v1/documents/case-studies/canal/html?lang=en").text)
    (watched.content / "case-studies/mangrove.th.md").unlink()
    wait_for(lambda: watched.client.get("/documents/case-studies/mangrove").status_code == 404)


def test_when_saves_have_come_to_rest_the_next_run_need_read_nothing(small_content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "COARSE", 500_000_000)
    monkeypatch.setattr(live, "REST", 1.0)
    with site(small_content, indexing=True) as running:
        wait_for(lambda: running.last_run)
        canal = small_content / "case-studies/canal.en.md"
        save_as_editors_do(canal, canal.read_text("utf-8").replace("12 million", "14 million"))
        index_dir, made_by = small_content.parent / "index", pipeline._made_by(HashEmbedder())
        wait_for(lambda: running.last_run and running.last_run.report and running.last_run.report.published)
        wait_for(lambda: unchanged.known(index_dir, unchanged.Look(small_content).stamp, made_by) is not None)
        assert running.last_run and running.last_run.report and running.last_run.report.published, "reading once more is no run to tell of"
        wait_for(lambda: len([*index_dir.glob("gen-*")]) == publish.KEPT_GENERATIONS)


def test_a_broken_file_is_told_once_and_its_last_good_version_answers(watched: Site) -> None:
    canal = watched.content / "case-studies/canal.en.md"
    good = canal.read_text("utf-8")
    save_as_editors_do(canal, good.replace("kind: case-study", "kind: novel"))
    wait_for(lambda: watched.faults)
    assert "case-studies/canal" in watched.found("treated")
    told = [p.code for _, new in watched.told for p in new]
    assert told == ["last-good-version", "unknown-kind"]
    save_as_editors_do(canal, good.replace("12 million", "15 million"))
    wait_for(lambda: "15 million" in watched.client.get("/api/v1/documents/case-studies/canal/html?lang=en").text)
    wait_for(lambda: not watched.faults)
    assert [p.code for _, new in watched.told for p in new] == told


def test_another_writer_is_waited_for(watched: Site) -> None:
    with writer_lock(watched.content.parent / "index"):
        write_folder(watched.content, {"case-studies/late.en.md": document("Late", "A zeppelin arrived.")})
        wait_for(lambda: watched.last_run and watched.last_run.failure)
        assert watched.found("zeppelin") == []
    wait_for(lambda: watched.found("zeppelin") == ["case-studies/late"])
    assert watched.last_run and watched.last_run.failure is None
    locked = [message for message, _ in watched.told if "another process is writing" in message.en]
    assert len(locked) == 1 and "มีโปรเซสอื่น" in locked[0].th


def test_a_folder_that_is_put_in_the_place_of_another_is_seen(watched: Site, tmp_path: Path) -> None:
    """As a deployment does that swaps a whole checkout."""
    wait_for(lambda: watched.found("treated"))
    watched.content.rename(tmp_path / "old")
    write_folder(watched.content, {"case-studies/fresh.en.md": document("Fresh", "Only the marmot is left.")})
    wait_for(lambda: watched.found("marmot") == ["case-studies/fresh"])
    wait_for(lambda: watched.found("treated") == [])


def test_a_generation_that_another_process_publishes_is_taken_up(small_content: Path) -> None:
    with site(small_content, indexing=False) as running:
        write_folder(small_content, {"case-studies/new.en.md": document("New", "An ocelot was seen.")})
        build(small_content, small_content.parent / "index", HashEmbedder(), silent)
        wait_for(lambda: running.found("ocelot") == ["case-studies/new"])
        assert running.last_run is None


def test_an_index_of_another_model_is_refused_and_the_old_one_answers(small_content: Path) -> None:
    with site(small_content, indexing=False) as running:
        build(small_content, small_content.parent / "index", HashEmbedder("other"), silent)
        wait_for(lambda: running.told)
        assert "other" in running.told[0][0].en
        assert "case-studies/canal" in running.found("treated")


def test_what_has_begun_ends_on_the_generation_it_began_with(watched: Site) -> None:
    before = watched.kb
    save_as_editors_do(watched.content / "case-studies/solar.en.md", document("Solar", "Photovoltaic panels."))
    wait_for(lambda: watched.kb is not before)
    answers: list[int] = []
    # In a thread of its own: nothing of the old generation is open there yet.
    thread = threading.Thread(target=lambda: answers.append(before.search("photovoltaic", mode="terms").total))
    thread.start()
    thread.join()
    assert answers == [0]


def test_kb_serve_watch(small_content: Path, tmp_path: Path) -> None:
    """The real command: makes the index, serves, indexes a save, stops on the signal of Ctrl-C."""
    command = [sys.executable, "-m", "kb", "serve", "--port", "0", "--watch"]
    where = environment(content_dir=small_content, index_dir=tmp_path / "index", lang="en")
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=where)
    assert process.stderr is not None
    try:
        seen = next(line for line in process.stderr if "http://" in line)
        url = "http://" + seen.split("http://")[1].split()[0]
        save_as_editors_do(small_content / "case-studies/solar.en.md", document("Solar", "Photovoltaic panels."))
        wait_for(lambda: httpx.get(f"{url}/api/v1/search", params={"q": "photovoltaic", "mode": "terms"}, timeout=60).json()["total"] == 1)
        assert "Photovoltaic" in httpx.get(f"{url}/documents/case-studies/solar?lang=en", timeout=60).text
    finally:
        process.send_signal(2)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert "Stopped." in rest and "Traceback" not in rest
