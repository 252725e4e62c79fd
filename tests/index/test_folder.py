"""A folder that is kept up to date by what was saved is the folder read anew, and an index made so is the one made of the whole folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import HashEmbedder, document, silent, write_folder

from indexer import collection, pipeline
from indexer.folder import Folder
from indexer.memory import Memory
from indexer.pipeline import build
from kb import documents
from kb.index import part
from kb.index.reader import open_index
from kb.index.store import Store
from kb.text.word_counts import Counting

CANAL, CANAL_TH, MANGROVE = "case-studies/canal.en.md", "case-studies/canal.th.md", "case-studies/mangrove.th.md"
SAME = ("domain_words", "glossary", "semantic_map")
Step = tuple[Callable[[Path], object], Sequence[str]]  # what is done, and the paths that were saved


def written(path: str, text: str) -> Step:
    return lambda content: write_folder(content, {path: text}), [path]


def edited(path: str, old: str, new: str) -> Step:
    def edit(content: Path) -> None:
        text = (content / path).read_text("utf-8")
        assert old in text
        (content / path).write_text(text.replace(old, new), "utf-8")

    return edit, [path]


def removed(path: str) -> Step:
    return lambda content: (content / path).unlink(), [path]


def renamed(old: str, new: str) -> Step:
    return lambda content: (content / old).rename(content / new), [old, new]


def keyed(title: str, key: str) -> str:
    return document(title, "Text of the same subject.", translationKey=key)


STEPS: dict[str, list[Step]] = {
    "a figure": [edited(CANAL, "12 million", "14 million")],
    "a header that differs from its translation": [edited(CANAL, "kind: case-study", "kind: case-study\ndate: 1999")],
    "a translation gone, then back": [removed(CANAL_TH), written(CANAL_TH, document("คลอง", "ขุดลอกคลอง"))],
    "a translation that comes": [written("case-studies/mangrove.en.md", document("Mangrove", "Planting."))],
    "a file that breaks, then is mended": [edited(CANAL, "kind: case-study", "kind: x"), edited(CANAL, "kind: x", "kind: case-study")],
    "a file renamed": [renamed(MANGROVE, "case-studies/forest.th.md")],
    "two files of one subject by their key": [
        written("case-studies/one.en.md", keyed("One", "k")),
        written("case-studies/two.th.md", keyed("สอง", "k")),
        edited("case-studies/one.en.md", "translationKey: k", "translationKey: other"),
        removed("case-studies/one.en.md"),
    ],
    "two texts of one language under a key": [
        written("case-studies/one.en.md", keyed("One", "k")),
        written("case-studies/three.en.md", keyed("Three", "k")),
        removed("case-studies/one.en.md"),
    ],
    "names that differ in capital letters": [
        written("case-studies/Canal.en.md", document("Canal", "Another.")),
        removed("case-studies/Canal.en.md"),
    ],
    "a folder gone": [(lambda content: shutil.rmtree(content / "dialogues"), ["dialogues"])],
    "several at once": [
        (lambda content: [edited(CANAL, "12", "13")[0](content), (content / MANGROVE).unlink()], [CANAL, MANGROVE]),
    ],
    "what is no document": [written("glossary.tsv", "คลอง\tcanal\n"), written("case-studies/README.md", "x"), written("_draft.th.md", "x")],
}


def same(one: collection.Collection, other: collection.Collection) -> bool:
    assert one.documents == other.documents
    assert one.problems == other.problems
    assert dict(one.loaded) == dict(other.loaded)
    return True


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_the_folder_kept_up_to_date_is_the_folder_read_anew(small_content: Path, steps: list[Step]) -> None:
    folder = Folder(small_content, collection.read(small_content))
    for do, saved in steps:
        do(small_content)
        assert folder.update(saved, documents.load) is not None
        assert same(folder.found, collection.read(small_content))


@pytest.mark.parametrize("saved", [[""], ["case-studies"], ["case-studies/x.markdown"]], ids=["anything", "a folder", "a wrong ending"])
def test_what_cannot_be_told_from_the_paths_is_left_to_a_full_reading(small_content: Path, saved: list[str]) -> None:
    folder = Folder(small_content, collection.read(small_content))
    assert folder.update(saved, documents.load) is None
    assert same(folder.found, collection.read(small_content))


def test_only_what_was_saved_is_read(small_content: Path) -> None:
    read: list[str] = []
    folder = Folder(small_content, collection.read(small_content))

    def load(root: Path, path: Path) -> documents.Loaded:
        read.append(path.relative_to(root).as_posix())
        return documents.load(root, path)

    affected = folder.update([MANGROVE], load)
    assert read == [MANGROVE]
    assert affected == {MANGROVE}
    assert folder.update([CANAL], load) == {CANAL, CANAL_TH}


@pytest.mark.parametrize("whole", [True, False], ids=["made whole", "grown by parts"])
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_an_index_kept_up_to_date_by_saves_holds_what_a_full_run_holds(
    small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[Step], whole: bool
) -> None:
    if not whole:
        monkeypatch.setattr(pipeline, "WHOLE", 0)
    memory = Memory()
    build(small_content, tmp_path / "kept", HashEmbedder(), silent, memory=memory)
    build(small_content, tmp_path / "full", HashEmbedder(), silent)
    for do, saved in steps:
        do(small_content)
        kept = build(small_content, tmp_path / "kept", HashEmbedder(), silent, memory=memory, saved=saved)
        full = build(small_content, tmp_path / "full", HashEmbedder(), silent)
        assert kept.problems == full.problems
        assert kept.manifest.content_digest == full.manifest.content_digest
        one, other = (open_index(tmp_path / name) for name in ("kept", "full"))
        assert texts(one.store) == texts(other.store)
        assert {name: one.resource(name) for name in SAME} == {name: other.resource(name) for name in SAME}
        counting = Counting()
        for each in one.parts:
            counting.add_counts(json.loads((each.folder / part.WORDS).read_bytes()))
        assert one.resource("word_counts") == counting.bounded().to_json()


def texts(store: Store) -> dict[tuple[str, str], tuple[str, list[str]]]:
    found = {}
    for number, each in store.documents().items():
        rows = store.rows_of(number)
        passages = store.passages(rows)
        found[each.id, each.lang] = (store.document(number).source, [passages[row].text for row in rows])
    return found
