"""Composition root of the server: settings -> KnowledgeBase -> application -> uvicorn."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from kb.errors import KbError, Message
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app
from search_api.counting import Counter


class AddressInUse(KbError):
    pass


def serve(settings: Settings, note: Callable[[Message], None], host: str | None = None, port: int | None = None) -> None:
    """Open the index, bind, then serve until SIGTERM or Ctrl-C. Raises IndexProblem, ModelError, AddressInUse."""
    kb = KnowledgeBase.open(settings.index_dir, model=settings.model, threads=settings.threads)
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
    config = uvicorn.Config(create_app(kb, settings, counter), log_level="warning", access_log=False)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        if counter:
            counter.close()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise AddressInUse(
            Message(
                f"{host}:{port}: cannot listen here ({fault.strerror}). Stop the other program or choose another port: KB_PORT=8001.",
                f"{host}:{port}: เปิดรับที่นี่ไม่ได้ ({fault.strerror}) โปรดหยุดโปรแกรมอื่นหรือเลือกพอร์ตใหม่ เช่น KB_PORT=8001",
            )
        ) from None
    return listener
