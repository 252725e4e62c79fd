"""The pieces of the static model and how probable each is: Thai words of the built-in model, English words and their parts, signs.

Probabilities are estimated on the texts themselves: cut by the most probable path, count, again (hard EM for the unigram model of
Kudo 2018). All pieces begin equally probable, so the first cut has the fewest pieces, as maximal matching has; PyThaiNLP, a hundred
times slower, is not needed.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers

from kb.embedding import static, tokenizer

SPACE = "▁"  # begins every word after a space; alone, where a Thai word follows, it says nothing
SIGNS = [*map(chr, range(33, 48)), *map(chr, range(58, 65)), *"[\\]^_`{|}~“”–—…°²₂µ฿0123456789"]
YEARS = [str(year) for year in chain(range(1900, 2101), range(2440, 2601))]
OFTEN = 8  # an English word seen as often as this is a piece although the built-in model has none for it
MOST = 6000  # such words
ROUNDS = 4
ABSENT = -25.0  # log probability of letters that no piece has
TOKENS = 1e7  # to which the counts of each language are scaled: both weigh the same


def candidates(builtin: Path, english: Iterable[str]) -> list[str]:
    """All pieces, the unknown one first, then the space. english: prepared texts in which further English words are counted."""
    wordpieces = json.loads((builtin / tokenizer.PIECES).read_text("utf-8"))["model"]["vocab"]
    words = (builtin / tokenizer.WORDS).read_text("utf-8").lower().splitlines()
    whole = {piece for piece in wordpieces if re.fullmatch("[a-z]+", piece)}
    parts = {piece[2:] for piece in wordpieces if re.fullmatch("##[a-z]+", piece)}
    counts = Counter(word for text in english for word in re.findall("[a-z]+", text))
    further = sorted(word for word, times in counts.items() if times >= OFTEN and word not in whole)
    further.sort(key=counts.__getitem__, reverse=True)
    starting = sorted(SPACE + word for word in (*whole, *further[:MOST], *YEARS))
    return list(dict.fromkeys(["<unk>", SPACE, *SIGNS, *starting, *sorted(parts), *words]))


def estimate(pieces: Sequence[str], texts: Sequence[Sequence[str]], most: int) -> Tokenizer:
    """The `most` commonest pieces with their probabilities. texts: prepared ones, a sequence for each language."""
    scores = [ABSENT, *([-10.0] * (len(pieces) - 1))]
    for number in range(ROUNDS):
        cut = build(pieces, scores)
        counts = _count(cut, texts)
        if number == ROUNDS - 2:
            pieces, counts = _commonest(pieces, counts, most)
        total = sum(counts) + len(pieces)
        scores = [ABSENT, *(math.log((times + 1) / total) for times in counts[1:])]
    return build(pieces, scores)


def build(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    cut = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=static.UNKNOWN))
    cut.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    return cut


def _count(cut: Tokenizer, texts: Sequence[Sequence[str]]) -> list[float]:
    """How often each piece occurs, were there TOKENS of each language."""
    totals = [0.0] * cut.get_vocab_size()
    for language in texts:
        counts = Counter(each for ids in ids_of(cut, language) for each in ids)
        scale = TOKENS / counts.total()
        for piece, times in counts.items():
            totals[piece] += times * scale
    return totals


def ids_of(cut: Tokenizer, texts: Sequence[str]) -> Iterator[list[int]]:
    for start in range(0, len(texts), static.CHUNK):
        yield from (each.ids for each in cut.encode_batch_fast(list(texts[start : start + static.CHUNK])))


def _commonest(pieces: Sequence[str], counts: Sequence[float], most: int) -> tuple[list[str], list[float]]:
    """In the old order; single letters stay, of them every word can be made."""
    rank = sorted(range(len(pieces)), key=lambda i: (len(pieces[i]) > 1 and i != static.UNKNOWN, -counts[i], i))
    kept = sorted(rank[:most])
    return [pieces[i] for i in kept], [counts[i] for i in kept]
