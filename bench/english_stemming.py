"""Does a stemmer help English? Known-item search over the sections of the English documents.

    python bench/english_stemming.py CONTENT_FOLDER

Each section is to be found by the title of its document with its own heading; neither stands in the text that is searched.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kb.index.terms import Entry, TermIndex
from kb.text import english
from kb.text.normalise import normalise

TITLE = re.compile(r"^title: *\"?(.+?)\"?$", re.MULTILINE)
LINK = re.compile(r"\]\([^)]*\)")


def sections(folder: Path) -> list[tuple[str, str]]:
    """(question, text) of every section."""
    found: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*/*.en.md")):
        _, header, body = path.read_text("utf-8").split("---\n", 2)
        title = TITLE.search(header)
        for part in LINK.sub("]", body).split("\n## ")[1:]:
            heading, _, text = part.partition("\n")
            found.append((f"{title[1] if title else ''} {heading}", text))
    return found


def stemmed(text: str) -> list[str]:
    return [token.term for token in english.leaves(english.tokens(normalise(text).text))]


def unstemmed(text: str) -> list[str]:
    clean = normalise(text).text
    return [english.fold(clean[token.start : token.end]) for token in english.leaves(english.tokens(clean))]


def mrr(items: Sequence[tuple[str, str]], terms: Callable[[str], list[str]]) -> float:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        TermIndex.write(Path(folder) / "terms", (Entry(row, row, " ".join(terms(text))) for row, (_, text) in enumerate(items)))
        index = TermIndex.read(Path(folder) / "terms")
        total = 0.0
        for row, (question, _) in enumerate(items):
            asked = {term: 1.0 for term in terms(question) if term not in english.STOPWORDS}
            ranked = index.search(asked, 10)[0].tolist()
            total += 1 / (ranked.index(row) + 1) if row in ranked else 0.0
    return total / len(items)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    items = sections(parser.parse_args().content)
    print(f"{len(items)} sections\n\n| English words | MRR@10 |\n|---|---|")
    for name, terms in (("as written", unstemmed), ("Snowball english", stemmed)):
        print(f"| {name} | {mrr(items, terms):.4f} |")


if __name__ == "__main__":
    main()
