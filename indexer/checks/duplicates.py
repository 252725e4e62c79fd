"""Documents that are nearly the same text, by MinHash over character shingles (Broder 1997), in bands (Leskovec et al., ch. 3).

Only documents of one language are compared: a translation is no copy. Characters serve Thai and English alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kb.problems import Report
from kb.text.normalise import normalise
from kb.types import LANGS, Document, Problem

SHINGLE = 9  # characters: about two words
HASHES, BAND = 128, 4  # 32 bands of 4: a pair of similarity 0.5 is missed once in eight, one of 0.6 once in eighty, one of 0.8 never
ALIKE = 0.6  # Jaccard similarity from which two documents are reported; those of content/ reach 0.09
FEWEST = 150  # shingles: of two or three sentences it cannot be said that they were copied
_FACTORS = np.random.default_rng(20).integers(1, 2**63, size=(HASHES, 2), dtype=np.uint64) | np.uint64(1)
_PRIME = np.uint64(1_099_511_628_211)  # FNV's, as the base of the rolling hash


def check(documents: Iterable[Document]) -> list[Problem]:
    """A warning at the later of two documents (by path) that are nearly the same."""
    found: list[Problem] = []
    everything = sorted(documents, key=lambda d: d.path)
    for lang in LANGS:
        for first, second, similarity in pairs([d for d in everything if d.lang == lang]):
            report = Report(second.path)
            percent = f"{similarity:.0%}"
            en = f"is {percent} the same as {first.path}; join the two, or delete one and give the other its name under aliases"
            th = f"เหมือนกับ {first.path} ถึง {percent} โปรดรวมเป็นเอกสารเดียว หรือลบหนึ่งไฟล์แล้วใส่ชื่อไว้ใน aliases ของอีกไฟล์"
            report.warning(0, "near-duplicate", en, th)
            found += report.problems
    return found


def pairs(documents: Sequence[Document]) -> Iterator[tuple[Document, Document, float]]:
    """(first, second, Jaccard similarity of their shingles) of all pairs that are ALIKE."""
    sets = [found if len(found) >= FEWEST else found[:0] for found in (shingles(document.body) for document in documents)]
    for first, second in sorted(_candidates([_signature(each) for each in sets])):
        similarity = jaccard(sets[first], sets[second])
        if similarity >= ALIKE:
            yield documents[first], documents[second], similarity


def shingles(text: str) -> NDArray[np.uint64]:
    """Distinct hashes of all stretches of SHINGLE characters, ascending; white space, case and look-alikes do not count."""
    letters = "".join(normalise(text).text.casefold().split())
    points = np.frombuffer(letters.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    count = max(0, len(points) - SHINGLE + 1)
    hashes = np.zeros(count, np.uint64)
    for offset in range(SHINGLE):
        hashes = hashes * _PRIME + points[offset : offset + count]
    return np.unique(hashes)


def jaccard(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> float:
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / max(1, len(first) + len(second) - common)


def _signature(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(HASHES,): the least of each of the hash functions; those of an empty text are of its own kind and match nothing."""
    if not len(hashes):
        return np.zeros(0, np.uint64)
    mixed: NDArray[np.uint64] = (hashes ^ (hashes >> np.uint64(31)))[:, None] * _FACTORS[:, 0] + _FACTORS[:, 1]
    least: NDArray[np.uint64] = (mixed >> np.uint64(16)).min(axis=0)
    return least


def _candidates(signatures: Sequence[NDArray[np.uint64]]) -> set[tuple[int, int]]:
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for number, signature in enumerate(signatures):
        for band in range(0, len(signature), BAND):
            buckets.setdefault((band, signature[band : band + BAND].tobytes()), []).append(number)
    return {pair for members in buckets.values() for pair in combinations(members, 2)}
