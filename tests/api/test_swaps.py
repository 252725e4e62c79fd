"""A server answers on while generations take each other's place: no request fails or is a mixture, a bad one changes nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SMALL, HashEmbedder, document, silent, write_folder
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from test_live import site, wait_for

from indexer.pipeline import build
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api import live
from search_api.app import create_app
from search_api.observing.metrics import Metrics

SWAPS = 100
QUESTIONS = ("treated", "photovoltaic", "ขยะ")
Reply = tuple[int, str]


def replies(client: TestClient) -> list[Reply]:
    """What one visitor sees: status and hits of each question."""
    found = []
    for question in QUESTIONS:
        reply = client.get("/api/v1/search", params={"q": question})
        hits = [(hit["id"], hit["title"], round(hit["score"], 4)) for hit in reply.json().get("hits", ())]
        found.append((reply.status_code, json.dumps(hits, ensure_ascii=False)))
    return found


class Pointer:
    """CURRENT of an index that holds two generations, one that waits and one that counts."""

    def __init__(self, index_dir: Path, content: Path) -> None:
        self.path = index_dir / "CURRENT"
        self.pointers = [self.path.read_bytes()]
        write_folder(content, {"case-studies/solar.en.md": document("Solar roofs", "Photovoltaic panels on the market hall.")})
        build(content, index_dir, HashEmbedder(), silent)
        self.pointers.append(self.path.read_bytes())

    def swap(self, to: bytes) -> None:
        """As kb.index.generations.publish does it: one rename."""
        beside = self.path.with_name("CURRENT.new")
        beside.write_bytes(to)
        beside.replace(self.path)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 0.01)


def under_load(client: Callable[[], TestClient], work: Callable[[], None]) -> list[list[Reply]]:
    """What visitors saw while `work` was done, in the order of each."""
    seen: list[list[Reply]] = []
    faults: list[BaseException] = []
    stop = threading.Event()

    def visit() -> None:
        try:
            own = client()
            while not stop.is_set():
                seen.append(replies(own))
        except BaseException as fault:  # told by the test: a thread's own fault is heard by nobody
            faults.append(fault)

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for each in visitors:
        each.start()
    try:
        work()
    finally:
        stop.set()
        for each in visitors:
            each.join(60)
    assert not faults, faults
    return seen


def test_a_hundred_swaps_under_load(small_content: Path, often: None) -> None:
    with site(small_content, indexing=False) as running:
        expected = [replies(running.client)]
        pointer = Pointer(small_content.parent / "index", small_content)
        wait_for(lambda: running.found("photovoltaic"))
        expected.append(replies(running.client))
        assert expected[0] != expected[1]

        def swap_to_and_fro() -> None:
            for turn in range(SWAPS):
                before = running.kb
                pointer.swap(pointer.pointers[turn % 2])
                wait_for(lambda old=before: running.kb is not old)  # type: ignore[misc]

        app = running.client.app
        seen = under_load(lambda: TestClient(app), swap_to_and_fro)
        alone = [{one[number] for one in expected} for number in range(len(QUESTIONS))]
        assert all(reply in alone[number] for each in seen for number, reply in enumerate(each)), "a request that was neither"
        assert all(status == 200 for each in seen for status, _ in each)
        assert len(seen) > 20 and running.told == []


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{",
        b'{"generation": "gen-99999999", "manifest_sha256": "00"}',
        b'{"generation": "gen-00000001", "manifest_sha256": "00"}',
        b'{"generation": "../../etc", "manifest_sha256": "00"}',
    ],
)
def test_a_bad_pointer_changes_nothing(small_content: Path, often: None, bad: bytes) -> None:
    with site(small_content, indexing=False) as running:
        pointer = Pointer(small_content.parent / "index", small_content)
        wait_for(lambda: running.found("photovoltaic"))
        expected = replies(running.client)
        told = len(running.told)
        pointer.swap(bad)
        if bad:
            wait_for(lambda: len(running.told) > told)
        assert replies(running.client) == expected
        assert running.client.get("/api/v1/health").status_code == running.client.get("/api/v1/ready").status_code == 200
        pointer.swap(pointer.pointers[0])
        wait_for(lambda: not running.found("photovoltaic"))


def test_a_generation_with_a_damaged_file_changes_nothing(small_content: Path, often: None) -> None:
    with site(small_content, indexing=False) as running:
        expected = replies(running.client)
        elsewhere = small_content.parent / "elsewhere"
        write_folder(elsewhere / "content", {**SMALL, "case-studies/solar.en.md": document("Solar roofs", "Photovoltaic panels.")})
        index_dir = small_content.parent / "index"
        write = index_dir / "CURRENT"
        old = write.read_bytes()
        build(elsewhere / "content", index_dir, HashEmbedder(), silent)
        wait_for(lambda: running.found("photovoltaic"))
        new, newest = write.read_bytes(), max(index_dir.glob("gen-*"))
        write.write_bytes(old)
        wait_for(lambda: replies(running.client) == expected)
        data = (newest / "statistics.npz").read_bytes()
        (newest / "statistics.npz").write_bytes(data[:-1])
        write.write_bytes(new)
        wait_for(lambda: running.told)
        assert "statistics.npz" in running.told[-1][0].en and "kb index --rebuild" in running.told[-1][0].th
        assert replies(running.client) == expected


def test_an_index_that_is_deleted_answers_on(small_content: Path, often: None, tmp_path: Path) -> None:
    """All of it was opened before: also for threads that come later."""
    import shutil

    index_dir = tmp_path / "gone"
    build(small_content, index_dir, HashEmbedder(), silent)
    kb = KnowledgeBase.open(index_dir, embedder=HashEmbedder())
    client = TestClient(create_app(kb, Settings(content_dir=small_content, index_dir=index_dir)))
    expected = replies(client)
    shutil.rmtree(index_dir)
    assert all(each == expected for each in under_load(lambda: client, lambda: wait_for(lambda: replies(client) == expected)))


@pytest.mark.parametrize(("lang", "word"), [("en", "the log of the server says why"), ("th", "สาเหตุอยู่ในบันทึกของระบบ")])
def test_damage_that_only_a_question_meets_is_told(
    small_content: Path, often: None, lang: str, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody had read that place of the file: questions that need it are refused, the others answered. Where it lies the log says alone."""
    with site(small_content, indexing=False, damage="texts.bin") as running:
        asked = running.client.get("/api/v1/search", params={"q": "treated", "ui": lang})
        assert asked.status_code == 503 and word in asked.json()["detail"] and "texts.bin" not in asked.text
        assert word in running.client.get("/search", params={"q": "treated", "ui": lang}).text
        assert any("texts.bin: has changed" in each.message for each in caplog.records if each.name == "kb.server")
        assert running.client.get("/api/v1/facets").status_code == 200
        state = running.client.get("/api/v1/health", params={"ui": lang})
        assert state.status_code == 200 and state.json()["status"] == "damaged"
        (damaged,) = state.json()["damage"]
        assert damaged.startswith("parts/") and damaged.endswith("/texts.bin")
        registry = CollectorRegistry()
        Metrics(registry)._index.look(running.client.app.state)  # type: ignore[attr-defined]
        assert registry.get_sample_value("kb_index_damaged") == 1
        wait_for(lambda: running.told)
        assert len(running.told) == 1 and "texts.bin" in running.told[0][0].en


def test_damage_that_no_question_meets_is_told(small_content: Path, often: None) -> None:
    with site(small_content, indexing=False, damage="texts.bin") as running:
        wait_for(lambda: running.told)
        assert "texts.bin" in running.told[0][0].th
        assert running.client.get("/api/v1/health").json()["status"] == "damaged"
