"""What a generation has that the one before had not, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer import parts
from indexer.compaction import Alive
from kb.index import part
from kb.index.generations import Generation
from kb.index.part_store import PartStore
from kb.index.reader import GONE
from kb.index.terms import Entry
from kb.types import LANGS, Lang


@dataclass(frozen=True, slots=True)
class Difference:
    added: Sequence[Alive]  # parts that are new
    kept: Sequence[Alive]  # parts that both have
    lost: NDArray[np.int64]  # (n, 4) as kb.index.part_store.PartStore.ranges: documents that are gone, or stand in a new part

    @classmethod
    def between(cls, before: Generation, standing: Sequence[Alive]) -> Difference:
        added = [each for each in standing if each.part.name not in before.manifest.parts]
        kept = [each for each in standing if each.part.name in before.manifest.parts]
        then = _documents_of(before, {each.part.name: each.part.store for each in standing})
        now = np.concatenate([np.zeros(0, np.int64), *(each.documents[:, 0] for each in kept)])
        return cls(added, kept, then[~np.isin(then[:, 0], now)])

    def touches(self, lang: Lang) -> bool:
        """Whether a passage of a language has come or gone."""
        return any(each.passages_in(lang) for each in self.added) or bool((self.lost[:, 3] == LANGS.index(lang)).any())

    @property
    def lost_documents(self) -> list[int]:
        """Their numbers."""
        return self.lost[:, 0].tolist()  # type: ignore[no-any-return]

    @property
    def lost_rows(self) -> NDArray[np.int64]:
        """Of their passages, ascending."""
        spans = [np.arange(first, end) for first, end in self.lost[:, 1:3].tolist()]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *spans]))


def _documents_of(generation: Generation, known: Mapping[str, PartStore]) -> NDArray[np.int64]:
    """As kb.index.part_store.PartStore.ranges, of the documents that a generation finds. known: parts that are open."""
    index_dir, gone = generation.folder.parent, np.load(generation.folder / GONE, allow_pickle=False)
    stores = [known.get(name) or PartStore(part.folder_of(index_dir, name)) for name in generation.manifest.parts]
    ranges = np.concatenate([np.zeros((0, 4), np.int64), *(each.ranges() for each in stores)])
    return ranges[~np.isin(ranges[:, 0], gone)]


def entries(standing: Sequence[Alive], lang: Lang) -> Iterator[Entry]:
    """The passages of a language that are there, in order of their rows."""
    for each in standing:
        first, end = each.part.info.rows[lang]
        owner = np.full(end - first, -1, np.int64)
        for number, start, stop, _ in each.documents[each.documents[:, 3] == LANGS.index(lang)].tolist():
            owner[start - first : stop - first] = number
        lines = zip(owner.tolist(), parts.read_terms(each.part.folder, lang), strict=True)
        yield from (Entry(first + at, number, terms) for at, (number, terms) in enumerate(lines) if number >= 0)
