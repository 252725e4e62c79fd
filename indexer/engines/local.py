"""The term index of this machine. Vectors are searched in the parts as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.compaction import Alive
from indexer.engines.difference import Difference, entries
from kb.index.engines import Kind, terms_folder
from kb.index.generations import Generation
from kb.index.terms import TermIndex
from kb.types import LANGS

CHEAP = 3_000  # passages up to which the term index is always made anew, in a fraction of a second: its frequencies are then exact
STALE = 0.1  # share of the passages that the term index may still count although they are gone


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """See indexer.engines.target.Target."""

    kind: Kind = "local"

    def write(self, folder: Path, standing: Sequence[Alive], before: Generation | None) -> int:
        found = _small_difference(before, standing)
        for lang in LANGS:
            place = folder / terms_folder(lang)
            if before is None or found is None:
                TermIndex.write(place, entries(standing, lang))
            elif found.touches(lang):
                TermIndex.write(place, entries(found.added, lang), before.folder / terms_folder(lang), found.lost_documents)
            else:
                TermIndex.share(place, before.folder / terms_folder(lang))
        return _stale(before, found) if before and found else 0

    def clean(self) -> None:
        """All of it stands in the folders of generations, which are deleted as they are."""


def _small_difference(before: Generation | None, standing: Sequence[Alive]) -> Difference | None:
    """None where making the term index anew is less work, or overdue."""
    if before is None or before.manifest.engine != "local":
        return None
    found, total = Difference.between(before, standing), sum(each.passages for each in standing)
    much = sum(each.passages for each in found.added) > total / 2
    return None if much or total <= CHEAP or _stale(before, found) > STALE * total else found


def _stale(before: Generation, found: Difference) -> int:
    """Passages that will be counted although they are gone."""
    return before.manifest.stale_passages + len(found.lost_rows)
