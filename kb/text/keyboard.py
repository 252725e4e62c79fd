"""Text typed with the keyboard set to the other language: US English and Thai Kedmanee (TIS 820), key by key, with shift states."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kb.errors import Lang
from kb.text import thai

_TO_THAI = str.maketrans(dict(thai.keys()))
# Of two keys that give the same character on the Thai layout the first one counts; there is none today.
_TO_ENGLISH = str.maketrans({typed: key for key, typed in reversed(list(thai.keys().items()))})
# Keys of a row, unshifted; what stands side by side is easily hit for its neighbour.
_ROWS = ("`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./")


def on_thai(text: str) -> str:
    """What the keys of an English text give on the Thai layout: gmL[k] -> เทศบาล. Everything that is no key of the layout stays."""
    return text.translate(_TO_THAI)


def on_english(text: str) -> str:
    """What the keys of a Thai text give on the English layout: แระั -> city."""
    return text.translate(_TO_ENGLISH)


def readings(text: str, lang: Lang) -> Iterator[str]:
    """What the same keys give on the layout of `lang`; a second time with caps lock undone, which exchanges the case of letters."""
    if lang == "en":
        plain = on_english(text)
        yield plain
        if plain[1:] != plain[1:].lower():
            yield plain.swapcase()
        return
    yield on_thai(text)
    if text != text.lower():
        yield on_thai(text.swapcase())


def _pairs() -> Iterator[tuple[str, str]]:
    for row in _ROWS:
        yield from pairwise(row)
    for upper, lower in pairwise(_ROWS):
        yield from zip(upper[1:], lower, strict=False)


def _neighbours() -> frozenset[tuple[str, str]]:
    """Characters one key apart, of both layouts, and on the Thai one those that differ by the shift key only."""
    english = {pair for pair in _pairs() if "".join(pair).isalpha()}
    thai_pairs = {(on_thai(a), on_thai(b)) for a, b in _pairs()} | {(on_thai(key), on_thai(_shifted(key))) for row in _ROWS for key in row}
    letters = {pair for pair in thai_pairs if all(thai.is_thai(character) for character in pair)}
    both = english | letters
    return frozenset(both | {(b, a) for a, b in both})


def _shifted(key: str) -> str:
    return key.upper() if key.isalpha() else dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))[key]


NEIGHBOURS = _neighbours()
