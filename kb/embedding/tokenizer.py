"""Text -> ids of the built-in model: Thai words by kb.text.thai, everything else by the word pieces of the English model.

Thai words have rows of their own behind the English word pieces. A Thai word that has none is cut greedily, longest part first,
into words that have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

from kb.text import thai

THAI = re.compile("[\u0e01-\u0e5b]")
WORDS, PIECES = "thai_words.txt", "tokenizer.json"
# Raise it whenever the same text would give other ids.
VERSION = f"2 {thai.VERSION}"


@cache
def segmenter() -> thai.Segmenter:
    """Cuts as search does, but without the words of a glossary: those change, and vectors must not change with them."""
    return thai.Segmenter(())


def without_surrogates(text: str) -> str:
    """Halves of characters, as a command line or JSON may bring them, become "?": libraries outside Python refuse them."""
    return text.encode("utf-8", "replace").decode("utf-8")


class BilingualTokenizer:
    """The tokenizer of one model folder."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self._pieces = Tokenizer.from_file(str(folder / PIECES))
        self._pieces.no_padding()
        self._pieces.no_truncation()
        words = (folder / WORDS).read_text("utf-8").splitlines()
        first = self._pieces.get_vocab_size()
        self._index = {word: first + i for i, word in enumerate(words)}
        self._longest = max(map(len, words))
        self._start, self._end = self._pieces.encode("").ids
        self.max_tokens = max_tokens

    @property
    def size(self) -> int:
        """Number of ids: word pieces and Thai words."""
        return self._pieces.get_vocab_size() + len(self._index)

    def ids(self, text: str) -> list[int]:
        """Ids with the special tokens, cut at `max_tokens`."""
        return [self._start, *self._inner(text)[: self.max_tokens - 2], self._end]

    def count(self, text: str) -> int:
        """Length with the special tokens, before it is cut."""
        return len(self._inner(text)) + 2

    def _inner(self, text: str) -> list[int]:
        text = without_surrogates(text)
        if not THAI.search(text):
            return list(self._pieces.encode(text, add_special_tokens=False).ids)
        return [each for start, end in segmenter().segment(text) for each in self._word(text[start:end].strip())]

    def _word(self, word: str) -> Iterator[int]:
        if word in self._index:
            yield self._index[word]
        elif THAI.search(word):
            yield from self._parts(word)
        elif word:
            yield from self._pieces.encode(word, add_special_tokens=False).ids

    def _parts(self, word: str) -> Iterator[int]:
        """The longest known part from the left, again and again; letters that begin none are left out."""
        start = 0
        while start < len(word):
            ends = range(min(len(word), start + self._longest), start, -1)
            end = next((end for end in ends if word[start:end] in self._index), None)
            if end is not None:
                yield self._index[word[start:end]]
            start = end or start + 1
