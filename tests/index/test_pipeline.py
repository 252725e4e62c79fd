"""content/ -> index: what is embedded, reused, left out and reported."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from conftest import SMALL, HashEmbedder, document, silent, write_folder

from indexer.embeddings import BATCH, EmbeddingCache, embed
from indexer.overview import overview
from indexer.pipeline import build
from kb.index.reader import open_index


def index(content: Path, embedder: HashEmbedder | None = None, **options: bool):  # type: ignore[no-untyped-def]
    return build(content, content.parent / "index", embedder or HashEmbedder(), silent, **options)


def test_the_second_run_changes_nothing(small_content: Path) -> None:
    first, second = HashEmbedder(), HashEmbedder()
    assert index(small_content, first).published
    report = index(small_content, second)
    assert (report.published, report.embedded, second.embedded) == (False, 0, [])


def test_only_changed_text_is_embedded_again(small_content: Path) -> None:
    index(small_content)
    path = small_content / "case-studies/canal.en.md"
    path.write_text(path.read_text().replace("12 million", "14 million"))
    embedder = HashEmbedder()
    report = index(small_content, embedder)
    assert report.published
    assert report.embedded == len(embedder.embedded) > 0
    assert all("14 million" in text for text in embedder.embedded)


def test_a_removed_document_is_gone_and_its_vectors_are_forgotten(small_content: Path) -> None:
    index(small_content)
    (small_content / "case-studies/mangrove.th.md").unlink()
    index(small_content)
    opened = open_index(small_content.parent / "index")
    assert "case-studies/mangrove" not in {d.id for d in opened.store.documents().values()}
    write_folder(small_content, {"case-studies/mangrove.th.md": SMALL["case-studies/mangrove.th.md"]})
    assert index(small_content).embedded > 0


def test_two_documents_with_the_same_text_are_both_there(small_content: Path) -> None:
    write_folder(small_content, {"case-studies/twin.th.md": SMALL["case-studies/mangrove.th.md"]})
    index(small_content)
    ids = [d.id for d in open_index(small_content.parent / "index").store.documents().values()]
    assert {"case-studies/mangrove", "case-studies/twin"} <= set(ids)


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_file_keeps_the_times_that_it_came_in_and_changed(small_content: Path, rebuild: bool) -> None:
    index(small_content)
    paths = sorted(small_content.rglob("*.md"))
    before = open_index(small_content.parent / "index").columns
    for path in paths:
        os.utime(path, (10**9, 10**9))
    paths[0].write_text(paths[0].read_text("utf-8") + "\nA new line.\n", "utf-8")
    assert index(small_content, rebuild=rebuild).published
    now = open_index(small_content.parent / "index").columns
    kept = now.by_path.keys() - {paths[0].relative_to(small_content).as_posix()}
    assert kept and all(now.times(now.by_path[each]) == before.times(before.by_path[each]) for each in kept)


def test_a_broken_file_does_not_stop_the_others(small_content: Path) -> None:
    write_folder(small_content, {"case-studies/broken.en.md": "---\ntitle: [\n---\ntext\n"})
    report = index(small_content)
    assert report.published and report.manifest.documents == 7
    assert [p.path for p in report.problems if p.severity == "error"] == ["case-studies/broken.en.md"]


def test_a_document_that_breaks_keeps_its_last_good_version(small_content: Path) -> None:
    index(small_content)
    path = small_content / "case-studies/canal.en.md"
    path.write_text(path.read_text().replace("kind: case-study", "kind: no-such-kind"))
    report = index(small_content)
    kept = [p for p in report.problems if p.code == "last-good-version"]
    assert [p.path for p in kept] == ["case-studies/canal.en.md"]
    documents = open_index(small_content.parent / "index").store.documents()
    assert ("case-studies/canal", "en") in {(d.id, d.lang) for d in documents.values()}
    assert overview(small_content, small_content.parent / "index").up_to_date
    path.unlink()
    assert not overview(small_content, small_content.parent / "index").up_to_date
    index(small_content)
    documents = open_index(small_content.parent / "index").store.documents()
    assert ("case-studies/canal", "en") not in {(d.id, d.lang) for d in documents.values()}


def test_another_model_makes_everything_anew(small_content: Path) -> None:
    index(small_content, HashEmbedder("one"))
    other = HashEmbedder("two")
    report = index(small_content, other)
    assert (report.reason, report.reused) == ("model", 0)
    assert report.manifest.model.digest == other.digest
    first = open_index(small_content.parent / "index").store
    assert len(other.embedded) == report.embedded
    assert first.documents()


def test_rows_are_ordered_by_language_and_hold_the_right_vectors(small_content: Path) -> None:
    index(small_content)
    opened = open_index(small_content.parent / "index")
    embedder = HashEmbedder()
    for lang in ("th", "en"):
        first, end = opened.parts[0].info.rows[lang]
        passages = opened.store.passages(range(first, end))
        assert {p.lang for p in passages.values()} == {lang}
        texts = [passages[row].embedded_text for row in range(first, end)]
        np.testing.assert_allclose(opened.engine.vectors(np.arange(first, end)), embedder.passages(texts), atol=1e-6)


def test_passages_are_embedded_normalised_and_stored_as_written(tmp_path: Path) -> None:
    written = "นํ้าเสีย ๑๒ ตัน"
    write_folder(tmp_path / "content", {"a.th.md": document("เรื่องน้ำ", written)})
    embedder = HashEmbedder()
    index(tmp_path / "content", embedder)
    assert any("น้ำเสีย 12 ตัน" in text for text in embedder.embedded) and not any("๑๒" in text for text in embedder.embedded)
    stored = open_index(tmp_path / "index").store
    assert [p.text for p in stored.passages([0]).values()] == [written]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    texts = [f"text number {i}" for i in range(3 * BATCH)]

    class Interrupted(HashEmbedder):
        def passages(self, texts):  # type: ignore[no-untyped-def]
            if len(self.embedded) >= 2 * BATCH:
                raise KeyboardInterrupt
            return super().passages(texts)

    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    with pytest.raises(KeyboardInterrupt):
        embed(texts, Interrupted(), cache, lambda done, total: None)
    cache.close()
    again = HashEmbedder()
    result = embed(texts, again, EmbeddingCache(tmp_path / "cache.sqlite"), lambda done, total: None)
    assert (result.reused, result.computed, len(again.embedded)) == (2 * BATCH, BATCH, BATCH)
    np.testing.assert_allclose(result.rows, HashEmbedder().passages(texts), atol=1e-6)


def test_a_damaged_cache_costs_time_but_never_a_wrong_vector(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    texts = ["one", "two", "three"]
    cache = EmbeddingCache(path)
    embed(texts, HashEmbedder(), cache, lambda done, total: None)
    cache._connection.execute("UPDATE vectors SET vector = zeroblob(256) WHERE rowid IN (SELECT rowid FROM vectors LIMIT 1)")
    cache._connection.commit()
    cache.close()
    result = embed(texts, HashEmbedder(), EmbeddingCache(path), lambda done, total: None)
    assert result.computed == 1
    np.testing.assert_allclose(result.rows, HashEmbedder().passages(texts), atol=1e-6)
    path.write_bytes(b"this is not a database, and it is longer than a page header" * 10)
    assert embed(texts, HashEmbedder(), EmbeddingCache(path), lambda done, total: None).computed == 3
