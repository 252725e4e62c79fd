"""What is asked of all documents at once is the same, whether they were counted anew or came and went."""

from __future__ import annotations

from pathlib import Path

from conftest import document, write_folder

from indexer import collection
from indexer.tally import Tally
from kb.types import Document

NAMED = {"city": "Nan", "people": [{"name": "Somchai", "organisation": "Canal Office", "aliases": ["Chai"]}]}


def documents(folder: Path) -> tuple[Document, ...]:
    files = {f"case-studies/{name}.md": document(name, "Text.", **NAMED) for name in ("one.en", "one.th", "two.en")}
    return collection.read(write_folder(folder, files)).documents


def told(tally: Tally) -> tuple[str, int, set[str]]:
    return tally.digest(), tally.subjects(), tally.names()


def test_documents_that_come_and_go(tmp_path: Path) -> None:
    first, second, third = documents(tmp_path)
    tally = Tally([first, second])
    tally.add(third)
    tally.take(second)
    assert told(tally) == told(Tally([third, first]))
    assert tally.names() == {"Nan", "Somchai", "Canal Office", "Chai"}
    for each in (first, third):
        tally.take(each)
    assert told(tally) == told(Tally()) and tally.subjects() == 0 and tally.names() == set()


def test_documents_beside_it_count_as_if_they_were_in_it(tmp_path: Path) -> None:
    first, second, third = documents(tmp_path)
    tally = Tally([first])
    assert (tally.digest([second, third]), tally.subjects([second, third])) == (Tally([second, third, first]).digest(), 2)
    assert tally.subjects() == 1
