"""What publishing asks of a target: to make the passages of a generation ready to be found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from indexer.compaction import Alive
from indexer.engines.local import LocalTarget
from indexer.engines.milvus import MilvusTarget
from kb.errors import IndexProblem
from kb.index import engines
from kb.index.engines import Kind
from kb.index.generations import Generation
from kb.index.manifest import ModelStamp
from kb.index.milvus.address import Address


class Target(Protocol):
    @property
    def kind(self) -> Kind:
        """Of the engine that answers from it."""

    def write(self, folder: Path, standing: Sequence[Alive], before: Generation | None) -> int:
        """Write what readers of the generation in `folder` will ask; nobody sees it until the generation is published.

        before: a generation that may be built upon. Returns the passages that frequencies of terms count although they are gone.
        """

    def clean(self) -> None:
        """After publishing: remove what no generation that is still there can ask for."""


def of(setting: str, index_dir: Path, model: ModelStamp, on_sent: Callable[[int, int], None]) -> Target:
    """setting: `engine` of kb.settings. on_sent: hears of passages that were sent to a server, and of how many there are to send."""
    if engines.kind_of(setting) == "local":
        return LocalTarget()
    return MilvusTarget(Address.parse(setting), index_dir, model, on_sent)


def holds(generation: Generation, setting: str) -> bool:
    """Whether the engine holds a published generation. Raises EngineUnreachable, SettingsError."""
    try:
        engines.verify(generation, setting)
    except IndexProblem:
        return False
    return True
