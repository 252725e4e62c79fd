"""Titles and names as they are looked through while a question is typed: folded, one behind the other, the short ones first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.errors import Lang
from kb.index.names import NOTHING
from kb.index.strings import Strings
from kb.text.folding import loose_forms
from kb.types import LANGS


def line(forms: Iterable[str]) -> str:
    """What is looked through of one name: " x" begins a word of it, "\\n x" the name."""
    return "".join(f"\n {form}" for form in forms)


class Lines:
    """Names one behind the other, each in one or several lines."""

    def __init__(self, text: str, lengths: NDArray[np.int32]) -> None:
        """lengths: of each name, in code points."""
        self.text = text
        self.starts = np.cumsum(lengths, dtype=np.int64) - lengths

    @classmethod
    def of(cls, lines: Sequence[str]) -> Lines:
        return cls("".join(lines), _lengths(lines))

    def holding(self, wanted: str) -> Iterator[int]:
        """Numbers of the names with a line that holds the text, ascending: a plain scan, which ends as soon as nobody asks for more."""
        at = self.text.find(wanted)
        while at >= 0:
            name = int(self.starts.searchsorted(at, "right")) - 1
            yield name
            if name + 1 == len(self.starts):
                return
            at = self.text.find(wanted, int(self.starts[name + 1]))


@dataclass(frozen=True, eq=False)
class RunText:
    """The texts of one language in one part of an index. Immutable: made once, however many generations hold it."""

    forms: Strings  # `line` of each, by length and then by the text
    lengths: NDArray[np.int32]  # of each, in code points

    @classmethod
    def of(cls, lines: Sequence[str]) -> RunText:
        return cls(Strings.of(lines), _lengths(lines))

    @cached_property
    def lines(self) -> Lines:
        return Lines(str(self.forms.compact().blobs[0].data, "utf-8"), self.lengths)


@dataclass(frozen=True, eq=False)
class Run:
    lang: Lang
    text: RunText
    owners: NDArray[np.int32]  # what each text belongs to, by number; NOTHING: it is no longer there

    def moved(self, numbers: NDArray[np.int32]) -> Run:
        """numbers: for every owner its new number, or NOTHING."""
        known = np.append(numbers, np.int32(NOTHING))  # NOTHING stays what it is
        return Run(self.lang, self.text, known[self.owners])


def of(texts: Iterable[tuple[str, Lang, int]]) -> tuple[Run, ...]:
    """One run a language. texts: (text, language, owner)."""
    ordered = sorted(texts, key=lambda each: (len(each[0]), each[0]))
    return tuple(_of_language(lang, [each for each in ordered if each[1] == lang]) for lang in LANGS)


def _of_language(lang: Lang, texts: Sequence[tuple[str, Lang, int]]) -> Run:
    lines = [line(loose_forms(text)) for text, _, _ in texts]
    return Run(lang, RunText.of(lines), np.array([owner for _, _, owner in texts], np.int32))


def merged(runs: Sequence[Run], texts: Strings) -> tuple[Run, ...]:
    """One run a language, without what is no longer there. texts: by owner."""
    return tuple(_merged(lang, [run for run in runs if run.lang == lang], texts) for lang in LANGS)


def _merged(lang: Lang, runs: Sequence[Run], texts: Strings) -> Run:
    forms = Strings.joined([run.text.forms for run in runs])
    owners = np.concatenate([run.owners for run in runs])
    places = {owner: number for number, owner in enumerate(owners.tolist()) if owner != NOTHING}  # each owner once
    known = {number: texts[owner] for owner, number in places.items()}
    order = np.array(sorted(known, key=lambda number: (len(known[number]), known[number])), np.int64)
    lengths = np.concatenate([run.text.lengths for run in runs])
    return Run(lang, RunText(forms.take(order).compact(), lengths[order]), owners[order])


def _lengths(lines: Sequence[str]) -> NDArray[np.int32]:
    return np.fromiter(map(len, lines), np.int32, len(lines))
