"""Write what a generation holds beside its parts, and publish it in a single step."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import parts
from indexer.compaction import Alive, alive
from kb.index import generations, manifest, part, statistics
from kb.index.generations import Generation
from kb.index.manifest import FileStamp, Manifest
from kb.index.part import Part
from kb.index.reader import GONE, STATISTICS, terms_folder
from kb.index.statistics import Sums
from kb.index.store import PartStore
from kb.index.terms import Entry, TermIndex
from kb.types import LANGS, Lang

KEPT_GENERATIONS = 2  # the current one, and the one before for readers that are just opening it
CHEAP = 3_000  # passages up to which the term index is always made anew, in a fraction of a second: its frequencies are then exact
STALE = 0.1  # share of the passages that the term index may still count although they are gone


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a generation holds."""

    parts: Sequence[Part]  # in order of their rows
    gone: Collection[int]  # numbers of documents of these parts that are no longer there
    resources: Mapping[str, Any]  # JSON: see kb.index.reader.RESOURCES


def publish(index_dir: Path, contents: Contents, draft: Manifest, before: Generation | None) -> Generation:
    """Write all files, then make them current. `draft` says what made the contents; what can only be known here is filled in.

    before: a generation whose term index is built upon, if that is less work. A killed or failing writer leaves the current generation
    as it was.
    """
    remove_litter(index_dir)
    folder = index_dir / generations.next_name(index_dir)
    folder.mkdir(parents=True)
    try:
        stale = _write(index_dir, folder, contents, before)
        standing = _alive(contents.parts, contents.gone)
        made = replace(
            draft,
            generation=folder.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            passages_in={lang: sum(each.passages_in(lang) for each in standing) for lang in LANGS},
            parts=tuple(each.name for each in contents.parts),
            vector_index={each.name: each.vector_index for each in contents.parts},
            stale_passages=stale,
            files=_files(index_dir, folder, contents, before),
        )
        generation = Generation(folder, made)
        generations.publish(index_dir, generation)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    remove_litter(index_dir)
    return generation


def _alive(parts_: Sequence[Part], gone: Collection[int]) -> list[Alive]:
    return [alive(each, gone) for each in parts_]


def _write(index_dir: Path, folder: Path, contents: Contents, before: Generation | None) -> int:
    """All files of the generation but its manifest. Returns the passages that its term index counts although they are gone."""
    for name, value in contents.resources.items():
        generations.write_synced(folder / f"{name}.json", json.dumps(value, ensure_ascii=False).encode())
    np.save(folder / GONE, np.array(sorted(contents.gone), np.int64), allow_pickle=False)
    standing = _alive(contents.parts, contents.gone)
    sums = _sums(standing)
    generations.write_synced(folder / STATISTICS, statistics.dump({lang: each.statistics() for lang, each in sums.items()}))
    difference = _Difference.between(index_dir, before, standing)
    for lang in LANGS:
        base = before.folder / terms_folder(lang) if before and difference else None
        added = difference.added if difference else standing
        TermIndex.write(folder / terms_folder(lang), _entries(added, lang), base, difference.removed if difference else ())
    return difference.stale if difference else 0


@dataclass(frozen=True, slots=True)
class _Difference:
    """What a term index has to learn and to forget."""

    added: Sequence[Alive]  # parts that are new
    removed: Sequence[int]  # numbers of documents
    stale: int  # passages that it will count although they are gone

    @classmethod
    def between(cls, index_dir: Path, before: Generation | None, standing: Sequence[Alive]) -> _Difference | None:
        """None where making the term index anew is less work, or overdue."""
        if before is None:
            return None
        added = [each for each in standing if each.part.name not in before.manifest.parts]
        kept = [each for each in standing if each.part.name in before.manifest.parts]
        then = _documents_of(index_dir, before)
        now = np.concatenate([np.zeros(0, np.int64), *(each.documents[:, 0] for each in kept)])
        lost = then[~np.isin(then[:, 0], now)]
        stale = before.manifest.stale_passages + int((lost[:, 2] - lost[:, 1]).sum())
        total = sum(each.passages for each in standing)
        if sum(each.passages for each in added) > total / 2 or total <= CHEAP or stale > STALE * total:
            return None
        return cls(added, lost[:, 0].tolist(), stale)


def _documents_of(index_dir: Path, generation: Generation) -> NDArray[np.int64]:
    """As kb.index.store.PartStore.ranges, of the documents that a generation finds."""
    gone = np.load(generation.folder / GONE, allow_pickle=False)
    stores = [PartStore(part.folder_of(index_dir, name) / part.STORE) for name in generation.manifest.parts]
    ranges = np.concatenate([np.zeros((0, 4), np.int64), *(each.ranges() for each in stores)])
    return ranges[~np.isin(ranges[:, 0], gone)]


def _entries(standing: Sequence[Alive], lang: Lang) -> Iterator[Entry]:
    for each in standing:
        first, end = each.part.info.rows[lang]
        owner = np.full(end - first, -1, np.int64)
        for number, start, stop, _ in each.documents[each.documents[:, 3] == LANGS.index(lang)].tolist():
            owner[start - first : stop - first] = number
        lines = zip(owner.tolist(), parts.read_terms(each.part.folder, lang), strict=True)
        yield from (Entry(first + at, number, terms) for at, (number, terms) in enumerate(lines) if number >= 0)


def _sums(standing: Sequence[Alive]) -> dict[Lang, Sums]:
    found = {}
    for lang in LANGS:
        own = [part.read_sums(each.part.folder)[lang] - Sums.of(each.part.vectors[lang].gather(each.dead(lang))) for each in standing]
        found[lang] = reduce(Sums.__add__, own) if own else Sums.none(1)
    return found


def _files(index_dir: Path, folder: Path, contents: Contents, before: Generation | None) -> dict[str, FileStamp]:
    files = {f"{part.FOLDER}/{p.name}/{name}": each for p in contents.parts for name, each in p.info.files.items()}
    files |= {f"{part.FOLDER}/{p.name}/{part.INFO}": manifest.stamp(p.folder / part.INFO) for p in contents.parts}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        files[path.relative_to(index_dir).as_posix()] = _stamp(path, folder, before)
    return files


def _stamp(path: Path, folder: Path, before: Generation | None) -> FileStamp:
    """A file shared with the generation before has the checksum that is known."""
    if before:
        same = before.folder / path.relative_to(folder)
        known = before.manifest.files.get(same.relative_to(before.folder.parent).as_posix())
        if known and same.exists() and same.samefile(path):
            return known
    return manifest.stamp(path)


def remove_litter(index_dir: Path) -> None:
    """Delete generations that a killed writer left behind, old ones beyond KEPT_GENERATIONS and parts that none holds any more.

    Call with the writer's lock held. Parts newer than all of the current generation's stay: a run that was not finished left them.
    """
    try:
        current = generations.current(index_dir)
    except Exception:
        # Without a readable pointer nobody can say what is litter; deleting waits for the next good generation.
        return
    folders = sorted(p for p in index_dir.glob(generations.PREFIX + "*") if p.is_dir())
    whole = [p for p in folders if p.name <= current.folder.name and (p / manifest.FILE_NAME).exists()]
    for folder in folders:
        if folder not in whole[-KEPT_GENERATIONS:]:
            shutil.rmtree(folder, ignore_errors=True)
    held = {name for folder in whole[-KEPT_GENERATIONS:] for name in _parts_of(folder)}
    newest = max(current.manifest.parts, default="")
    for folder in (index_dir / part.FOLDER).glob(part.PREFIX + "*"):
        if folder.name not in held and folder.name < newest:
            shutil.rmtree(folder, ignore_errors=True)


def _parts_of(folder: Path) -> Sequence[str]:
    """Also of a generation whose format this version does not read: its readers may still be open."""
    try:
        return [str(name) for name in json.loads((folder / manifest.FILE_NAME).read_bytes())["parts"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
