"""Text typed with the keyboard set to the other language."""

import pytest

from kb.text import keyboard

KEYS = [
    ("gmL[k]", "เทศบาล"),
    ("-pt", "ขยะ"),
    ("oh", "น้"),
    ("fu", "ดี"),
    (";yo", "วัน"),
    ("1", "ๅ"),
    ("!", "+"),
]


@pytest.mark.parametrize(("keys", "typed"), KEYS)
def test_keys_of_both_layouts(keys: str, typed: str) -> None:
    assert keyboard.on_thai(keys) == typed
    assert keyboard.on_english(typed) == keys


def test_every_printing_key_of_the_english_layout_comes_back() -> None:
    keys = "".join(chr(code) for code in range(0x21, 0x7F))
    assert keyboard.on_english(keyboard.on_thai(keys)) == keys


@pytest.mark.parametrize(
    ("typed", "lang", "meant"), [("GMl[K]", "th", "เทศบาล"), ("gmL[k]", "th", "เทศบาล"), ("แระั", "en", "city"), ("ฉระั", "en", "City")]
)
def test_caps_lock_and_shift_are_read_too(typed: str, lang: str, meant: str) -> None:
    assert meant in list(keyboard.readings(typed, lang))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "near"), [("a", "s", True), ("a", "p", False), ("ก", "ด", True), ("ด", "โ", True), ("ก", "ล", False)]
)
def test_neighbouring_keys(one: str, other: str, near: bool) -> None:
    assert ((one, other) in keyboard.NEIGHBOURS) is near
    assert ((other, one) in keyboard.NEIGHBOURS) is near
