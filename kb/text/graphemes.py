"""What a reader takes for one character: a highlight or a cut may fall only between such clusters (UAX #29, extended)."""

from __future__ import annotations

import regex

_CLUSTER = regex.compile(r"\X")
_REACH = 256  # code points looked back for a certain border of clusters before the whole text is read
# Printable ASCII, Thai letters that are no marks, line ends, zero-width spaces, and the usual signs: between two of them there is always
# a border (UAX #29, GB4, GB5, GB999).
_PLAIN = frozenset(map(chr, [0x0A, *range(0x20, 0x7F), *range(0xE01, 0xE31), 0xE32, *range(0xE3F, 0xE47), *range(0xE4F, 0xE5C)]))
_PLAIN |= frozenset("\u200b\xa0‘’“”–—…•")
# Before those, also after a mark: it belongs to the cluster that it ends.
_BEFORE_PLAIN = _PLAIN | frozenset(map(chr, [0xE31, *range(0xE33, 0xE3B), *range(0xE47, 0xE4F)]))


def clusters(text: str) -> list[tuple[int, int]]:
    """Ranges that cover the text; a Thai consonant with its marks is one, sara am belongs to the cluster before it."""
    return [match.span() for match in _CLUSTER.finditer(text)]


def snap(text: str, start: int, end: int) -> tuple[int, int]:
    """The range widened to whole clusters. An empty range stays empty unless it stands inside a cluster."""
    # Nearly always, so without a call.
    inside = start and end < len(text)
    if inside and text[start] in _PLAIN and text[end] in _PLAIN and text[start - 1] in _BEFORE_PLAIN and text[end - 1] in _BEFORE_PLAIN:
        return start, end
    first = start if _is_border(text, start) else _cluster(text, start)[0]
    if _is_border(text, end):
        return first, end
    begin, last = _cluster(text, end)
    return first, end if begin == end else last


def _cluster(text: str, position: int) -> tuple[int, int]:
    """The one about a place before the end of the text."""
    return next(match.span() for match in _CLUSTER.finditer(text, _cluster_begin(text, position)) if match.end() > position)


def _is_border(text: str, position: int) -> bool:
    """Whether clusters part here for sure."""
    return position == 0 or position == len(text) or (text[position] in _PLAIN and text[position - 1] in _BEFORE_PLAIN)


def _cluster_begin(text: str, position: int) -> int:
    """A place at or before `position` where a cluster begins for sure."""
    reach = range(position, max(position - _REACH, 0), -1)
    return next((i for i in reach if _is_border(text, i)), 0)
