"""The translation lexicon: what ships translates, damage is named, the same entries give the same bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kb.errors import Lang, ModelError
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.lexicon import Lexicon, Translations

ENTRIES: dict[Lang, dict[str, Translations]] = {
    "th": {"ขยะ": (("wast", 0.6), ("garbag", 0.4)), "น้ำ": (("water", 1.0),)},
    "en": {"wast": (("ขยะ", 0.9),)},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for lang, entries in ENTRIES.items():
        lexicon.write(tmp_path, lang, entries)
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    read = Lexicon.read(folder)
    assert read.translations("ขยะ", "th") == (("wast", 0.6), ("garbag", 0.4))
    assert read.translations("wast", "en") == (("ขยะ", 0.9),)
    assert read.translations("wast", "th") == ()
    assert len(read) == 3


def test_the_same_entries_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    before = (folder / "th-en.tsv.gz").read_bytes()
    lexicon.write(folder, "th", dict(reversed(ENTRIES["th"].items())))
    assert (folder / "th-en.tsv.gz").read_bytes() == before


DAMAGE = {
    "missing": None,
    "no gzip": b"th\ten\n",
    "a flipped byte": bytes(each ^ (64 * (i == 20)) for i, each in enumerate(gzip.compress("ขยะ\twast\t0.60\n".encode()))),
    "cut short": gzip.compress(b"a\tb\t0.5\n" * 50)[:-9],
    "a number that is none": gzip.compress(b"a\tb\tc\n"),
    "a translation without probability": gzip.compress(b"a\tb\n"),
    "not UTF-8": gzip.compress(b"\xff\xfe\n"),
    "far too long": gzip.compress(b"a" * (lexicon.MOST_BYTES + 1)),
}


@pytest.mark.parametrize("content", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_named(folder: Path, content: bytes | None) -> None:
    path = folder / "en-th.tsv.gz"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(ModelError, match=r"en-th\.tsv\.gz") as fault:
        Lexicon.read(folder)
    assert "โปรด" in fault.value.message.th


WORDS = [
    ("ขยะ", "waste"),
    ("น้ำเสีย", "wastewater"),
    ("เทศบาล", "municipality"),
    ("อากาศ", "air"),
    ("พลาสติก", "plastic"),
    ("รัฐบาล", "government"),
    ("ป่า", "forest"),
    ("แม่น้ำ", "river"),
    ("งบประมาณ", "budget"),
    ("สุขภาพ", "health"),
    ("รถยนต์", "car"),
    ("โรงเรียน", "school"),
    ("นักท่องเที่ยว", "tourist"),
    ("พลังงาน", "energy"),
    ("ตลาด", "market"),
    ("กฎหมาย", "law"),
]


@pytest.mark.parametrize(("thai", "english"), WORDS, ids=[english for _, english in WORDS])
def test_what_ships_translates_words_of_our_subject_both_ways(thai: str, english: str) -> None:
    analyzer, shipped = Analyzer(()), lexicon.shipped()
    terms = {lang: analyzer.query_terms(word)[0].terms[0] for lang, word in (("th", thai), ("en", english))}
    assert terms["en"] in dict(shipped.translations(terms["th"], "th"))
    assert terms["th"] in dict(shipped.translations(terms["en"], "en"))


def test_probabilities_are_shares() -> None:
    shipped = lexicon.shipped()
    for lang in ("th", "en"):
        for translations in shipped._entries[lang].values():  # type: ignore[index]
            weights = [weight for _, weight in translations]
            assert weights == sorted(weights, reverse=True)
            assert 0 < sum(weights) <= 1.03  # each is rounded


def test_the_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in lexicon.FOLDER.iterdir()) < 3_000_000
