"""Titles as they are looked through while a question is typed: folded, one behind the other, the short ones first."""

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

    def __init__(self, lines: Iterable[str]) -> None:
        kept = list(lines)
        self.text = "".join(kept)
        lengths = np.array([len(each) for each in kept], np.int64)
        self.starts = np.cumsum(lengths) - lengths  # code points

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
class TitleText:
    """The titles of one language in one part of an index. Immutable: made once, however many generations hold it."""

    forms: Strings  # `line` of each, by length and then by title

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.forms)


@dataclass(frozen=True, eq=False)
class Titles:
    lang: Lang
    text: TitleText
    documents: NDArray[np.int32]  # for each title the position of its document; NOTHING: it is no longer there

    def moved(self, positions: NDArray[np.int32]) -> Titles:
        """positions: for every document its new position, or NOTHING."""
        known = np.append(positions, np.int32(NOTHING))  # NOTHING stays what it is
        return Titles(self.lang, self.text, known[self.documents])


def of(titles: Sequence[str], langs: Sequence[Lang]) -> tuple[Titles, ...]:
    """titles and langs of documents, in the order of their positions."""
    return tuple(_of_language(lang, titles, [at for at, each in enumerate(langs) if each == lang]) for lang in LANGS)


def _of_language(lang: Lang, titles: Sequence[str], positions: list[int]) -> Titles:
    ordered = sorted(positions, key=lambda at: (len(titles[at]), titles[at]))
    forms = Strings.of(line(loose_forms(titles[at])) for at in ordered)
    return Titles(lang, TitleText(forms), np.array(ordered, np.int32))


def merged(runs: Sequence[Titles], titles: Strings) -> tuple[Titles, ...]:
    """One run a language, without titles that are no longer there."""
    return tuple(_merged(lang, [run for run in runs if run.lang == lang], titles) for lang in LANGS)


def _merged(lang: Lang, runs: Sequence[Titles], titles: Strings) -> Titles:
    forms = Strings.joined([run.text.forms for run in runs])
    documents = np.concatenate([run.documents for run in runs])
    texts = {number: titles[at] for number, at in enumerate(documents.tolist()) if at != NOTHING}
    order = np.array(sorted(texts, key=lambda number: (len(texts[number]), texts[number])), np.int64)
    return Titles(lang, TitleText(forms.take(order).compact()), documents[order])
