"""One process that answers: index and model opened, everything a request needs made ready, then requests until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from indexer.memory import Memory
from kb.collecting import set_aside
from kb.index.manifest import Manifest
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api import warming
from search_api.accepting import OneByOne, Share
from search_api.app import create_app
from search_api.counting import Counter
from search_api.live import LastRun, Live
from search_api.observing import logs, wanted
from search_api.patience import Patient
from search_api.workers import BACKLOG, DRAIN, Tell


@dataclass(frozen=True, slots=True)
class Outside:
    """What the process tells those who started it."""

    ready: Callable[[int, int], None]  # documents and passages, once; from then on it answers
    tell: Tell
    last_run: Callable[[LastRun], None] | None = None
    started: Callable[[FastAPI, uvicorn.Server], None] | None = None  # before the first request
    share: Share | None = None  # of the connections, where several processes take them from one socket


def answer(
    settings: Settings,
    listener: socket.socket,
    outside: Outside,
    watching: Memory | bool = False,
    checked: Future[Manifest] | None = None,
) -> None:
    """Serve until a signal or `should_exit` of the server; requests that have begun are answered first. `checked`: as for
    KnowledgeBase.open.

    Raises IndexProblem, EngineUnreachable, ModelError; KeyboardInterrupt after Ctrl-C.
    """
    logs.configure(settings)
    kb = KnowledgeBase.open(settings.index_dir, model=settings.model, threads=settings.threads, engine=settings.engine, checked=checked)
    app = create_app(kb, settings)
    warming.warm_up(app)
    set_aside()
    counter = Counter(settings.state_folder) if settings.count_questions else None
    app.state.counter = counter
    wanted.observe(app.state, settings)
    memory = watching if isinstance(watching, Memory) else Memory() if watching else None
    live = Live(app.state, settings, kb.embedder, outside.tell, memory, outside.last_run)
    server = OneByOne(configuration(app), outside.share) if outside.share else uvicorn.Server(configuration(app))
    if outside.started:
        outside.started(app, server)
    outside.ready(kb.manifest.documents, kb.manifest.passages)
    live.start()
    try:
        server.run(sockets=[listener])
    finally:
        live.stop()
        if counter:
            counter.close()


def configuration(app: FastAPI) -> uvicorn.Config:
    """With uvloop and httptools where they are installed. uvicorn's access log, which has the questions, stays off; ours may be on."""
    return uvicorn.Config(
        app,
        http=Patient,
        log_config=None,
        log_level="warning",
        access_log=False,
        ws="none",
        lifespan="off",
        backlog=BACKLOG,
        timeout_graceful_shutdown=DRAIN,
    )
