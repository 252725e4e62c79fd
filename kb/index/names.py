"""The names in the headers of documents, each once, with all that they are compared by: made when indexing, so that opening is quick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.key_index import KeyIndex, merged
from kb.index.strings import Lists, Strings
from kb.text import thai
from kb.text.folding import fold, loose_forms
from kb.text.names import sounds, squash
from kb.types import Person

NOTHING = -1  # where there is no name


@dataclass(frozen=True, eq=False)
class Names:
    """Different names, by number."""

    texts: Strings  # as written
    folds: Strings  # kb.text.folding.fold
    forms: Strings  # kb.text.folding.loose_forms, one a line
    kept: Strings  # Thai words that a segmenter keeps whole for it, one a line
    spelling: tuple[KeyIndex, ...]  # kb.text.names.squash
    sound: tuple[KeyIndex, ...]  # kb.text.names.sounds; only of places, people and the parts of their names
    letters: NDArray[np.int32]  # how many kb.text.names.squash has
    first: NDArray[np.int32]  # of a person's name of several words the number of the first one as a name; else NOTHING
    last: NDArray[np.int32]
    words: NDArray[np.int32]  # of which it is made

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Name as written -> its number."""
        return {text: number for number, text in enumerate(self.texts.listed)}

    @classmethod
    def joined(cls, tables: Sequence[Names]) -> tuple[Names, list[NDArray[np.int32]]]:
        """The names of all tables, each once, and for every table the numbers of its names. Those of the first table stay."""
        known = tables[0].numbers.copy()
        numbers, new = [np.arange(len(known), dtype=np.int32)], [np.arange(len(known))]
        for table in tables[1:]:
            before = len(known)
            numbers.append(np.array([known.setdefault(text, len(known)) for text in table.texts.listed], np.int32).reshape(-1))
            new.append(np.flatnonzero(numbers[-1] >= before))
        taken = list(zip(tables, new, strict=True))
        columns: dict[str, Any] = {name: Strings.joined([_some(getattr(each, name), at) for each, at in taken]) for name in _STRINGS}
        columns |= {name: np.concatenate([getattr(each, name)[at] for each, at in taken]) for name in ("letters", "words")}
        moves = list(zip(tables, numbers, strict=True))
        columns |= {name: _ends([(getattr(each, name), at) for each, at in moves], len(known)) for name in ("first", "last")}
        for name in _INDEXES:
            columns[name] = tuple(index.moved(at) for each, at in moves for index in getattr(each, name))
        return cls(**columns), numbers

    def arrays(self) -> dict[str, NDArray[Any]]:
        found: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in _NUMBERS}
        for name in _INDEXES:
            index = merged(getattr(self, name))
            found |= {f"{name}.keys": index.keys, f"{name}.names": index.names}
        for name in _STRINGS:
            found |= packed(name, getattr(self, name))
        return found

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Names:
        columns: dict[str, Any] = {name: arrays[name] for name in _NUMBERS}
        columns |= {name: unpacked(name, arrays) for name in _STRINGS}
        columns |= {name: (KeyIndex(arrays[f"{name}.keys"], arrays[f"{name}.names"]),) for name in _INDEXES}
        return cls(**columns)


_STRINGS = ("texts", "folds", "forms", "kept")
_NUMBERS = ("letters", "first", "last", "words")
_INDEXES = ("spelling", "sound")


def packed(name: str, strings: Strings) -> dict[str, NDArray[Any]]:
    """The arrays that a table of texts is kept as."""
    compact = strings.compact()
    return {f"{name}.text": compact.blobs[0], f"{name}.length": compact.lengths}


def unpacked(name: str, arrays: Mapping[str, NDArray[Any]]) -> Strings:
    return Strings.packed(arrays[f"{name}.text"], arrays[f"{name}.length"])


def _some(strings: Strings, numbers: NDArray[np.int64]) -> Strings:
    return strings if len(numbers) == len(strings) else strings.take(numbers)


def _ends(tables: Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]], size: int) -> NDArray[np.int32]:
    """First or last words of names, of those tables that know them. tables: (word of each name, number of each name)."""
    found = np.full(size, NOTHING, np.int32)
    for words, numbers in tables:
        known = words != NOTHING
        found[numbers[known]] = numbers[words[known]]
    return found


class NameTable:
    """Collects names: each gets a number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ends: dict[int, tuple[int, int]] = {}  # of people: first and last word as names of their own
        self._sounding: set[int] = set()
        self._people: dict[tuple[str, ...], int] = {}

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def place(self, name: str) -> int:
        """The number of a name that may be meant by what sounds like it."""
        number = self.number(name)
        self._sounding.add(number)
        return number

    def person(self, person: Person) -> int:
        """The number, among the people, of a name with its aliases."""
        key = (person.name, *person.aliases)
        if key not in self._people:
            self._people[key] = len(self._people)
            for name in key:
                self.place(name)
            if len(words := person.name.split()) > 1:
                self._ends[self.number(person.name)] = (self.place(words[0]), self.place(words[-1]))
        return self._people[key]

    def people(self) -> Lists:
        """Of each person the number of the name, then those of the aliases."""
        return Lists.of([self._numbers[name] for name in each] for each in self._people)

    def names(self) -> Names:
        texts, folds = list(self._numbers), [fold(name) for name in self._numbers]
        squashed = [squash(name) for name in folds]
        ends = np.array([self._ends.get(n, (NOTHING, NOTHING)) for n in range(len(texts))], np.int32).reshape(-1, 2)
        return Names(
            Strings.of(texts),
            Strings.of(folds),
            Strings.of("\n".join(loose_forms(name)) for name in texts),
            Strings.of("\n".join(thai.domain_parts(name)) for name in folds),
            (KeyIndex.of((each,) if each else () for each in squashed),),
            (KeyIndex.of(sorted(sounds(name)) if number in self._sounding else () for number, name in enumerate(folds)),),
            np.array([len(each) for each in squashed], np.int32),
            ends[:, 0],
            ends[:, 1],
            np.array([len(name.split()) for name in texts], np.int32),
        )
