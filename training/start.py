"""Where the rows of Thai words begin: at the mean of the English word pieces that translate them.

Probabilities come from word alignment of all pairs and of the Thai WordNet; a word without any begins at the mean of its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from training.alignment import Translations

TOP = 8  # translations of a word that count
FLOOR = 0.02


def rows(words: Sequence[str], translations: Translations, pieces: NDArray[np.float32], common: NDArray[np.float64]) -> NDArray[np.float32]:
    """float32 (words, dim). translations: from row of a word to word pieces; common: how often each word piece occurs, (pieces,).

    Pieces that occur everywhere (punctuation, "the") say little: each counts as in smooth inverse frequency (Arora et al., ICLR 2017).
    """
    weight = 1e-3 / (1e-3 + common / common.sum())
    out = np.zeros((len(words), pieces.shape[1]), np.float32)
    bounds = np.searchsorted(translations.sources, np.arange(len(words) + 1))
    for word, (first, end) in enumerate(pairwise(bounds)):
        best = slice(first, min(end, first + TOP))
        strength = translations.probabilities[best] * weight[translations.targets[best]]
        if strength.size and strength.max() >= FLOOR:
            out[word] = strength @ pieces[translations.targets[best]] / strength.sum()
    _from_parts(words, out)
    length = np.linalg.norm(out, axis=1, keepdims=True)
    usual = np.linalg.norm(pieces, axis=1).mean()
    return np.where(length > 0, out * (usual / np.maximum(length, 1e-9)), 0).astype(np.float32)


def _from_parts(words: Sequence[str], out: NDArray[np.float32]) -> None:
    """Words that no alignment knows: the mean of the longest known words inside, from the left."""
    known = {word: row for row, word in enumerate(words) if out[row].any()}
    for row, word in enumerate(words):
        if word not in known and (parts := _parts(word, known)):
            out[row] = out[parts].mean(axis=0)


def _parts(word: str, known: dict[str, int]) -> list[int]:
    found, start = [], 0
    while start < len(word):
        end = next((end for end in range(len(word), start + 1, -1) if word[start:end] in known and end - start < len(word)), None)
        if end is not None:
            found.append(known[word[start:end]])
        start = end or start + 1
    return found
