"""The state of a collection at a glance: for `kb status` and for the editors' page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer import collection, pipeline
from indexer.check import of_collection
from indexer.checks import cuts
from indexer.checks.cuts import BadCut
from kb.index import generations
from kb.index.manifest import Manifest
from kb.index.reader import open_columns
from kb.text.glossary import Glossary


@dataclass(frozen=True, slots=True)
class Overview:
    manifest: Manifest  # of the published generation
    age: float  # seconds since it was made
    counts: dict[tuple[str, str], int]  # (kind, language) -> documents in content/
    untranslated: tuple[str, ...]  # paths of documents without a version in the other language
    severities: dict[str, int]  # error, warning, note -> findings of `kb check`
    added: tuple[str, ...]  # paths that are in content/ and not in the index
    changed: tuple[str, ...]  # paths whose text differs from the indexed one
    removed: tuple[str, ...]  # paths that are in the index and no longer in content/
    up_to_date: bool  # `kb index` would change nothing (the glossary counts too)
    bad_cuts: tuple[BadCut, ...]  # the most frequent first; empty where they were not asked for


def overview(content_dir: Path, index_dir: Path, words: bool = False) -> Overview:
    """`words`: look for bad cuts, which takes longer than all the rest. Raises IndexMissing, IndexCorrupt, IndexMismatch."""
    generation = generations.current(index_dir)
    found = collection.read(content_dir)
    made, documents = generation.manifest, found.documents
    glossary, _ = Glossary.load(content_dir / pipeline.GLOSSARY)
    now = {d.path: d.digest for d in documents}
    then = open_columns(generation).digests()
    versions = Counter(d.id for d in documents)
    return Overview(
        manifest=made,
        age=(datetime.now(UTC) - datetime.fromisoformat(made.created)).total_seconds(),
        counts=dict(sorted(Counter((d.kind, d.lang) for d in documents).items())),
        untranslated=tuple(d.path for d in documents if versions[d.id] == 1),
        severities=dict(Counter(p.severity for p in of_collection(content_dir, found).problems)),
        added=tuple(sorted(now.keys() - then.keys())),
        changed=tuple(sorted(path for path in now.keys() & then.keys() if now[path] != then[path])),
        removed=tuple(sorted(path for path in then.keys() - now.keys() if not (content_dir / path).exists())),
        up_to_date=pipeline.expected_digest(generation, content_dir, found, glossary) == made.content_digest,
        bad_cuts=tuple(cuts.find(documents, glossary)) if words else (),
    )
