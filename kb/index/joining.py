"""The columns of several parts as one, without the documents that are gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.columns import NAMED, NUMBERS, PEOPLE, TEXTS, Columns
from kb.index.columns import of as columns_of
from kb.index.names import NOTHING, Names
from kb.index.runs import Run
from kb.index.strings import Lists, Strings


def join(parts: Sequence[Columns], dead: Collection[int] = ()) -> Columns:
    """The documents of all parts but the dead ones. What was made of a part's titles is shared, not made again.

    dead: numbers of documents. Costs some milliseconds of arrays, whatever the number of documents.
    """
    whole = parts[0] if len(parts) == 1 else _joined(parts or [columns_of(())])
    order = np.argsort(whole.number, kind="stable")
    kept = order[~np.isin(whole.number[order], np.array(list(dead), np.int64))]
    return whole if np.array_equal(kept, np.arange(len(whole))) else _taken(whole, kept)


def _joined(parts: Sequence[Columns]) -> Columns:
    """One part after the other."""
    names, named = Names.joined([each.names for each in parts])
    persons, people = _persons(parts, named)
    numbers = dict.fromkeys(NAMED, named) | dict.fromkeys(PEOPLE, people)
    columns: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in parts]) for name in NUMBERS}
    columns |= {name: Strings.joined([getattr(each, name) for each in parts]) for name in TEXTS}
    columns |= {name: Lists.joined([getattr(each, name) for each in parts], new) for name, new in numbers.items()}
    columns["kind"] = np.concatenate([new[each.kind] for each, new in zip(parts, named, strict=True)])
    speakers = np.concatenate([new[each.speaker] for each, new in zip(parts, named, strict=True)])
    rows = np.concatenate([each.speaker_row for each in parts])
    order = np.argsort(rows, kind="stable")
    return Columns(
        **columns,
        persons=persons,
        speaker_row=rows[order],
        speaker=speakers[order],
        names=names,
        titles=_titles(parts),
        people_named=tuple(run.moved(new) for each, new in zip(parts, named, strict=True) for run in each.people_named),
    )


def _titles(parts: Sequence[Columns]) -> tuple[Run, ...]:
    ends = np.cumsum([len(each) for each in parts])
    positions = [np.arange(end - len(each), end, dtype=np.int32) for each, end in zip(parts, ends, strict=True)]
    return tuple(run.moved(at) for each, at in zip(parts, positions, strict=True) for run in each.titles)


def _persons(parts: Sequence[Columns], named: Sequence[NDArray[np.int32]]) -> tuple[Lists, list[NDArray[np.int32]]]:
    """The people of all parts, each once, and for every part the numbers of its people. named: for every part those of its names."""
    known = {person: number for number, person in enumerate(parts[0].people_listed)}
    numbers = [np.arange(len(known), dtype=np.int32)]
    for each, new in zip(parts[1:], named[1:], strict=True):
        people = [tuple(new[list(person)].tolist()) for person in each.people_listed]
        numbers.append(np.array([known.setdefault(person, len(known)) for person in people], np.int32).reshape(-1))
    return Lists.of(known), numbers


def renumbered(columns: Columns, numbers: Sequence[int], first_rows: Sequence[int]) -> Columns:
    """The same documents, by position with other numbers and with their passages in other rows."""
    by = np.array(first_rows, np.int64) - columns.first_row
    rows = columns.speaker_row + by[columns.positions(columns.speaker_row)]
    order = np.argsort(rows, kind="stable")
    moved = replace(
        columns,
        number=np.array(numbers, np.int64),
        first_row=columns.first_row + by,
        end_row=columns.end_row + by,
        speaker_row=rows[order],
        speaker=columns.speaker[order],
    )
    return _taken(moved, np.argsort(moved.number))


def _taken(columns: Columns, kept: NDArray[np.int64]) -> Columns:
    """Some of the documents, by position."""
    positions = np.full(len(columns), NOTHING, np.int32)
    positions[kept] = np.arange(len(kept), dtype=np.int32)
    lasting = np.append(positions, np.int32(NOTHING))[columns.positions(columns.speaker_row)] != NOTHING
    changes: dict[str, Any] = {name: getattr(columns, name)[kept] for name in NUMBERS}
    changes |= {name: getattr(columns, name).take(kept) for name in (*TEXTS, *NAMED, *PEOPLE)}
    return replace(
        columns,
        **changes,
        speaker_row=columns.speaker_row[lasting],
        speaker=columns.speaker[lasting],
        titles=tuple(run.moved(positions) for run in columns.titles),
    )
