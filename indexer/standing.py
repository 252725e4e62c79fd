"""What stands in an index folder when a run begins: the published generation, and parts of a run that was not finished."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import orjson

from indexer.parts import Numbers
from indexer.records import PartRecords, Record, Records
from kb.documents import Loaded
from kb.errors import IndexMissing, IndexProblem, Message
from kb.failpoints import failpoint
from kb.index import generations, part
from kb.index.generations import Generation
from kb.index.manifest import Manifest
from kb.index.part import FOR_INDEXER, MadeBy, Part
from kb.index.reader import GONE
from kb.reading import naming
from kb.types import Document, Problem


class Known:
    """What of an index folder this process has opened already; parts never change."""

    def __init__(self) -> None:
        self.written: Manifest | None = None  # of the generation that this process has written or compared with its checksums
        self._parts: dict[tuple[Path, str], Part] = {}
        self._records: dict[tuple[Path, str], PartRecords] = {}

    def part(self, index_dir: Path, name: str) -> Part:
        key = (index_dir, name)
        if key not in self._parts:
            self._parts[key] = Part.open(index_dir, name)
        return self._parts[key]

    def take_over(self, index_dir: Path, made: Manifest, parts: Iterable[Part]) -> None:
        """What a reader in this process has opened, and compared with its checksums. Raises IndexProblem where a file is damaged that
        readers pass over."""
        generations.verify_files(index_dir, {name: each for name, each in made.files.items() if FOR_INDEXER.fullmatch(Path(name).name)})
        self._parts |= {(index_dir, each.name): each for each in parts}
        self.written = made

    def records(self, each: Part) -> PartRecords:
        key = (each.folder.parent.parent, each.name)
        if key not in self._records:
            self._records[key] = PartRecords(each)
        return self._records[key]

    def forget_others(self, now: Manifest | None) -> None:
        """Parts that are not what they were when they were opened: the index was made from nothing, or restored, by somebody else."""
        then = self.written
        if then is None or now is None or now == then:
            return
        self._parts = {key: each for key, each in self._parts.items() if now.holds_same_part(each.name, then)}
        self._records = {key: each for key, each in self._records.items() if key in self._parts}

    def keep_only(self, parts: Iterable[Part]) -> None:
        kept = {(each.folder.parent.parent, each.name) for each in parts}
        self._parts = {key: each for key, each in self._parts.items() if key in kept}
        self._records = {key: each for key, each in self._records.items() if key in kept}


@dataclass(frozen=True, slots=True)
class Standing:
    index_dir: Path
    generation: Generation | None  # None: there is none, or it is damaged
    damaged: bool
    parts: tuple[Part, ...]  # of the generation, and finished ones of a run that did not come to an end
    gone: frozenset[int]  # numbers of documents of the generation's parts that are no longer there
    records: Records  # of parts that were made alike: they can stay as they are
    embedded: Records  # of all parts that were made with the same model: their vectors can

    @classmethod
    def of(cls, index_dir: Path, known: Known) -> Standing:
        """Everything is compared with its checksum, except a generation that this process has just written."""
        generation, damaged = _generation(index_dir, known.written)
        known.forget_others(generation.manifest if generation else None)
        known.written = generation.manifest if generation else None
        parts = [known.part(index_dir, name) for name in (generation.manifest.parts if generation else ())]
        for name in _finished(index_dir, newer_than=parts[-1].name if parts else ""):
            each = known.part(index_dir, name)
            if all(_apart(each, other) for other in parts):
                parts.append(each)
        known.keep_only(parts)
        gone = np.load(generation.folder / GONE, allow_pickle=False).tolist() if generation else ()
        return cls(index_dir, generation, damaged, tuple(parts), frozenset(gone), Records(), Records())

    def made_alike(self, made_by: MadeBy, known: Known) -> Standing:
        """With the records. The published parts' terms were made with the words of their generation, the others' with their own."""
        model = [each for each in self.parts if each.info.made_by.model == made_by.model]
        alike = [each for each in model if self._is_alike(each, made_by)]
        embedded, records = ([known.records(each) for each in some] for some in (model, alike))
        return replace(self, records=Records(records, self.gone), embedded=Records(embedded, self.gone))

    def _is_alike(self, each: Part, made_by: MadeBy) -> bool:
        maker = each.info.made_by
        return replace(maker, words="") == replace(made_by, words="") and (each.name in self.published or maker.words == made_by.words)

    @property
    def all_alike(self) -> bool:
        """Whether all that is published can stay as it is."""
        return self.records.holds(self.published)

    @property
    def published(self) -> tuple[str, ...]:
        """Names of the generation's parts."""
        return self.generation.manifest.parts if self.generation else ()

    def numbers(self) -> Numbers:
        """Where those of a new part begin: behind all that are given here, and those that an engine may still keep."""
        return Numbers(self.generation.manifest.rows_given if self.generation else 0, 0).past(self.parts)

    def place(self, path: str, known: Known) -> tuple[Part, int] | None:
        """Where the document of a file stands in the generation, whichever of its parts can stay: its part, and its place in the part's
        columns."""
        for name in self.published:
            each = known.part(self.index_dir, name)
            at = each.columns.by_path.get(path)
            if at is not None and int(each.columns.number[at]) not in self.gone:
                return each, at
        return None

    def prepare(self, known: Known) -> None:
        """Make the tables in which documents are looked up, so that nobody waits for them."""
        self.place("", known)
        self.records.of_id("")

    def known(self, relative: str, digest: str) -> Loaded | None:
        """What documents.load said of a file that is as it was when it was indexed; its document comes without its text.

        digest: as documents.digest, of the file as it is now.
        """
        record = self.records.get(relative)
        return found(record) if record and digest == record.document.digest else None

    def full(self, document: Document) -> Document:
        """The document with its text."""
        if document.source:
            return document
        record = self.records[document.path]
        text = record.part.store.stored(record.number).document
        return replace(document, source=text.source, body=text.body)


def found(record: Record) -> Loaded:
    """What documents.load said of a file when it was indexed."""
    raw = orjson.loads(record.findings)
    document, own = record.document, naming.name_of(record.document.path).id  # a translationKey may have given it another one
    problems = tuple(Problem(**{**each, "message": Message(**each["message"])}) for each in raw["problems"])
    return Loaded(document if document.id == own else replace(document, id=own), problems, raw["key_lines"])


def findings(loaded: Loaded) -> str:
    return json.dumps({"problems": [asdict(p) for p in loaded.problems], "key_lines": dict(loaded.key_lines)}, ensure_ascii=False)


def _generation(index_dir: Path, written_here: Manifest | None) -> tuple[Generation | None, bool]:
    """The current generation if it is whole, and whether there is one that is not."""
    try:
        generation = generations.current(index_dir)
        if generation.manifest != written_here:
            generations.verify(generation)
    except IndexMissing:
        return None, False
    except IndexProblem:
        return None, True
    return generation, False


def _finished(index_dir: Path, newer_than: str) -> list[str]:
    """Names of finished, undamaged parts, in order."""
    found = []
    for folder in sorted((index_dir / part.FOLDER).glob(part.PREFIX + "*")):
        if folder.name <= newer_than:
            continue
        try:
            generations.verify_files(folder, part.read_info(folder).files)
        except IndexProblem:
            continue
        found.append(folder.name)
    return found


def _apart(one: Part, other: Part) -> bool:
    """Whether two parts have no number in common."""
    here, there = one.info, other.info
    rows = here.first_row >= there.end_row or there.first_row >= here.end_row
    return rows and (here.numbers[0] >= there.numbers[1] or there.numbers[0] >= here.numbers[1])


def remove_unfinished(index_dir: Path) -> None:
    """Folders of parts that a killed writer left without a description. Call with the writer's lock held."""
    for folder in (index_dir / part.FOLDER).glob(part.PREFIX + "*"):
        if not (folder / part.INFO).exists():
            failpoint("delete", folder)
            shutil.rmtree(folder, ignore_errors=True)
