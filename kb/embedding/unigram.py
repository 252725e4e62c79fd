"""Texts -> ids of the pieces of a unigram model (Kudo 2018, arXiv 1804.10959): the only file that knows SentencePiece.

The model is kept as Hugging Face's tokenizers write it. SentencePiece finds the same pieces in less time.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path

from sentencepiece import SentencePieceProcessor

FEW = 24  # texts up to which it is quicker to ask for one after the other than to have the library start a thread for all
_VARINT, _BYTES, _FLOAT = 0, 2, 5  # wire types of Protocol Buffers
_SHORT = [bytes([value]) for value in range(128)]
_SCORE = struct.Struct("<f")
_PIECE = _TEXT = bytes([1 << 3 | _BYTES])
_WEIGHT = bytes([2 << 3 | _FLOAT])
_NONE = (1 << 64) - 1  # -1: the model has no such piece


class Unigram:
    """Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, ValueError, KeyError, TypeError or RuntimeError for what is no such file."""
        model = json.loads(path.read_bytes())["model"]
        self._processor = SentencePieceProcessor()
        self._processor.LoadFromSerializedProto(_model(model["vocab"], int(model["unk_id"])))

    def __len__(self) -> int:
        """Number of pieces."""
        return int(self._processor.get_piece_size())

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Of each text, in which SPACE stands for the space before a word."""
        if len(texts) < FEW:
            return [self._processor.EncodeAsIds(text) for text in texts]
        found: list[list[int]] = self._processor.encode(texts, num_threads=1)
        return found


def _model(pieces: Sequence[tuple[str, float]], unknown: int) -> bytes:
    """A ModelProto of SentencePiece (sentencepiece_model.proto) that leaves the texts as they are."""
    known = [_piece(piece.encode(), score) for piece, score in pieces]
    known[unknown] = _field(1, _field(1, pieces[unknown][0].encode()) + _field(2, pieces[unknown][1]) + _field(3, 2))
    training = _field(3, 1) + _field(40, unknown) + b"".join(_field(each, _NONE) for each in (41, 42, 43))
    normalising = _field(1, b"identity") + b"".join(_field(each, 0) for each in (3, 4, 5))
    return b"".join([*known, _field(2, training), _field(3, normalising)])


def _piece(text: bytes, score: float) -> bytes:
    """As `_field` would write it; of 50,000 each call counts."""
    value = b"".join((_TEXT, _varint(len(text)), text, _WEIGHT, _SCORE.pack(score)))
    return b"".join((_PIECE, _varint(len(value)), value))


def _field(number: int, value: bytes | int | float) -> bytes:
    if isinstance(value, bytes):
        return _varint(number << 3 | _BYTES) + _varint(len(value)) + value
    if isinstance(value, float):
        return _varint(number << 3 | _FLOAT) + _SCORE.pack(value)
    return _varint(number << 3 | _VARINT) + _varint(value)


def _varint(value: int) -> bytes:
    if value < 128:  # nearly always
        return _SHORT[value]
    return bytes([value & 127 | 128]) + _varint(value >> 7)
