"""Which Thai words get a row of their own: the most frequent ones, and the syllables and letters of which all others are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pythainlp.corpus import thai_syllables
from tqdm import tqdm

from kb.embedding.tokenizer import THAI, segmenter

PARTS = 0.08  # of the rows are kept for syllables of words that have no row
RAREST = 2  # a word seen once is no word


def count(texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """How often each Thai word occurs, as the model's tokenizer cuts them. texts: (text, weight)."""
    counts: dict[str, float] = defaultdict(float)
    cut = segmenter().segment
    for text, weight in tqdm(texts, desc="counting words"):
        for start, end in cut(text):
            if THAI.match(text[start]):
                counts[text[start:end]] += weight
    return counts


def choose(counts: Mapping[str, float], size: int) -> list[str]:
    """`size` words in code point order, the same for the same counts."""
    letters = {letter for word in counts for letter in word}
    ranked = sorted((word for word in counts if counts[word] >= RAREST), key=lambda word: (-counts[word], word))
    words = ranked[: size - int(PARTS * size) - len(letters)]
    kept = letters | set(words)
    parts = _parts({word: counts[word] for word in counts.keys() - kept})
    for part in sorted(parts, key=lambda part: (-parts[part], part)):
        if len(kept) == size:
            break
        kept.add(part)
    return sorted(kept)


def _parts(counts: Mapping[str, float]) -> dict[str, float]:
    """Syllables of the words left out, longest first from the left, as the tokenizer takes a word apart."""
    syllables = frozenset(thai_syllables())
    longest = max(map(len, syllables))
    found: dict[str, float] = defaultdict(float)
    for word, times in counts.items():
        start = 0
        while start < len(word):
            end = next((end for end in range(min(len(word), start + longest), start, -1) if word[start:end] in syllables), start + 1)
            found[word[start:end]] += times
            start = end
    return found


def write(words: Sequence[str], path: Path) -> None:
    path.write_text("\n".join(words) + "\n", "utf-8")
