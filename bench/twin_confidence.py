"""How sure twins are: sentences of one version are taken away at random; is a twin still shown for what they said?

    python bench/twin_confidence.py

A fifth and two fifths of the sentences of the other version are removed, three times each. A sentence whose whole twin is gone must have
none; one whose twin is there must keep it (or a part of it). Prints for several bars how many of the shown are right and the reverse.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from indexer import evidence
from indexer.alignment import align
from indexer.evidence import Read
from indexer.twins import Finder, Line, Twin, _lines, _pairs, _words, side, twins
from kb.index.reader import open_index
from kb.settings import load
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.types import Document

Version = tuple[list[Line], list[Read]]


class Pair:
    def __init__(self, finder: Finder, documents: tuple[Document, Document], thai: Version, english: Version) -> None:
        self.certain = finder._names | evidence.names(pairs.names_of_both(*documents), finder._analyzer)
        self.versions = (thai, english)

    def find(self, here: int, kept: list[int]) -> list[Twin]:
        """Twins of all sentences of one version in what is kept of the other, by their position in the whole."""
        own, other = self.versions[here], self.versions[1 - here]
        part: Version = ([other[0][k] for k in kept], [other[1][k] for k in kept])
        in_order = (own, part) if here == 0 else (part, own)
        known = evidence.meanings(_words(in_order[0][1]), _words(in_order[1][1]), lexicon.shipped(), self.certain)
        side_own, side_part = side(own[0], own[1], part[1], known[here]), side(part[0], part[1], own[1], known[1 - here])
        return twins(align(side_own, side_part), side_own, side_part)


def pairs() -> list[Pair]:
    store = (index := open_index(load().index_dir)).store
    analyzer = Analyzer(index.resource("domain_words"))
    finder = Finder(analyzer, Glossary.from_json(index.resource("glossary")), lexicon.shipped())
    documents, rows = list(store.documents().values()), list(range(index.manifest.passages))
    texts, found = store.passages(rows), store.sentences(rows)
    numbered = list(enumerate((number, texts[row]) for row, number in enumerate(store.document_numbers().tolist())))
    sentences = [found[row] for row in rows]
    lines = {number: list(_lines(list(members), sentences)) for number, members in groupby(numbered, key=lambda each: each[1][0])}
    read = {number: (each, [evidence.read(line.text, analyzer) for line in each]) for number, each in lines.items()}
    return [Pair(finder, (documents[thai], documents[english]), read[thai], read[english]) for thai, english in _pairs(documents)]


def main() -> None:
    rng = np.random.default_rng(5)
    judged: list[tuple[float, bool]] = []
    for pair in pairs():
        for here in (0, 1):
            count = len(pair.versions[1 - here][0])
            whole = {twin.sentence: set(twin.there) for twin in pair.find(here, list(range(count)))}
            for share in (0.2, 0.4) * 3:
                kept = [k for k in range(count) if rng.random() > share]
                for twin in pair.find(here, kept) if kept else []:
                    there, gold = {kept[k] for k in twin.there}, whole.get(twin.sentence, set())
                    if gold <= set(kept) or not there & gold:
                        judged.append((twin.confidence, bool(there & gold)))
    sure, right = np.array([c for c, _ in judged]), np.array([r for _, r in judged])
    print(f"{len(right)} twins found, {right.mean():.3f} right")
    for bar in (0, 0.5, 0.7, 0.85, 0.95):
        shown = sure >= bar
        part = (right & shown).sum() / right.sum()
        print(f"bar {bar:.2f}: {right[shown].mean():.3f} of the shown are right, {part:.3f} of the right are shown")


if __name__ == "__main__":
    main()
