"""Was the keyboard set to the other language? Decided for the whole question and for each stretch between spaces, by what is likelier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import Lang
from kb.text import keyboard
from kb.text.readings import Readings

WRONG_LAYOUT = 7.0  # nats: one question in a thousand is typed so
MARGIN = 3.0  # nats by which the other reading must win besides
_STRETCH = re.compile(r"\S+")
_THAI, _LATIN = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]"), re.compile("[A-Za-z]")
# A stretch that holds letters of both scripts is taken apart between them.
_RUN = re.compile("[\u0e01-\u0e5b]+|[^\u0e01-\u0e5b]+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the question that was typed with one layout."""

    start: int  # code points of the question
    end: int  # exclusive
    cost: float  # as typed, nats
    other: str  # on the other layout; "" where that gives no text
    other_cost: float
    certain: bool  # all words of the other reading are known

    @property
    def gain(self) -> float:
        return self.cost - self.other_cost


def repair(text: str, readings: Readings) -> list[tuple[int, int, str]]:
    """(start, end, as meant) of what was typed with the other layout; empty for almost every question."""
    spans = _stretches(text)
    # Without one that is certain nothing is changed, and the others need not be weighed.
    if not any(_may_be_certain(text[start:end], readings) for start, end in spans):
        return []
    stretches = [_stretch(start, end, text, readings) for start, end in spans]
    alone = [each for each in stretches if each.certain and each.gain > WRONG_LAYOUT + MARGIN]
    # Where one stretch was surely typed so, the others need not bear the whole burden of proof.
    chosen = [each for each in stretches if each.other and each.gain > (0 if each.certain else MARGIN)] if alone else []
    return [(each.start, each.end, each.other) for each in chosen]


def _stretches(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for match in _STRETCH.finditer(text):
        mixed = _THAI.search(match[0]) and _LATIN.search(match[0])
        runs: Sequence[re.Match[str]] = list(_RUN.finditer(match[0])) if mixed else []
        found += [(match.start() + run.start(), match.start() + run.end()) for run in runs] or [match.span()]
    return found


def _stretch(start: int, end: int, text: str, readings: Readings) -> Stretch:
    typed = text[start:end]
    cost = readings.cost(typed)
    lang = _other_layout(typed)
    certain = _certain(typed, readings)
    others = [(readings.cost(other), other) for other in keyboard.readings(typed, lang)] if lang and not certain else []
    best = min(certain or others, default=(cost, ""))
    return Stretch(start, end, cost, best[1], best[0], bool(certain))


def _may_be_certain(typed: str, readings: Readings) -> bool:
    """False for words that are too likely as typed, without the look at what else they may be."""
    if _other_layout(typed) == "th" and readings.cost(typed) <= WRONG_LAYOUT + MARGIN:
        return False
    return bool(_certain(typed, readings))


def _certain(typed: str, readings: Readings) -> list[tuple[float, str]]:
    """(cost, text) of what the keys give on the other layout, where all its words are known."""
    lang = _other_layout(typed)
    others = [(readings.certain_cost(other, lang), other) for other in keyboard.readings(typed, lang)] if lang else []
    return [(price, other) for price, other in others if price is not None]


def _other_layout(typed: str) -> Lang | None:
    if _THAI.search(typed):
        return None if _LATIN.search(typed) else "en"
    return "th" if typed.isascii() and not typed.isdigit() else None
