"""Files read on several processes: the same in the same order, nothing left behind, and a worker that dies is reported."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from conftest import CONTENT, ROOT, environment

from indexer import reading, workers
from indexer.memory import _embeddable, _words
from kb import documents, passages
from kb.embedding import STATIC, open_embedder
from kb.errors import WorkerLost
from kb.text.analyzer import Analyzer

PATHS = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.md"))
WORDS = frozenset({"เมืองสีเขียว", "ธนาคารขยะ", "กทม."})


def compared(prepared: reading.Prepared) -> tuple[object, ...]:
    vectors = [None if each is None else each.tobytes() for each in (prepared.vectors, prepared.sentence_vectors)]
    return (replace(prepared, vectors=None, sentence_vectors=None), *vectors)


@pytest.fixture(scope="module")
def inline() -> list[reading.Prepared]:
    return list(reading.prepare(CONTENT, PATHS, WORDS, open_embedder(STATIC), embeds=True))


def test_one_file_after_the_other_as_by_the_parts(inline: list[reading.Prepared]) -> None:
    embedder, analyzer = open_embedder(STATIC), Analyzer(WORDS)
    for path, prepared in list(zip(PATHS, inline, strict=True))[::20]:
        document = documents.load(CONTENT, CONTENT / path).document
        assert document is not None
        assert document == prepared.loaded.document
        assert passages.split(document, embedder.count_tokens) == list(prepared.passages)
        embeddable = [_embeddable(passage) for passage in prepared.passages]
        assert [each.spans for each in embeddable] == list(prepared.spans)
        words = [_words(analyzer, p.embedded_text, len(p.embedded_text) - len(p.text)) for p in prepared.passages]
        assert [" ".join(each.terms) for each in words] == list(prepared.terms)
        assert sum((each.used.thai for each in words), ()) == prepared.used.thai
        assert prepared.vectors is not None and prepared.sentence_vectors is not None
        assert np.array_equal(embedder.passages([each.text for each in embeddable]), prepared.vectors)
        spoken = [text for each in embeddable for text in each.sentences]
        assert np.array_equal(embedder.passages(spoken), prepared.sentence_vectors)
        (unembedded,) = reading.prepare(CONTENT, [path], WORDS, embedder)
        assert [(each.text, each.sentences) for each in embeddable] == list(zip(unembedded.texts, unembedded.sentences, strict=True))


def test_several_processes_give_the_same(inline: list[reading.Prepared]) -> None:
    seen: list[tuple[int, int]] = []
    embedder = open_embedder(STATIC)
    found = reading.prepare(CONTENT, PATHS, WORDS, embedder, cores=2, on_progress=lambda *at: seen.append(at), embeds=True)
    assert [compared(each) for each in found] == [compared(each) for each in inline]
    assert seen == [(done, len(PATHS)) for done in range(1, len(PATHS) + 1)]
    assert not multiprocessing.active_children()


def test_the_first_pass_has_the_headers(inline: list[reading.Prepared]) -> None:
    for loaded, prepared in zip(reading.load(CONTENT, PATHS), inline, strict=True):
        assert loaded.document and prepared.loaded.document
        assert loaded.document == replace(prepared.loaded.document, source="", body="")
        assert loaded.problems == prepared.loaded.problems


def test_a_faulty_file_is_a_finding_among_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.th.md").write_text("no header", "utf-8")
    (prepared,) = reading.prepare(tmp_path, ["bad.th.md"], frozenset(), open_embedder(STATIC), embeds=True)
    assert prepared.loaded.document is None
    assert prepared.loaded.problems
    assert prepared.passages == ()


# What workers do in the tests below; module level, so that they can be sent.


def doubling() -> Callable[[int], int]:
    return lambda number: 2 * number


def dying_at(number: int) -> Callable[[int], int]:
    return lambda given: os.kill(os.getpid(), signal.SIGKILL) if given == number else given  # type: ignore[func-returns-value]


def failing_at(number: int) -> Callable[[int], float]:
    return lambda given: 1 / (given - number)


def leaving_marks(folder: Path) -> Callable[[int], int]:
    def mark(number: int) -> int:
        (folder / str(number)).touch()
        return number

    return mark


@pytest.mark.parametrize("count", [0, 1, workers.FEWEST - 1, workers.FEWEST, 500])
def test_results_are_in_order(count: int) -> None:
    assert list(workers.over(range(count), doubling, 2)) == [2 * number for number in range(count)]


def test_a_worker_that_is_killed_is_reported_with_its_item() -> None:
    with pytest.raises(WorkerLost) as fault:
        list(workers.over(range(200), partial(dying_at, 77), 2))
    assert fault.value.message.en.startswith("77: ")
    assert fault.value.message.th.startswith("77: ")
    assert not multiprocessing.active_children()


def test_what_the_function_raises_is_raised_with_its_place() -> None:
    with pytest.raises(ZeroDivisionError) as fault:
        list(workers.over(range(200), partial(failing_at, 100), 2))
    assert "1 / (given - number)" in "".join(fault.value.__notes__)
    assert not multiprocessing.active_children()


def test_little_is_done_before_it_is_asked_for(tmp_path: Path) -> None:
    found = workers.over(range(2000), partial(leaving_marks, tmp_path), 2)
    assert list(islice(found, 10)) == list(range(10))
    time.sleep(1)
    assert len(list(tmp_path.iterdir())) <= 11 + workers.TAKEN + workers.CHUNK * workers.AHEAD * 2
    found.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_workers_go_on_while_nobody_asks(tmp_path: Path) -> None:
    found = workers.over(range(2000), partial(leaving_marks, tmp_path), 2)
    next(found)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) < workers.TAKEN and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(list(tmp_path.iterdir())) >= workers.TAKEN
    found.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


STOPPED = """
import os, sys
from pathlib import Path
sys.path.insert(0, "tests/index")
import multiprocessing
from indexer import workers
import test_reading
if __name__ == "__main__":
    for number in workers.over(range(10**6), test_reading.doubling, 2):
        if number == 0:
            print(*(child.pid for child in multiprocessing.active_children()), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "stopped.py"
    script.write_text(STOPPED, "utf-8")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    process = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment() | {"PYTHONPATH": paths},
    )
    assert process.stdout is not None
    children = [int(number) for number in process.stdout.readline().split()]
    assert len(children) == 2
    process.send_signal(how)
    process.wait(timeout=30)
    deadline = time.monotonic() + 30
    while any(map(runs, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(runs, children))


def runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # A process that has ended stands in the table until its parent has looked.
    return Path(f"/proc/{number}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z" if Path("/proc").is_dir() else True
