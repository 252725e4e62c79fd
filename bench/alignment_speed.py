"""How long do the alignment and the twins of the indexed collection take, and which pairs take longest?

    python bench/alignment_speed.py

Needs an index. Prints processor seconds, which other work on the machine lengthens less than the clock's.
"""

from __future__ import annotations

import time

from indexer.twins import Finder
from kb.index.reader import open_index
from kb.settings import load
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary


def main() -> None:
    store = (index := open_index(load().index_dir)).store
    analyzer = Analyzer(index.resource("domain_words"))
    analyzer.warm_up()
    rows = list(range(index.manifest.passages))
    texts, found = store.passages(rows), store.sentences(rows)
    passages = [(number, texts[row]) for row, number in enumerate(store.document_numbers().tolist())]
    finder = Finder(analyzer, Glossary.from_json(index.resource("glossary")), lexicon.shipped())
    start = time.process_time()
    twins = finder.find(list(store.documents().values()), passages, [found[row] for row in rows])
    seconds = time.process_time() - start
    sentences = sum(map(len, found.values()))
    print(f"{index.manifest.documents} documents, {sentences} sentences: {len(twins)} twins in {seconds:.1f} s of one processor")


if __name__ == "__main__":
    main()
