"""The likeliest way to read a stretch of Thai: words as they stand, unknown stretches, and words that were meant and mistyped.

A noisy channel over a word lattice (Kernighan, Church & Gale 1990; Brill & Moore 2000): the segmenter cuts a misspelt word into rubbish,
so cutting and correcting have to be decided together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kb.text.likelihood import unknown

_DEPENDENT = frozenset("ะัาำิีึืฺุู็่้๊๋์ํ๎ๅๆฯ")  # never the first of a word
_LEADING = frozenset("เแโใไ")  # never the last
LONGEST_UNKNOWN = 16
UNKNOWN = [unknown(length) for length in range(LONGEST_UNKNOWN + 1)]  # nats, by length


@dataclass(frozen=True, slots=True)
class Edge:
    start: int
    end: int
    cost: float  # nats
    meant: str = ""  # the word that was meant; "" where the text stands as it is
    known: bool = True  # False: an unknown stretch


@dataclass(frozen=True, slots=True)
class Path:
    cost: float
    edges: tuple[Edge, ...]


Way = tuple[int, float]  # where it ends, and what it costs


def boundaries(text: str) -> list[bool]:
    """For every position 0 … len(text), whether a word may begin or end there."""
    inner = [text[i] not in _DEPENDENT and text[i - 1] not in _LEADING for i in range(1, len(text))]
    return [True, *inner, True] if text else [True]


def places(text: str) -> list[int]:
    """Where a word may begin or end."""
    return [at for at, may in enumerate(boundaries(text)) if may]


def as_written(text: str, words: Callable[[str, int], Iterable[str]], cost: Callable[[str], float | None]) -> list[Edge]:
    """Known words at all places, and unknown stretches."""
    allowed = boundaries(text)
    edges: list[Edge] = []
    for start in (i for i in range(len(text)) if allowed[i]):
        for word in words(text, start):
            price = cost(word)
            if price is not None and allowed[start + len(word)]:
                edges.append(Edge(start, start + len(word), price))
        ends = range(start + 1, min(start + LONGEST_UNKNOWN, len(text)) + 1)
        edges += (Edge(start, end, unknown(end - start), known=False) for end in ends if allowed[end])
    return edges


def likeliest(text: str, words: Callable[[str, int], Iterable[str]], cost: Callable[[str], float | None]) -> Path:
    """The best path of `as_written`, for which no edge is made that is not part of it."""
    allowed = places(text)
    ends = frozenset(allowed)
    costs = [0.0] + [math.inf] * len(text)
    arrived: list[tuple[int, float, bool]] = [(0, 0.0, True)] * (len(text) + 1)
    for number, start in enumerate(allowed):
        reached = costs[start]
        for word in words(text, start):
            end = start + len(word)
            price = cost(word)
            if price is not None and end in ends and reached + price < costs[end]:
                costs[end], arrived[end] = reached + price, (start, price, True)
        for end in allowed[number + 1 :]:
            if end - start > LONGEST_UNKNOWN:
                break
            price = UNKNOWN[end - start]
            if reached + price < costs[end]:
                costs[end], arrived[end] = reached + price, (start, price, False)
    edges: list[Edge] = []
    end = len(text)
    while end:
        start, price, known = arrived[end]
        edges.append(Edge(start, end, price, known=known))
        end = start
    return Path(costs[-1], tuple(reversed(edges)))


def best(length: int, edges: Sequence[Edge]) -> Path:
    """The cheapest path from 0 to `length` (Viterbi)."""
    costs = [0.0] + [float("inf")] * length
    arrived: list[Edge | None] = [None] * (length + 1)
    for edge in sorted(edges, key=lambda e: (e.start, e.end, e.cost)):
        total = costs[edge.start] + edge.cost
        if total < costs[edge.end]:
            costs[edge.end], arrived[edge.end] = total, edge
    return Path(costs[length], tuple(_backwards(arrived)))


def around(ways: Sequence[Sequence[Way]]) -> tuple[list[float], list[float]]:
    """The cost of the cheapest path from 0 to every position, and from every position to the last one. ways: those from each position."""
    before, behind = ([math.inf] * (len(ways) + 1) for _ in range(2))
    before[0] = behind[-1] = 0.0
    for reached, onwards in zip(before, ways, strict=False):
        for end, cost in onwards:
            if reached + cost < before[end]:
                before[end] = reached + cost
    for start in range(len(ways) - 1, -1, -1):
        for end, cost in ways[start]:
            if cost + behind[end] < behind[start]:
                behind[start] = cost + behind[end]
    return before, behind


def _backwards(arrived: Sequence[Edge | None]) -> list[Edge]:
    found: list[Edge] = []
    edge = arrived[-1]
    while edge is not None:
        found.append(edge)
        edge = arrived[edge.start]
    return found[::-1]
