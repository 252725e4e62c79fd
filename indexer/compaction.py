"""Many small parts, and parts of which much is gone, become one: by copying, without reading a document again.

How much is copied: a part is only joined with others when together they are a fair share of the next larger one, so that a document is
copied a few times while a collection grows (O'Neil et al., The log-structured merge-tree, 1996).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import parts
from indexer.parts import Numbers
from kb.index import columns, generations, joining, part, part_store, phrases, statistics, times_named
from kb.index.columns import Columns
from kb.index.part import MadeBy, Part
from kb.index.statistics import Sums
from kb.index.times_named import Noting
from kb.index.twin_table import TwinTable
from kb.index.vectors import Choice
from kb.index.writing import writing
from kb.text.word_counts import Counting
from kb.types import LANGS, Lang

MOST = 8  # parts of a generation: each is asked for every question
SHARE = 2  # parts are joined while the next larger one is at most so many times as large as all before it
GONE = 0.3  # share of a part's passages that may be gone before it is made anew
CHUNK = 4096  # vectors copied at a time

Progress = Callable[[int, int], None]  # (passages done, of)


@dataclass(frozen=True, slots=True)
class Alive:
    """A part with the documents of it that are still there."""

    part: Part
    documents: NDArray[np.int64]  # (n, 4) as kb.index.part_store.PartStore.ranges

    @property
    def passages(self) -> int:
        return int((self.documents[:, 2] - self.documents[:, 1]).sum())

    def passages_in(self, lang: Lang) -> int:
        own = self.documents[self.documents[:, 3] == LANGS.index(lang)]
        return int((own[:, 2] - own[:, 1]).sum())

    def dead(self, lang: Lang) -> NDArray[np.int64]:
        """Passage rows of documents that are gone, ascending."""
        all_of_them = self.part.store.ranges()
        gone = all_of_them[~np.isin(all_of_them[:, 0], self.documents[:, 0]) & (all_of_them[:, 3] == LANGS.index(lang))]
        return np.concatenate([np.zeros(0, np.int64), *(np.arange(first, end) for _, first, end, _ in gone.tolist())])

    @property
    def gone(self) -> float:
        """Share of its passages."""
        held = self.part.info.end_row - self.part.info.first_row
        return 1 - self.passages / held if held else 0.0


def alive(each: Part, gone: Collection[int]) -> Alive:
    ranges = each.store.ranges()
    return Alive(each, ranges[~np.isin(ranges[:, 0], np.array(sorted(gone), np.int64))])


def chosen(standing: Sequence[Alive]) -> list[Alive]:
    """The parts that should become one; fewer than two parts of which nothing is gone are none."""
    ordered = sorted(standing, key=lambda each: each.passages)
    worn = [each for each in ordered if each.gone > GONE]
    if len(ordered) <= MOST:
        return worn
    joined = ordered[: len(ordered) - MOST + 1]
    for each in ordered[len(joined) :]:
        if each.passages > SHARE * sum(one.passages for one in joined):
            break
        joined.append(each)
    return joined + [each for each in worn if each not in joined]


def join(index_dir: Path, sources: Sequence[Alive], numbers: Numbers, made_by: MadeBy, choice: Choice, on_progress: Progress) -> str:
    """The name of a new part with what is alive in `sources`: by language, then in order of the old rows."""
    with parts.making(index_dir) as folder:
        moves = _moves(sources, numbers)
        _copy_store(folder, moves, on_progress)
        columns.save(folder / part.COLUMNS, _columns(sources, moves))
        phrases.write(folder, _folded(moves), sum(len(move.rows) for move in moves))
        named = times_named.Noting()
        rows = {lang: _copy_language(folder, lang, moves, named) for lang in LANGS}
        named.write(folder)
        parts.add_coarse(folder, choice)
        generations.write(folder / part.SUMS, statistics.dump({lang: _sums(folder, lang) for lang in LANGS}))
        generations.write(folder / part.WORDS, _words(index_dir, sources))
        part.finish(folder, made_by, parts.spans(rows, numbers.row), (numbers.document, numbers.document + len(moves)))
    return folder.name


@dataclass(frozen=True, slots=True)
class _Move:
    """A document on its way from one part to another."""

    source: Part
    lang: Lang
    old: int  # number
    new: int
    rows: range  # as they were
    by: int  # what is added to them


def _moves(sources: Sequence[Alive], numbers: Numbers) -> list[_Move]:
    found: list[_Move] = []
    row, number = numbers.row, numbers.document
    for lang in LANGS:
        for each in sorted(sources, key=lambda one: one.part.info.first_row):
            for old, start, stop, _ in each.documents[each.documents[:, 3] == LANGS.index(lang)].tolist():
                found.append(_Move(each.part, lang, old, number, range(start, stop), row - start))
                row, number = row + stop - start, number + 1
    return found


def _copy_store(folder: Path, moves: Sequence[_Move], on_progress: Progress) -> None:
    total, done = sum(len(move.rows) for move in moves), 0
    with part_store.drafting(folder, (_twins(group) for group in _by_source(moves))) as draft:
        for move in moves:
            document_id, record = move.source.store.document_record(move.old)
            draft.document(move.new, range(move.rows.start + move.by, move.rows.stop + move.by), move.lang, document_id, record)
        for move in moves:
            draft.passages(*move.source.store.passage_records(move.rows))
            done += len(move.rows)
            on_progress(done, total)


def _columns(sources: Sequence[Alive], moves: Sequence[_Move]) -> Columns:
    standing = [each.part.columns for each in sources]
    alive = {move.old for move in moves}
    joined = joining.join(standing, {number for each in standing for number in each.number.tolist() if number not in alive})
    by_old = {move.old: move for move in moves}
    moved = [by_old[number] for number in joined.number.tolist()]
    return joining.renumbered(joined, [each.new for each in moved], [each.rows.start + each.by for each in moved])


def _by_source(moves: Sequence[_Move]) -> list[list[_Move]]:
    groups: dict[str, list[_Move]] = {}
    for move in moves:
        groups.setdefault(move.source.name, []).append(move)
    return list(groups.values())


def _twins(moves: Sequence[_Move]) -> TwinTable:
    """Of one source. The versions of a document stand in one part, so both ends of a twin move together."""
    table, first = moves[0].source.store.twin_table, moves[0].source.info.first_row
    by = np.zeros(moves[0].source.info.end_row - first, np.int64)
    alive = np.zeros(len(by), np.bool_)
    for move in moves:
        own = slice(move.rows.start - first, move.rows.stop - first)
        by[own], alive[own] = move.by, True
    kept = table.take(np.flatnonzero(alive[table.row - first] & alive[table.twin - first]))
    return replace(kept, row=kept.row + by[kept.row - first], twin=kept.twin + by[kept.twin - first])


def _folded(moves: Sequence[_Move]) -> Iterator[bytes]:
    for move in moves:
        first = move.source.info.first_row
        yield from move.source.phrases.texts(range(move.rows.start - first, move.rows.stop - first))


def _copy_language(folder: Path, lang: Lang, moves: Sequence[_Move], named: Noting) -> int:
    """Copies vectors and terms; the number of passages."""
    own = [move for move in moves if move.lang == lang]
    count = sum(len(move.rows) for move in own)
    dim = moves[0].source.vectors[lang].dim if moves else 1
    path = folder / part.vectors_name(lang)
    # Written, not mapped: a page that a full disk has no room for would end the process by a signal.
    with writing(path), path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (count, dim)})
        for move in own:
            file.write(move.source.vectors[lang].gather(np.arange(move.rows.start, move.rows.stop)).astype("<f4").tobytes())
    parts.write_terms(folder, lang, named.passing(_terms(own, lang)))
    return count


def _terms(moves: Sequence[_Move], lang: Lang) -> Iterator[str]:
    """Moves of one source follow each other in order of its rows."""
    for name in dict.fromkeys(move.source.name for move in moves):
        group = [move for move in moves if move.source.name == name]
        source = group[0].source
        kept = np.zeros(source.info.end_row, np.bool_)
        for move in group:
            kept[move.rows.start : move.rows.stop] = True
        lines = enumerate(parts.read_terms(source.folder, lang), start=source.info.rows[lang][0])
        yield from (terms for row, terms in lines if kept[row])


def _sums(folder: Path, lang: Lang) -> Sums:
    return Sums.of(np.load(folder / part.vectors_name(lang), mmap_mode="r", allow_pickle=False))


def _words(index_dir: Path, sources: Sequence[Alive]) -> bytes:
    counting = Counting()
    for each in sources:
        counting.add_counts(json.loads((part.folder_of(index_dir, each.part.name) / part.WORDS).read_bytes()))
    return json.dumps(counting.bounded().to_json(), ensure_ascii=False).encode()
