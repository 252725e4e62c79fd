"""Words of a language and of a subject, in the shape that PyThaiNLP's newmm asks of a dictionary.

Words are found by the lengths that those with the same first letters have: a tree of letters takes a second to grow, and 70 MB.
"""

from __future__ import annotations

from collections.abc import Collection

from pythainlp.util import Trie

FIRST = 4  # letters by which words are looked up
MOST_KNOWN = 100_000  # such beginnings of texts whose lengths are remembered: about 15 MB


class Words:
    """A set of words by their first letters."""

    def __init__(self, words: Collection[str]) -> None:
        self.all = frozenset(words) - {""}
        self._lengths: dict[str, set[int]] = {}  # first letters of the longer words -> their lengths
        for word in self.all:
            if len(word) > FIRST:
                self._lengths.setdefault(word[:FIRST], set()).add(len(word))

    def longer(self, letters: str) -> set[int]:
        """Lengths of the words that begin with FIRST letters and go on."""
        return self._lengths.get(letters, set())


class Dictionary(Trie):
    """The many words of the language are shared. Thread-safe."""

    def __init__(self, base: Words, own: Words) -> None:
        super().__init__(())
        self._base, self._own = base, own
        self._all = base.all, own.all
        # FIRST letters of a text, or all that it has -> the words among them, and the lengths of longer words that it may begin with.
        self._beginnings: dict[str, tuple[list[str], tuple[int, ...]]] = {}

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        """Words that begin at a place of a text, the shorter ones first; a list that is not to be changed."""
        letters = text[start : start + FIRST]
        short, longer = self._beginnings.get(letters) or self._begin(letters)
        if not longer:
            return short
        base, own = self._all
        left = len(text) - start
        words = [text[start : start + length] for length in longer if length <= left]
        return short + [word for word in words if word in base or word in own]

    def _begin(self, letters: str) -> tuple[list[str], tuple[int, ...]]:
        short = [word for end in range(1, len(letters) + 1) if (word := letters[:end]) in self]
        found = short, tuple(sorted(self._base.longer(letters) | self._own.longer(letters)))
        if len(self._beginnings) >= MOST_KNOWN:
            self._beginnings = {}
        self._beginnings[letters] = found
        return found

    def __contains__(self, word: str) -> bool:
        base, own = self._all
        return word in base or word in own

    def __len__(self) -> int:
        return sum(map(len, self._all))
