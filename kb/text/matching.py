"""Maximal matching: the fewest dictionary words that make up a stretch of Thai; of equally few, those with the shorter first word.

The method is newmm's (PyThaiNLP), and the cuts are the same to the letter; the words are kept and the cuts found in a way that takes
half the time. It works from one sure place to the next: one that every possible cut passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

MOST_EDGES = 51  # words considered from one sure place to the next; behind them only the shortest word of each place is
END = ""  # key of a node at which a word ends

_SHORT = re.compile("[ก-ฮ]{0,2}")  # too short to end an unknown word
_DOTS = re.compile(r"\.+")

Node = dict[str, Any]  # letter -> node below; END -> this is a word
Graph = dict[int, Sequence[int]]  # place -> ends of the words that begin there, both ascending


class WordTree:
    """Words by their letters. Immutable; one that is built on another shares all of its nodes but those on the way to new words."""

    def __init__(self, words: Iterable[str], base: WordTree | None = None) -> None:
        self._root: Node = dict(base._root) if base else {}
        own = {id(self._root): self._root}  # nodes that are not shared; held, so that no id is given twice
        for word in words:
            node = self._root
            for letter in word:
                below: Node | None = node.get(letter)
                if below is None or id(below) not in own:
                    below = node[letter] = dict(below or {})
                    own[id(below)] = below
                node = below
            node[END] = True

    def ends(self, text: str, start: int = 0) -> list[int]:
        """Where the words end that begin at `start`, ascending."""
        found = []
        node = self._root
        for at in range(start, len(text)):
            below = node.get(text[at])
            if below is None:
                break
            node = below
            if END in node:
                found.append(at + 1)
        return found

    def cut(self, text: str, edges: Sequence[int]) -> list[str]:
        """The words that make up a text of Thai letters and dots. `edges`: 1 for every place where a word may end, len(text) + 1."""
        words: list[str] = []
        begin = 0
        while begin < len(text):
            graph, goal = self._to_sure_place(text, edges, begin)
            if not goal:
                goal = self._unknown_end(text, edges, begin)
            words += _fewest(text, graph, begin, goal) if len(graph) > 1 else [text[begin:goal]]
            begin = goal
        return words

    def _to_sure_place(self, text: str, edges: Sequence[int], begin: int) -> tuple[Graph, int]:
        """The words from `begin` to the next sure place, and that place; 0 where no word begins."""
        graph: Graph = {}
        waiting = {begin}
        room = MOST_EDGES
        while True:
            at = min(waiting)
            waiting.discard(at)
            ends = [end for end in self.ends(text, at) if edges[end]][: max(room, 1)]
            if ends:
                graph[at] = ends
                waiting.update(ends)
                room -= len(ends)
            if len(waiting) < 2:
                return graph, waiting.pop() if waiting else 0

    def _unknown_end(self, text: str, edges: Sequence[int], begin: int) -> int:
        """Where letters end that begin no word: at the next word of some length, or at a dot; several dots are one."""
        dots = _DOTS.match(text, begin)
        if dots:
            return dots.end()
        places = (at for at in range(begin + 1, len(text)) if edges[at])
        return next((at for at in places if text[at] == "." or self._begins_long(text, edges, at)), len(text))

    def _begins_long(self, text: str, edges: Sequence[int], at: int) -> bool:
        return any(edges[end] and not _SHORT.fullmatch(text, at, end) for end in self.ends(text, at))


def _fewest(text: str, graph: Graph, begin: int, goal: int) -> list[str]:
    """The words on the shortest way through the graph."""
    steps = {goal: 0}  # place -> words from there to the goal
    for start in reversed(graph):
        steps[start] = 1 + min(steps.get(end, len(text)) for end in graph[start])
    words = []
    while begin < goal:
        end = next(end for end in graph[begin] if steps.get(end) == steps[begin] - 1)
        words.append(text[begin:end])
        begin = end
    return words
