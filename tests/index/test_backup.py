"""A backup is whole and consistent whoever writes meanwhile; a restore changes nothing before all of it is checked."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import SMALL, HashEmbedder, document, silent, write_folder

from indexer.archive import LIST, BackupRefused, is_safe
from indexer.backup import backup
from indexer.lock import writer_lock
from indexer.pipeline import build
from indexer.restoring import restore
from kb import failpoints
from kb.errors import IndexCorrupt, IndexLocked
from kb.index import generations
from kb.knowledge_base import KnowledgeBase


def unheard(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture
def site(tmp_path: Path, small_content: Path) -> Path:
    """A folder with content/ and index/."""
    write_folder(small_content, {".hidden/x.md": "x", "case-studies/.canal.en.md.tmp": "half", "pictures/bank.svg": "<svg/>"})
    build(small_content, tmp_path / "index", HashEmbedder(), silent)
    return tmp_path


@pytest.fixture
def kept(site: Path) -> Path:
    backup(site / "content", site / "index", site / "kept.zip", unheard)
    return site / "kept.zip"


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def answers(index_dir: Path) -> list[tuple[str, float]]:
    return [(hit.document.id, hit.score) for hit in KnowledgeBase.open(index_dir, embedder=HashEmbedder()).search("ขยะ plastic").hits]


def test_what_was_kept_comes_back(site: Path, kept: Path, tmp_path: Path) -> None:
    found = restore(kept, tmp_path / "new/content", tmp_path / "new/index", unheard)
    before = {name: data for name, data in files_of(site / "content").items() if not any(p.startswith(".") for p in name.split("/"))}
    assert files_of(tmp_path / "new/content") == before and len(before) == len(SMALL) + 1
    assert answers(tmp_path / "new/index") == answers(site / "index") != []
    assert found.kept == () and sorted(path.name for path in (tmp_path / "new").iterdir()) == ["content", "index"]
    report = build(tmp_path / "new/content", tmp_path / "new/index", HashEmbedder(), silent)
    assert not report.published, "the index that came back is up to date with the documents that came back"


def test_what_stands_there_is_not_touched_and_with_force_it_is_kept(site: Path, kept: Path) -> None:
    (site / "content/case-studies/canal.en.md").unlink()
    write_folder(site / "content", {"case-studies/solar.en.md": document("Solar", "Photovoltaic panels.")})
    before = files_of(site / "content")
    with pytest.raises(BackupRefused, match=r"content: is not empty.*--force"):
        restore(kept, site / "content", site / "index", unheard)
    assert files_of(site / "content") == before
    found = restore(kept, site / "content", site / "index", unheard, force=True)
    assert (site / "content/case-studies/canal.en.md").exists() and not (site / "content/case-studies/solar.en.md").exists()
    assert len(found.kept) == 2 and files_of(found.kept[0]) == before and answers(found.kept[1]) == answers(site / "index")


def test_a_file_that_exists_is_not_overwritten(site: Path, kept: Path) -> None:
    data = kept.read_bytes()
    with pytest.raises(BackupRefused, match="--force"):
        backup(site / "content", site / "index", kept, unheard)
    assert kept.read_bytes() == data
    backup(site / "content", site / "index", kept, unheard, force=True)


def test_a_damaged_index_is_not_kept(site: Path) -> None:
    path = site / "index/parts/p-00000001/texts.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(IndexCorrupt, match=r"texts\.bin"):
        backup(site / "content", site / "index", site / "kept.zip", unheard)
    assert not list(site.glob("*kept.zip*"))


def test_a_full_disk_leaves_no_half_a_backup(site: Path) -> None:
    failpoints.arm("ENOSPC@1")
    try:
        with pytest.raises(OSError, match="No space"):
            backup(site / "content", site / "index", site / "kept.zip", unheard)
    finally:
        failpoints.arm("")
    assert not list(site.glob("*kept.zip*"))


def test_a_generation_that_is_published_just_then_is_kept_with_its_own_pointer(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, turns = generations.current, iter([True])

    def current(index_dir: Path) -> generations.Generation:
        if next(turns, False):
            (site / "content/case-studies/zeppelin.en.md").write_text(document("Zeppelin", "A zeppelin arrived."), "utf-8")
            build(site / "content", site / "index", HashEmbedder(), silent)
        return real(index_dir)

    monkeypatch.setattr("indexer.backup.generations.current", current)
    backup(site / "content", site / "index", site / "kept.zip", unheard)
    restore(site / "kept.zip", tmp_path / "new/content", tmp_path / "new/index", unheard)
    assert real(tmp_path / "new/index").manifest == real(site / "index").manifest


def test_kept_while_others_write(site: Path, tmp_path: Path) -> None:
    """Two states take turns; every backup holds documents that a save has left, and an index that answers as one of both."""
    path = site / "content/case-studies/canal.en.md"
    texts = [path.read_text("utf-8"), path.read_text("utf-8").replace("12 million", "14 million " * 50)]
    stop, faults = threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            for turn in range(1000):
                if stop.is_set():
                    return
                beside = path.with_name(".beside")
                beside.write_text(texts[turn % 2], "utf-8")
                beside.replace(path)
                build(site / "content", site / "index", HashEmbedder(), silent)
        except BaseException as fault:
            faults.append(fault)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(8):
            backup(site / "content", site / "index", site / f"{number}.zip", unheard)
    finally:
        stop.set()
        writer.join(60)
    assert not faults
    for number in range(8):
        new = tmp_path / f"restored-{number}"
        restore(site / f"{number}.zip", new / "content", new / "index", unheard)
        assert (new / "content/case-studies/canal.en.md").read_text("utf-8") in texts
        assert KnowledgeBase.open(new / "index", embedder=HashEmbedder()).document("case-studies/canal", "en").source in texts


def rewritten(kept: Path, change: Callable[[dict[str, bytes]], None], listed: Mapping[str, object] | None = None) -> Path:
    """The backup with other entries; `listed` replaces keys of its list."""
    with zipfile.ZipFile(kept) as archive:
        entries = {each.filename: archive.read(each) for each in archive.infolist()}
    change(entries)
    if listed is not None:
        entries[LIST] = json.dumps({**json.loads(entries[LIST]), **listed}).encode()
    bad = kept.with_name("bad.zip")
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return bad


def with_name(name: str) -> Callable[[dict[str, bytes]], None]:
    """An entry that the list names as well, with the right digest."""

    def change(entries: dict[str, bytes]) -> None:
        raw = json.loads(entries[LIST])
        raw["files"][name] = {"sha256": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9", "bytes": 1}
        entries[LIST], entries[name] = json.dumps(raw).encode(), b"0"

    return change


def replaced(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda entries: entries.update({name: data})


BAD: dict[str, Callable[[dict[str, bytes]], None]] = {
    "up": with_name("content/../../escaped.md"),
    "absolute": with_name("/tmp/escaped.md"),
    "drive": with_name("content/C:/escaped.md"),
    "backslash": with_name("content\\..\\escaped.md"),
    "elsewhere": with_name("other/escaped.md"),
    "no name": with_name("content/"),
    "dot": with_name("content/./escaped.md"),
    "file and folder": with_name("content/case-studies/canal.en.md/x"),
    "entry that is not listed": replaced("content/more.md", b"x"),
    "entry that is missing": lambda entries: entries.pop("content/case-studies/canal.en.md") and None,
    "same size, other bytes": lambda entries: entries.update({"index/CURRENT": entries["index/CURRENT"][::-1]}),
    "longer": lambda entries: entries.update({"index/CURRENT": entries["index/CURRENT"] + b" "}),
    "no list": lambda entries: entries.pop(LIST) and None,
    "list that is none": replaced(LIST, b"[]"),
    "list of another format": replaced(LIST, b'{"format": 2, "version": "", "made": "", "generation": "", "files": {}}'),
    "nothing at all": lambda entries: entries.clear(),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_a_bad_backup_changes_nothing(site: Path, kept: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    bad = rewritten(kept, change)
    before = {**files_of(site / "content"), **files_of(site / "index")}
    with pytest.raises(BackupRefused, match=r"bad\.zip: cannot be restored") as caught:
        restore(bad, site / "content", site / "index", unheard, force=True)
    assert "กู้คืนไม่ได้" in caught.value.message.th
    after = {**files_of(site / "content"), **files_of(site / "index")}
    assert {**before, "lock": b""} == {**after, "lock": b""}
    assert not list(site.rglob("escaped.md")) and not list(site.glob(".*restoring"))


def test_a_link_in_a_backup_becomes_no_link(site: Path, kept: Path, tmp_path: Path) -> None:
    """A zip may mark an entry as a symbolic link; here every entry is bytes of a file."""
    with zipfile.ZipFile(kept) as archive:
        entries = [(each, archive.read(each)) for each in archive.infolist()]
    with zipfile.ZipFile(site / "links.zip", "w") as archive:
        for each, data in entries:
            each.external_attr = 0o120777 << 16
            archive.writestr(each, data)
    restore(site / "links.zip", tmp_path / "new/content", tmp_path / "new/index", unheard)
    assert not any(path.is_symlink() for path in (tmp_path / "new").rglob("*"))


def test_a_list_that_promises_more_than_the_disk_holds(site: Path, kept: Path) -> None:
    with zipfile.ZipFile(kept) as archive:
        files = json.loads(archive.read(LIST))["files"]
    files["index/CURRENT"]["bytes"] = 1 << 60
    with pytest.raises(BackupRefused, match="not those that its list names"):
        restore(rewritten(kept, lambda _: None, {"files": files}), site / "new", site / "new-index", unheard)


@pytest.mark.parametrize("at", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_a_flipped_bit_in_a_backup_is_found(site: Path, kept: Path, at: float) -> None:
    """Or it changes nothing: some bytes of a zip (times, comments) mean nothing here."""
    data = bytearray(kept.read_bytes())
    data[min(int(len(data) * at), len(data) - 1)] ^= 0x40
    (site / "flipped.zip").write_bytes(data)
    try:
        restore(site / "flipped.zip", site / "new/content", site / "new/index", unheard)
    except BackupRefused:
        assert not (site / "new/content").exists() and not (site / "new/index").exists()
    else:
        assert answers(site / "new/index") == answers(site / "index")


def test_a_cut_backup_is_refused(site: Path, kept: Path) -> None:
    data = kept.read_bytes()
    for size in (0, 1, len(data) // 2, len(data) - 1):
        (site / "cut.zip").write_bytes(data[:size])
        with pytest.raises(BackupRefused):
            restore(site / "cut.zip", site / "new/content", site / "new/index", unheard)


def test_no_restore_while_another_writes(site: Path, kept: Path) -> None:
    with writer_lock(site / "index"), pytest.raises(IndexLocked):
        restore(kept, site / "content", site / "index", unheard, force=True)


def test_names() -> None:
    assert is_safe("content/ตัวอย่าง/a b.th.md") and is_safe("index/gen-00000001/manifest.json")
    assert not any(map(is_safe, ("", "content", "content/\0", "content/a//b", "index/..", "../content/a", LIST)))


def test_the_commands(site: Path, tmp_path: Path, run_kb: Callable[..., object]) -> None:
    file, new = site / "by-command.zip", tmp_path / "by-command"
    done = run_kb("backup", str(file), content_dir=site / "content", index_dir=site / "index")
    assert done.returncode == 0 and "documents and index" in done.stderr, done  # type: ignore[attr-defined]
    done = run_kb("restore", str(file), content_dir=new / "content", index_dir=new / "index", lang="th")
    assert done.returncode == 0 and "กู้คืน" in done.stderr, done  # type: ignore[attr-defined]
    assert answers(new / "index") == answers(site / "index")
    done = run_kb("restore", str(file), content_dir=new / "content", index_dir=new / "index")
    assert done.returncode == 3 and "--force" in done.stderr  # type: ignore[attr-defined]


def test_parts_of_another_index_with_the_same_names_are_not_taken_for_known(site: Path, tmp_path: Path) -> None:
    """A server that runs has part 1 open; the index is restored, or made from nothing, and has another part 1."""
    other = write_folder(tmp_path / "other", {"case-studies/solar.en.md": document("Solar", "Photovoltaic panels.")})
    build(other, tmp_path / "other-index", HashEmbedder(), silent)
    backup(other, tmp_path / "other-index", site / "other.zip", unheard)
    kb = KnowledgeBase.open(site / "index", embedder=HashEmbedder())
    restore(site / "other.zip", site / "content", site / "index", unheard, force=True)
    names = generations.current(site / "index").manifest.parts
    assert names == kb.manifest.parts
    newer = KnowledgeBase.open(site / "index", embedder=HashEmbedder(), before=kb)
    assert [hit.document.id for hit in newer.search("photovoltaic", mode="terms").hits] == ["case-studies/solar"]
