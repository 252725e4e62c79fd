"""Write what a generation holds beside its parts, and publish it in a single step."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from indexer.compaction import Alive, alive
from indexer.engines.target import Target
from kb.failpoints import failpoint
from kb.index import generations, manifest, part, statistics
from kb.index.generations import Generation
from kb.index.manifest import FileStamp, Manifest
from kb.index.part import Part
from kb.index.reader import GONE, RESOURCES, STATISTICS, resource
from kb.index.statistics import Sums
from kb.index.writing import writing
from kb.types import LANGS, Lang

KEPT_GENERATIONS = 2  # the current one, and the one before for readers that are just opening it


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a generation holds."""

    parts: Sequence[Part]  # in order of their rows
    gone: Collection[int]  # numbers of documents of these parts that are no longer there
    resources: Mapping[str, Any]  # JSON: see kb.index.reader.RESOURCES


def as_published(generation: Generation, parts_: Iterable[Part]) -> Contents:
    """What a generation holds, for another engine. parts_: its own among them."""
    gone = np.load(generation.folder / GONE, allow_pickle=False).tolist()
    own = [each for each in parts_ if each.name in generation.manifest.parts]
    return Contents(own, gone, {name: resource(generation.folder, name) for name in RESOURCES})


def publish(
    index_dir: Path, contents: Contents, draft: Manifest, before: Generation | None, target: Target, tidy: bool = True
) -> Generation:
    """Write all files, then make them current. `draft` says what made the contents; what can only be known here is filled in.

    before: a generation that the target may build upon. tidy: False leaves what is now litter to the next run. A killed or failing
    writer leaves the current generation as it was.
    Raises OSError, and what the target raises.
    """
    remove_litter(index_dir)
    folder = index_dir / generations.next_name(index_dir)
    failpoint("folder", folder)
    folder.mkdir(parents=True)
    try:
        standing = [alive(each, contents.gone) for each in contents.parts]
        _write(folder, contents, standing)
        stale = target.write(folder, standing, before)
        made = replace(
            draft,
            generation=folder.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            passages_in={lang: sum(each.passages_in(lang) for each in standing) for lang in LANGS},
            parts=tuple(each.name for each in contents.parts),
            vector_index={each.name: each.vector_index for each in contents.parts},
            stale_passages=stale,
            files=_files(index_dir, folder, contents, before),
            engine=target.kind,
            rows_given=_rows_given(contents.parts, before),
        )
        generation = Generation(folder, made)
        generations.publish(index_dir, generation)
    except BaseException:
        # What failed may have been the last sync, behind the rename: then this is the generation that counts.
        if folder.name.encode() not in generations.pointer(index_dir):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if tidy:
        remove_litter(index_dir)
    target.clean()
    return generation


def _rows_given(parts_: Sequence[Part], before: Generation | None) -> int:
    """An index that shares no part with the one before is numbered from 0."""
    shared = before is not None and any(each.name in before.manifest.parts for each in parts_)
    return max([each.info.end_row for each in parts_] + [before.manifest.rows_given if before and shared else 0])


def _write(folder: Path, contents: Contents, standing: Sequence[Alive]) -> None:
    """The generation's own files, but for its manifest and what the target writes."""
    for name, value in contents.resources.items():
        generations.write(folder / f"{name}.json", orjson.dumps(value))
    with writing(folder / GONE):
        np.save(folder / GONE, np.array(sorted(contents.gone), np.int64), allow_pickle=False)
    sums = _sums(standing)
    generations.write(folder / STATISTICS, statistics.dump({lang: each.statistics() for lang, each in sums.items()}))


def _sums(standing: Sequence[Alive]) -> dict[Lang, Sums]:
    found = {}
    held = [part.read_sums(each.part.folder) for each in standing]
    for lang in LANGS:
        own = [sums[lang] - Sums.of(each.part.vectors[lang].gather(each.dead(lang))) for sums, each in zip(held, standing, strict=True)]
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
    """Delete what a killed writer left behind, a pointer included, old ones beyond KEPT_GENERATIONS and parts that none holds any more.

    Call with the writer's lock held. Parts newer than all of the current generation's stay: a run that was not finished left them.
    """
    try:
        current = generations.current(index_dir)
    except Exception:
        # Without a readable pointer nobody can say what is litter; deleting waits for the next good generation.
        return
    (index_dir / generations.NEW).unlink(missing_ok=True)
    folders = sorted(p for p in index_dir.glob(generations.PREFIX + "*") if p.is_dir())
    whole = [p for p in folders if p.name <= current.folder.name and (p / manifest.FILE_NAME).exists()]
    for folder in folders:
        if folder not in whole[-KEPT_GENERATIONS:]:
            failpoint("delete", folder)
            shutil.rmtree(folder, ignore_errors=True)
    held = {name for folder in whole[-KEPT_GENERATIONS:] for name in parts_of(folder)}
    newest = max(current.manifest.parts, default="")
    for folder in (index_dir / part.FOLDER).glob(part.PREFIX + "*"):
        if folder.name not in held and folder.name < newest:
            failpoint("delete", folder)
            shutil.rmtree(folder, ignore_errors=True)


def remove_superseded(index_dir: Path, made: str) -> None:
    """Where an index is made whole, only the part that was made now counts: those of runs that failed would fill the disk one by one."""
    held = {name for folder in index_dir.glob(generations.PREFIX + "*") for name in parts_of(folder)}
    for folder in (index_dir / part.FOLDER).glob(part.PREFIX + "*"):
        if folder.name not in held and folder.name != made:
            failpoint("delete", folder)
            shutil.rmtree(folder, ignore_errors=True)


def parts_of(folder: Path) -> Sequence[str]:
    """Also of a generation whose format this version does not read: its readers may still be open."""
    try:
        return [str(name) for name in json.loads((folder / manifest.FILE_NAME).read_bytes())["parts"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
