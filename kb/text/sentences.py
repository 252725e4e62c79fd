"""Sentences: what is shown as the answer and embedded on its own.

English ends at full stops, except those of abbreviations and decimals. Thai has no full stop: clauses stand between spaces, and they are
joined up to `THAI_SIZE`, ending rather before a conjunction that begins a new thought.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kb.errors import Lang
from kb.text.language import detect

THAI_SIZE = 160  # code points; with it sentences come out about as long as translated ones, see docs/text.md
THAI_LEAST = 40  # before a conjunction a sentence may end from this size on

_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9ก-๎])")
_WORD_BEFORE = re.compile(r"[\w.&-]+$")
_NEXT_WORD = re.compile(r"\s+[\"'“‘(\[]*([A-Za-z]+)")
# After these a full stop never ends a sentence.
_TITLE_WORDS = """
    mr mrs ms dr prof st gen col capt sgt hon rev no nos fig figs vol pp p art sec approx ca cf vs v e.g i.e dept ph
"""
# After these it does only where the next word is one that begins sentences.
_EITHER_WORDS = """
    etc inc ltd co corp jr sr u.s u.n u.k e.u a.m p.m b.e c.e a.d b.c jan feb mar apr jun jul aug sept sep oct nov dec
"""
_STARTER_WORDS = """
    a after all although an and as at because before but by each even every for from he her his how however if in it its many more most
    no now on once one our she since so some such that the their then there these they this those though to today two under until we
    when where which while who with you
"""
_TITLES, _EITHER, _STARTERS = (frozenset(words.split()) for words in (_TITLE_WORDS, _EITHER_WORDS, _STARTER_WORDS))
# Words that begin a new thought.
_CONJUNCTION_WORDS = """
    นอกจากนี้ นอกจากนั้น อย่างไรก็ตาม อย่างไรก็ดี ทั้งนี้ ดังนั้น ในขณะที่ ขณะที่ ขณะเดียวกัน ต่อมา จากนั้น หลังจากนั้น สำหรับ ส่วน แต่ เพราะ เนื่องจาก เมื่อ
    หาก ด้าน ปัจจุบัน ที่ผ่านมา
"""
_CONJUNCTION = re.compile("|".join(_CONJUNCTION_WORDS.split()))
_OPENING, _CLOSING = "([{“‘«", ")]}”’»"
_GAP_OR_BRACKET = re.compile(f"[ {re.escape(_OPENING + _CLOSING)}]")
_STOPPED = re.compile(r"(?:[ก-๎]{6,}\.|[A-Za-z]{4,}\.|[!?…])[”’\")]*$")
_ABBREVIATED = re.compile(r"(?:^|[^ก-๎])(?:[ก-ฮ]{1,5}\.)+$")
_ERAS = ("พ.ศ.", "ค.ศ.")  # belong to the word "year" before them
_STAYS = "([ๆฯ%–-/"  # begins nothing by itself


def split(text: str, lang: Lang) -> list[tuple[int, int]]:
    """Ranges of the sentences, without the white space around them; a line end always ends one. Empty text has none.

    Each line is cut as the language it is written in; `lang` counts for lines without letters.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        written = detect(line) if _LETTER.search(line) else lang
        ends = _thai_ends(line) if written == "th" else _english_ends(line)
        found += _trimmed(text, start, [*ends, len(line)])
        start += len(line)
    return found


def _trimmed(text: str, offset: int, ends: list[int]) -> Iterator[tuple[int, int]]:
    start = offset
    for end in ends:
        sentence = text[start : offset + end]
        if sentence.strip():
            first = start + len(sentence) - len(sentence.lstrip())
            yield first, start + len(sentence.rstrip())
        start = offset + end


def _english_ends(line: str) -> Iterator[int]:
    for match in _ENGLISH_END.finditer(line):
        if match[0][0] != "." or _ends_sentence(line, match.start(), match.end()):
            yield match.end()


def _ends_sentence(line: str, stop: int, end: int) -> bool:
    """Whether a full stop ends a sentence, judged by the word before and the word after."""
    before = _WORD_BEFORE.search(line, 0, stop)
    word = before[0].casefold().lstrip("(") if before else ""
    if word in _TITLES or (len(word) == 1 and word.isalpha() and before and before[0].isupper()):
        return False
    if word not in _EITHER:
        return True
    following = _NEXT_WORD.match(line, end)
    return following is not None and following[1].casefold() in _STARTERS


def _thai_ends(line: str) -> Iterator[int]:
    """Greedy: a clause is joined to the sentence while both fit into THAI_SIZE, unless a conjunction begins it."""
    start = 0
    gaps = _gaps(line)
    for gap, following in pairwise([*gaps, len(line)]):
        size = gap - start
        begins = size >= THAI_LEAST and _CONJUNCTION.match(line, gap + 1)
        full = size >= THAI_LEAST and following - start > THAI_SIZE
        if begins or full or _ended(line, gap):
            yield gap
            start = gap


def _ended(line: str, gap: int) -> bool:
    """A full stop of English kind in a Thai line: after a word of four letters or more, or a question or exclamation mark."""
    return _STOPPED.search(line[max(gap - 24, 0) : gap]) is not None


def _gaps(line: str) -> list[int]:
    """Places of spaces where Thai may be cut: outside brackets, not beside a number, not within Latin words, not after an abbreviation."""
    found = []
    depth = 0
    for sign in _GAP_OR_BRACKET.finditer(line):
        i, character = sign.start(), sign[0]
        if character != " ":
            depth = depth + 1 if character in _OPENING else max(depth - 1, 0)
        elif depth == 0 and 0 < i < len(line) - 1 and _may_cut(line, i):
            found.append(i)
    return found


def _may_cut(line: str, i: int) -> bool:
    before, after = line[i - 1], line[i + 1]
    if after.isdigit() or after in _STAYS or before in "–-/" or line.startswith(_ERAS, i + 1):
        return False
    if before.isdigit():
        return _CONJUNCTION.match(line, i + 1) is not None
    if before == ".":
        return _ABBREVIATED.search(line[max(i - 12, 0) : i]) is None
    return not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())
