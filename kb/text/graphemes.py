"""What a reader takes for one character: a highlight or a cut may fall only between such clusters (UAX #29, extended)."""

from __future__ import annotations

import regex

_CLUSTER = regex.compile(r"\X")
_REACH = 256  # code points looked back for white space, where a cluster begins, before the whole text is read


def clusters(text: str) -> list[tuple[int, int]]:
    """Ranges that cover the text; a Thai consonant with its marks is one, sara am belongs to the cluster before it."""
    return [match.span() for match in _CLUSTER.finditer(text)]


def snap(text: str, start: int, end: int) -> tuple[int, int]:
    """The range widened to whole clusters. An empty range stays empty unless it stands inside a cluster."""
    first = last = start
    for match in _CLUSTER.finditer(text, _cluster_begin(text, start)):
        if match.start() <= start < match.end():
            first = match.start()
        if match.start() >= end:
            break
        last = match.end()
    return (first, max(last, end)) if first < end else (start, end)


def _cluster_begin(text: str, position: int) -> int:
    """A place at or before `position` where a cluster begins for sure."""
    reach = range(position - 1, max(position - _REACH, 0), -1)
    return next((i for i in reach if text[i] in " \n"), 0)
