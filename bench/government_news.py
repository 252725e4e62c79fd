"""Thai government news as a content folder, for benches that need a large one.

    python -m bench.government_news NEWS_FOLDER CONTENT [--documents N | --passages N]

NEWS_FOLDER holds news-*.jsonl.xz with one object a line: id, date (ISO 8601), title, body (a paragraph a line), url. Every item becomes
CONTENT/news/YEAR/ID.th.md; without a limit all of them do (62,908 items are about 470,000 passages). `--passages` stops behind the item
with which the static model has so many.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from kb import documents, passages
from kb.embedding import STATIC, open_embedder
from kb.reading import writing

SPECIAL = re.compile(r"[\\`*_\[\]<>#&]")  # what Markdown reads as anything but text
RULE = re.compile(r"[-=_*~\s]*")  # lines that only divide
LONGEST = 15_000  # characters of a paragraph; the checker refuses longer ones than 20,000


def items(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.glob("news-*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def markdown(item: Mapping[str, str]) -> str:
    """The text of a document's file."""
    title = " ".join(item["title"].split()) or item["id"]
    header = {"kind": "case-study", "title": title, "date": item["date"], "sources": [{"url": item["url"]}] if item["url"] else []}
    lines = [line for key, value in header.items() for line in writing.entry(key, value)]  # type: ignore[arg-type]
    body = "\n\n".join(paragraphs(item["body"])) or escaped(title)
    return "\n".join(["---", *lines, "---", "", body, ""])


def paragraphs(body: str) -> Iterator[str]:
    for line in body.splitlines():
        words = " ".join(line.split())
        if not RULE.fullmatch(words):
            yield from map(escaped, (words[start : start + LONGEST] for start in range(0, len(words), LONGEST)))


def escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text)


def path_of(item: Mapping[str, str]) -> Path:
    return Path("news", item["date"][:4] or "undated", f"{item['id']}.th.md")


def write(news: Path, content: Path, most_documents: int | None = None, most_passages: int | None = None) -> tuple[int, int]:
    """Numbers of documents and of passages written; passages are counted only where they limit."""
    count = open_embedder(STATIC).count_tokens if most_passages else None
    written = found = 0
    for item in tqdm(islice(items(news), most_documents), unit=" items"):
        text = markdown(item)
        path = content / path_of(item)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        written += 1
        if count and most_passages:
            document = documents.from_bytes(text.encode(), path_of(item).as_posix()).document
            found += len(passages.split(document, count)) if document else 0
            if found >= most_passages:
                break
    return written, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", type=Path)
    parser.add_argument("content", type=Path)
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--documents", type=int)
    limit.add_argument("--passages", type=int)
    arguments = parser.parse_args()
    written, found = write(arguments.news, arguments.content, arguments.documents, arguments.passages)
    print(f"{written:,} documents" + (f", {found:,} passages" if found else ""))


if __name__ == "__main__":
    main()
