"""What one run leaves for the next in the same process: unchanged files are not read, divided, segmented and aligned again."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from kb import documents, passages
from kb.documents import Loaded
from kb.embedding import Embedder
from kb.problems import Report
from kb.reading import files
from kb.text.analyzer import Analyzer, IndexWord
from kb.types import Document, Passage

if TYPE_CHECKING:
    from indexer.twins import Both

Value = TypeVar("Value")


class _Kept(Generic[Value]):
    """Values by key; what two runs in a row did not ask for is forgotten."""

    def __init__(self) -> None:
        self._before: dict[Hashable, Value] = {}
        self._now: dict[Hashable, Value] = {}

    def get(self, key: Hashable) -> Value | None:
        found = self._now.get(key, self._before.get(key))
        if found is not None:
            self._now[key] = found
        return found

    def put(self, key: Hashable, value: Value) -> Value:
        self._now[key] = value
        return value

    def begin(self) -> None:
        # A run that finds nothing to do asks for little; it must not make the next one slow.
        if self._now:
            self._before, self._now = self._now, {}


class Memory:
    """For one thread at a time. Everything is kept by digest: a file that was changed and changed back costs nothing either."""

    def __init__(self) -> None:
        self._loaded: _Kept[Loaded] = _Kept()
        self._passages: _Kept[list[Passage]] = _Kept()
        self._words: _Kept[list[IndexWord]] = _Kept()
        self.twins: _Kept[Both] = _Kept()  # of a pair of versions

    def load(self, root: Path, path: Path) -> Loaded:
        """As documents.load. Faulty files are read anew each time."""
        relative = files.relative_path(root, path)
        data = files.read(root, relative, Report(relative))
        key = (relative, hashlib.sha256(data).hexdigest() if data is not None else "")
        known = self._loaded.get(key)
        if known is not None:
            return known
        loaded = documents.load(root, path)
        same = loaded.document is not None and loaded.document.digest == key[1]
        return self._loaded.put(key, loaded) if same else loaded

    def passages(self, document: Document, embedder: Embedder) -> list[Passage]:
        """As passages.split."""
        key = (document.path, document.id, document.lang, document.digest, embedder.digest)
        return self._passages.get(key) or self._passages.put(key, passages.split(document, embedder.count_tokens))

    def words(self, analyzer: Analyzer, fingerprint: str, text: str) -> list[IndexWord]:
        """As Analyzer.index_words; `fingerprint` is the analyzer's, which takes a while to make."""
        key = (fingerprint, text)
        return self._words.get(key) or self._words.put(key, analyzer.index_words(text))

    def begin(self) -> None:
        """A new run begins."""
        self._loaded.begin()
        self._passages.begin()
        self._words.begin()
        self.twins.begin()
