"""Composition root of the server: settings -> a socket -> one process that answers, or several that share the socket."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.errors import KbError, Message
from kb.settings import Settings
from search_api import turns, workers
from search_api.observing.exposition import Gone, exposed
from search_api.signals import leave_on_sigterm
from search_api.workers import Tell

if TYPE_CHECKING:
    from indexer.memory import Memory


class AddressInUse(KbError):
    pass


def serve(settings: Settings, note: Callable[[Message], None], tell: Tell | None = None, watching: Memory | bool = False) -> None:
    """Open the index and serve until SIGTERM (returns 0 to the system) or Ctrl-C (KeyboardInterrupt), always the newest generation.

    `watching`: index what is saved in content/ as well; a Memory is what earlier runs in this process left. `tell` hears of it.
    Raises IndexProblem, ModelError, AddressInUse, MetricsAddress.
    """
    leave_on_sigterm()
    listener = _bind(settings.host, settings.port)
    with exposed(settings) as gone:
        _serve(settings, listener, note, tell or (lambda message, _: note(message)), watching, gone)


def _serve(
    settings: Settings, listener: socket.socket, note: Callable[[Message], None], say: Tell, watching: Memory | bool, gone: Gone
) -> None:

    def ready(documents: int, passages: int) -> None:
        _listen(listener, settings)
        note(_open_at(listener, documents, passages))

    if settings.workers > 1:
        workers.supervise(settings, listener, ready, say, watching is not False, gone)
        return
    # Imported here: what watches over workers needs neither the index nor a web framework. The web framework takes most of a second, in
    # which the index is checked.
    from kb.index.reader import check_ahead

    turns.short()
    gc.disable()  # until all is open: kb.collecting.set_aside
    checked = check_ahead(settings.index_dir, settings.engine)
    from search_api.answers import Outside, answer

    answer(settings, listener, Outside(ready, say), watching, checked)


def _open_at(listener: socket.socket, documents: int, passages: int) -> Message:
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return Message(
        f"{documents} documents, {passages} passages. Open {address}  (stop with Ctrl-C)",
        f"{documents} เอกสาร {passages} ตอน เปิดที่ {address}  (หยุดด้วย Ctrl-C)",
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise _in_use(host, port, fault) from None
    return listener


def _listen(listener: socket.socket, settings: Settings) -> None:
    """From here on visitors wait for the first answer instead of being refused."""
    try:
        listener.listen(workers.BACKLOG)
    except OSError as fault:
        raise _in_use(settings.host, settings.port, fault) from None


def _in_use(host: str, port: int, fault: OSError) -> AddressInUse:
    return AddressInUse(
        Message(
            f"{host}:{port}: cannot listen here ({fault.strerror}). Stop the other program or choose another port: KB_PORT=8001.",
            f"{host}:{port}: เปิดรับที่นี่ไม่ได้ ({fault.strerror}) โปรดหยุดโปรแกรมอื่นหรือเลือกพอร์ตใหม่ เช่น KB_PORT=8001",
        )
    )
