"""Columns of documents: whatever way they were written, joined and copied, they say what the documents say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import CONTENT, SMALL, write_folder

from indexer import collection
from kb.index import columns, joining
from kb.index.columns import Columns, Entry, Times
from kb.index.names import NOTHING
from kb.types import Document, Person

WHEN = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entries(documents: Sequence[Document], first: int = 0) -> list[Entry]:
    """Ten passages each, with numbers and rows from `first` on; the third is spoken by the first participant."""
    found = []
    for number, document in enumerate(documents, start=first):
        speakers = [(10 * number + 3, each.name) for each in document.participants[:1]]
        found.append(Entry(number, document, 10 * number, 10 * number + 10, speakers, Times(document.digest, WHEN, WHEN)))
    return found


def said(found: Columns) -> list[object]:
    """All that columns say, as plain values."""
    names, persons = found.names.texts, found.persons

    def people(numbers: Sequence[int]) -> list[list[str]]:
        return [[names[int(name)] for name in persons[int(number)]] for number in numbers]

    documents = [
        (
            int(found.number[at]), found.id[at], found.language(at), names[int(found.kind[at])], found.title[at], found.path[at],
            found.times(at), found.partial_date(at), int(found.first_row[at]), int(found.end_row[at]),
            *([names[int(name)] for name in getattr(found, each)[at]] for each in columns.NAMED),
            *(people(getattr(found, each)[at]) for each in columns.PEOPLE),
        )
        for at in range(len(found))
    ]  # fmt: skip
    spoken = [(int(row), names[int(name)]) for row, name in zip(found.speaker_row, found.speaker, strict=True)]
    titles = ((run.lang, at, form) for run in found.titles for at, form in zip(run.owners, run.text.forms, strict=True))
    return [documents, spoken, {(lang, found.title[at], form) for lang, at, form in titles if at != NOTHING}, found.passages]


def expected(written: Sequence[Entry]) -> list[object]:
    documents = [
        (
            e.number, e.document.id, e.document.lang, e.document.kind, e.document.title, e.document.path, e.times, e.document.date,
            e.first_row, e.end_row, *(list(getattr(e.document, each)) for each in columns.NAMED),
            *([[p.name, *p.aliases] for p in getattr(e.document, each)] for each in columns.PEOPLE),
        )
        for e in written
    ]  # fmt: skip
    return [documents, [each for e in written for each in e.speakers], sum(e.end_row - e.first_row for e in written)]


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return sorted(collection.read(CONTENT).documents, key=lambda each: (each.lang != "th", each.id))


def test_what_is_written_is_read(tmp_path: Path, documents: list[Document]) -> None:
    written = entries(documents)
    columns.write(tmp_path / "columns", written)
    found = said(columns.read(tmp_path / "columns"))
    assert [found[0], found[1], found[3]] == expected(written) and len(found[2]) >= len({d.title for d in documents})


@pytest.mark.parametrize("cut", [0, 1, 30, 83])
def test_parts_joined_in_any_order_are_the_whole(tmp_path: Path, documents: list[Document], cut: int) -> None:
    written = entries(documents)
    whole, dead = said(columns.of(written)), {3, 40, 83}
    parts = [columns.of(written[cut:]), columns.of(written[:cut])]
    assert said(joining.join(parts)) == said(joining.join(parts[::-1])) == whole
    joined = joining.join(parts, dead)
    assert said(joined) == said(columns.of([e for e in written if e.number not in dead]))
    assert len(set(joined.names.texts)) == len(joined.names) and len(joined.people_listed) == len(set(joined.people_listed))
    columns.save(tmp_path / "again", joined)
    assert said(columns.read(tmp_path / "again")) == said(joined)
    assert said(joining.join([columns.read(tmp_path / "again")], {0})) == said(joining.join(parts, {0, *dead}))


def test_documents_move_with_their_passages_and_speakers(documents: list[Document]) -> None:
    written = entries(documents)
    moved = [replace(e, number=500 - e.number, first_row=9000 - e.first_row, end_row=9010 - e.first_row) for e in written]
    moved = [replace(e, speakers=[(e.first_row + 3, name) for _, name in e.speakers]) for e in moved]
    found = joining.renumbered(columns.of(written), [e.number for e in moved], [e.first_row for e in moved])
    wanted = sorted(moved, key=lambda e: e.number)
    assert said(found)[0] == expected(wanted)[0] and sorted(said(found)[1]) == sorted(expected(wanted)[1])  # type: ignore[call-overload]
    rows = found.first_row + 4
    assert found.positions(rows).tolist() == list(range(len(found)))
    assert found.positions(found.end_row[:1] + 10**6).tolist() == [len(found)]


def test_nothing_and_documents_without_passages(tmp_path: Path, documents: list[Document]) -> None:
    nothing = joining.join([])
    columns.save(tmp_path / "nothing", nothing)
    assert len(columns.read(tmp_path / "nothing")) == nothing.passages == nothing.last_row == 0
    empty = [replace(e, first_row=10, end_row=10, speakers=()) for e in entries(documents[:3])]
    one = replace(entries(documents[3:4], 3)[0], first_row=10, end_row=12, speakers=())
    assert joining.join([nothing, columns.of([*empty, one])]).positions(columns.of([one]).first_row).tolist() == [3]


def test_words_of_a_name_that_another_part_knows_as_a_person_alone() -> None:
    body, person = Document("a", "en", "case-study", "A", "a", "", "", 1, "", organisations=("Ann Lee",)), Person("Ann Lee")
    other = replace(body, id="b", organisations=(), people=(person,))
    joined = joining.join([columns.of(entries([body])), columns.of(entries([other], 1))])
    number = joined.names.numbers["Ann Lee"]
    assert [joined.names.texts[int(each[number])] for each in (joined.names.first, joined.names.last)] == ["Ann", "Lee"]
    assert columns.of(entries([body])).names.first.tolist() == [NOTHING] * 2


def test_a_document_is_found_by_its_path(tmp_path: Path) -> None:
    found = collection.read(write_folder(tmp_path, SMALL)).documents
    made = columns.of(entries(found))
    assert {path: made.digest[at] for path, at in made.by_path.items()} == made.digests() == {d.path: d.digest for d in found}
    with pytest.raises(KeyError):
        made.position(99)
