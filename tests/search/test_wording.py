"""Exact phrases: the index of them finds what reading every passage finds."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, document, silent, write_folder

from indexer import compaction, pipeline
from indexer.pipeline import build
from kb.index import blocks, phrases
from kb.index.phrases import Phrase, Phrases
from kb.index.reader import Index, open_index
from kb.search import wording
from kb.text.folding import fold

LATIN = "a-z0-9\u00df-\u024f"


def read_through(texts: Iterable[tuple[int, str]], phrase: str) -> list[int]:
    """Every passage is read: what the index of phrases stands for."""
    folded = fold(phrase)
    begins = f"(?<![{LATIN}])" if re.match(f"[{LATIN}]", folded) else ""
    ends = f"(?![{LATIN}]|[.,][0-9])" if re.search(f"[{LATIN}]$", folded) else ""
    whole = re.compile(begins + re.escape(folded) + ends)
    return [row for row, text in texts if whole.search(fold(text))]


def texts_of(index: Index) -> list[tuple[int, str]]:
    """(row, title, headings, speaker and text) of all passages."""
    rows = np.flatnonzero(index.store.document_numbers() >= 0).tolist()
    found = index.store.passages(rows)
    return [(row, f"{found[row].context}\n{found[row].text}") for row in rows]


def written_otherwise(phrase: str, chance: random.Random) -> str:
    """The same to the eye: capitals, spaces, Thai figures, sara am in two characters, tone marks before the vowel, letters taken apart."""
    ways = [
        str.upper,
        lambda text: text.replace(" ", " \u00a0 "),
        lambda text: text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")),
        lambda text: re.sub("([\u0e48-\u0e4b]?)\u0e33", "\u0e4d\\1\u0e32", text),
        lambda text: re.sub("([\u0e31\u0e34-\u0e37\u0e38\u0e39])([\u0e48-\u0e4b])", "\\2\\1", text),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("แ", "เเ"),
        lambda text: text[:1] + "\u200b" + text[1:],
    ]
    for way in chance.sample(ways, 3):
        phrase = way(phrase)
    return phrase


def cut_out(texts: list[str], chance: random.Random) -> str:
    text = chance.choice(texts)
    start, length = chance.randrange(len(text)), chance.choice([1, 2, 3, 4, 6, 9, 14, 25, 60])
    return text[start : start + length]


def test_phrases_of_the_content_are_found_as_by_reading_every_passage(kb_index: Path) -> None:
    chance = random.Random(7)
    index = open_index(kb_index)
    texts = texts_of(index)
    words = sorted({word for _, text in texts for word in text.split()})
    asked = [cut_out([text for _, text in texts], chance) for _ in range(250)]
    asked += [written_otherwise(each, chance) for each in asked[:120]] + chance.sample(words, 60)
    found = 0
    for phrase in (each for each in asked if fold(each)):
        rows = wording.holding(index, phrase)
        assert rows.tolist() == read_through(texts, phrase), phrase
        found += len(rows)
    assert found > 1000


PASSAGES = [
    "Café au lait costs 1,600 baht in the caf\u00e9 of Hue",
    "cafeteria, cafés and a de\u0301cafe\u0301",
    "นํ้าเสียในคลอง ๑๕ ตัน พ.ศ. ๒๕๖๕",
    "น้ำเสียใน  คลอง 15 ตัน",
    "PM2.5 and PM 2.5, CO₂ — 中文 “ขยะ” ÿ×÷ Straße",
    "x\u0081y 81 ﬁsh İstanbul \U0001f600 \U0001f601",
    "แเเก่ๆ ขยะ",
    "",
    "ก",
    "a\u0085b 9.5 5",
]
ASKED = ["café", "cafe", "caf", "CAFÉ", "afé", "é", "décafé", "hue", "1,600", "1", "600", "น้ำเสีย", "น้ำ", "15 ตัน", "๑๕", "2565"]
ASKED += ["PM 2.5", "pm2", "2.5", "co₂", "中文", "中", "文 “ขยะ”", "“", "ÿ", "×÷", "ÿ×", "strasse", "straße", "fish", "i̇stanbul", "5", "9"]
ASKED += [
    "😀",
    "😁",
    "😀 😁",
    "81",
    "\x81y",
    "แแก่",
    "แก่ๆ",
    "ก",
    "ขยะ",
    "ข",
    "a b",
    "9.5",
    "x",
    "zebra",
    "ไม่มีที่ไหน",
    "y 81",
    "1f600",
    "ff",
    "e9",
]


def alone(folder: Path, texts: list[str]) -> Phrases:
    folder.mkdir()
    phrases.write(folder, map(phrases.fold, texts), len(texts))
    for name in (phrases.TEXT, phrases.GRAMS):
        blocks.write_table(folder / name)
    return Phrases.open(folder)


@pytest.mark.parametrize("phrase", ASKED)
def test_characters_and_borders_of_words(tmp_path: Path, phrase: str) -> None:
    one = alone(tmp_path / "one", PASSAGES)
    assert one.holding(Phrase.of(phrase)).tolist() == read_through(enumerate(PASSAGES), phrase)


def test_passages_of_several_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "BLOCK", 16)
    monkeypatch.setattr(phrases, "AT_ONCE", 8)
    texts = [f"ตอนที่ {n} of {n * 7 % 50} items" for n in range(45)]
    one = alone(tmp_path / "one", texts)
    for phrase in ["ตอนที่ 1", "ตอนที่ 44", "14 items", "of 3", "items", "อน", "ท", "4"]:
        assert one.holding(Phrase.of(phrase)).tolist() == read_through(enumerate(texts), phrase), phrase
    assert list(one.texts(range(14, 19))) == list(map(phrases.fold, texts[14:19]))


def test_signatures_pass_over_most_passages(tmp_path: Path) -> None:
    chance = random.Random(3)
    texts = ["".join(chance.choices("กขคงจฉชซ abcdefgh", k=200)) for _ in range(400)]
    one = alone(tmp_path / "one", texts)
    for text in texts[:40]:
        assert len(one.candidates(Phrase.of(text[20:40].strip()))) < 20


def test_no_passages_at_all(tmp_path: Path) -> None:
    assert alone(tmp_path / "none", []).holding(Phrase.of("ขยะ")).tolist() == []


def alike(index: Index) -> None:
    texts = texts_of(index)
    for phrase in ["คลอง", "canal", "12 million", "14 million", "mangrove forest", "น้ำ", "ล", "2", "ครั้งที่ 3", "ในปี 2565"]:
        assert wording.holding(index, phrase).tolist() == read_through(texts, phrase), phrase


def test_a_changed_file_and_joined_parts(small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "WHOLE", 0)
    monkeypatch.setattr(compaction, "MOST", 3)
    index_dir, embedder = tmp_path / "index", HashEmbedder()
    build(small_content, index_dir, embedder, silent)
    assert len(wording.holding(open_index(index_dir), "12 million"))
    canal = small_content / "case-studies/canal.en.md"
    canal.write_text(canal.read_text().replace("12 million", "14 million"))
    for number in range(6):
        write_folder(small_content, {f"case-studies/x{number}.th.md": document(f"คลอง {number}", f"ครั้งที่ {number} ในปี 2565 คลอง")})
        build(small_content, index_dir, embedder, silent)
        index = open_index(index_dir)
        alike(index)
        assert not len(wording.holding(index, "12 million"))
        assert len(wording.holding(index, "14 million"))
        assert [each.phrases.count for each in index.parts] == [each.info.end_row - each.info.first_row for each in index.parts]
    assert len(index.parts) <= 3, "parts were joined"
