"""What a run remembers changes nothing but the time it takes: the index is the one that a fresh run makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, document, silent, write_folder

from indexer.memory import Memory
from indexer.pipeline import build
from kb.index.reader import RESOURCES, Index, open_index
from kb.text.analyzer import Analyzer
from kb.types import LANGS

CANAL = "case-studies/canal.en.md"
NAMED = document("ขยะ", "โครงการเมืองสีเขียวของเทศบาลนครเก็บขยะ", city="เมืองสีเขียวของ")
Edit = Callable[[Path], None]


def edited(path: str, old: str, new: str) -> Edit:
    def edit(content: Path) -> None:
        place = content / path
        text = place.read_text("utf-8")
        assert old in text
        place.write_text(text.replace(old, new), "utf-8")

    return edit


def written(path: str, text: str) -> Edit:
    return lambda content: write_folder(content, {path: text})


def removed(path: str) -> Edit:
    return lambda content: (content / path).unlink()


EDITS: dict[str, list[Edit]] = {
    "a figure": [edited(CANAL, "12 million", "14 million")],
    "changed and changed back": [edited(CANAL, "12 million", "14 million"), edited(CANAL, "14 million", "12 million")],
    "a paragraph of Thai": [written("case-studies/new.th.md", document("คลอง", "ชาวบ้านช่วยกันขุดลอกคลองทุกเดือน"))],
    "a document gone": [removed("case-studies/mangrove.th.md")],
    "gone and back": [removed("case-studies/mangrove.th.md"), written("case-studies/other.en.md", document("Other", "Something else."))],
    "a word of the glossary that cuts other documents anew": [written("glossary.tsv", "น้ำเสียของ\twaste water of\n")],
    "a word of the glossary, then none": [written("glossary.tsv", "น้ำเสียของ\twaste water of\n"), written("glossary.tsv", "")],
    "a broken file": [edited(CANAL, "kind: case-study", "kind: novel")],
    "the name of a city": [written("case-studies/new.th.md", NAMED)],
}


def held(index: Index) -> dict[str, object]:
    """All that an index answers from, apart from its terms."""
    found: dict[str, object] = {name: index.resource(name) for name in RESOURCES}
    for part in index.parts:
        rows = np.arange(part.info.first_row, part.info.end_row)
        found[f"{part.name} documents"] = [(each, part.store.document_record(each[0])) for each in part.store.ranges().tolist()]
        found[f"{part.name} passages"] = part.store.shown(rows.tolist())
        found[f"{part.name} twins"] = {name: column.tolist() for name, column in part.store.twin_table.arrays().items()}
        found[f"{part.name} vectors"] = index.engine.vectors(rows).tobytes()
    return {name.partition(" ")[2] or name: value for name, value in found.items()}


def same_terms(one: Index, other: Index) -> bool:
    """Asked for every word of its passages, the same rows with the same scores come back."""
    analyzer = Analyzer(one.resource("domain_words"))
    passages = one.store.passages(list(range(one.manifest.passages))).values()
    for term in {term for passage in passages for term in analyzer.index_terms(passage.embedded_text)}:
        for lang in LANGS:
            here, there = (each.engine.matching({term: 1.0}, 1000, lang) for each in (one, other))
            if not all(np.array_equal(a, b) for a, b in zip(here, there, strict=True)):
                return False
    return True


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS.keys())
def test_an_index_made_with_memory_is_the_one_made_without(small_content: Path, tmp_path: Path, edits: list[Edit]) -> None:
    memory, kept, fresh = Memory(), tmp_path / "kept", tmp_path / "fresh"
    for edit in [lambda _: None, *edits]:
        edit(small_content)
        build(small_content, kept, HashEmbedder(), silent, memory=memory)
        build(small_content, fresh, HashEmbedder(), silent)
    one, other = open_index(kept, memory.known.written), open_index(fresh)
    assert one.manifest.analyzer == other.manifest.analyzer
    assert held(one) == held(other)
    assert same_terms(one, other)


@pytest.mark.parametrize(("word", "read"), [("น้ำเสียของ", 1), ("เสียจากบ้าน", 1), ("คำที่ไม่มี", 0)], ids=["kept whole", "crossing", "nowhere"])
def test_a_new_word_has_only_those_texts_read_again_that_hold_it(word: str, read: int) -> None:
    texts = ["น้ำเสียของเมือง", "น้ำเสียจากบ้านเรือน", "ปลูกป่าชายเลน"]
    memory, before, after = Memory(), Analyzer([]), Analyzer([word])
    first = [memory.words(before, text) for text in texts]
    second = [memory.words(after, text) for text in texts]
    assert sum(one is not other for one, other in zip(first, second, strict=True)) == read
    assert [each.terms for each in second] == [tuple(after.index_terms(text)) for text in texts]
