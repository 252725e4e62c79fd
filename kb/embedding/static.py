"""The static bilingual model: one vector a word, a text is their sum. No network, no ONNX Runtime, no PyThaiNLP: numpy and SentencePiece.

For very large collections and for a quick start of the command line. Words are cut by the most probable path through a unigram model
(Kudo 2018, arXiv 1804.10959) over Thai words and English word pieces. How much a word counts is the length of its row, which
training learned (training/static.py).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.embedding import STATIC_MANIFEST, manifest
from kb.embedding.manifest import Layout
from kb.embedding.unigram import Unigram
from kb.text import normalise

PIECES, ROWS, SCALES = "tokenizer.json", "rows.npy", "scales.npy"
LAYOUT = Layout(STATIC_MANIFEST, 1, frozenset({PIECES, ROWS, SCALES}))
# Raise it whenever the same text would give another vector from the same files.
VERSION = f"1 {normalise.VERSION}"
UNKNOWN = 0  # id of letters that no piece has; its row is the vector of a text without words and counts nowhere else
CHUNK = 1024  # texts cut at once, so that their ids need not all be in memory
KEPT, KEPT_LENGTH = 50_000, 400  # stretches between spaces whose ids and spelling are remembered, and their code points; about 35 MB
SPACE = "\u2581"  # the tokenizer's sign for a space, which begins every word

_BOUNDARY = re.compile("(?<=[\u0e01-\u0e5b])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\u0e01-\u0e5b])")
# Letters with accents, invisible characters, Thai digits and spellings that look like others; halves of characters. One class in front lets
# the search skip what is usual.
_ALONE = "\u00ad\u00c0-\u036f\u1e00-\u206f\u3000\u0e4d\u0e50-\u0e59\ud800-\udfff\ufeff"
_UNUSUAL = re.compile(f"[{_ALONE}เ\u0e48-\u0e4c](?:(?<=[{_ALONE}])|(?<=เ)เ|(?<=[\u0e48-\u0e4c])[\u0e31-\u0e3a\u0e47])")
_ACCENTS = re.compile("[\u0300-\u036f]")


def prepare(text: str) -> str:
    """Lower case, without accents, Thai spelling unified, a space between Thai and Latin; training cuts the same text."""
    return _parted(_spelt(text))


def _spelt(text: str) -> str:
    """No rule of spelling goes over a space, so that what stands between spaces is remembered by itself."""
    if not _UNUSUAL.search(text):
        return text
    return " ".join([_respelt(each) if len(each) > KEPT_LENGTH else _remembered(each) for each in text.split(" ")])


def _respelt(stretch: str) -> str:
    text = normalise.normalise(stretch.encode("utf-8", "replace").decode("utf-8")).text
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text))


_remembered = lru_cache(maxsize=KEPT)(_respelt)


def _parted(text: str) -> str:
    return _BOUNDARY.sub(" ", text.lower())


class StaticEmbedder:
    """See kb.embedding.Embedder. Raises ModelError naming the file when the folder is damaged."""

    def __init__(self, name: str, folder: Path) -> None:
        described = manifest.read(folder, LAYOUT)
        self.name = name
        self.dim: int = described["dim"]
        self.max_tokens: int = described["max_tokens"]
        self.digest = hashlib.sha256(json.dumps([described["files"], VERSION], sort_keys=True).encode()).hexdigest()
        self._tokenizer = _tokenizer(folder / PIECES)
        self._rows = _array(folder / ROWS, np.int8, (len(self._tokenizer), self.dim))
        self._scales = _array(folder / SCALES, np.float32, (len(self._rows),))
        self._wordless = _unit(self._rows[UNKNOWN].astype(np.float32))
        self._kept: dict[str, Sequence[int]] = {}  # stretch -> ids

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) != 1:
            return self._embed(texts)
        # One question: its words push no other ones out.
        cut = self._tokenizer.ids([_words(stretch) for stretch in _stretches(texts[0])])
        return self._vectors([[*chain.from_iterable(cut)]])

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def count_tokens(self, text: str) -> int:
        stretches = _stretches(text)
        ids = self._ids(stretches)
        return sum([len(ids[stretch]) for stretch in stretches])

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        parts = [self._vectors(self._cut(texts[start : start + CHUNK])) for start in range(0, len(texts), CHUNK)]
        return np.concatenate([np.empty((0, self.dim), np.float32), *parts])

    def _cut(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text. Stretches are cut one by one: those of a passage are also those of its paragraphs and sentences."""
        found = [_stretches(text) for text in texts]
        ids = self._ids([*chain.from_iterable(found)])
        return [list(chain.from_iterable(map(ids.__getitem__, stretches))) for stretches in found]

    def _ids(self, stretches: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Of these stretches at least. What is not remembered is cut anew. For any number of threads: what they share only grows."""
        kept = self._kept
        unknown = [*dict.fromkeys(stretch for stretch in stretches if stretch not in kept)]
        if not unknown:
            return kept
        new = dict(zip(unknown, self._tokenizer.ids([_words(stretch) for stretch in unknown]), strict=True))
        ids = {stretch: kept[stretch] for stretch in stretches if stretch in kept} | new
        if len(kept) + len(new) > KEPT:
            self._kept = kept = {}
        kept.update((stretch, each) for stretch, each in new.items() if len(stretch) <= KEPT_LENGTH)
        return ids

    def _vectors(self, cut: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """float32 (len(cut), dim) of the ids of each text."""
        rows: NDArray[np.float32] = np.empty((len(cut), self.dim), np.float32)
        for row, ids in zip(rows, cut, strict=True):
            kept = np.array(ids[: self.max_tokens], np.intp)
            np.matmul(self._scales[kept], self._rows[kept].astype(np.float32), out=row)
        lengths = np.linalg.norm(rows, axis=1)
        rows[lengths == 0] = self._wordless
        lengths[lengths == 0] = 1
        rows /= lengths[:, None]
        return rows


def _stretches(text: str) -> list[str]:
    """What the tokenizer cuts by itself, in one spelling; each stands for the space before it too."""
    found = _spelt(text).replace(SPACE, " ").split(" ")
    # The first space is the one that is set before every text.
    return found if found[0] else found[1:]


def _words(stretch: str) -> str:
    """A stretch as the tokenizer takes it."""
    return SPACE + _parted(stretch).replace(" ", SPACE)


def _unit(row: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = row / np.linalg.norm(row)
    return unit


def _tokenizer(path: Path) -> Unigram:
    try:
        return Unigram(path)
    except Exception as fault:  # the library raises bare RuntimeErrors
        raise manifest.damaged(path, f"cannot be loaded ({type(fault).__name__})", f"เปิดไม่ได้ ({type(fault).__name__})") from fault


def _array(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as fault:
        raise manifest.damaged(path, f"cannot be loaded ({type(fault).__name__})", f"เปิดไม่ได้ ({type(fault).__name__})") from fault
    if array.dtype != dtype or array.shape != shape:
        seen = f"{array.dtype} {array.shape}"
        raise manifest.damaged(path, f"holds {seen}, not {np.dtype(dtype)} {shape}", f"มีข้อมูล {seen} ไม่ใช่ {np.dtype(dtype)} {shape}")
    return array
