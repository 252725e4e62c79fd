"""The static bilingual model: one vector a word, a text is their sum. No network, no ONNX Runtime, no PyThaiNLP: numpy and tokenizers.

For very large collections and for a quick start of the command line. Words are cut by the most probable path through a unigram model
(Kudo 2018, arXiv 1804.10959) over Thai words and English word pieces, in Rust and on all cores. How much a word counts is the length of
its row, which training learned (training/static.py).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb.embedding import STATIC_MANIFEST, manifest
from kb.embedding.manifest import Layout
from kb.text import normalise

PIECES, ROWS, SCALES = "tokenizer.json", "rows.npy", "scales.npy"
LAYOUT = Layout(STATIC_MANIFEST, 1, frozenset({PIECES, ROWS, SCALES}))
# Raise it whenever the same text would give another vector from the same files.
VERSION = f"1 {normalise.VERSION}"
UNKNOWN = 0  # id of letters that no piece has; its row is the vector of a text without words and counts nowhere else
CHUNK = 1024  # texts cut at once, so that their ids need not all be in memory
KEPT_WORDS, KEPT_LENGTH = 100_000, 60  # stretches between spaces whose ids are remembered, and their code points; about 30 MB
SPACE = "\u2581"  # the tokenizer's sign for a space, which begins every word

_BOUNDARY = re.compile("(?<=[\u0e01-\u0e5b])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\u0e01-\u0e5b])")
# Letters with accents, invisible characters, Thai digits and spellings that look like others; halves of characters.
_UNUSUAL = re.compile(
    "[\u00ad\u00c0-\u036f\u1e00-\u206f\u3000\u0e4d\u0e50-\u0e59\ud800-\udfff\ufeff]|เเ|[\u0e48-\u0e4c][\u0e31-\u0e3a\u0e47]"
)
_ACCENTS = re.compile("[\u0300-\u036f]")


def prepare(text: str) -> str:
    """Lower case, without accents, Thai spelling unified, a space between Thai and Latin; training cuts the same text."""
    if _UNUSUAL.search(text):
        text = normalise.normalise(text.encode("utf-8", "replace").decode("utf-8")).text
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
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
        self._rows = _array(folder / ROWS, np.int8, (self._tokenizer.get_vocab_size(), self.dim))
        self._scales = _array(folder / SCALES, np.float32, (len(self._rows),))
        self._wordless = _unit(self._rows[UNKNOWN].astype(np.float32))
        self._kept: dict[str, Sequence[int]] = {}  # word -> ids

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) != 1:
            return self._embed(texts)
        # One question: no thread is woken, and its words push no other ones out.
        return self._vector(self._tokenizer.encode(prepare(texts[0])).ids)[None]

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def count_tokens(self, text: str) -> int:
        return len(self._cut([text])[0])

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        out = np.empty((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), CHUNK):
            for row, ids in enumerate(self._cut(texts[start : start + CHUNK]), start):
                out[row] = self._vector(ids)
        return out

    def _cut(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text. Words are cut one by one: the pieces of a passage are also those of its paragraphs and sentences."""
        found = [_words(prepare(text)) for text in texts]
        ids = self._word_ids({word for words in found for word in words})
        return [list(chain.from_iterable(map(ids.__getitem__, words))) for words in found]

    def _word_ids(self, words: Iterable[str]) -> Mapping[str, Sequence[int]]:
        """What is not remembered is cut anew, on all cores. For any number of threads: nothing is read twice from what they share."""
        kept = self._kept
        ids = {word: known for word in words if (known := kept.get(word)) is not None}
        unknown = [word for word in words if word not in ids]
        if not unknown:
            return ids
        encodings = self._tokenizer.encode_batch_fast([SPACE + word for word in unknown])  # without offsets
        new = {word: encoding.ids for word, encoding in zip(unknown, encodings, strict=True)}
        if len(kept) + len(new) > KEPT_WORDS:
            self._kept = kept = {}
        kept.update((word, each) for word, each in new.items() if len(word) <= KEPT_LENGTH)
        return ids | new

    def _vector(self, ids: Sequence[int]) -> NDArray[np.float32]:
        kept = np.array(ids[: self.max_tokens], np.intp)
        total: NDArray[np.float32] = self._scales[kept] @ self._rows[kept].astype(np.float32)
        return _unit(total) if total.any() else self._wordless


def _words(prepared: str) -> list[str]:
    """Stretches that the tokenizer cuts by themselves; each stands for the space before it too."""
    words = prepared.replace(SPACE, " ").split(" ")
    # The first space is the one that is set before every text.
    return words if words[0] else words[1:]


def _unit(row: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = row / np.linalg.norm(row)
    return unit


def _tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as fault:  # the library raises bare Exceptions
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
