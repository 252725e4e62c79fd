"""What one run leaves for the next in the same process: unchanged files are not read, divided, segmented and aligned again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from indexer.counted import Counted
from indexer.folder import Folder
from indexer.reading import Prepared
from indexer.semantic_map import Mapped
from indexer.standing import Known, Standing
from indexer.unchanged import Look
from kb import documents, passages
from kb.documents import Loaded
from kb.embedding import Embedder
from kb.index.manifest import Manifest
from kb.problems import Report
from kb.reading import files
from kb.text import sentences
from kb.text.analyzer import Analyzer
from kb.text.normalise import normalise
from kb.text.word_counts import Used, joined, used
from kb.types import Document, Passage

if TYPE_CHECKING:
    from indexer.reuse import AtHand
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

    def forget(self, wrong: Callable[[Value], bool]) -> None:
        self._before = {key: value for key, value in self._before.items() if not wrong(value)}
        self._now = {key: value for key, value in self._now.items() if not wrong(value)}

    def begin(self) -> None:
        # A run that finds nothing to do asks for little; it must not make the next one slow.
        if self._now:
            self._before, self._now = self._now, {}


@dataclass(frozen=True, slots=True)
class Words:
    """The analyzer's words of a passage."""

    terms: tuple[str, ...]  # index terms, in order, with repetitions
    used: Used  # the words that they stand for
    clean: str  # the normalised text, in which a new word of the dictionary is looked for
    cuts: bytes  # of the part that is shown: kb.text.cuts


@dataclass(frozen=True, slots=True)
class Embeddable:
    """What is embedded of a passage. Passages are embedded as questions are: normalised. What is stored and shown stays as written."""

    text: str
    spans: tuple[tuple[int, int], ...]  # of its sentences, in the passage as written
    sentences: tuple[str, ...]


class Memory:
    """For one thread at a time. Everything is kept by digest: a file that was changed and changed back costs nothing either."""

    def __init__(self) -> None:
        self._loaded: _Kept[Loaded] = _Kept()
        self._passages: _Kept[list[Passage]] = _Kept()
        self.twins: _Kept[Both] = _Kept()  # of a pair of versions
        self._words: _Kept[Words] = _Kept()
        self._embeddable: _Kept[Embeddable] = _Kept()
        self._own: frozenset[str] = frozenset()  # words of the dictionary with which self._words were made
        self.vectors: AtHand | None = None  # None: nobody has looked for those that stand in the index
        self.known = Known()  # what is open of the index
        self.folder: Folder | None = None  # None: the folder has not been read
        self.look: Look | None = None  # at the folder, taken before it was read
        self.counted = Counted()
        self.map = Mapped()
        self.indexed: Manifest | None = None  # of the generation that holds all of `folder` but what is `unpublished`
        self.unpublished: set[str] = set()  # paths of files of which anything has changed since

    def load(self, root: Path, path: Path) -> Loaded:
        """As documents.load. Faulty files are read anew each time."""
        return self.loading()(root, path)

    def loading(self, standing: Standing | None = None) -> Callable[[Path, Path], Loaded]:
        """A `load` that reads no document again which is as it was when this process read it, or when it was indexed."""

        def load(root: Path, path: Path) -> Loaded:
            relative = files.relative_path(root, path)
            data = files.read(root, relative, Report(relative))
            key = (relative, documents.digest(data) if data is not None else "")
            known = self._loaded.get(key)
            if known is not None:
                return known
            stands = standing.known(relative, key[1]) if standing and data is not None else None
            loaded = stands or documents.load(root, path)
            same = loaded.document is not None and loaded.document.digest == key[1]
            return self._loaded.put(key, loaded) if same else loaded

        return load

    @property
    def read(self) -> Folder:
        """`folder`, when it has been read."""
        assert self.folder is not None
        return self.folder

    def holds(self, look: Look) -> bool:
        """Whether the folder is as it was when it was read."""
        return self.folder is not None and self.look is not None and self.look.stamp.settled and self.look.stamp.digest == look.stamp.digest

    def forget(self, look: Look) -> None:
        """The folder is to be read anew. look: taken now."""
        self.look, self.folder = look, None

    def now_indexed(self, generation: Manifest) -> None:
        """All that is known of the folder stands in this generation."""
        self.indexed, self.unpublished = generation, set()

    def passages(self, document: Document, embedder: Embedder) -> list[Passage]:
        """As passages.split."""
        key = (document.path, document.id, document.lang, document.digest, embedder.digest)
        return self._passages.get(key) or self._passages.put(key, passages.split(document, embedder.count_tokens))

    def words(self, analyzer: Analyzer, text: str, shown_from: int = 0) -> Words:
        """As Analyzer.read_passage. With another dictionary only texts that hold one of its new or former words are read again."""
        self._take_up(analyzer.segmenter.own)
        key = (text, shown_from)
        return self._words.get(key) or self._words.put(key, _words(analyzer, text, shown_from))

    def _take_up(self, own: frozenset[str]) -> None:
        if own is not self._own and (differing := own ^ self._own):
            self._words.forget(lambda known: any(word in known.clean for word in differing))
        self._own = own

    def embeddable(self, passage: Passage) -> Embeddable:
        key = (passage.embedded_text, passage.text, passage.lang)
        return self._embeddable.get(key) or self._embeddable.put(key, _embeddable(passage))

    def prepared(self, document: Document, analyzer: Analyzer, embedder: Embedder) -> Prepared:
        """As indexer.reading.prepare of one file, without vectors."""
        passages = self.passages(document, embedder)
        words = [self.words(analyzer, p.embedded_text, len(p.embedded_text) - len(p.text)) for p in passages]
        texts = [self.embeddable(passage) for passage in passages]
        return Prepared(
            Loaded(document, ()),
            tuple(passages),
            tuple(" ".join(each.terms) for each in words),
            tuple(each.cuts for each in words),
            joined(each.used for each in words),
            tuple(each.text for each in texts),
            tuple(each.spans for each in texts),
            tuple(each.sentences for each in texts),
        )

    def begin(self) -> None:
        """A new run begins."""
        self._loaded.begin()
        self._passages.begin()
        self._words.begin()
        self.twins.begin()
        self._embeddable.begin()


def _words(analyzer: Analyzer, text: str, shown_from: int) -> Words:
    found, cuts = analyzer.read_passage(text, shown_from)
    return Words(tuple(word.term for word in found), used(found), normalise(text).text, cuts)


def _embeddable(passage: Passage) -> Embeddable:
    spans = tuple(sentences.split(passage.text, passage.lang))
    parts = tuple(normalise(passage.text[start:end]).text for start, end in spans)
    return Embeddable(normalise(passage.embedded_text).text, spans, parts)
