"""How often the collection uses its words, as they are written: what a misspelt word is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kb.text import thai
from kb.text.analyzer import IndexWord

MOST_WORDS = 60_000  # kept of each script, the most frequent ones: about 30 MB in memory with their index, however large the collection
SHORTEST = 2  # letters; single ones are leftovers of the segmenter


@dataclass(frozen=True, slots=True)
class WordCounts:
    thai: Mapping[str, int] = field(default_factory=dict)  # word -> occurrences
    english: Mapping[str, int] = field(default_factory=dict)  # casefolded word of any other script -> occurrences

    def to_json(self) -> dict[str, dict[str, int]]:
        return {"thai": dict(self.thai), "english": dict(self.english)}

    @classmethod
    def from_json(cls, value: Mapping[str, Mapping[str, int]] | None) -> WordCounts:
        return cls(**value) if value else cls()


@dataclass(frozen=True, slots=True)
class Used:
    """The words of one passage that are counted, with repetitions."""

    thai: tuple[str, ...]
    english: tuple[str, ...]  # casefolded words of any other script


def used(words: Iterable[IndexWord]) -> Used:
    found: dict[str, list[str]] = {"thai": [], "other": [], "": []}
    for _, word, inner in words:
        script = _script(word)
        # Of เทศบาล the letters เทศ are no word that anyone used.
        if not (inner and script == "thai"):
            found[script].append(word)
    return Used(tuple(found["thai"]), tuple(found["other"]))


@lru_cache(maxsize=1 << 16)
def _script(word: str) -> str:
    """ "thai", "other", or "" for what is not counted."""
    if len(word) < SHORTEST or any(character.isdigit() for character in word):
        return ""
    return "thai" if thai.is_thai(word[0]) else "other"


def joined(parts: Iterable[Used]) -> Used:
    """The words of several passages."""
    parts = list(parts)
    return Used(tuple(w for each in parts for w in each.thai), tuple(w for each in parts for w in each.english))


class Counting:
    """Counts the words of passages as they are indexed; `bounded` gives what is kept."""

    def __init__(self) -> None:
        self._thai: Counter[str] = Counter()
        self._english: Counter[str] = Counter()

    def add(self, words: Used) -> None:
        self._thai.update(words.thai)
        self._english.update(words.english)

    def add_counts(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """What `WordCounts.to_json` gave."""
        self._thai.update(counts["thai"])
        self._english.update(counts["english"])

    def bounded(self, most: int = MOST_WORDS) -> WordCounts:
        return WordCounts(_most_frequent(self._thai, most), _most_frequent(self._english, most))


def _most_frequent(counts: Counter[str], most: int) -> dict[str, int]:
    """Ties are settled by the alphabet, so that the same collection keeps the same words."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most])
