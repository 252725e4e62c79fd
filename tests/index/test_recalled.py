"""A process that begins anew takes what is in the folder from the index, if nothing has changed since; then a save is indexed as ever."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HashEmbedder, document, silent, write_folder

from indexer import collection, pipeline, unchanged
from indexer.memory import Memory
from indexer.pipeline import Report, build, warm_up
from kb.index.reader import open_index

CANAL, MANGROVE = "case-studies/canal.en.md", "case-studies/mangrove.th.md"
FAULTY = {
    "case-studies/faulty.th.md": "---\ntitle: x\n---\n\ntext\n",
    "case-studies/Canal.en.md": document("Canal", "Another of nearly the same name."),
    "case-studies/one.en.md": document("One", "Text.", translationKey="k"),
    "case-studies/other.en.md": document("Other", "Left out.", translationKey="k"),
    "case-studies/two.th.md": document("สอง", "ข้อความ", translationKey="k"),
    "glossary.tsv": "only one column\nคลอง\tcanal\n",
}


class WasRead(Exception):
    pass


def was_read(*given: object) -> None:
    raise WasRead


@pytest.fixture(params=[False, True], ids=["made whole", "grown by parts"])
def content(request: pytest.FixtureRequest, small_content: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Indexed, with all that can be wrong with files; one has had errors only since then. Files written a moment ago count as settled."""
    monkeypatch.setattr(unchanged, "COARSE", 0)
    if request.param:
        monkeypatch.setattr(pipeline, "WHOLE", 0)
    write_folder(small_content, FAULTY)
    index(small_content)
    mangrove = small_content / MANGROVE
    mangrove.write_text(mangrove.read_text("utf-8").replace("kind: case-study", "kind: novel"), "utf-8")
    index(small_content)
    return small_content


def index(content: Path, name: str = "index", **options: object) -> Report:
    return build(content, content.parent / name, HashEmbedder(), silent, **options)  # type: ignore[arg-type]


def test_no_good_file_is_opened_and_the_folder_is_the_same(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = collection.read(content)
    memory, opened = Memory(), []
    loading = Memory.loading
    monkeypatch.setattr(collection, "read_by", was_read)
    monkeypatch.setattr(
        Memory,
        "loading",
        lambda self, stands: lambda root, path: opened.append(path.relative_to(root).as_posix()) or loading(self, stands)(root, path),
    )
    warm_up(content, content.parent / "index", HashEmbedder(), memory)
    assert memory.read.found.problems == read.problems
    assert [(d.id, d.lang, d.path, d.digest) for d in memory.read.found.documents] == [
        (d.id, d.lang, d.path, d.digest) for d in read.documents
    ]
    assert set(opened) == {problem.path for problem in read.problems if problem.severity == "error"}
    assert CANAL not in opened


@pytest.mark.parametrize("saved", [CANAL, MANGROVE, "case-studies/other.en.md", "case-studies/new.th.md"])
def test_a_save_after_it_is_indexed_as_a_full_run_does(content: Path, saved: str) -> None:
    memory = Memory()
    shutil.copytree(content.parent / "index", content.parent / "full")
    warm_up(content, content.parent / "index", HashEmbedder(), memory)
    write_folder(content, {saved: document("ฉบับใหม่", "A zeppelin arrived.")})
    kept, full = index(content, memory=memory, saved=[saved]), index(content, name="full")
    assert kept.published
    assert kept.problems == full.problems
    assert kept.manifest.content_digest == full.manifest.content_digest
    one, other = (open_index(content.parent / name) for name in ("index", "full"))
    for name in ("domain_words", "glossary", "semantic_map"):
        assert one.resource(name) == other.resource(name)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: write_folder(content, {CANAL: document("Canal", "A zeppelin arrived.")}),
        lambda content: (content / CANAL).unlink(),
        lambda content: write_folder(content, {"new/one.th.md": document("ใหม่", "เรือเหาะมาแล้ว")}),
    ],
    ids=["changed", "deleted", "added with a folder"],
)
def test_what_changed_while_nobody_watched_is_noticed(
    content: Path, change: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(content)
    memory = Memory()
    if not (content / "new").exists():
        monkeypatch.setattr(collection, "read_by", was_read)
    warm_up(content, content.parent / "index", HashEmbedder(), memory)
    kept = index(content, memory=memory, saved=())
    monkeypatch.undo()
    full = index(content)
    assert kept.published and not full.published
    assert kept.problems == full.problems


def test_a_save_leaves_the_next_run_nothing_to_read(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    warm_up(content, content.parent / "index", HashEmbedder(), memory)
    write_folder(content, {CANAL: document("Canal", "A zeppelin arrived.")})
    saved = index(content, memory=memory, saved=[CANAL])
    monkeypatch.setattr(pipeline, "_find", was_read)
    found = index(content, by_times=True)
    assert (found.manifest, found.problems, found.published) == (saved.manifest, saved.problems, False)
    write_folder(content, {"case-studies/canal.th.md": document("คลอง", "nobody told of it")})
    with pytest.raises(WasRead):
        index(content, by_times=True)


def test_a_save_that_was_read_too_soon_is_not_believed_until_it_was_read_again(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    warm_up(content, content.parent / "index", HashEmbedder(), memory)
    write_folder(content, {CANAL: document("Canal", "A zeppelin arrived.")})
    monkeypatch.setattr(unchanged, "COARSE", 10**12)
    index(content, memory=memory, saved=[CANAL])
    assert not (content.parent / "index/seen.json").exists()
    monkeypatch.setattr(unchanged, "COARSE", 0)
    assert memory.look and memory.look.unsettled == {CANAL}
    assert not index(content, memory=memory, saved=memory.look.unsettled).published
    monkeypatch.setattr(pipeline, "_find", was_read)
    assert not index(content, by_times=True).published
