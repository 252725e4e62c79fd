"""What only an engine on a server can suffer: servers that are away or not ours, writers killed half-way, names that break a filter."""

from __future__ import annotations

import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine_cases import MilvusHarness, Reference, averages

from kb.errors import EngineUnreachable, IndexCorrupt, IndexMismatch, IndexMissing, KbError
from kb.index.manifest import ModelStamp
from kb.index.milvus.address import Address
from kb.index.milvus.collection import COMPACT, EXACT, Entry, index_kind
from kb.index.milvus.connection import Connection
from kb.index.milvus.draft import Draft
from kb.index.milvus.reading import MilvusEngine
from kb.index.milvus.writing import MilvusWriter, compact, drop, new_name
from kb.types import LANGS, Lang

pytest.importorskip("pymilvus", reason="pymilvus is not installed (extra milvus)")

MODEL = ModelStamp("random", "0" * 64, 8)
STRANGE = ('city="Makok"', "speaker=O'Brien \\ 50%", "speaker=สมชาย ใจดี", "organisation=" + "องค์การ" * 60, "a{b}\n")


def made(rows: Sequence[int]) -> list[Entry]:
    """Passages of both languages whose vectors, terms and keys follow from their rows."""
    vectors = np.random.default_rng(0).normal(size=(max(rows) + 1, MODEL.dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    langs: tuple[Lang, Lang] = ("th", "en")
    return [
        Entry(
            i, langs[i % 2], f"d{i // 4}", vectors[i], [f"w{i % 7}", "city"] + ["green"] * (i % 3), [f"year={2000 + i % 5}", STRANGE[i % 5]]
        )
        for i in rows
    ]


@pytest.fixture
def harness(tmp_path: Path) -> MilvusHarness:
    return MilvusHarness(tmp_path, f"milvus://{tmp_path}/milvus.db", MODEL)


def everything(engine: MilvusEngine) -> list[int]:
    """Rows of all passages that a reader can find."""
    vector = made([0])[0].vector
    found = [row for lang in LANGS for row in engine.nearest(vector, 1_000, lang)[0].tolist()]
    return sorted(found)


# Facets


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> MilvusEngine:
    folder = tmp_path_factory.mktemp("hundred")
    return MilvusHarness(folder, f"milvus://{folder}/milvus.db", MODEL).publish(made(range(100)))


@pytest.mark.parametrize("key", [*STRANGE, "year=2003", "year=1900"])
def test_facets_are_told_by_keys(hundred: MilvusEngine, key: str) -> None:
    expected = [entry.row for entry in made(range(100)) if key in entry.keys]
    assert everything(hundred.narrowed([[key]])) == expected


def test_groups_of_keys_are_all_wanted_and_any_key_of_a_group_will_do(hundred: MilvusEngine) -> None:
    narrowed = hundred.narrowed([["year=2001", "year=2003"], [STRANGE[1]]])
    assert everything(narrowed) == [row for row in range(100) if row % 5 == 1]
    assert narrowed.count("th") == hundred.count("th") == 50
    allowed = np.array([1, 2, 3, 6], np.int64)
    assert sorted(narrowed.nearest(made([0])[0].vector, 9, "en", allowed)[0].tolist()) == [1]


# Sizes


@pytest.mark.parametrize(("expected", "kind"), [(EXACT, "FLAT"), (EXACT + 1, "HNSW"), (COMPACT + 1, "HNSW_SQ")])
def test_every_index_finds_the_passage_itself(tmp_path: Path, expected: int, kind: str) -> None:
    assert index_kind(expected) == kind
    entries, address = made(range(600)), Address.parse(f"milvus://{tmp_path}/milvus.db")
    writer = MilvusWriter.create(address, tmp_path / "draft", "plan", MODEL, averages(entries), expected, new_name())
    writer.add(entries)
    assert writer.finish(tmp_path / "ledger").header.kind == kind
    engine = MilvusEngine.open(address, tmp_path / "ledger", MODEL)
    nearest = [engine.nearest(entry.vector, 5, entry.lang)[0][0] for entry in entries[:50]]
    assert nearest == list(range(50))


# Generations


def test_what_no_reader_sees_is_removed(harness: MilvusHarness) -> None:
    first = harness.publish(made(range(40)))
    second = harness.publish(made(range(40, 60)), deleted=[3, 4])
    compact(harness.address, harness.ledger(2), oldest=1)
    assert everything(first) == list(range(40))
    compact(harness.address, harness.ledger(2), oldest=2)
    assert everything(second) == [row for row in range(60) if row not in (3, 4)]
    second.verify()
    with pytest.raises(IndexCorrupt, match="holds 19 / 20"):
        first.verify()


def test_a_writer_goes_on_where_it_stopped(harness: MilvusHarness) -> None:
    harness.publish(made(range(40)))
    stopped = harness.writer()
    stopped.add(made(range(40, 60)))
    assert stopped.delete(np.array([1, 2])) == 2
    stopped.close()
    writer = harness.writer()
    assert writer.add(made(range(40, 80))) == 20
    assert writer.delete(np.array([1, 2, 3, 9_999])) == 1
    writer.finish(harness.ledger(2))
    harness.generation = 2
    engine, alive = harness.reopen(), [0, *range(4, 80)]
    assert everything(engine) == alive
    assert engine.found("city", "th") == Reference(made(alive)).found("city", "th") == 39


def test_what_was_never_published_is_taken_back(harness: MilvusHarness) -> None:
    first = harness.publish(made(range(40)))
    lost = harness.writer()
    lost.add(made(range(40, 60)))
    lost.delete(np.array([1, 2]))
    lost.finish(harness.folder / "never-published")
    assert everything(first) == list(range(40))
    second = harness.publish(made(range(70, 80)), deleted=[5])
    assert everything(second) == [row for row in (*range(40), *range(70, 80)) if row != 5]


@pytest.mark.parametrize("change", [{"plan": "another"}, {"model": replace(MODEL, digest="1" * 64)}], ids=["contents", "model"])
def test_a_first_generation_of_another_plan_begins_anew(harness: MilvusHarness, change: dict[str, Any]) -> None:
    stopped = harness.writer(made(range(40)))
    stopped.add(made(range(40)))
    stopped.close()
    vars(harness).update(change)
    assert everything(harness.publish(made(range(10)))) == list(range(10))


def test_a_later_generation_of_another_plan_begins_anew(harness: MilvusHarness) -> None:
    """The rows of a killed run stand for other passages now."""
    harness.publish(made(range(40)))
    stopped = harness.writer()
    stopped.add(made(range(40, 60)))
    stopped.delete(np.array([0]))
    stopped.close()
    harness.plan = "another"
    changed = [replace(entry, terms=["changed"]) for entry in made(range(40, 50))]
    engine = harness.publish(changed, deleted=[1])
    assert everything(engine) == [0, *range(2, 50)]
    assert engine.found("changed", "th") == 5 and engine.count("en") == 24


KILLED = """
import os, pickle, signal, sys
from pathlib import Path
from kb.index.milvus import writing
from kb.index.milvus.address import Address

address, folder, entries, model, averages = pickle.loads(sys.stdin.buffer.read())
writing.BATCH = 50
def until_killed():
    yield from entries[:120]
    os.kill(os.getpid(), signal.SIGKILL)
draft = Path(folder) / "draft.sqlite"
writing.MilvusWriter.create(Address.parse(address), draft, "plan", model, averages, len(entries), writing.new_name()).add(until_killed())
"""


def test_a_killed_writer_loses_one_batch(tmp_path: Path) -> None:
    entries, address = made(range(200)), f"milvus://{tmp_path}/milvus.db"
    given = pickle.dumps((address, str(tmp_path), entries, MODEL, averages(entries)))
    killed = subprocess.run([sys.executable, "-c", KILLED], input=given, capture_output=True, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    harness = MilvusHarness(tmp_path, address, MODEL)
    writer = harness.writer(entries)
    assert writer.add(entries) == 100
    writer.finish(harness.ledger(1))
    harness.generation = 1
    assert everything(harness.reopen()) == list(range(200))


# A server in a process of its own


@contextmanager
def server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_is_killed_and_comes_back(tmp_path: Path, port: int) -> None:
    harness = MilvusHarness(tmp_path, f"milvus://127.0.0.1:{port}", MODEL)
    with server(tmp_path / "data", port):
        engine = harness.publish(made(range(40)))
        assert everything(engine) == list(range(40))
    with pytest.raises(EngineUnreachable, match=f"127.0.0.1:{port}/default"):
        everything(engine)
    with server(tmp_path / "data", port):
        # The collection has to be loaded again, which opening does.
        assert everything(harness.reopen()) == everything(engine) == list(range(40))
        assert everything(harness.publish(made(range(40, 50)))) == list(range(50))


# Failures


def test_every_failure_says_what_to_do(harness: MilvusHarness, tmp_path: Path, port: int) -> None:
    harness.publish(made(range(10)))
    ledger, address = harness.ledger(1), harness.address
    (tmp_path / "damaged").write_bytes(b"SQLite format 3\0 but not really")
    elsewhere = Address.parse(f"milvus://{tmp_path}/other.db")
    cases: dict[str, tuple[Address, Path, ModelStamp, type[KbError], str]] = {
        "nobody listens": (Address.parse(f"milvus://127.0.0.1:{port}"), ledger, MODEL, EngineUnreachable, "KB_ENGINE"),
        "no such database": (replace(address, database="other"), ledger, MODEL, EngineUnreachable, "database"),
        "no such folder": (Address.parse("milvus:///nowhere/at/all.db"), ledger, MODEL, EngineUnreachable, "/nowhere/at/all.db"),
        "another server": (elsewhere, ledger, MODEL, IndexMissing, "kb index --rebuild"),
        "another model": (address, ledger, replace(MODEL, name="e5", digest="1" * 64), IndexMismatch, "model e5"),
        "another length": (address, ledger, replace(MODEL, dim=9), IndexMismatch, "kb index --rebuild"),
        "a damaged ledger": (address, tmp_path / "damaged", MODEL, IndexCorrupt, "damaged"),
        "no ledger": (address, tmp_path / "missing", MODEL, IndexCorrupt, "missing"),
    }
    for name, (where, path, model, kind, said) in cases.items():
        with pytest.raises(kind) as caught:
            MilvusEngine.open(where, path, model)
        assert said in caught.value.message.en, name
        assert caught.value.message.th != caught.value.message.en, name


def test_passages_that_got_lost_are_noticed_and_sent_again(harness: MilvusHarness) -> None:
    writer = harness.writer(made(range(40)))
    writer.add(made(range(40)))
    Connection(harness.address).delete(Draft(harness.draft).header.collection, "row in [3, 4]")
    with pytest.raises(IndexCorrupt, match="holds 19 / 20"):
        writer.finish(harness.ledger(1))
    assert everything(harness.publish(made(range(40)))) == list(range(40))


def test_a_dropped_collection_and_passages_that_are_gone(harness: MilvusHarness) -> None:
    engine = harness.publish(made(range(10)))
    with pytest.raises(IndexCorrupt, match=r"1 passages \(row 77\)"):
        engine.vectors(np.array([1, 77], np.int64))
    drop(harness.address, [engine.ledger.header.collection, "kb_of_nobody"])
    with pytest.raises(IndexMissing):
        harness.reopen()
    with pytest.raises(EngineUnreachable):
        everything(engine)
    with pytest.raises(IndexMissing):
        harness.writer()
