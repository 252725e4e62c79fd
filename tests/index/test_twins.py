"""Sentences of translation pairs: which ones are twins, and when none is shown."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import evidence
from indexer.alignment import Bead, Side, align
from indexer.memory import Memory
from indexer.pipeline import build
from indexer.twins import MOST, Finder
from kb.embedding import open_embedder
from kb.errors import Lang
from kb.index.sentences import Sentence
from kb.knowledge_base import KnowledgeBase
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.types import Document, Lines, Passage, Twin
from tests.conftest import document, silent, write_folder

WALL = "The sea wall of Ban Laem is 640 metres long."
PEOPLE = "In 2022 the village had 312 people."
FEE = "Each house pays 20 baht a month for waste."
MANGROVE = "Volunteers planted mangroves along the shore."
THAI = {
    WALL: "กำแพงกันคลื่นของบ้านแหลมยาว 640 เมตร",
    PEOPLE: "ใน พ.ศ. 2565 หมู่บ้านมีประชากร 312 คน",
    FEE: "แต่ละบ้านจ่ายค่าขยะเดือนละ 20 บาท",
    MANGROVE: "อาสาสมัครปลูกป่าชายเลนตามแนวชายฝั่ง",
}


def side(vectors: list[list[float]], sections: list[int]) -> Side:
    """Sentences that hold no words: the vectors alone speak."""
    rows = np.array(vectors, np.float32)
    none = np.zeros((len(rows), 1), np.float32)
    numbers = np.array(sections, np.int64)
    return Side(
        rows / np.linalg.norm(rows, axis=1, keepdims=True), none, none, none, none[:, 0] + 80, numbers, np.diff(numbers, prepend=-1) != 0
    )


A, B, C, D = np.eye(4).tolist()
AB = [1.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("here", "there", "beads"),
    [
        pytest.param([A, B, C], [A, B, C], [(0, 1, 0, 1), (1, 2, 1, 2), (2, 3, 2, 3)], id="one with one"),
        pytest.param([AB, C], [A, B, C], [(0, 1, 0, 2), (1, 2, 2, 3)], id="one with two"),
        pytest.param([A, B, C], [AB, C], [(0, 2, 0, 1), (2, 3, 1, 2)], id="two with one"),
        pytest.param([A, B, C], [A, C], [(0, 1, 0, 1), (2, 3, 1, 2)], id="one with none"),
        pytest.param([A, C], [A, B, C], [(0, 1, 0, 1), (1, 2, 2, 3)], id="none with one"),
        pytest.param([], [A], [], id="nothing"),
    ],
)
def test_beads(here: list[list[float]], there: list[list[float]], beads: list[tuple[int, int, int, int]]) -> None:
    found = align(side(here, [0] * len(here)), side(there, [0] * len(there))) if here else []
    assert found == [Bead(range(a, b), range(c, d)) for a, b, c, d in beads]


def test_beads_are_monotone_and_stay_in_their_section() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(40, 16)).tolist()
    sections = [k // 7 for k in range(40)]
    found = align(side(rows, sections), side(rows, sections))
    assert [bead.here.start for bead in found] == sorted(bead.here.start for bead in found)
    assert all(one.here.stop <= two.here.start and one.there.stop <= two.there.start for one, two in itertools.pairwise(found))
    assert all(sections[bead.here.start] == sections[bead.here.stop - 1] for bead in found)
    assert sum(bead.here == bead.there for bead in found) >= 35


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("พ.ศ. ๒๕๖๕", {"2022"}),
        ("พ.ศ. 2565", {"2022"}),
        ("in 2022", {"2022"}),
        ("1,600 ตัน", {"1600"}),
        ("5.1 million", {"5.1"}),
        ("ไม่มี", set()),
    ],
)
def test_figures_are_one_in_both_languages(text: str, expected: set[str]) -> None:
    assert evidence.figures(text) == expected


def index(folder: Path, english: list[str], thai: list[str]) -> KnowledgeBase:
    files = {"case-studies/laem.en.md": document("Ban Laem", "\n\n".join(english))}
    files["case-studies/laem.th.md"] = document("บ้านแหลม", "\n\n".join(thai))
    build(write_folder(folder / "content", files), folder / "index", open_embedder("builtin"), silent)
    return KnowledgeBase.open(folder / "index")


def twin(kb: KnowledgeBase, question: str) -> Twin | None:
    return kb.search(question).hits[0].passages[0].twin


def test_the_nearest_sentence_has_its_twin_in_both_directions(tmp_path: Path) -> None:
    kb = index(tmp_path, list(THAI), list(THAI.values()))
    questions = {WALL: "how long is the sea wall", PEOPLE: "people in the village in 2022", FEE: "what does a house pay for waste"}
    for sentence, question in questions.items():
        found = twin(kb, question)
        assert found and found.lang == "th" and found.text == THAI[sentence] and 0.85 <= found.confidence <= 1
    found = twin(kb, "ค่าขยะเดือนละกี่บาท")
    assert found and found.lang == "en" and found.text == FEE
    marked = {found.text[mark.start : mark.end]: mark.word for mark in found.highlights}
    assert marked["waste"] == "ขยะ"


def test_a_sentence_that_the_other_version_lacks_has_no_twin(tmp_path: Path) -> None:
    kb = index(tmp_path, list(THAI), [THAI[WALL], THAI[PEOPLE], THAI[MANGROVE]])
    assert twin(kb, "what does a house pay for waste") is None
    assert twin(kb, "how long is the sea wall") is not None


def test_a_wrong_pair_is_refused(tmp_path: Path) -> None:
    """Two versions that say different things: no twin is better than a wrong one."""
    kb = index(tmp_path, [WALL, FEE], ["นายกเทศมนตรีเดินทางไปประชุมที่กรุงโตเกียว", "สวนสาธารณะเปิดให้บริการตั้งแต่เช้าถึงค่ำ"])
    assert twin(kb, "how long is the sea wall") is None
    assert twin(kb, "what does a house pay for waste") is None


def versions(count: int, direction: int = 0) -> tuple[list[Document], list[tuple[int, Passage]], list[list[Sentence]]]:
    """A document whose Thai version has `count` sentences, each a passage, and the English one a tenth; all vectors are alike."""
    texts: list[tuple[int, Lang, str]] = [(0, "th", THAI[WALL])] * count + [(1, "en", WALL)] * (count // 10 + 1)
    passages = [(number, Passage("d", lang, row, (), "", text, Lines(1, 1), 9, "")) for row, (number, lang, text) in enumerate(texts)]
    vector = np.eye(4, dtype=np.float32)[direction]
    sentences = [[Sentence(0, len(passage.text), vector)] for _, passage in passages]
    languages: tuple[Lang, Lang] = ("th", "en")
    return [Document("d", lang, "case-study", "", f"d.{lang}.md", "", "", 1, lang) for lang in languages], passages, sentences


@pytest.mark.parametrize(("count", "some"), [(MOST, True), (MOST + 1, False)])
def test_a_version_that_is_too_long_gets_no_twins(count: int, some: bool) -> None:
    assert bool(Finder(Analyzer(()), Glossary(()), lexicon.shipped()).find(*versions(count))) is some


def test_a_pair_that_has_not_changed_is_not_aligned_again() -> None:
    """Shown by vectors that nothing would find, kept from a run whose sentences were found."""
    memory = Memory()
    documents, passages, sentences = versions(2)
    finder = Finder(Analyzer(()), Glossary(()), lexicon.shipped(), memory=memory)
    found = finder.find(documents, passages, sentences)
    memory.begin()
    nothing = [[Sentence(each.start, each.end, -each.vector) for each in group] if row else group for row, group in enumerate(sentences)]
    assert found and finder.find(documents, passages, nothing) == found
    changed = [replace(documents[0], digest="changed"), documents[1]]
    assert finder.find(changed, passages, nothing) != found


def test_twins_kept_in_memory_follow_their_passages(tmp_path: Path) -> None:
    """A document that comes before moves all rows; what a warm run stores is what a cold one stores."""
    files = {
        f"case-studies/laem.{lang}.md": document("Ban Laem", "\n\n".join(body)) for lang, body in (("en", THAI), ("th", THAI.values()))
    }
    content = write_folder(tmp_path / "content", files)
    embedder, memory = open_embedder("builtin"), Memory()
    build(content, tmp_path / "warm", embedder, silent, memory=memory)
    write_folder(content, {"case-studies/a.en.md": document("A", FEE), "case-studies/a.th.md": document("A", THAI[FEE])})
    build(content, tmp_path / "warm", embedder, silent, memory=memory)
    build(content, tmp_path / "cold", embedder, silent)
    warm, cold = (KnowledgeBase.open(tmp_path / name) for name in ("warm", "cold"))
    for question in ("how long is the sea wall", "ค่าขยะเดือนละกี่บาท"):
        assert [hit.passages for hit in warm.search(question).hits] == [hit.passages for hit in cold.search(question).hits]
        assert twin(warm, question)
