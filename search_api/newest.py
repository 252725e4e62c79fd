"""The newest published generation, opened when it is asked for: a newer one takes the place of the one before in one step."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from kb.embedding import Embedder
from kb.embedding.queries import remembering
from kb.errors import EngineUnreachable, KbError, Message
from kb.index import generations
from kb.index.manifest import Manifest
from kb.knowledge_base import KnowledgeBase


class Newest:
    """Thread-safe. Called, it gives the KnowledgeBase of the newest generation; where that cannot be opened, the one before answers on."""

    def __init__(
        self,
        index_dir: Path,
        embedder: Embedder,
        tell: Callable[[Message], None],
        opened: KnowledgeBase | None = None,
        engine: str = "local",
    ) -> None:
        """`opened`: if one is open already. `tell` hears once of each generation that cannot be opened. `engine`: as in kb.settings.

        Raises IndexProblem, EngineUnreachable.
        """
        self._index_dir = index_dir
        self._embedder = remembering(embedder)
        self._engine = engine
        self._tell = tell
        self._lock = threading.Lock()
        pointer = generations.pointer(index_dir)  # read first: a generation published meanwhile is then opened at the next call
        self._kb = opened or KnowledgeBase.open(index_dir, embedder=embedder, engine=engine)
        self._told = b""  # of the generation that was last told to be out of reach
        self._pointer = pointer if self._kb.manifest.generation.encode() in pointer else b""

    def __call__(self, written_here: Manifest | None = None) -> KnowledgeBase:
        """`written_here`: as for kb.index.reader.open_index."""
        with self._lock:
            pointer = generations.pointer(self._index_dir)
            if pointer not in (b"", self._pointer):
                self._take_up(pointer, written_here)
            return self._kb

    def _take_up(self, pointer: bytes, written_here: Manifest | None) -> None:
        try:
            newer = KnowledgeBase.open(
                self._index_dir, embedder=self._embedder, engine=self._engine, written_here=written_here, before=self._kb
            )
            newer.warm_up()
            self._kb = newer
        except EngineUnreachable as fault:  # it may be back at the next call
            if pointer != self._told:
                self._tell(fault.message)
            self._told = pointer
            return
        except KbError as fault:
            self._tell(fault.message)
        self._pointer = pointer
