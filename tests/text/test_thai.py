"""Thai words: cuts, domain words, the words inside a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.tokenize.tcc_p import tcc_pos_array

from kb.text.thai import Segmenter, cluster_edges, domain_parts, term

PLAIN = Segmenter([])
DOMAIN = Segmenter(["เมืองอัจฉริยะ", "โครงการเมืองอาเซียนสีเขียวอัจฉริยะ", "สมหมาย บางพลีใหญ่โต", "ทส.", "กทม.", "น้ำ", "Smart City"])

CUTS = {
    "project of a city, not politics": (PLAIN, "โครงการเมืองสีเขียว", "โครงการ|เมือง|สี|เขียว"),
    "politics stays politics": (PLAIN, "นโยบายการเมืองท้องถิ่น", "นโยบาย|การเมือง|ท้องถิ่น"),
    "a domain word is kept": (DOMAIN, "โครงการเมืองอัจฉริยะ", "โครงการ|เมืองอัจฉริยะ"),
    "a name is not cut into syllables": (DOMAIN, "นายสมหมายบางพลีใหญ่โตกล่าว", "นาย|สมหมาย|บางพลีใหญ่โต|กล่าว"),
    "abbreviation before a word": (PLAIN, "พ.ศ. 2565", "พ.ศ.| 2565"),
    "abbreviation inside a run": (PLAIN, "ในกทม.มีฝุ่น", "ใน|กทม.|มี|ฝุ่น"),
    "abbreviation without dots": (DOMAIN, "ในกทมมีฝุ่น", "ใน|กทม|มี|ฝุ่น"),
    "unknown abbreviation": (PLAIN, "ก.ล.ต.ประกาศ", "ก.ล.ต.|ประกาศ"),
    "other scripts stand between": (PLAIN, "ลด CO2 ใน 5 ปี", "ลด| CO2 |ใน| 5 |ปี"),
    "nothing": (PLAIN, "", ""),
}


@pytest.mark.parametrize(("segmenter", "text", "expected"), CUTS.values(), ids=CUTS)
def test_cuts(segmenter: Segmenter, text: str, expected: str) -> None:
    assert "|".join(text[start:end] for start, end in segmenter.segment(text)) == expected


def inner(segmenter: Segmenter, word: str) -> list[str]:
    return [word[start:end] for start, end in segmenter.inner_words(word)]


@pytest.mark.parametrize(
    ("word", "held"),
    [("เทศบาลตำบล", "เทศบาล"), ("ฝุ่นละออง", "ฝุ่น"), ("การท่องเที่ยว", "ท่องเที่ยว"), ("พลเมือง", "เมือง"), ("นักท่องเที่ยว", "ท่องเที่ยว")],
)
def test_words_inside_a_word(word: str, held: str) -> None:
    assert held in inner(PLAIN, word)


def test_no_politics_inside_a_project_name() -> None:
    word = "โครงการเมืองอาเซียนสีเขียวอัจฉริยะ"
    assert [word[start:end] for start, end in DOMAIN.segment(word)] == [word]
    assert "การเมือง" not in inner(DOMAIN, word)
    assert {"โครงการ", "เมือง", "อาเซียน", "เขียว", "อัจฉริยะ"} <= set(inner(DOMAIN, word))


def test_only_splits_without_remainder() -> None:
    assert inner(PLAIN, "ขยะ") == []
    assert inner(Segmenter(["เมืองฌฮอป"]), "เมืองฌฮอป") == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("สมหมาย บางพลีใหญ่โต", ["สมหมาย", "บางพลีใหญ่โต"]),
        ("ทส.", ["ทส."]),
        ("กทม.", ["กทม.", "กทม"]),
        ("น้ำ", []),
        ("Smart City", []),
        ("องค์การจัดการน้ำเสีย (อจน.)", ["องค์การจัดการน้ำเสีย", "อจน.", "อจน"]),
    ],
)
def test_which_words_join_the_dictionary(name: str, parts: list[str]) -> None:
    assert domain_parts(name) == parts


@pytest.mark.parametrize(("word", "expected"), [("พ.ศ.", "พศ"), ("เด็กๆ", "เด็ก"), ("กรุงเทพฯ", "กรุงเทพ"), ("ๆ", ""), ("ขยะ", "ขยะ")])
def test_terms(word: str, expected: str) -> None:
    assert term(word) == expected


def test_digest_follows_the_words() -> None:
    assert Segmenter(["เมืองอัจฉริยะ"]).digest == Segmenter(["เมืองอัจฉริยะ", "น้ำ"]).digest
    assert Segmenter(["เมืองอัจฉริยะ"]).digest != PLAIN.digest


@given(st.text(st.sampled_from([*map(chr, range(0xE01, 0xE4F)), ".", "a", " "]), max_size=30))
def test_clusters_are_those_that_newmm_cuts_at(text: str) -> None:
    assert cluster_edges(text) == tcc_pos_array(text)


def test_what_is_remembered_is_cut_the_same() -> None:
    text = "โครงการเมืองสีเขียวของกทม. และโครงการเมืองสีเขียวของกทม."
    segmenter = Segmenter([])
    assert segmenter.segment(text) == segmenter.segment(text) == PLAIN.segment(text)
