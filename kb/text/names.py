"""How names are compared across spellings and scripts: by their letters alone, and by their sound.

The key of sound is a skeleton of consonant classes that Thai and Latin spellings share, after Suwanvisat & Prasitjutrakul, "Thai-English
cross-language transliterated word retrieval using soundex technique" (NCSEC 1998), with the classes of the Royal Thai General System of
Transcription (1999): aspiration and voicing, which the spellings of names do not keep apart (Prayut, Prayuth, Prayudh), are dropped, and
so are vowels. A Thai consonant may be silent or close a syllable in another class, so that a Thai name has several keys.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

SHORTEST_KEY = 3  # consonants: fewer are shared by too many names
MOST_KEYS = 64

_WORD = re.compile(r"(?:[^\W_]|[\u0e31-\u0e3a\u0e47-\u0e4e])+")
_FOREIGN = re.compile("[^\\x00-\x7f\u0e00-\u0e7f]")  # neither of ASCII nor Thai
_THAI_CONSONANT = re.compile("[ก-ฮ]")
_PREFIXES = {"koh": "ko", "klong": "khlong"}
_LATIN = {
    "sch": "C", "ngh": "G", "ph": "P", "th": "T", "kh": "K", "gh": "K", "dh": "T", "bh": "P", "jh": "C",
    "ch": "C", "sh": "C", "ng": "G", "ck": "K", "qu": "KW", "x": "KS",
    **dict(zip("bcdfghjklmnpqrstvwyz", "PKTFKHCKLMNPKRSTWWYS", strict=True)),
}  # fmt: skip
# The longest spelling first; an h is heard before a vowel only.
_SPELLING = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)).replace("|h|", "|h(?=[aeiou])|"))
_OTHER_SIGNS = re.compile("[^a-z]")
_UNHEARD = re.compile(r"(?<=[aeo])r(?![aeiouyr])")  # Chart, Porn, Thalerng: there is no r to be heard
_VOWELS = re.compile(r"[wy](?![aeiou])")
_SOFT_C = re.compile("c(?=[eiy])")
_THAI = {
    "K": "กขฃคฅฆ", "G": "ง", "C": "จฉชฌ", "Y": "ญย", "T": "ดฎตฏถทธฐฑฒ", "N": "นณ", "P": "บปผพภ", "F": "ฝฟ", "M": "ม", "R": "รฤ", "L": "ลฬฦ",
    "W": "ว", "S": "ซศษส", "H": "หฮ", "": "อ",
}  # fmt: skip
_CLASS = {letter: sound for sound, letters in _THAI.items() for letter in letters}
_SILENT = ("[ก-ฮ][ก-ฮ][ิุ]?์", "[ก-ฮ][ิุ]?์", "์")  # จันทร์; พันธุ์, ศักดิ์; in foreign names the letter may be heard
_LEADING_H = re.compile("ห(?=[งญนมยรลว])")
_SYLLABLE = re.compile("[ก-ฮ]")
_AFTER = re.compile("[ะ-ฺๅ็]")  # a vowel written after, above or below its consonant


def squash(name: str) -> str:
    """Letters and figures alone, without accents, case, spaces, hyphens: Da Nang, Danang and Đà Nẵng are one."""
    return "".join([_PREFIXES.get(word, word) for word in _WORD.findall(_plain(name))])


def _plain(name: str) -> str:
    """Lower case, without accents; signs of Thai stay."""
    folded = name.casefold()
    if folded.isascii():
        return folded
    if not _FOREIGN.search(folded):
        return unicodedata.normalize("NFD", folded)
    plain = unicodedata.normalize("NFD", folded).replace("đ", "d")
    return "".join([c for c in plain if "\u0e00" <= c <= "\u0e7f" or not unicodedata.combining(c)])


def is_thai(text: str) -> bool:
    return _THAI_CONSONANT.search(text) is not None


@lru_cache(maxsize=1 << 15)  # the names of a collection stay the same from one generation to the next
def sounds(name: str) -> frozenset[str]:
    """Keys of sound; two names sound alike when they share one. Empty for a name with too few consonants to tell it by."""
    if is_thai(name) and re.search("[A-Za-z]", name):
        return frozenset()
    folded = name.casefold()
    found = _thai_keys(name) if is_thai(name) else map(_latin_key, dict.fromkeys((folded, folded.replace("tch", "ch"))))
    return frozenset(key for key in found if len(key) >= SHORTEST_KEY)


def _latin_key(name: str) -> str:
    letters = _OTHER_SIGNS.sub("", _plain(name))
    letters = _SOFT_C.sub("s", _VOWELS.sub("", _UNHEARD.sub("", letters)))
    return _single("".join([_LATIN[spelling] for spelling in _SPELLING.findall(letters)]))


def _thai_keys(name: str) -> set[str]:
    """All readings of a Thai name: with and without what thanthakhat silences, and with each consonant open or closing a syllable."""
    plain = re.sub("[่-๋ํ๎ๆฯ.\\s]", "", name)
    keys: set[str] = set()
    for written in dict.fromkeys(re.sub(silent, "", plain).replace("์", "") for silent in _SILENT):
        text = _LEADING_H.sub("", written).replace("รร", "ร" if written.endswith("รร") else "")
        readings = [_readings(text, match.start()) for match in _SYLLABLE.finditer(text)]
        keys |= {_single("".join(each)) for each, _ in zip(product(*readings), range(MOST_KEYS), strict=False)}
    return keys


def _readings(text: str, place: int) -> tuple[str, ...]:
    letter = text[place]
    sound = _CLASS[letter]
    opens = place == 0 or text[place - 1] in "เแโใไ" or _AFTER.match(text, place + 1)
    if sound == "W" and not (place == 0 or text[place - 1] in "เแโใไ"):
        return ("W", "")
    if opens:
        return (sound,)
    closing = {
        "R": ("R", "N", ""),
        "L": ("L", "N"),
        "C": ("C", "T", "TC"),
        "S": ("S", "T", "TS"),
        "Y": ("", "Y", "N") if letter == "ญ" else ("", "Y"),
    }
    return closing.get(sound, (sound,))


def _single(key: str) -> str:
    return re.sub(r"(.)\1+", r"\1", key)
