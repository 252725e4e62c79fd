"""Any bytes as a document: python -m bench.fuzz.documents [-runs=N] [-max_total_time=SECONDS] [CORPUS_FOLDER]

What atheris (a coverage-guided fuzzer; pip install atheris) makes of content/ and tests/content/bad is read as a file of the collection: it
must become a document or findings; a document must be cut into passages whose lines are lines of the file; its HTML must be made. Anything
raised, and a run of more than 20 s, ends the program and leaves the input in a file crash-… or timeout-…. Arguments are those of libFuzzer.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kb"]):
    from kb import passages
    from kb.documents import from_bytes
    from kb.render import render

ROOT = Path(__file__).resolve().parent.parent.parent
PATHS = ("case-studies/x.th.md", "dialogues/x.en.md", "x.md")


def one(data: bytes) -> None:
    loaded = from_bytes(data, PATHS[len(data) % len(PATHS)])
    if loaded.document is None:
        assert loaded.problems
        return
    document, last = loaded.document, data.count(b"\n") + data.count(b"\r") + 1
    for each in passages.split(document, lambda text: len(text) // 4 + 1):
        assert each.text.strip() and 1 <= each.lines.first <= each.lines.last <= last
    html = render(document.body, document.lang, first_line=document.body_line, path=document.path)
    assert "<script" not in html.lower()


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as corpus:
        for number, file in enumerate([*(ROOT / "tests/content/bad").glob("*.md"), *sorted((ROOT / "content").rglob("*.md"))[:60]]):
            shutil.copy(file, Path(corpus) / f"{number}.md")
        atheris.Setup([*arguments, "-timeout=20", "-max_len=20000", "-rss_limit_mb=4096", corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
