"""An index that grows by parts answers as one that was made at once; an interrupted run goes on; parts are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, document, silent, write_folder
from test_memory import EDITS, Edit

from indexer import batches, compaction, pipeline
from indexer.engines import local
from indexer.pipeline import Report, build
from kb.index.reader import Index, open_index
from kb.knowledge_base import KnowledgeBase
from kb.types import LANGS, SearchResult

QUESTIONS = ["น้ำเสีย", "ขยะพลาสติก", "canal", "mangrove forest", "เทศบาล คลอง", "12 million"]


@pytest.fixture(autouse=True)
def never_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a small collection grows by parts here."""
    monkeypatch.setattr(pipeline, "WHOLE", 0)


def indexed(content: Path, index_dir: Path, embedder: HashEmbedder | None = None) -> Report:
    return build(content, index_dir, embedder or HashEmbedder(), silent)


def held(index: Index) -> dict[object, object]:
    """What there is to be found, under names that do not depend on the way it was made."""
    found: dict[object, object] = {}
    for number, each in index.store.documents().items():
        rows = index.store.rows_of(number)
        passages, sentences = index.store.passages(rows), index.store.sentences(rows)
        vectors = index.engine.vectors(np.arange(rows.start, rows.stop))
        places = {row: (each.id, each.lang, row - rows.start) for row in rows}
        for row, vector in zip(rows, vectors, strict=True):
            said = [(s.start, s.end, s.vector.tobytes()) for s in sentences[row]]
            found[places[row]] = (passages[row], vector.tobytes(), said)
        found[each.id, each.lang] = (each, index.store.document(number).source)
    return found


def twins(index: Index) -> dict[object, object]:
    owner, documents = index.store.document_numbers(), index.store.documents()

    def place(row: int) -> tuple[str, str, int]:
        document = documents[int(owner[row])]
        return document.id, document.lang, row - index.store.rows_of(int(owner[row])).start

    rows = [row for row in range(len(owner)) if owner[row] >= 0]
    starts = [(row, s.start) for row, group in index.store.sentences(rows).items() for s in group]
    known = index.store.twins(starts).values()
    return {(*place(t.row), t.start): ([(*place(row), a, b) for row, a, b in t.places], t.confidence) for t in known}


def answers(index_dir: Path) -> list[list[tuple[str, float]]]:
    kb = KnowledgeBase.open(index_dir, embedder=HashEmbedder())

    def ranking(result: SearchResult) -> list[tuple[str, float]]:
        return [(hit.document.id, hit.score) for hit in result.hits]

    return [ranking(kb.search(question)) for question in QUESTIONS]


GROWING = {name: edits for name, edits in EDITS.items() if name != "a broken file"}  # of which the last good version would be kept


@pytest.mark.parametrize("edits", GROWING.values(), ids=GROWING.keys())
def test_an_index_that_grew_answers_as_one_made_at_once(small_content: Path, tmp_path: Path, edits: list[Edit]) -> None:
    grown, fresh = tmp_path / "grown", tmp_path / "fresh"
    for edit in [lambda _: None, *edits]:
        edit(small_content)
        indexed(small_content, grown)
    indexed(small_content, fresh)
    one, other = open_index(grown), open_index(fresh)
    assert one.manifest.analyzer == other.manifest.analyzer
    assert held(one) == held(other)
    assert twins(one) == twins(other)
    for here, there in zip(answers(grown), answers(fresh), strict=True):
        assert dict(here) == pytest.approx(dict(there), abs=2e-4)


def test_what_has_not_changed_is_not_touched(small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "CHEAP", 0)
    monkeypatch.setattr(local, "STALE", 1.0)
    indexed(small_content, tmp_path / "index")
    first = open_index(tmp_path / "index")
    stood = {path: path.stat().st_mtime_ns for path in first.parts[0].folder.iterdir()}
    path = small_content / "case-studies/canal.en.md"
    path.write_text(path.read_text().replace("12 million", "14 million"))
    report = indexed(small_content, tmp_path / "index")
    second = open_index(tmp_path / "index", before=first)
    assert report.manifest.parts == (*first.manifest.parts, "p-00000002")
    assert second.parts[0] is first.parts[0]
    assert {path: path.stat().st_mtime_ns for path in first.parts[0].folder.iterdir()} == stood
    changed = {d.path for d in second.parts[1].store.metas() for d in [d[2]]}
    assert changed == {"case-studies/canal.en.md", "case-studies/canal.th.md"}
    shared = [p for p in (second.folder / "terms-th").iterdir() if p.stat().st_nlink > 1]
    assert shared, "files of the term index are shared between generations"


def test_a_run_that_is_interrupted_goes_on_after_its_last_part(
    small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PASSAGES", 2)
    whole = HashEmbedder()
    indexed(small_content, tmp_path / "whole", whole)

    class Interrupted(HashEmbedder):
        def passages(self, texts):  # type: ignore[no-untyped-def]
            if len(self.embedded) > len(whole.embedded) / 2:
                raise KeyboardInterrupt
            return super().passages(texts)

    first, second = Interrupted(), HashEmbedder()
    with pytest.raises(KeyboardInterrupt):
        indexed(small_content, tmp_path / "index", first)
    assert not (tmp_path / "index" / "CURRENT").exists()
    finished = list((tmp_path / "index" / "parts").glob("p-*/part.json"))
    assert len(finished) > 1
    indexed(small_content, tmp_path / "index", second)
    assert len(first.embedded) + len(second.embedded) == len(whole.embedded)
    assert held(open_index(tmp_path / "index")) == held(open_index(tmp_path / "whole"))
    assert answers(tmp_path / "index") == answers(tmp_path / "whole")


def test_a_damaged_part_of_an_interrupted_run_is_not_taken_up(small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PASSAGES", 2)
    indexed(small_content, tmp_path / "whole")
    indexed(small_content, tmp_path / "index")
    (tmp_path / "index" / "CURRENT").unlink()
    store = tmp_path / "index/parts/p-00000001/texts.bin"
    store.write_bytes(store.read_bytes()[:-100])
    embedder = HashEmbedder()
    indexed(small_content, tmp_path / "index", embedder)
    assert embedder.embedded
    assert held(open_index(tmp_path / "index")) == held(open_index(tmp_path / "whole"))


@pytest.fixture
def grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Index]]:
    """An index of so many documents, each added in a run of its own."""

    def grow(count: int) -> Index:
        for number in range(count):
            text = f"เรื่องที่ {number} เทศบาลลดขยะ\n\nA text about waste number {number}."
            write_folder(tmp_path / "content", {f"case-studies/x{number:02}.th.md": document(f"ขยะ {number}", text)})
            indexed(tmp_path / "content", tmp_path / "index")
        return open_index(tmp_path / "index")

    yield grow


def test_many_small_parts_are_joined(grown: Callable[[int], Index], tmp_path: Path) -> None:
    index = grown(20)
    assert 1 < len(index.parts) <= compaction.MOST
    indexed(tmp_path / "content", tmp_path / "fresh")
    assert held(index) == held(open_index(tmp_path / "fresh"))
    firsts = [part.info.first_row for part in index.parts]
    assert firsts == sorted(firsts)
    assert len(list((tmp_path / "index/parts").glob("p-*"))) <= 2 * compaction.MOST


def test_parts_with_an_inverted_file_are_made_and_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried with sentences of the part that is just being made. A search by it finds what comparing all finds."""
    monkeypatch.setattr(compaction, "MOST", 1)
    content, index_dir = tmp_path / "content", tmp_path / "index"
    folders = {}
    for half in range(2):
        numbers = range(40 * half, 40 * half + 40)
        write_folder(content, {f"case-studies/n{number}.en.md": document(f"Number {number}", _sections(number)) for number in numbers})
        build(content, index_dir, HashEmbedder(), silent, vector_index="ivf-pq")
        manifest = open_index(index_dir).manifest
        assert manifest.passages == 600 * (half + 1) and set(manifest.vector_index.values()) == {"ivf-pq"}
        folders[half] = manifest.parts
    assert len(folders[1]) == 1 and folders[0] != folders[1]
    build(content, tmp_path / "exact", HashEmbedder(), silent, vector_index="exact")
    both = [KnowledgeBase.open(folder, embedder=HashEmbedder()) for folder in (index_dir, tmp_path / "exact")]
    for question in ("station 7 of number 12", "what number 77 measured at 3"):
        first, second = ([hit.document.id for hit in kb.search(question, mode="vectors").hits] for kb in both)
        assert first and first == second


def _sections(number: int) -> str:
    """Fifteen passages, each of one sentence and a bit."""
    return "\n\n".join(f"## Station {n}\n\nNumber {number} measured {number * n} at station {n}. It was {n}." for n in range(15))


def test_rows_of_no_passage_are_left_out(small_content: Path, tmp_path: Path) -> None:
    indexed(small_content, tmp_path / "index")
    store = open_index(tmp_path / "index").store
    count = len(store.document_numbers())
    assert sorted(store.passages([-1, 0, count - 1, count, count + 1000])) == [0, count - 1]
    assert store.page([count + 1000])[0] == store.shown([-7]) == store.passages([]) == {}


def test_twins_move_with_their_passages_when_parts_are_joined(tmp_path: Path) -> None:
    for number in range(12):
        texts = {"th": f"โรงบำบัดใช้งบประมาณ {number + 3} ล้านบาท", "en": f"The plant cost {number + 3} million baht."}
        files = {f"case-studies/x{number:02}.{lang}.md": document(f"ขยะ {number}", text) for lang, text in texts.items()}
        write_folder(tmp_path / "content", files)
        indexed(tmp_path / "content", tmp_path / "index")
    index = open_index(tmp_path / "index")
    assert len(index.parts) <= compaction.MOST
    indexed(tmp_path / "content", tmp_path / "fresh")
    assert twins(index) == twins(open_index(tmp_path / "fresh")) and len(twins(index)) >= 12


def test_a_part_of_which_much_is_gone_is_made_anew(grown: Callable[[int], Index], tmp_path: Path) -> None:
    grown(1)
    for number in range(1, 12):
        write_folder(tmp_path / "content", {f"case-studies/x{number:02}.th.md": document(f"ขยะ {number}", "เทศบาล")})
    indexed(tmp_path / "content", tmp_path / "index")
    for path in sorted((tmp_path / "content/case-studies").iterdir())[3:9]:
        path.unlink()
    indexed(tmp_path / "content", tmp_path / "index")
    index = open_index(tmp_path / "index")
    numbers = [number for part in index.parts for number in part.store.ranges()[:, 0].tolist()]
    assert len(numbers) == len(index.store.documents()) == 6
    indexed(tmp_path / "content", tmp_path / "fresh")
    assert held(index) == held(open_index(tmp_path / "fresh"))


def test_parts_hold_both_versions_of_a_document(small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PASSAGES", 1)
    indexed(small_content, tmp_path / "index")
    index = open_index(tmp_path / "index")
    where: dict[str, set[str]] = {}
    for part in index.parts:
        for _, _, each, _ in part.store.metas():
            where.setdefault(each.id, set()).add(part.name)
    assert all(len(parts) == 1 for parts in where.values())
    assert {lang for lang in LANGS if index.engine.count(lang)} == set(LANGS)
