"""Composition root of the server: settings -> KnowledgeBase -> application -> uvicorn."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from indexer.memory import Memory
from kb.embedding import open_embedder
from kb.errors import KbError, Message
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app
from search_api.counting import Counter
from search_api.live import Live, Tell


class AddressInUse(KbError):
    pass


def serve(
    settings: Settings,
    note: Callable[[Message], None],
    host: str | None = None,
    port: int | None = None,
    tell: Tell | None = None,
    watching: Memory | None = None,
) -> None:
    """Open the index, bind, then serve until SIGTERM or Ctrl-C, always the newest generation.

    `watching`: index what is saved in content/ as well, with what earlier runs left; `tell` hears of it.
    Raises IndexProblem, ModelError, AddressInUse.
    """
    embedder = open_embedder(settings.model, threads=settings.threads)
    kb = KnowledgeBase.open(settings.index_dir, embedder=embedder)
    listener = _bind(host or settings.host, settings.port if port is None else port)
    address = f"http://{listener.getsockname()[0]}:{listener.getsockname()[1]}"
    made = kb.manifest
    note(
        Message(
            f"{made.documents} documents, {made.passages} passages. Open {address}  (stop with Ctrl-C)",
            f"{made.documents} เอกสาร {made.passages} ตอน เปิดที่ {address}  (หยุดด้วย Ctrl-C)",
        )
    )
    # Questions are personal: no access log.
    counter = Counter(settings.state_folder) if settings.count_questions else None
    app = create_app(kb, settings, counter)
    live = Live(app.state, settings, embedder, tell or (lambda message, _: note(message)), watching)
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    live.start()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        live.stop()
        if counter:
            counter.close()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From here on visitors wait for the first answer instead of being refused.
        listener.listen()
    except OSError as fault:
        listener.close()
        raise AddressInUse(
            Message(
                f"{host}:{port}: cannot listen here ({fault.strerror}). Stop the other program or choose another port: KB_PORT=8001.",
                f"{host}:{port}: เปิดรับที่นี่ไม่ได้ ({fault.strerror}) โปรดหยุดโปรแกรมอื่นหรือเลือกพอร์ตใหม่ เช่น KB_PORT=8001",
            )
        ) from None
    return listener
