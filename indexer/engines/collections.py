"""The collections that were made for an index: remembered before they are made, dropped when no generation asks them any more.

A collection stands at one place. Those at other places than the present one stay remembered until KB_ENGINE names their place again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from kb.index import generations
from kb.index.engines import LEDGER
from kb.index.milvus import writing
from kb.index.milvus.address import Address
from kb.index.milvus.ledger import Ledger

FILE = "milvus-collections.json"


def remember(index_dir: Path, name: str, address: Address) -> None:
    _write(index_dir, {**_known(index_dir), name: address.place})


def clean(index_dir: Path, address: Address) -> None:
    """Drop the collections that no generation in the folder asks, and the passages of the others that none of its readers sees.

    Raises EngineUnreachable.
    """
    oldest: dict[str, tuple[int, Path]] = {}
    for path in _ledgers(index_dir):
        header = Ledger(path).header
        oldest[header.collection] = min(oldest.get(header.collection, (header.generation, path)), (header.generation, path))
    known = _known(index_dir)
    unasked = [name for name, place in known.items() if place == address.place and name not in oldest]
    if unasked:
        writing.drop(address, unasked)
        _write(index_dir, {name: place for name, place in known.items() if name not in unasked})
    for name, (generation, path) in oldest.items():
        if generation > 1 and known.get(name) == address.place:
            writing.compact(address, path, generation)


def _ledgers(index_dir: Path) -> Iterator[Path]:
    yield from sorted(index_dir.glob(f"{generations.PREFIX}*/{LEDGER}"))


def _known(index_dir: Path) -> dict[str, str]:
    """Name -> place. A file that cannot be read names none: collections are then left rather than dropped wrongly."""
    try:
        return {str(name): str(place) for name, place in json.loads((index_dir / FILE).read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _write(index_dir: Path, known: Mapping[str, str]) -> None:
    generations.write_synced(index_dir / (FILE + ".new"), json.dumps(dict(known), indent=1).encode())
    (index_dir / (FILE + ".new")).replace(index_dir / FILE)
