"""Where a line of a page may not break: the spaces of Thai typesetting that browsers take for places to break.

The Thai repetition mark is written after a space (ต่าง ๆ) but may not begin a line, and a figure stays with its unit. The space there
becomes a no-break space. Everything else the browser's own dictionary does well. What people edit or copy as it stands (text areas,
code, scripts) is left alone.
"""

from __future__ import annotations

import re

UNITS = (
    "ล้านล้านบาท|หมื่นล้านบาท|พันล้านบาท|แสนล้านบาท|ล้านบาท|บาท|ล้าน|ตัน|กิโลกรัม|กิโลเมตร|ตารางกิโลเมตร|เมกะวัตต์|เมตร|ลูกบาศก์เมตร|ไร่|ปี|เดือน|วัน|ชั่วโมง|คน|ครัวเรือน|"
    "แห่ง|เมือง|องค์กร|เปอร์เซ็นต์|million|billion|baht|tonnes?|kg|km|m|ha|rai|MW|kWh|hours?|days?|months?|years?|people|households|per cent|%"
)
# A tag, or an element whose text stays as it is, or text.
PIECES = re.compile(r"<(textarea|pre|script|style)\b.*?</\1>|<[^>]*>|[^<]+", re.DOTALL)
REPEATED = re.compile("(?<=[ก-๎]) (?=ๆ)")
MEASURED = re.compile(rf"(?<=\d) (?=(?:{UNITS})(?![a-z]))")
NO_BREAK = "\u00a0"


def unbroken(html: str) -> str:
    """The same page with no-break spaces in its text."""
    return PIECES.sub(lambda piece: piece[0] if piece[0].startswith("<") else _text(piece[0]), html)


def _text(text: str) -> str:
    return MEASURED.sub(NO_BREAK, REPEATED.sub(NO_BREAK, text))
