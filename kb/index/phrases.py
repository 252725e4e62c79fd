"""Where a phrase stands literally in the passages of one part: their folded text, and a signature of each by which most are passed over.

    folded.bin        the passages' folded text (kb.text.bytewise), each ended by a line feed
    folded-ends.npy   int64 (n + 1,): where they begin, and the end of the last
    grams.npy         uint8 (blocks, GRAM_ROWS, w): bit-sliced signatures. A passage sets the bit of each of its groups of 2 and 3 bytes,
                      and of 3 at the border of a Latin word or a figure, hashed; those of one hash stand side by side for all passages of a
                      block, so that a question reads few rows

Signatures as bit slices: Faloutsos & Chan, Fast text access methods, VLDB 1988; Goodwin et al., BitFunnel, SIGIR 2017. They never lose
a passage; those they keep are compared with the text itself.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index.blocks import Blocks
from kb.index.writing import reserve, writing
from kb.text import bytewise
from kb.text.folding import folded

TEXT, ENDS, GRAMS = "folded.bin", "folded-ends.npy", "grams.npy"
LENGTHS = (2, 3)  # of the groups of bytes
GRAM_BITS = 11
GRAM_ROWS = 1 << GRAM_BITS  # 256 bytes a passage; for other sizes see docs/performance.md
BLOCK = 1 << 15  # passages: a row of a block is a page of memory
AT_ONCE = 1024  # passages whose signatures are made together: 2 MB
MOST_ROWS = 48  # read for one phrase
CACHED = 64  # answers a part remembers, a bit a passage each
MIX = np.uint32(0x9E3779B1)
BORDER = 4  # in place of a length
_WORDS = np.array([code if re.match(rb"[%s]" % bytewise.LATIN, bytes([code])) else 0 for code in range(256)], np.uint8)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is looked for."""

    needle: bytes
    whole: re.Pattern[bytes] | None  # what must also be found, where the needle alone does not tell

    @classmethod
    def of(cls, text: str) -> Phrase:
        """Case and white space do not matter; a Latin word is found whole only."""
        needle, latin = bytewise.encode(folded(text)), bytewise.LATIN
        wanted = re.escape(needle)
        # What stands before is looked at last: an expression that begins with the letters is searched for ten times as fast.
        begins = rb"(?<![%s]%s)" % (latin, wanted) if re.match(rb"[%s]" % latin, needle) else b""
        ends = rb"(?![%s]|[.,][0-9])" % latin if re.search(rb"[%s]\Z" % latin, needle) else b""
        return cls(needle, re.compile(wanted + begins + ends) if begins or ends else None)


def fold(text: str) -> bytes:
    """A passage as it is kept."""
    return bytewise.encode(folded(text))


def write(folder: Path, texts: Iterable[bytes], count: int) -> None:
    """texts: of `count` passages, by row, as `fold` gives them."""
    blocks = -(-count // BLOCK)
    width = BLOCK // 8 if blocks > 1 else -(-count // 8)
    with writing(folder / GRAMS):
        grams = np.lib.format.open_memmap(folder / GRAMS, mode="w+", dtype=np.uint8, shape=(blocks, GRAM_ROWS, width))
        reserve(folder / GRAMS)
    ends, at, rest = np.zeros(count + 1, np.int64), 0, iter(texts)
    with writing(folder / TEXT), (folder / TEXT).open("wb") as file:
        while some := [text + b"\n" for text in islice(rest, AT_ONCE)]:
            lengths = np.array([len(text) for text in some])
            ends[at + 1 : at + 1 + len(some)] = ends[at] + np.cumsum(lengths)
            joined = b"".join(some)
            file.write(joined)
            found = _signatures(joined, lengths)
            block, first = divmod(at, BLOCK)
            grams[block, :, first // 8 : first // 8 + found.shape[1]] = found
            at += len(some)
    grams.flush()
    with writing(folder / ENDS):
        np.save(folder / ENDS, ends)


def _signatures(texts: bytes, lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """uint8 (GRAM_ROWS, ceil(passages / 8)), lowest bit first."""
    marked = np.zeros((GRAM_ROWS, len(lengths)), np.uint8)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    letters = np.frombuffer(texts, np.uint8)
    for length in LENGTHS:
        hashed = _hashed(_groups(letters, length), length)
        marked[hashed, owners[: len(hashed)]] = 1
    places, borders = _borders(texts)
    marked[borders, owners[places]] = 1
    return np.packbits(marked, axis=1, bitorder="little")


def _groups(letters: NDArray[np.uint8], length: int) -> NDArray[np.uint32]:
    """So many bytes from each on, as a number."""
    count = max(0, len(letters) - length + 1)
    groups = np.zeros(count, np.uint32)
    for place in range(length):
        groups = (groups << np.uint32(8)) | letters[place : place + count]
    return groups


def _borders(texts: bytes) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Where Latin words and figures begin and end, and the row for each: by it and its neighbours, of which others than these are alike."""
    words = _WORDS[np.frombuffer(b"\n" + texts + b"\n", np.uint8)]
    places = np.flatnonzero((words[1:-1] != 0) & ((words[:-2] == 0) | (words[2:] == 0)))
    return places, _hashed(_groups(words, 3)[places], BORDER)


def _hashed(groups: NDArray[np.uint32], kind: int) -> NDArray[np.uint32]:
    """The row of each group."""
    return (groups * MIX + np.uint32(kind)) * MIX >> np.uint32(32 - GRAM_BITS)


class Phrases:
    """Of one part, mapped into memory. Thread-safe."""

    def __init__(self, text: Blocks, mapped: mmap.mmap | bytes, ends: NDArray[np.int64], grams: Blocks, bits: NDArray[np.uint8]) -> None:
        """mapped, bits: the same files in memory."""
        self.files = (text, grams)
        self._text = mapped
        self._ends = ends
        self._grams = bits
        self._known = lru_cache(maxsize=CACHED)(self._packed)

    @classmethod
    def open(cls, folder: Path) -> Phrases:
        """The caller has compared the checksum of `ENDS`. Raises ValueError where the files do not belong to each other, and IndexCorrupt,
        as does whatever reads text or signatures.
        """
        text, grams = Blocks(folder / TEXT), Blocks(folder / GRAMS)
        grams.check(0, min(grams.size, 1))  # what NumPy reads of it
        ends, bits = (np.load(folder / name, mmap_mode="r", allow_pickle=False).view(np.ndarray) for name in (ENDS, GRAMS))
        with (folder / TEXT).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if text.size else b""
        if ends.ndim != 1 or not len(ends) or ends[-1] != text.size or len(bits) != -(-(len(ends) - 1) // BLOCK):
            raise ValueError(f"{folder}: text and signatures of different passages")
        return cls(text, mapped, ends, grams, bits)

    @property
    def count(self) -> int:
        return len(self._ends) - 1

    def texts(self, places: range) -> Iterator[bytes]:
        """Of passages, counted from 0, as they were given to `write`."""
        self.files[0].check(int(self._ends[places.start]), int(self._ends[places.stop]))
        for start, end in zip(self._ends[places].tolist(), self._ends[places.start + 1 : places.stop + 1].tolist(), strict=True):
            yield self._text[start : end - 1]

    def holding(self, phrase: Phrase) -> NDArray[np.int64]:
        """Passages (m,), counted from 0, ascending."""
        return np.flatnonzero(np.unpackbits(self._known(phrase), count=self.count))

    def forget(self) -> None:
        """What was remembered; for measuring."""
        self._known.cache_clear()

    def _packed(self, phrase: Phrase) -> NDArray[np.uint8]:
        held = np.zeros(self.count, np.bool_)
        held[self._found(phrase, self.candidates(phrase))] = True
        return np.packbits(held)

    def _found(self, phrase: Phrase, places: NDArray[np.int64]) -> Sequence[int]:
        text, needle = self._text, phrase.needle
        starts, ends = self._ends[places], self._ends[places + 1]
        self.files[0].check_spans(starts, ends)
        spans = zip(places.tolist(), starts.tolist(), ends.tolist(), strict=True)
        # A common phrase stands in tens of thousands of passages: no function is called for what the letters alone decide.
        if phrase.whole is None:
            return [at for at, start, end in spans if needle in text[start:end]]
        found = phrase.whole.search
        return [at for at, start, end in spans if needle in text[start:end] and found(text[start:end])]

    def candidates(self, phrase: Phrase) -> NDArray[np.int64]:
        """Passages by their signatures: all that hold the phrase, and some others. All where it is a single letter of Thai."""
        letters = np.frombuffer(phrase.needle, np.uint8)
        groups = [_hashed(_groups(letters, length), length) for length in LENGTHS]
        # Where the phrase begins or ends with a Latin word, the word begins or ends there in the passage.
        rows = np.unique(np.concatenate([*groups, _borders(phrase.needle)[1]]))
        if not len(rows):
            return np.arange(self.count)
        rows = rows[:: -(-len(rows) // MOST_ROWS)]
        self._check_rows(rows)
        kept = [np.flatnonzero(np.unpackbits(np.bitwise_and.reduce(block[rows], axis=0), bitorder="little")) for block in self._grams]
        found = [np.zeros(0, np.int64), *(each + at * BLOCK for at, each in enumerate(kept))]
        return np.concatenate(found)

    def _check_rows(self, rows: NDArray[np.int64]) -> None:
        """Of each block of signatures."""
        blocks, of_block, width = self._grams.shape
        places = (np.arange(blocks)[:, None] * of_block + rows).ravel()
        starts = self.files[1].size - self._grams.nbytes + places * width
        self.files[1].check_spans(starts, starts + width)
