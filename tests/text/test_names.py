"""Names across spellings and scripts: which are one, which sound alike, which do not."""

from __future__ import annotations

import pytest

from kb.text.names import sounds, squash

SAME_LETTERS = [
    ("Chiang Mai", "Chiangmai"),
    ("Ko Mak", "Koh Mak"),
    ("Da Nang", "Danang"),
    ("Đà Nẵng", "Da Nang"),
    ("Huế", "Hue"),
    ("Khlong Saen Saep", "Klong Saen-Saep"),
    ("PHUKET", "Phuket"),
    ("Cần Thơ", "Can Tho"),
    ("เชียง ใหม่", "เชียงใหม่"),
]


@pytest.mark.parametrize(("one", "other"), SAME_LETTERS)
def test_spellings_of_the_same_letters(one: str, other: str) -> None:
    assert squash(one) == squash(other) != ""


def test_vowels_of_thai_tell_names_apart() -> None:
    assert squash("กัน") != squash("กินี")


ALIKE = [
    ("สมศักดิ์", "Somsak"),
    ("สรรพโกศลกุล", "Sappakosonkul"),
    ("เถลิงศักดิ์", "Thalerngsak"),
    ("เพ็ชรสุวรรณ", "Petchsuwan"),
    ("ธีระพงศ์", "Theeraphong"),
    ("ธีระพงศ์", "Thirapong"),
    ("ชัชชาติ", "Chadchart"),
    ("ชัชชาติ", "Chatchat"),
    ("สิทธิพันธุ์", "Sittipunt"),
    ("ประวิตร", "Prawit"),
    ("วงษ์สุวรรณ", "Wongsuwon"),
    ("วัฒนพงษ์", "Wattanapong"),
    ("วัฒนพงษ์", "วัฒนพงศ์"),
    ("วชิราลงกรณ์", "Vajiralongkorn"),
    ("ปทุมธานี", "Pathum Thani"),
    ("พิเชฐ", "Pichet"),
    ("ประยุทธ์", "Prayuth"),
    ("สมเกียรติ", "Somkiat"),
    ("พิษณุโลก", "Phitsanulok"),
    ("นครสวรรค์", "Nakhon Sawan"),
    ("ทิมเมอร์มานส์", "Timmermans"),
    ("Theerapong", "Theeraphong"),
    ("Prayut", "Prayudh"),
    ("Thonburi", "ธนบุรี"),
    ("กาญจนบุรี", "Kanchanaburi"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert sounds(one) & sounds(other)


APART = [
    ("สมศักดิ์", "Somchai"),
    ("สมศักดิ์", "Somkiat"),
    ("ปทุมธานี", "Pattani"),
    ("ชัชชาติ", "Chitchai"),
    ("ขอนแก่น", "Kanchanaburi"),
    ("Prawit", "Prayut"),
    ("นครสวรรค์", "Nakhon Pathom"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_names_that_do_not(one: str, other: str) -> None:
    assert not sounds(one) & sounds(other)


@pytest.mark.parametrize("name", ["", "Uma", "เว้", "Hue", "Non", "123", "อา", "!?"])
def test_names_too_short_to_be_told_by_sound(name: str) -> None:
    assert not sounds(name)


def test_the_number_of_readings_is_bounded() -> None:
    assert len(sounds("รลรลสชรลรลสช" * 20)) <= 192


def test_every_letter_of_thai_and_every_sign_is_read() -> None:
    for letter in map(chr, range(0x0E01, 0x0E5C)):
        assert isinstance(sounds(f"กาน{letter}ดี{letter}มน"), frozenset)
