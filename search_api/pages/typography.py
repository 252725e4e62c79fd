"""Where a line of a page may not break.

Browsers take the spaces of Thai typesetting for places to break: the repetition mark is written after a space (ต่าง ๆ) but may not
begin a line, and a figure stays with its unit, a year with its era, a day with its month. The space there becomes a no-break space.
What people edit or copy as it stands (text areas, code, scripts) is left alone.

Between Thai letters browsers break by a dictionary of their own, which knows neither the names of the collection nor many compounds.
Titles and labels, large and read first, break where the words of the collection's own dictionary end (`whole`).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from kb.text import thai
from kb.text.dates import THAI_MONTHS

UNITS = (
    "ล้านล้านบาท|หมื่นล้านบาท|พันล้านบาท|แสนล้านบาท|ล้านบาท|บาท|ล้าน|ยูโร|เปอร์เซ็นต์|ตัน|กิโลกรัม|กิโลเมตร|ตารางกิโลเมตร|เมตร|ลูกบาศก์เมตร|ไร่|เมกะวัตต์|กิโลวัตต์|"
    "ปี|เดือน|วัน|ชั่วโมง|ครั้ง|คน|ครัวเรือน|แห่ง|เมือง|เขต|ประเทศ|องค์กร|โครงการ|เรื่อง|ฉบับ|ต้น|"
    "million|billion|baht|tonnes?|kg|km|m|ha|rai|MW|kWh|hours?|days?|months?|years?|people|households|per cent|%"
)
MONTHS = "|".join(THAI_MONTHS)
# A space that is none to break at: before a repetition mark, between a figure and its unit or month, between what counts and its figure.
BOUND = re.compile(
    rf" (?:(?=ๆ)(?<=[ก-๎] )|(?<=\d )(?=(?:{UNITS}|{MONTHS})(?![a-z]))"
    r"|(?=\d)(?:(?<=พ\.ศ\. )|(?<=ค\.ศ\. )|(?<=ร้อยละ )|(?<=ครั้งที่ )|(?<=ฉบับที่ )|(?<=ระยะที่ )))"
)
KEPT = re.compile(r"<(textarea|pre|script|style)\b.*?</\1>", re.DOTALL)  # elements whose text stays as it is
NO_BREAK = "\u00a0"
BEGINNING = ("กรุง", "การ", "ความ", "ผู้")  # what is one word with the next
COUNTING = ("ครั้ง", "สิ่ง", "ฉบับ")  # one word with ที่
LONGEST = 18  # letters of a word that is kept on one line: the narrowest screens have room for it in the size of a heading


def unbroken(html: str) -> str:
    """The same page with no-break spaces in its text. Few spaces ask for it, so these are looked for, and then where they stand."""
    found = [space.start() for space in BOUND.finditer(html)]
    if not found:
        return html
    kept = [element.span() for element in KEPT.finditer(html)]
    return _with(html, [at for at in _in_text(html, found) if not _inside(kept, at)])


def _in_text(html: str, places: Iterable[int]) -> Iterator[int]:
    """Those that are not inside a tag; `places` in order, so that nothing is looked through twice."""
    before, in_tag = 0, False
    for at in places:
        tag = html.rfind("<", before, at)
        if tag >= 0 or in_tag:
            in_tag = html.find(">", max(tag, before), at) < 0
        if not in_tag:
            yield at
        before = at


def _inside(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """spans: in order, none within another."""
    last = bisect(spans, (at,)) - 1
    return last >= 0 and at < spans[last][1]


def _with(html: str, places: Sequence[int]) -> str:
    """Each of those spaces as one that does not break."""
    starts = [0, *(at + 1 for at in places)]
    return NO_BREAK.join(html[start:end] for start, end in zip(starts, [*places, len(html)], strict=True))


def whole(text: str, cut: Callable[[str, int], Sequence[str]]) -> Markup:
    """The text as HTML whose Thai words are not broken. cut(text, longest) gives the words that make it up."""
    return Markup("".join(_pieces(_bound(cut(BOUND.sub(NO_BREAK, text), LONGEST)))))


def _pieces(words: Iterable[str]) -> Iterator[str]:
    """HTML."""
    after_thai = False
    for word in words:
        is_thai = thai.is_thai(word[0])
        if is_thai and after_thai:
            yield "<wbr>"
        written = escape(word)
        yield f'<span class="whole">{written}</span>' if is_thai and len(word) <= LONGEST else written
        after_thai = is_thai


def _bound(words: Sequence[str]) -> Iterator[str]:
    """The words, those that begin what follows as one with it."""
    held = ""
    for word, following in pairwise([*words, ""]):
        held += word
        if not following or not _begins(word, following):
            yield held
            held = ""


def _begins(word: str, following: str) -> bool:
    return thai.is_thai(following[0]) and (word in BEGINNING or (word in COUNTING and following.startswith("ที่")))
