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

_PREFIXES = {"koh": "ko", "klong": "khlong"}
_LATIN = [
    ("sch", "C"), ("ngh", "G"), ("ph", "P"), ("th", "T"), ("kh", "K"), ("gh", "K"), ("dh", "T"), ("bh", "P"), ("jh", "C"),
    ("ch", "C"), ("sh", "C"), ("ng", "G"), ("ck", "K"), ("qu", "KW"), ("x", "KS"),
    *zip("bcdfghjklmnpqrstvwyz", "PKTFKHCKLMNPKRSTWWYS", strict=True),
]  # fmt: skip
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
    plain = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d")
    words = re.findall(
        r"(?:[^\W_]|[\u0e31-\u0e3a\u0e47-\u0e4e])+", "".join(c for c in plain if not unicodedata.combining(c) or "\u0e00" <= c <= "\u0e7f")
    )
    return "".join([_PREFIXES.get(word, word) for word in words]) if words else ""


def is_thai(text: str) -> bool:
    return re.search("[ก-ฮ]", text) is not None


@lru_cache(maxsize=1 << 15)  # the names of a collection stay the same from one generation to the next
def sounds(name: str) -> frozenset[str]:
    """Keys of sound; two names sound alike when they share one. Empty for a name with too few consonants to tell it by."""
    if is_thai(name) and re.search("[A-Za-z]", name):
        return frozenset()
    found = _thai_keys(name) if is_thai(name) else {_latin_key(name), _latin_key(name.casefold().replace("tch", "ch"))}
    return frozenset(key for key in found if len(key) >= SHORTEST_KEY)


def _latin_key(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d")
    letters = re.sub("[^a-z]", "", plain)
    letters = re.sub(r"(?<=[aeo])r(?![aeiouyr])", "", letters)  # Chart, Porn, Thalerng: there is no r to be heard
    letters = re.sub(r"[wy](?![aeiou])", "", letters)
    letters = re.sub("c(?=[eiy])", "s", letters)
    key = ""
    while letters:
        start, sound = next(((s, k) for s, k in _LATIN if letters.startswith(s)), (letters[0], ""))
        letters = letters[len(start) :]
        key += sound if sound != "H" or letters[:1] in tuple("aeiou") else ""
    return _single(key)


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
