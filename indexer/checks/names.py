"""Names that come up again and again and are not in the glossary: each with the line that would add it.

The glossary keeps a name whole when Thai is cut into words, and carries it into the other language. Only names of several documents are
worth a line; people are left out, as their documents name them already.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indexer import pairs, pipeline
from kb.problems import Report
from kb.text.folding import fold
from kb.text.glossary import Glossary
from kb.types import Document, Lang, Problem

SUBJECTS = 3  # documents (a pair is one) that hold a name
ACRONYM = re.compile(r"(?<![\w-])(?=\w{3})[A-Z][A-Za-z]{0,2}[A-Z]{1,5}(?![\w-])")
ROMAN = re.compile(r"[IVXLC]+")
LINK = re.compile(r"\]\([^)]*\)|https?://\S+")


@dataclass(frozen=True, slots=True)
class MissingName:
    thai: str  # "" where no document of the collection gives it
    english: str
    subjects: int  # documents that hold it; a translation pair counts once
    path: str  # the first of them
    acronym: bool = False  # `english` is only an abbreviation

    @property
    def line(self) -> str:
        """The line for glossary.tsv, with … where the editor must fill in."""
        return f"{self.thai or '…'}\t…\t\t{self.english}" if self.acronym else f"{self.thai or '…'}\t{self.english or '…'}"


def check(documents: Iterable[Document], glossary: Glossary) -> list[Problem]:
    return [problem for name in missing(tuple(documents), glossary) for problem in _note(name)]


def _note(name: MissingName) -> list[Problem]:
    report = Report(pipeline.GLOSSARY)
    line = name.line.replace("\t", "<TAB>")
    en = f"{name.english or name.thai} stands in {name.subjects} documents ({name.path}) and not in the glossary; add: {line}"
    th = f"{name.thai or name.english} อยู่ใน {name.subjects} เอกสาร ({name.path}) แต่ไม่มีในอภิธานศัพท์ โปรดเพิ่ม {line}"
    report.note(0, "name-not-in-glossary", en, th)
    return report.problems


def missing(documents: tuple[Document, ...], glossary: Glossary) -> list[MissingName]:
    """The most frequent first."""
    known = {fold(name) for _, name in glossary.terms()}
    found = [*_from_headers(documents, known), *_acronyms(documents, known)]
    return sorted(found, key=lambda name: (-name.subjects, name.english, name.thai))


def _from_headers(documents: tuple[Document, ...], known: set[str]) -> Iterator[MissingName]:
    """Organisations and cities, Thai and English joined by their places in the lists of a pair."""
    counted: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for pair in pairs.versions(documents).values():
        for name in set(_names(pair)):
            counted[name] += 1
            first.setdefault(name, next(iter(pair.values())).path)
    for (thai, english), subjects in counted.items():
        if subjects >= SUBJECTS and thai != english and not {fold(thai), fold(english)} & known:
            yield MissingName(thai, english, subjects, first[thai, english])


def _names(pair: Mapping[Lang, Document]) -> Iterator[tuple[str, str]]:
    """(Thai, English); one is "" where only one version gives the name."""
    thai, english = pair.get("th"), pair.get("en")
    for field in ("organisations", "cities"):
        ours = getattr(thai, field) if thai else ()
        theirs = getattr(english, field) if english else ()
        if len(ours) == len(theirs):
            yield from zip(ours, theirs, strict=True)
        else:
            yield from ((name, "") for name in ours)
            yield from (("", name) for name in theirs)


def _acronyms(documents: tuple[Document, ...], known: set[str]) -> Iterator[MissingName]:
    """Latin abbreviations in the texts; Roman numerals are none."""
    holders: dict[str, dict[str, str]] = {}
    for document in documents:
        for found in set(ACRONYM.findall(LINK.sub(" ", document.body))):
            if not ROMAN.fullmatch(found):
                holders.setdefault(found, {}).setdefault(document.id, document.path)
    for acronym, places in holders.items():
        if len(places) >= SUBJECTS and fold(acronym) not in known:
            yield MissingName("", acronym, len(places), min(places.values()), acronym=True)
