"""The same collection gives the same hits in both engines: before and after edits, in this process and over HTTP."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import CONTENT, HashEmbedder, document, environment, silent
from fastapi.testclient import TestClient
from test_memory import EDITS, Edit, edited, removed, written

from indexer import pipeline
from indexer.engines import milvus
from indexer.pipeline import Report, build
from kb import evaluation
from kb.embedding import Embedder, open_embedder
from kb.errors import EngineUnreachable, IndexMismatch, IndexMissing
from kb.index import generations
from kb.index.engines import LEDGER
from kb.index.milvus.address import Address
from kb.index.milvus.connection import Connection
from kb.index.milvus.ledger import Ledger
from kb.index.milvus.writing import MilvusWriter
from kb.index.reader import open_index
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.types import NO_FILTERS, Filters, Mode, SearchResult
from search_api.app import create_app

pytest.importorskip("pymilvus", reason="pymilvus is not installed (extra milvus)")

CANAL = "case-studies/canal.en.md"
MODES: tuple[Mode, ...] = ("hybrid", "terms", "vectors")
ASKED = {
    "Thai": ("น้ำเสียในคลอง", NO_FILTERS),
    "English": ("plastic waste", NO_FILTERS),
    "across languages": ("mangrove forest", NO_FILTERS),
    "a year": ("waste in 2019", NO_FILTERS),
    "a phrase": ('"12 million"', NO_FILTERS),
    "without a word": ("waste -plastic", NO_FILTERS),
    "a country": ("ขยะ", Filters(country=("TH",))),
    "a speaker": ("PM2.5", Filters(speaker=("Ben Lim",))),
    "a language": ("waste water", Filters(lang=("th",))),
    "no words": ("", Filters(theme=("waste",))),
    "nothing": ("zyzzyva", NO_FILTERS),
}


def indexed(content: Path, index_dir: Path, embedder: Embedder | None = None, engine: str = "local") -> Report:
    return build(content, index_dir, embedder or HashEmbedder(), silent, engine=engine)


def hits(found: SearchResult) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """Document, language and places of passages, in their order."""
    return [(h.document.id, h.document.lang, [(p.passage.lines.first, p.passage.ordinal) for p in h.passages]) for h in found.hits]


def assert_alike(one: KnowledgeBase, other: KnowledgeBase, question: str, filters: Filters, mode: Mode, **tolerance: float) -> None:
    here, there = (each.search(question, filters=filters, mode=mode) for each in (one, other))
    assert (here.total, hits(here)) == (there.total, hits(there)), (question, mode)
    expected = pytest.approx([hit.score for hit in there.hits], **(tolerance or {"abs": 1e-3}))
    assert [hit.score for hit in here.hits] == expected, (question, mode)


def assert_all_alike(content: Path, embedder: Embedder, engine: str, **tolerance: float) -> None:
    """Of the two indexes beside the content."""
    one = KnowledgeBase.open(content.parent / "local", embedder=embedder)
    other = KnowledgeBase.open(content.parent / "milvus", embedder=embedder, engine=engine)
    for question, filters in ASKED.values():
        for mode in MODES:
            assert_alike(one, other, question, filters, mode, **tolerance)
    assert other.facets() == one.facets()


@pytest.fixture
def server(tmp_path: Path) -> str:
    """The address of a milvus-lite in this process."""
    return f"milvus://{tmp_path}/milvus.db"


def collections(address: str) -> set[str]:
    """Those that exist of the ones that were made for the index beside the file."""
    connection = Connection(Address.parse(address))
    known = json.loads((Path(Address.parse(address).uri).parent / "milvus/milvus-collections.json").read_bytes())
    return {name for name in known if connection.has(name)}


# The same answers


def test_the_content_in_both_engines(kb_index: Path, tmp_path: Path) -> None:
    """The index is brought over: nothing is embedded, and no part is made again."""
    embedder, engine = open_embedder("builtin"), f"milvus://{tmp_path}/milvus.db"
    shutil.copytree(kb_index, tmp_path / "milvus")
    report = indexed(CONTENT, tmp_path / "milvus", embedder, engine)
    assert (report.reason, report.embedded, report.published) == ("engine", 0, True)
    assert report.manifest.parts == generations.current(kb_index).manifest.parts
    one = KnowledgeBase.open(kb_index, embedder=embedder)
    other = KnowledgeBase.open(tmp_path / "milvus", embedder=embedder, engine=engine)
    for question in evaluation.read_questions(CONTENT / "evaluation/questions.jsonl")[::8]:
        for mode in MODES:
            assert_alike(one, other, question.text, NO_FILTERS, mode)
    for filters in (Filters(country=("TH",)), Filters(year=("2020-2022",), theme=("waste",))):
        assert_alike(one, other, "ลดขยะพลาสติก", filters, "hybrid")
    document_id = one.search("ขยะ").hits[0].document.id
    assert [h.document.id for h in one.similar(document_id, "en")] == [h.document.id for h in other.similar(document_id, "en")]


EDITED = {name: EDITS[name] for name in ("a figure", "a paragraph of Thai", "a document gone", "gone and back", "a broken file")}


@pytest.mark.parametrize("edits", EDITED.values(), ids=EDITED.keys())
def test_after_edits(small_content: Path, server: str, edits: list[Edit]) -> None:
    for edit in [lambda _: None, *edits]:
        edit(small_content)
        indexed(small_content, small_content.parent / "local")
        indexed(small_content, small_content.parent / "milvus", engine=server)
        assert_all_alike(small_content, HashEmbedder(), server)


GROWING: dict[str, Edit] = {
    "changed": edited(CANAL, "12 million", "14 million"),
    "changed again": edited(CANAL, "14 million", "12 million"),
    "gone": removed("case-studies/mangrove.th.md"),
    "another added": written("case-studies/new.th.md", document("คลอง", "ชาวบ้านช่วยกันขุดลอกคลองทุกเดือน\n\n## ขยะ\n\nขยะพลาสติกลดลง")),
}


def test_a_collection_that_grows_by_parts(small_content: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One collection takes what changes, no row is given twice, and what no reader sees is removed.

    Its average length is that of the beginning: scores may be off by .41 of its change (docs/scale.md), not the hits.
    """
    monkeypatch.setattr(pipeline, "WHOLE", 0)
    rows: list[tuple[int, int]] = []
    for edit in [lambda _: None, *GROWING.values()]:
        edit(small_content)
        indexed(small_content, small_content.parent / "local")
        indexed(small_content, small_content.parent / "milvus", engine=server)
        assert_all_alike(small_content, HashEmbedder(), server, rel=0.1)
        opened = open_index(small_content.parent / "milvus", engine=server)
        rows += [(part.info.first_row, part.info.end_row) for part in opened.parts]
    spans = sorted(set(rows))
    assert all(end <= first for (_, end), (first, _) in pairwise(spans)), spans
    ledger = Ledger(opened.folder / LEDGER)
    assert ledger.header.generation == len(GROWING) + 1
    assert collections(server) == {ledger.header.collection}
    dead = Connection(Address.parse(server)).count(ledger.header.collection, f"died <= {ledger.header.generation - 1}")
    assert dead == 0


# One index


def test_each_engine_refuses_the_other_and_takes_it_over(small_content: Path, tmp_path: Path, server: str) -> None:
    index_dir = tmp_path / "milvus"
    indexed(small_content, index_dir)
    with pytest.raises(IndexMismatch, match=r"engine local, but KB_ENGINE asks for milvus.*kb index"):
        KnowledgeBase.open(index_dir, embedder=HashEmbedder(), engine=server)
    embedder = HashEmbedder()
    assert indexed(small_content, index_dir, embedder, server).reason == "engine"
    assert not indexed(small_content, index_dir, embedder, server).published
    with pytest.raises(IndexMismatch, match=r"engine milvus, but KB_ENGINE asks for local.*kb index"):
        open_index(index_dir)
    assert not list(open_index(index_dir, engine=server).folder.glob("terms-*"))
    report = indexed(small_content, index_dir, embedder)
    assert (report.reason, report.manifest.engine, embedder.embedded) == ("engine", "local", [])
    assert KnowledgeBase.open(index_dir, embedder=HashEmbedder()).search("คลอง").total


def test_a_lost_collection_is_written_again(small_content: Path, tmp_path: Path, server: str) -> None:
    indexed(small_content, tmp_path / "milvus", engine=server)
    (lost,) = collections(server)
    Connection(Address.parse(server)).drop(lost)
    with pytest.raises(IndexMissing):
        open_index(tmp_path / "milvus", engine=server)
    embedder = HashEmbedder()
    assert indexed(small_content, tmp_path / "milvus", embedder, server).reason == "engine"
    assert embedder.embedded == [] and lost not in collections(server)
    assert open_index(tmp_path / "milvus", engine=server).engine.count("th")


def test_no_collection_is_left_behind(small_content: Path, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither that of a run which was stopped after its ledger was sealed, nor those of generations that are gone."""

    class Stopped(BaseException):
        pass

    def stop(index_dir: Path, generation: object) -> None:
        raise Stopped

    with monkeypatch.context() as patched, pytest.raises(Stopped):
        patched.setattr(generations, "publish", stop)
        indexed(small_content, tmp_path / "milvus", engine=server)
    (orphan,) = collections(server)
    made = []
    for number in range(4):
        edited(CANAL, "canal", f"canal {number}")(small_content)
        indexed(small_content, tmp_path / "milvus", engine=server)
        made.append(Ledger(generations.current(tmp_path / "milvus").folder / LEDGER).header.collection)
    assert collections(server) == set(made[-2:]) and orphan not in made


def test_an_interrupted_run_sends_the_rest(small_content: Path, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    send = MilvusWriter._send

    def sending(writer: MilvusWriter, entries: Any) -> None:
        if len(sent) == 2:
            raise KeyboardInterrupt
        sent.append(len(entries))
        send(writer, entries)

    monkeypatch.setattr("kb.index.milvus.writing.BATCH", 3)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(MilvusWriter, "_send", sending)
        indexed(small_content, tmp_path / "milvus", engine=server)
    assert (tmp_path / "milvus" / milvus.DRAFT).exists()
    embedder = HashEmbedder()
    report = indexed(small_content, tmp_path / "milvus", embedder, server)
    assert embedder.embedded == [] and not (tmp_path / "milvus" / milvus.DRAFT).exists()
    indexed(small_content, tmp_path / "local")
    assert_all_alike(small_content, HashEmbedder(), server)
    assert len(collections(server)) == 1 and report.manifest.passages > sum(sent)


# Doors


def nowhere(tmp_path: Path) -> str:
    return f"milvus://{tmp_path}/no/such/folder/milvus.db"


def test_a_server_that_is_away(
    small_content: Path, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    indexed(small_content, tmp_path / "milvus", engine=server)
    with pytest.raises(EngineUnreachable):
        indexed(small_content, tmp_path / "milvus", engine=nowhere(tmp_path))
    kb = KnowledgeBase.open(tmp_path / "milvus", embedder=HashEmbedder(), engine=server)
    client = TestClient(create_app(kb, Settings()), raise_server_exceptions=False)
    assert client.get("/api/v1/ready").json() == {"status": "ready"}

    def away(self: Connection, name: str) -> bool:
        raise Connection._unreachable(self, OSError("nobody listens"))

    monkeypatch.setattr(Connection, "has", away)
    found = client.get("/api/v1/ready", headers={"Accept-Language": "en"})
    assert (found.status_code, client.get("/api/v1/health").status_code) == (503, 200)
    assert "the log of the server says why" in found.json()["detail"] and "milvus" not in found.text
    assert any("KB_ENGINE" in each.message for each in caplog.records if each.name == "kb.server")


@contextmanager
def serving(**settings: object) -> Iterator[str]:
    """The address of `kb serve` in a process of its own."""
    command = [sys.executable, "-m", "kb", "serve", "--port", "0"]
    given = environment(lang="en", **settings)
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=given)
    assert process.stderr is not None
    try:
        lines = iter(process.stderr.readline, "")
        yield next(found[0] for line in lines if (found := re.search(r"http://\S+", line)))
    finally:
        process.terminate()
        process.wait(timeout=30)


def asked(url: str) -> tuple[list[str], list[float]]:
    with urllib.request.urlopen(f"{url}/api/v1/search?q=waste+water", timeout=60) as reply:
        found = json.load(reply)["hits"]
    return [hit["id"] for hit in found], [hit["score"] for hit in found]


def test_the_command_and_the_server(small_content: Path, tmp_path: Path, server: str, run_kb: Callable[..., Any]) -> None:
    given = {"content_dir": small_content, "model": "builtin-static"}
    there = {**given, "index_dir": tmp_path / "milvus", "engine": server}
    here = {**given, "index_dir": tmp_path / "local"}
    for settings in (here, there):
        assert run_kb("index", **settings).returncode == 0
    with serving(**here) as local, serving(**there) as remote:
        (ids, scores), (other_ids, other_scores) = asked(local), asked(remote)
        assert ids and ids == other_ids and scores == pytest.approx(other_scores, abs=1e-3)
        with urllib.request.urlopen(f"{remote}/api/v1/ready", timeout=60) as reply:
            assert reply.status == 200
    assert run_kb("search", "waste water", **there).stdout == run_kb("search", "waste water", **here).stdout
    assert json.loads(run_kb("status", "--json", **there).stdout)["engine"] == "milvus"
    assert server in run_kb("status", **there).stdout
    verified = run_kb("verify", **there)
    assert verified.returncode == 0 and "holds all" in verified.stderr
    for command in (("verify",), ("search", "waste")):
        refused = run_kb(*command, **{**there, "engine": nowhere(tmp_path)})
        assert refused.returncode == 3 and "KB_ENGINE" in refused.stderr
        assert run_kb(*command, **{**there, "engine": "local"}).returncode == 3
