"""Folded text as bytes, one for each Thai or ASCII character: a third of UTF-8, and a stretch of text is a stretch of bytes.

0x00–0x7f  ASCII
0xa1–0xfb  U+0E01–U+0E5B, as in ISO 8859-11
0x80 … 0x80  U+00DF–U+024F, which are Latin letters, 0x81 … 0x81 any other character: in between its number, a byte 0x90–0x9f for 4 bits

No character's bytes hold those of another, so that text holds text exactly where bytes hold bytes.
"""

from __future__ import annotations

import codecs

LATIN = rb"a-z0-9\x80"  # bytes with which a Latin letter or a figure begins and ends, for a class of a regular expression
_LETTER, _OTHER, _NUMBER = b"\x80", b"\x81", 0x90
_THAI = "".join(chr(code) if 0x0E01 <= code <= 0x0E3A or 0x0E3F <= code <= 0x0E5B else "\ufffe" for code in range(0x0E01, 0x0E60))
_TABLE = codecs.charmap_build("".join(map(chr, range(128))) + "\ufffe" * 33 + _THAI)
_ERRORS = "kb.text.bytewise"


def encode(text: str) -> bytes:
    return codecs.charmap_encode(text, _ERRORS, _TABLE)[0]


def _spelt(fault: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(fault, UnicodeEncodeError)
    return b"".join(map(_numbered, fault.object[fault.start : fault.end])), fault.end


def _numbered(character: str) -> bytes:
    mark = _LETTER if "\u00df" <= character <= "\u024f" else _OTHER
    return mark + bytes(_NUMBER + int(digit, 16) for digit in f"{ord(character):x}") + mark


codecs.register_error(_ERRORS, _spelt)
