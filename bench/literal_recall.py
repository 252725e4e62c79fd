"""Which terms should be indexed? How many documents that literally hold a word are found by it, at what size, and how well they rank.

    python bench/literal_recall.py NEWS_FOLDER DEV_FOLDER [--documents 4000]

NEWS_FOLDER holds news-*.jsonl.xz (title, body), DEV_FOLDER iapp-valid.jsonl.xz (Thai questions on Thai articles) and
govnews-passages.jsonl.xz with govnews-queries.tsv (known-item search). A document holds a word if the normalised text contains it. It is
found if it has every term of the word; with 4-grams also if it has all of the word's 4-grams. A false hit is found and does not hold the
word.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pythainlp.corpus import thai_stopwords, thai_words
from pythainlp.tokenize.newmm import segment as newmm
from pythainlp.tokenize.tcc_p import tcc_pos_array
from pythainlp.util import Trie

from kb.index.terms import TermIndex
from kb.text import english, thai
from kb.text.analyzer import Analyzer
from kb.text.normalise import normalise

WORDS = """
    เทศบาล ฝุ่น ดิจิทัล ท้องถิ่น ขยะ น้ำเสีย เมือง การท่องเที่ยว ท่องเที่ยว พลังงาน สิ่งแวดล้อม ชุมชน ประชาชน จังหวัด ตำบล โครงการ งบประมาณ
    พลาสติก ทรัพยากร ป่าไม้ น้ำท่วม ภัยแล้ง สุขภาพ การศึกษา เกษตรกร เศรษฐกิจ สีเขียว คาร์บอน ก๊าซเรือนกระจก รถไฟฟ้า คมนาคม อาเซียน นวัตกรรม
    เทคโนโลยี ข้อมูล คุณภาพน้ำ คุณภาพอากาศ ผังเมือง ที่ดิน โรงงาน อุตสาหกรรม ความร่วมมือ ยั่งยืน อัจฉริยะ มลพิษ ธนาคาร ภาษี พันธบัตร กทม. อบต.
"""
THAI_RUN = re.compile(f"[{thai.LETTERS}]+")


@dataclass(frozen=True, slots=True)
class Words:
    """One word of a text with what could be indexed beside it."""

    whole: str
    split: tuple[str, ...]  # words of the cut without remainder
    inside: tuple[str, ...]  # all dictionary words at cluster boundaries


class Cutter:
    def __init__(self) -> None:
        self.segmenter = thai.Segmenter([])
        self.trie = Trie(thai_words())
        self.known: dict[str, Words] = {}
        self.cut: dict[str, tuple[Words, ...]] = {}

    def words(self, text: str) -> tuple[Words, ...]:
        if text not in self.cut:
            self.cut[text] = tuple(self._words(text))
        return self.cut[text]

    def _words(self, text: str) -> Iterator[Words]:
        for start, end in self.segmenter.segment(text):
            if THAI_RUN.match(text[start]):
                yield self.of(text[start:end])
        for token in english.tokens(text):
            yield Words(token.term, tuple(part.term for part in token.parts), tuple(part.term for part in token.parts))

    def of(self, word: str) -> Words:
        if word not in self.known:
            split = tuple(thai.term(word[a:b]) for a, b in self.segmenter.inner_words(word))
            self.known[word] = Words(thai.term(word), split, tuple(self._inside(word)))
        return self.known[word]

    def _inside(self, word: str) -> Iterator[str]:
        edges = [0, *(i for i, edge in enumerate(tcc_pos_array(word)) if edge)]
        for start in edges:
            for found in self.trie.prefixes(word, start):
                if start + len(found) in edges and found != word and len(found) > 1:
                    yield found


def grams(text: str) -> list[str]:
    return [run[i : i + 4] for run in THAI_RUN.findall(text) for i in range(len(run) - 3)]


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    terms: Callable[[Words], Iterable[str]]
    grams: bool = False


def _whole(word: Words) -> Iterable[str]:
    return (word.whole,)


def _split(word: Words) -> Iterable[str]:
    return (word.whole, *word.split)


def _inside(word: Words) -> Iterable[str]:
    return (word.whole, *word.inside)


VARIANTS = (
    Variant("words", _whole),
    Variant("words + 4-grams", _whole, True),
    Variant("words + words of a whole split", _split),
    Variant("words + all words inside", _inside),
    Variant("words + words of a whole split + 4-grams", _split, True),
    Variant("words + all words inside + 4-grams", _inside, True),
)


def indexed(text: str, cutter: Cutter, variant: Variant) -> list[str]:
    terms = [term for word in cutter.words(text) for term in variant.terms(word) if term]
    return terms + ([f"#{gram}" for gram in grams(text)] if variant.grams else [])


def news(folder: Path, count: int) -> list[str]:
    """Titles with bodies, evenly from all files."""
    texts: list[str] = []
    files = sorted(folder.glob("news-*.jsonl.xz"))
    for path in files:
        with lzma.open(path, "rt") as lines:
            for line in islice(lines, count // len(files)):
                row = json.loads(line)
                texts.append(normalise(f"{row['title']}\n{row['body']}").text)
    return texts


@dataclass
class Count:
    """Of one word: documents that hold it, that are found by it, and both."""

    held: int = 0
    found: int = 0
    both: int = 0


def literal(texts: Sequence[str], cutter: Cutter, variant: Variant) -> None:
    needed = {word: {piece.whole for piece in cutter.words(word)} for word in WORDS.split()}
    by_grams = {word: {f"#{gram}" for gram in grams(word)} if variant.grams else set() for word in needed}
    counts = {word: Count() for word in needed}
    vocabulary: set[str] = set()

    def documents() -> Iterator[tuple[int, list[str]]]:
        for row, text in enumerate(texts):
            terms = indexed(text, cutter, variant)
            unique = set(terms)
            vocabulary.update(unique)
            for word, count in counts.items():
                held, found = word in text, needed[word] <= unique or bool(by_grams[word] and by_grams[word] <= unique)
                count.held, count.found, count.both = count.held + held, count.found + found, count.both + (held and found)
            yield row, terms

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        TermIndex.write(Path(folder) / "terms", documents())
        size = sum(path.stat().st_size for path in (Path(folder) / "terms").iterdir())
    held, found, both = (sum(getattr(count, name) for count in counts.values()) for name in ("held", "found", "both"))
    shares = sorted((count.both / count.held, word) for word, count in counts.items() if count.held)
    worst = ", ".join(f"{word} {share:.0%}" for share, word in shares[:4])
    falses = sorted(((1 - count.both / count.found, word) for word, count in counts.items() if count.found), reverse=True)
    false = ", ".join(f"{word} {share:.0%}" for share, word in falses[:4])
    columns = (f"{both / held:.2%}", f"{(found - both) / found:.2%}", f"{len(vocabulary):,}", f"{size / 1e6:.1f} MB", worst, false)
    print(f"| {variant.name} | " + " | ".join(columns) + " |", flush=True)


@dataclass(frozen=True, slots=True)
class Task:
    """Find the item of a question; an item may have several passages."""

    name: str
    passages: list[tuple[str, str]]  # (item, text)
    questions: list[tuple[str, str]]  # (item, question)


def tasks(folder: Path) -> list[Task]:
    with lzma.open(folder / "govnews-passages.jsonl.xz", "rt") as lines:
        passages = [(row["id"], row["text"]) for row in map(json.loads, lines)]
    with (folder / "govnews-queries.tsv").open(encoding="utf-8") as lines:
        queries = [(item, text) for item, text in (line.rstrip("\n").split("\t") for line in lines)]
    with lzma.open(folder / "iapp-valid.jsonl.xz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    articles = {row["article"]: row["context"] for row in rows}
    parts = [(item, part) for item, text in articles.items() for part in text.split("\n") if part.strip()]
    return [Task("govnews", passages, queries), Task("iapp", parts, [(row["article"], row["question"]) for row in rows])]


def reciprocal_rank(task: Task, index: TermIndex, item: str, terms: Iterable[str]) -> float:
    rows, _ = index.search(dict.fromkeys(terms, 1.0), 200)
    ranked = list(dict.fromkeys(task.passages[row][0] for row in rows))[:10]
    return 1 / (ranked.index(item) + 1) if item in ranked else 0.0


Terms = Callable[[str], list[str]]


def mrr(task: Task, index_terms: Terms, asked: Sequence[Terms]) -> list[float]:
    """MRR@10 for each way to ask one index."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        TermIndex.write(Path(folder) / "terms", ((row, index_terms(text)) for row, (_, text) in enumerate(task.passages)))
        index = TermIndex.read(Path(folder) / "terms")
        return [sum(reciprocal_rank(task, index, item, ask(text)) for item, text in task.questions) / len(task.questions) for ask in asked]


def ranking(found: Sequence[Task], cutter: Cutter) -> None:
    print("\n| index | asked with | " + " | ".join(f"{task.name} MRR@10" for task in found) + " |\n|---|---|" + "---|" * len(found))
    for variant in VARIANTS:

        def whole(text: str, variant: Variant = variant) -> list[str]:
            asked = [word.whole for word in cutter.words(normalise(text).text)]
            return asked + ([f"#{gram}" for gram in grams(text)] if variant.grams else [])

        def all_terms(text: str, variant: Variant = variant) -> list[str]:
            return indexed(normalise(text).text, cutter, variant)

        scores = [mrr(task, all_terms, [whole, all_terms]) for task in found]
        for row, name in enumerate(("whole words", "all terms")):
            print(f"| {variant.name} | {name} | " + " | ".join(f"{score[row]:.4f}" for score in scores) + " |", flush=True)


def stopwords(found: Sequence[Task]) -> None:
    analyzer, large = Analyzer([]), frozenset(thai_stopwords())

    def kept(text: str) -> list[str]:
        return analyzer.index_terms(text)

    def ours(text: str) -> list[str]:
        return [term for each in analyzer.query_terms(text) for term in each.terms]

    def theirs(text: str) -> list[str]:
        return [term for term in kept(text) if term not in large] or kept(text)

    print("\n| stop words of the question | " + " | ".join(task.name for task in found) + " |\n|---|" + "---|" * len(found))
    scores = [mrr(task, analyzer.index_terms, [kept, ours, theirs]) for task in found]
    for row, name in enumerate(("kept", "our list dropped", "PyThaiNLP's list dropped")):
        print(f"| {name} | " + " | ".join(f"{score[row]:.4f}" for score in scores) + " |", flush=True)


def plain_newmm(found: Sequence[Task]) -> None:
    """What choosing the more frequent of two cuts adds to newmm."""

    def plain(text: str) -> list[str]:
        runs = re.findall(f"[{thai.LETTERS}]+|[^{thai.LETTERS}]+", normalise(text).text)
        words = [word for run in runs for word in (newmm(run) if THAI_RUN.match(run) else [t.term for t in english.tokens(run)])]
        return [thai.term(word) for word in words]

    print("\n| words by plain newmm | " + " | ".join(f"{mrr(task, plain, [plain])[0]:.4f}" for task in found) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--documents", type=int, default=4000)
    arguments = parser.parse_args()
    cutter = Cutter()
    texts = news(arguments.news, arguments.documents)
    print(f"{len(texts):,} documents, {len(WORDS.split())} words\n")
    print("| index | found | false | unique terms | size | hardest to find | most false |\n" + "|---" * 7 + "|")
    for variant in VARIANTS:
        literal(texts, cutter, variant)
    found = tasks(arguments.dev)
    plain_newmm(found)
    stopwords(found)
    ranking(found, cutter)


if __name__ == "__main__":
    main()
