"""The newest published generation, opened when it is asked for: for doors that no thread of search_api.live serves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from kb.embedding import Embedder
from kb.errors import KbError, Message
from kb.index import generations
from kb.knowledge_base import KnowledgeBase


class Newest:
    """Thread-safe. Called, it gives the KnowledgeBase of the newest generation; where that cannot be opened, the one before answers on."""

    def __init__(self, index_dir: Path, embedder: Embedder, tell: Callable[[Message], None]) -> None:
        """Raises IndexProblem. `tell` hears once of each generation that cannot be opened."""
        self._index_dir = index_dir
        self._embedder = embedder
        self._tell = tell
        self._lock = threading.Lock()
        self._pointer = generations.pointer(index_dir)  # read first: a generation published meanwhile is then opened at the next call
        self._kb = KnowledgeBase.open(index_dir, embedder=embedder)

    def __call__(self) -> KnowledgeBase:
        with self._lock:
            pointer = generations.pointer(self._index_dir)
            if pointer not in (b"", self._pointer):
                self._pointer = pointer
                self._take_up()
            return self._kb

    def _take_up(self) -> None:
        try:
            self._kb = KnowledgeBase.open(self._index_dir, embedder=self._embedder)
        except KbError as fault:
            self._tell(fault.message)
