"""What a request costs beside its search: python bench/http_layer.py INDEX_FOLDER [requests]

A server process answers the questions of the evaluation with results it was given before, so that all its processor time is that of
routing, validation, writing JSON, middlewares and the connection. Printed: milliseconds of processor a request, without and with gzip,
and where the server keeps its answers, which it does not in the other rows; beside them KnowledgeBase.search in this process, and the
ratio of both together to the search alone.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn

from bench.http_client import Load, load, questions, search_paths
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.types import SearchResult
from search_api.answers import configuration
from search_api.app import create_app
from search_api.counting import Counter
from search_api.kept import Kept

ROUNDS = 5  # of which the cheapest counts: others on the machine only make it dearer


class Replay:
    """A KnowledgeBase whose answers are known before they are asked for."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._known = {question: kb.search(question) for question in questions()}

    def search(self, question: str, **given: object) -> SearchResult:
        return self._known[question]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kb, name)


def _serve(index: Path, keeping: bool, pipe: Connection) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    replay: Any = Replay(KnowledgeBase.open(index))
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(replay, Settings(), Counter(Path(folder)))
        app.state.kept = Kept() if keeping else Kept(0)
        pipe.send(listener.getsockname()[1])
        uvicorn.Server(configuration(app)).run(sockets=[listener])


def processor(pid: int) -> float:
    """Seconds that a process has used so far (Linux)."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def layer(index: Path, number: int, keeping: bool) -> dict[str, float]:
    """Milliseconds of processor a request."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(index, keeping, there))
    server.start()
    url = f"http://127.0.0.1:{here.recv()}"
    assert server.pid is not None
    found = {}
    for name, connections, gzip in (("one connection", 1, False), ("16 connections", 16, False), ("one, gzip", 1, True)):
        load(url, search_paths(questions()), 1, 200, gzip)
        found[name], run = min((_run(url, server.pid, connections, number, gzip) for _ in range(ROUNDS)), key=lambda each: each[0])
        print(f"{name}{', kept' if keeping else ''}: {found[name]:.2f} ms of processor a request; {run}")
    server.kill()
    return found


def _run(url: str, pid: int, connections: int, number: int, gzip: bool) -> tuple[float, Load]:
    before = processor(pid)
    run = load(url, search_paths(questions()), connections, number, gzip)
    return 1000 * (processor(pid) - before) / number, run


def search_alone(index: Path) -> float:
    """Milliseconds of processor of KnowledgeBase.search, the mean of the questions, each vector made anew."""
    kb = KnowledgeBase.open(index)
    kb.warm_up()
    began = time.process_time()
    for question in questions():
        kb.search(question)
    return 1000 * (time.process_time() - began) / len(questions())


def main(index: Path, number: int) -> None:
    alone, beside = search_alone(index), layer(index, number, keeping=False)["one connection"]
    layer(index, number, keeping=True)
    print(f"KnowledgeBase.search: {alone:.2f} ms of processor; with the layer {(alone + beside) / alone:.2f} times that")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500)
