"""Write a part: from documents that were prepared and embedded."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from io import BufferedReader
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.reading import Prepared
from kb.failpoints import failpoint
from kb.index import columns, generations, part, part_store, phrases, statistics, store, times_named, vectors
from kb.index.columns import Entry, Times
from kb.index.part import MadeBy, Part, PartInfo
from kb.index.records import Shown, Stored
from kb.index.sentences import Sentence
from kb.index.statistics import Sums
from kb.index.twin_table import SentenceTwin
from kb.index.vectors import Choice
from kb.index.writing import writing
from kb.text.word_counts import Counting
from kb.types import LANGS, Document, Lang

AT_ONCE = 256  # passages whose terms are packed together
BUFFERED = 1 << 18  # bytes of terms unpacked together


@dataclass(frozen=True, slots=True)
class Ready:
    """A document on its way into a part."""

    document: Document  # with its text
    findings: str  # as kb.index.records.Stored
    read: Prepared


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where a part's numbers begin."""

    row: int
    document: int

    @classmethod
    def after(cls, others: Iterable[Part]) -> Numbers:
        """Behind those of all others."""
        return cls(0, 0).past(others)

    def past(self, others: Iterable[Part]) -> Numbers:
        """These, or behind those of all others."""
        return reduce(Numbers.behind, (each.info for each in others), self)

    def behind(self, info: PartInfo) -> Numbers:
        return Numbers(max(self.row, info.end_row), max(self.document, info.numbers[1]))


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a part holds, in row order: language, document, position."""

    documents: Sequence[Ready]
    vectors: NDArray[np.float32]  # (passages, dim)
    sentences: Sequence[Sequence[Sentence]]  # of each passage
    twins: Sequence[SentenceTwin]  # rows counted from 0

    def rows(self) -> list[range]:
        """Of each document, counted from 0."""
        ends = np.cumsum([0, *(len(each.read.passages) for each in self.documents)]).tolist()
        return [range(a, b) for a, b in pairwise(ends)]

    def span(self, lang: Lang) -> tuple[int, int]:
        rows = [row for row, each in zip(self.rows(), self.documents, strict=True) if each.document.lang == lang and len(row)]
        return (rows[0].start, rows[-1].stop) if rows else (0, 0)


def next_name(index_dir: Path) -> str:
    names = [p.name.removeprefix(part.PREFIX) for p in (index_dir / part.FOLDER).glob(part.PREFIX + "*")]
    return f"{part.PREFIX}{max((int(n) for n in names if n.isdigit()), default=0) + 1:08d}"


def write(
    index_dir: Path, contents: Contents, numbers: Numbers, made_by: MadeBy, choice: Choice, times: Callable[[Document], Times]
) -> str:
    """The name of the new part. times: of each document's file."""
    with making(index_dir) as folder:
        _write(folder, contents, numbers)
        columns.write(folder / part.COLUMNS, _entries(contents, numbers, times))
        add_coarse(folder, choice)
        counts = {lang: end - first for lang in LANGS for first, end in [contents.span(lang)]}
        part.finish(folder, made_by, spans(counts, numbers.row), (numbers.document, numbers.document + len(contents.documents)))
    return folder.name


@contextmanager
def making(index_dir: Path) -> Iterator[Path]:
    """The folder of a new part. A failing writer removes it; a killed one leaves it without a description, and the next run removes it."""
    folder = part.folder_of(index_dir, next_name(index_dir))
    failpoint("folder", folder)
    folder.mkdir(parents=True)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def spans(counts: Mapping[Lang, int], first: int) -> dict[str, tuple[int, int]]:
    """First and end row of each language: they follow each other."""
    found: dict[str, tuple[int, int]] = {}
    for lang in LANGS:
        found[lang] = (first, first + counts[lang])
        first += counts[lang]
    return found


def _write(folder: Path, contents: Contents, numbers: Numbers) -> None:
    owned = list(enumerate(zip(contents.documents, contents.rows(), strict=True), start=numbers.document))
    documents = (
        Stored(n, each.document, each.findings, range(numbers.row + rows.start, numbers.row + rows.stop)) for n, (each, rows) in owned
    )
    passages = (Shown(*both) for each in contents.documents for both in zip(each.read.passages, each.read.cuts, strict=True))
    part_store.write(folder, documents, passages, contents.sentences, (shifted(twin, numbers.row) for twin in contents.twins))
    texts = (phrases.fold(f"{passage.context}\n{passage.text}") for each in contents.documents for passage in each.read.passages)
    phrases.write(folder, texts, len(contents.vectors))
    terms = [line for each in contents.documents for line in each.read.terms]
    sums, named = {}, times_named.Noting()
    for lang in LANGS:
        first, end = contents.span(lang)
        own = contents.vectors[first:end]
        vectors.write(folder / part.vectors_name(lang), own)
        write_terms(folder, lang, named.passing(terms[first:end]))
        sums[lang] = Sums.of(own)
    named.write(folder)
    generations.write(folder / part.SUMS, statistics.dump(sums))
    generations.write(folder / part.WORDS, _counted(contents.documents))


def _entries(contents: Contents, numbers: Numbers, times: Callable[[Document], Times]) -> Iterator[Entry]:
    owned = enumerate(zip(contents.documents, contents.rows(), strict=True), start=numbers.document)
    for number, (each, rows) in owned:
        own = range(numbers.row + rows.start, numbers.row + rows.stop)
        speakers = [(row, passage.speaker) for row, passage in zip(own, each.read.passages, strict=True) if passage.speaker]
        yield Entry(number, each.document, own.start, own.stop, speakers, times(each.document))


def add_coarse(folder: Path, choice: Choice) -> None:
    """The inverted file of a language whose vectors are too many to be compared one by one."""
    for lang in LANGS:
        matrix: NDArray[np.float32] = np.load(folder / part.vectors_name(lang), mmap_mode="r", allow_pickle=False)
        if vectors.method(len(matrix), choice) != "exact":
            vectors.write_coarse(folder / part.coarse_name(lang), matrix, _questions(folder, lang))


def _questions(folder: Path, lang: Lang) -> NDArray[np.float32]:
    """Sentences in place of questions, float32 (m, dim): they are as short."""
    one = part.read_store(folder)
    groups = store.alone(one).sentences(one.spread_rows(lang, vectors.PROBES)).values()
    return np.stack([group[len(group) // 2].vector for group in groups if group])


def shifted(twin: SentenceTwin, by: int) -> SentenceTwin:
    """The same twin when all rows have moved."""
    return SentenceTwin(twin.row + by, twin.start, tuple((row + by, a, b) for row, a, b in twin.places), twin.confidence)


def _counted(documents: Iterable[Ready]) -> bytes:
    counting = Counting()
    for each in documents:
        counting.add(each.read.used)
    return json.dumps(counting.bounded().to_json(), ensure_ascii=False).encode()


def terms_name(lang: Lang) -> str:
    return f"terms-{lang}.gz"


def write_terms(folder: Path, lang: Lang, lines: Iterable[str]) -> None:
    """A line for each passage in row order: its terms with a space between them."""
    path = folder / terms_name(lang)
    # mtime 0: the same terms give the same file.
    with writing(path), path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as file:
        rest = iter(lines)
        while some := list(islice(rest, AT_ONCE)):
            file.write("".join([f"{line}\n" for line in some]).encode("utf-8", "surrogatepass"))


def read_terms(folder: Path, lang: Lang) -> Iterator[str]:
    with gzip.open(folder / terms_name(lang), "rb") as packed, BufferedReader(packed, BUFFERED) as file:
        for line in file:
            yield line.decode("utf-8", "surrogatepass").rstrip("\n")
