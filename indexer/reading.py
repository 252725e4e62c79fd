"""Files -> all that an index takes from them: documents, passages, terms, words, sentences and, where wanted, their vectors.

In two passes over the files, as the names in all headers decide how Thai is cut: `load` reads, `prepare` reads again and cuts. Neither
holds more than a few files at a time, and the number of processes changes nothing but the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import workers
from kb import documents
from kb import passages as splitter
from kb.documents import Loaded
from kb.embedding import Embedder, open_embedder
from kb.text import sentences, word_counts
from kb.text.analyzer import Analyzer, shared
from kb.text.normalise import normalise
from kb.text.word_counts import Used
from kb.types import Passage

Progress = Callable[[int, int], None]  # (files done, files in all)
NONE_USED = Used((), ())


@dataclass(frozen=True, slots=True)
class Prepared:
    """Of one file. Everything but `loaded` is empty where there is no document."""

    loaded: Loaded
    passages: tuple[Passage, ...] = ()
    terms: tuple[str, ...] = ()  # of each passage: its index terms in order, a space between them
    cuts: tuple[bytes, ...] = ()  # of each passage: its words, see kb.text.cuts
    used: Used = NONE_USED  # the counted words of all passages
    texts: tuple[str, ...] = ()  # what is embedded of each passage; none where it has been
    spans: tuple[tuple[tuple[int, int], ...], ...] = ()  # of each passage: its sentences, in code points of its text
    sentences: tuple[tuple[str, ...], ...] = ()  # of each passage: what is embedded of them; as `texts`
    vectors: NDArray[np.float32] | None = None  # (passages, dim); None where no vectors are wanted
    sentence_vectors: NDArray[np.float32] | None = None  # (sentences of all passages in order, dim)


def load(root: Path, paths: Sequence[str], cores: int = 1, on_progress: Progress | None = None) -> Iterator[Loaded]:
    """The documents without their text (`source` and `body` are empty), or the findings, in the order of the paths.

    paths: relative to `root`. Raises WorkerLost.
    """
    yield from _watched(workers.over(paths, partial(_loader, root), cores), len(paths), on_progress)


def prepare(
    root: Path,
    paths: Sequence[str],
    words: frozenset[str],
    embedder: Embedder,
    cores: int = 1,
    on_progress: Progress | None = None,
    embeds: bool = False,
) -> Iterator[Prepared]:
    """What an index takes from each file, in the order of the paths.

    paths: relative to `root`; words: names and terms that are not cut, of all documents and the glossary; embeds: whether vectors are
    made too. Other processes open the model by its name. Raises WorkerLost, ModelError.
    """
    many = cores > 1 and len(paths) >= workers.FEWEST
    setup = partial(_opened, root, words, embedder.name, embeds) if many else partial(_preparer, root, words, embedder, embeds)
    yield from _watched(workers.over(paths, setup, cores), len(paths), on_progress)


def _watched(values: Iterator[workers.Result], total: int, on_progress: Progress | None) -> Iterator[workers.Result]:
    for done, value in enumerate(values, start=1):
        if on_progress:
            on_progress(done, total)
        yield value


def _loader(root: Path) -> Callable[[str], Loaded]:
    return lambda path: _without_text(documents.load(root, root / path))


def _without_text(loaded: Loaded) -> Loaded:
    return replace(loaded, document=replace(loaded.document, source="", body="")) if loaded.document else loaded


def _opened(root: Path, words: frozenset[str], model: str, embeds: bool) -> Callable[[str], Prepared]:
    return _preparer(root, words, open_embedder(model), embeds)


def _preparer(root: Path, words: frozenset[str], embedder: Embedder, embeds: bool) -> Callable[[str], Prepared]:
    analyzer = shared(words)
    return lambda path: _prepared(documents.load(root, root / path), analyzer, embedder, embeds)


def _prepared(loaded: Loaded, analyzer: Analyzer, embedder: Embedder, embeds: bool) -> Prepared:
    if loaded.document is None:
        return Prepared(loaded)
    passages = tuple(splitter.split(loaded.document, embedder.count_tokens))
    written = [passage.embedded_text for passage in passages]
    clean = [normalise(text) for text in written]
    read = [analyzer.read_passage(a, len(a) - len(p.text), b) for p, a, b in zip(passages, written, clean, strict=True)]
    spans = tuple(tuple(sentences.split(passage.text, passage.lang)) for passage in passages)
    texts = tuple(each.text for each in clean)
    same = map(str.__eq__, texts, written)
    parts = tuple(_parts(passage, places, as_it_is) for passage, places, as_it_is in zip(passages, spans, same, strict=True))
    done = Prepared(
        loaded,
        passages,
        tuple(" ".join(word.term for word in words) for words, _ in read),
        tuple(cuts for _, cuts in read),
        word_counts.used(word for words, _ in read for word in words),
        texts,
        spans,
        parts,
    )
    return embedded(done, embedder) if embeds else done


def embedded(read: Prepared, embedder: Embedder) -> Prepared:
    """With vectors in place of the texts that they are made from: what is sent to another process takes time."""
    vectors = embedder.passages([*read.texts, *(part for each in read.sentences for part in each)])
    count = len(read.passages)
    return replace(read, texts=(), sentences=(), vectors=vectors[:count], sentence_vectors=vectors[count:])


def _parts(passage: Passage, spans: Sequence[tuple[int, int]], as_it_is: bool) -> tuple[str, ...]:
    """Normalised. No rule goes over the spaces between sentences, so that where the passage stays as it is, they do."""
    parts = tuple(passage.text[start:end] for start, end in spans)
    return parts if as_it_is else tuple(normalise(part).text for part in parts)
