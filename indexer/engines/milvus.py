"""Vectors and terms in Milvus, sent from the parts: only what a generation has that the one before had not.

    milvus-draft.sqlite        the ledger of a run that was not finished: the next one goes on with it
    milvus-collections.json    collections that were made for this index, so that none is left behind
    gen-00000007/milvus.sqlite the ledger of a generation

These stand in the index folder; see docs/scale.md.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from indexer.compaction import Alive
from indexer.engines import collections
from indexer.engines.difference import Difference, entries
from kb.errors import EngineUnreachable, IndexCorrupt, IndexMissing
from kb.index import part
from kb.index.engines import LEDGER, Kind
from kb.index.generations import Generation
from kb.index.manifest import ModelStamp, stamp
from kb.index.milvus import writing
from kb.index.milvus.address import Address
from kb.index.milvus.collection import Entry, index_kind
from kb.index.milvus.ledger import Ledger
from kb.index.milvus.writing import MilvusWriter
from kb.types import LANGS

DRAFT = "milvus-draft.sqlite"
AT_ONCE = 1_000  # passages whose vectors are read together

log = logging.getLogger("kb.indexer")


@dataclass(frozen=True, slots=True)
class MilvusTarget:
    """See indexer.engines.target.Target. Raises EngineUnreachable; the next run goes on where this one stopped."""

    address: Address
    index_dir: Path
    model: ModelStamp
    on_sent: Callable[[int, int], None]
    kind: Kind = "milvus"

    def write(self, folder: Path, standing: Sequence[Alive], before: Generation | None) -> int:
        extended = self._extended(standing, before)
        writer, found = extended or (self._created(standing), Difference(standing, (), np.zeros((0, 4), np.int64)))
        try:
            writer.add(self._told(found.added))
            writer.delete(found.lost_rows)
            writer.finish(folder / LEDGER)
        except BaseException:
            writer.close()
            raise
        return 0

    def _extended(self, standing: Sequence[Alive], before: Generation | None) -> tuple[MilvusWriter, Difference] | None:
        """None where a new collection is wanted: the one before has nothing in common, is gone, or has outgrown its index."""
        if before is None or before.manifest.engine != "milvus":
            return None
        found, ledger = Difference.between(before, standing), before.folder / LEDGER
        if not found.kept or Ledger(ledger).header.kind != index_kind(sum(each.passages for each in standing)):
            return None
        try:
            return MilvusWriter.extend(self.address, self.index_dir / DRAFT, _plan(standing), ledger), found
        except (IndexMissing, IndexCorrupt):
            return None

    def _created(self, standing: Sequence[Alive]) -> MilvusWriter:
        """The old collection stays as long as a generation that is still there asks it."""
        name, passages = writing.new_name(), sum(each.passages for each in standing)
        # Remembered first: killed at any moment, a run leaves no collection that nobody knows.
        collections.remember(self.index_dir, name, self.address)
        draft, averages = self.index_dir / DRAFT, _averages(standing)
        return MilvusWriter.create(self.address, draft, _plan(standing), self.model, averages, passages, name)

    def _told(self, added: Sequence[Alive]) -> Iterator[Entry]:
        total = sum(each.passages for each in added)
        for done, entry in enumerate(_entries(added), start=1):
            yield entry
            if done % AT_ONCE == 0 or done == total:
                self.on_sent(done, total)

    def clean(self) -> None:
        try:
            collections.clean(self.index_dir, self.address)
        except EngineUnreachable as fault:
            # The generation is published all the same; the next run removes what is left.
            log.warning("%s", fault.message.en)


def _entries(added: Sequence[Alive]) -> Iterator[Entry]:
    for each in added:
        ids = {number: document.id for number, _, document, _ in each.part.store.metas()}
        for lang in LANGS:
            rest = entries([each], lang)
            while some := list(islice(rest, AT_ONCE)):
                vectors = each.part.vectors[lang].gather(np.array([entry.row for entry in some], np.int64))
                for entry, vector in zip(some, vectors, strict=True):
                    yield Entry(entry.row, lang, ids[entry.document], vector, entry.terms.split())


def _averages(standing: Sequence[Alive]) -> dict[str, float]:
    """Terms a passage of each language."""
    found: dict[str, float] = {}
    for lang in LANGS:
        lengths = [len(entry.terms.split()) for entry in entries(standing, lang)]
        found[lang] = sum(lengths) / len(lengths) if lengths else 1.0
    return found


def _plan(standing: Sequence[Alive]) -> str:
    """Digest of all passages of a generation: of the files of its parts, and of the documents that are alive in them."""
    held = [[each.part.name, stamp(each.part.folder / part.INFO).xxh3, each.documents[:, 0].tolist()] for each in standing]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()
