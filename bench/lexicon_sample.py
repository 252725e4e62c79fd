"""Sixty translations of the lexicon, to be judged by hand: what it would mark when our own questions meet our own documents.

    python bench/lexicon_sample.py

Draws (word of a question, word of the other language) with a fixed seed, of all that are probable enough (MARKED)
and stand in a document of content/. Prints one pair a line, with its probability.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from kb.errors import Lang
from kb.search.question import carried
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary

CONTENT = Path(__file__).resolve().parent.parent / "content"
COUNT = 60
MARKED = 0.15  # probability from which marks were made when this sample was judged; now see kb.search.marks


def main() -> None:
    analyzer = Analyzer(Glossary.load(CONTENT / "glossary.tsv")[0].words())
    known: dict[Lang, dict[str, str]] = {}  # language -> index term -> as it is first written
    for lang in ("th", "en"):
        known[lang] = {}
        for path in sorted(CONTENT.rglob(f"*.{lang}.md")):
            for term in analyzer.query_terms(path.read_text("utf-8")):
                known[lang].setdefault(term.terms[0], term.text)
    found: dict[tuple[str, str], float] = {}
    for name in ("questions", "held-out"):
        for line in (CONTENT / f"evaluation/{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            other: Lang = "en" if row["lang"] == "th" else "th"
            for each in carried(analyzer.query_terms(row["question"]), row["lang"], lexicon.shipped()):
                pairs = ((target, p) for target, p in each.translations if p >= MARKED and target in known[other])
                found |= {(each.term.text.lower(), known[other][target]): p for target, p in pairs}
    print(f"{len(found)} pairs")
    names = sorted(found)
    for row in np.sort(np.random.default_rng(1).choice(len(names), COUNT, replace=False)):
        print(*names[row], found[names[row]], sep="\t")


if __name__ == "__main__":
    main()
