"""Which engine should cut Thai, and how fast is it?

    pip install nlpo3 && python -m bench.thai_engines CONTENT [--documents 300]

Characters of Thai cut a second (CPU time, no stretch remembered) by PyThaiNLP's newmm and by nlpo3, alone and with our choice between equal
cuts; how many stretches between spaces are cut as newmm cuts them; and the memory that nlpo3 takes for each dictionary it reads.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import nlpo3
from pythainlp.tokenize.newmm import segment as newmm
from pythainlp.util import Trie

from kb import documents
from kb.text import thai

RUN = re.compile(f"[{thai.LETTERS}][{thai.LETTERS}.]*")
Cut = Callable[[str], list[str]]


def engines(words: Path) -> dict[str, Cut]:
    trie = Trie(thai.dictionary())
    nlpo3.load_dict(str(words), "0")
    return {
        "newmm": lambda text: newmm(text, trie),
        "nlpo3": lambda text: list(nlpo3.segment(text, "0")),
    }


def measured(runs: Sequence[str], cut: Cut) -> tuple[list[list[str]], float]:
    """The words, and characters a second."""
    started = time.process_time()
    found = [cut(run) for run in runs]
    return found, sum(map(len, runs)) / (time.process_time() - started)


def recut(cut: Cut) -> Cut:
    choice = thai.Segmenter(())
    return lambda text: choice._recut(cut(text))


def memory() -> int:
    """Resident MB of this process."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("--documents", type=int, default=300)
    arguments = parser.parse_args()
    loaded = [documents.load(arguments.content, path).document for path in sorted(arguments.content.rglob("*.md"))[: arguments.documents]]
    runs = [run for document in loaded if document for run in RUN.findall(document.body)]
    print(f"{len(runs):,} stretches, {sum(map(len, runs)):,} characters\n")
    print("| engine | characters/s | as newmm | with our choice | as newmm |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder) / "words.txt"
        words.write_text("\n".join(sorted(thai.dictionary())), "utf-8")
        first: list[list[list[str]]] = []
        for name, cut in engines(words).items():
            (plain, speed), (chosen, both) = measured(runs, cut), measured(runs, recut(cut))
            first = first or [plain, chosen]
            same = [sum(a == b for a, b in zip(x, y, strict=True)) / len(runs) for x, y in zip(first, (plain, chosen), strict=True)]
            print(f"| {name} | {speed:,.0f} | {same[0]:.2%} | {both:,.0f} | {same[1]:.2%} |", flush=True)
        before = memory()
        for number in range(1, 5):
            nlpo3.load_dict(str(words), str(number))
        print(f"\nnlpo3, one dictionary: {(memory() - before) / 4:.0f} MB")


if __name__ == "__main__":
    main()
