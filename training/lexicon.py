"""The translation lexicon: raw pairs -> kb/models/lexicon, in one command of a few minutes.

    python -m training.lexicon --data DATA --out kb/models/lexicon

The pairs that train the built-in model, the glossary and the Thai WordNet are cut into index terms, without stop words, and aligned in both
directions by IBM Model 1 (training/alignment.py). A translation is kept where both directions believe in it; its weight is
the geometric mean of the two probabilities, as a share of all that is kept for its term. So chance neighbours, which one direction alone
takes for translations, fall out (alignment by agreement: Liang et al., NAACL 2006).
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from tqdm import tqdm

from kb.errors import Lang
from kb.text.analyzer import Analyzer
from kb.text.lexicon import FOLDER, Translations, write
from training import data, examples, wordnet
from training.alignment import Translations as Aligned
from training.alignment import ibm1
from training.data import Pair

HEAVIEST = 4.0  # a pair of the glossary weighs more in training than it says about single words
CHUNK = 4000  # pairs a task
FORTH, BACK = 0.03, 0.01  # least probability in the direction of the entry and in the other
SEEN = 0.5  # least expected number of times that the one gives the other, in pairs of weight 1
MOST, LEAST = 6, 0.05  # translations of a term, and the least weight of one


def read(source: Path, glossary: Path, princeton: Path) -> list[Pair]:
    return [*data.pairs(source, glossary), *examples.lemma_pairs(wordnet.synsets(princeton))]


def terms(pairs: Sequence[Pair], workers: int) -> list[tuple[list[str], list[str]]]:
    """(Thai terms, English terms) of every pair; Latin words in Thai text are left out, they are found as they are."""
    chunks = [[(pair.thai, pair.english) for pair in pairs[start : start + CHUNK]] for start in range(0, len(pairs), CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        return [row for rows in tqdm(pool.map(_cut, chunks), desc="terms", total=len(chunks)) for row in rows]


def _cut(pairs: Sequence[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    def whole(text: str) -> list[str]:
        return [term.terms[0] for term in _analyzer().query_terms(text)]

    return [([term for term in whole(thai) if data.THAI.search(term)], whole(english)) for thai, english in pairs]


@cache
def _analyzer() -> Analyzer:
    """Without the words of a glossary: editors change it."""
    return Analyzer(())


def lexicon(sides: Sequence[tuple[Sequence[str], Sequence[str]]], weights: Sequence[float]) -> dict[Lang, dict[str, Translations]]:
    """sides: (Thai terms, English terms) of each pair; weights: of the pairs."""
    thai: dict[str, int] = {}
    english: dict[str, int] = {}
    rows = [([thai.setdefault(t, len(thai)) for t in a], [english.setdefault(e, len(english)) for e in b]) for a, b in sides]
    forth = ibm1(rows, weights, floor=BACK)
    back = ibm1([(b, a) for a, b in rows], weights, floor=BACK)
    return {"th": _agreed(forth, back, list(thai), list(english)), "en": _agreed(back, forth, list(english), list(thai))}


def _agreed(forth: Aligned, back: Aligned, sources: Sequence[str], targets: Sequence[str]) -> dict[str, Translations]:
    returned = {(int(t), int(s)): float(p) for s, t, p in zip(back.sources, back.targets, back.probabilities, strict=True)}
    found: dict[str, dict[str, float]] = defaultdict(dict)
    kept = (forth.probabilities >= FORTH) & (forth.counts >= SEEN)
    for row in np.flatnonzero(kept):
        source, target = int(forth.sources[row]), int(forth.targets[row])
        other = returned.get((source, target), 0.0)
        if other >= BACK:
            found[sources[source]][targets[target]] = float((forth.probabilities[row] * other) ** 0.5)
    return {term: best for term, weighted in found.items() if (best := _best(weighted))}


def _best(weighted: dict[str, float]) -> Translations:
    total = sum(weighted.values())
    ranked = sorted(((target, round(weight / total, 2)) for target, weight in weighted.items()), key=lambda each: (-each[1], each[0]))
    return tuple(each for each in ranked[:MOST] if each[1] >= LEAST)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the lexicon's folder, written anew")
    parser.add_argument("--glossary", type=Path, default=Path("content/glossary.tsv"))
    parser.add_argument("--wordnet", type=Path, default=wordnet.FOLDER, help="Princeton WordNet 3.0, as Debian's wordnet-base has it")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    pairs = read(options.data, options.glossary, options.wordnet)
    made = lexicon(terms(pairs, options.workers), [min(HEAVIEST, pair.weight) for pair in pairs])
    for lang, entries in made.items():
        write(options.out, lang, entries)
        print(f"{lang}: {len(entries):,} terms, {sum(map(len, entries.values())):,} translations")


if __name__ == "__main__":
    main()
