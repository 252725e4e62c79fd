"""How unlikely it is that a word was meant and another one typed: weighted edits, in nats (−ln of a probability, roughly).

An edit distance with transpositions (optimal string alignment) whose costs follow how people misspell the two languages: letters of the
same sound, tone marks and vowel lengths in Thai, doubled and exchanged letters in English, neighbouring keys in both.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

from rapidfuzz.distance import OSA

from kb.text.keyboard import NEIGHBOURS

MISSPELT = 4.0  # that a word is misspelt at all: about one in fifty
SOUND = 1.0  # letters that sound the same and are commonly exchanged; a tone mark missing, wrong or doubled
SIMILAR = 2.5  # vowels of another length, final consonants of the same sound, neighbouring keys
SWAP = 3.0  # two neighbouring letters exchanged
DOUBLE = 1.5  # a letter doubled or its double missing
MISSING = 3.5  # a letter missing
ADDED = 4.0  # a letter too many
OTHER = 5.5  # another letter
FIRST = 2.0  # more, where the first letter is concerned: people rarely miss it

_TONES = "่้๊๋"
_LIGHT = frozenset(_TONES + "์็ฺ")  # marks that are forgotten or put where there are none
_SAME_SOUND = ("ไใ", "รล", "ศษส", "สซ", "ณน", "ญย", "ฎดฏ", "ฏต", "ฬล", "ภพ", "ธท", "ทฒ", "ฐถ", "ฅค", "ฆค", "ฌช", "ผพ", _TONES)
_SIMILAR_THAI = ("ะา", "ิี", "ึื", "ุู", "เแ", "โอ", "ัะ", "็่", "ำา", "กคข", "บปพภ", "ดตทธสศษจชซ", "นณญรลฬ", "ฟฝ", "หฮ", "ฉชฌ")
_SIMILAR_ENGLISH = ("ae", "ei", "ai", "ao", "iy", "ou", "eo", "ck", "sc", "sz", "td", "pb", "vw", "mn", "gj")


def _pairs(groups: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for group in groups for pair in permutations(group, 2))


_SOUND_PAIRS = _pairs(_SAME_SOUND)
_SIMILAR_PAIRS = _pairs(_SIMILAR_THAI) | _pairs(_SIMILAR_ENGLISH) | NEIGHBOURS

# One letter for all that are exchanged at little cost, none for marks that are forgotten: words that differ only so have one skeleton.
_CLASSES = ("ไใ", "รลฬ", "ศษสซ", "ณน", "ญย", "ฎดฏต", "ภพ", "ธทฒ", "ฐถ", "คฅฆ", "ฌช")
_SKELETON = str.maketrans({each: group[0] for group in _CLASSES for each in group[1:]} | dict.fromkeys(_LIGHT, ""))


def skeleton(word: str) -> str:
    """The word without what is misspelt most easily. Character by character: that of a part is part of that of the whole."""
    return word.translate(_SKELETON)


def letters(word: str) -> list[int]:
    """How many characters of its skeleton stand before each place of a word, and before its end."""
    found = [0]
    for character in word:
        found.append(found[-1] + (character not in _LIGHT))
    return found


def places(word: str) -> list[int]:
    """Where the characters of its skeleton stand in a word."""
    return [place for place, character in enumerate(word) if character not in _LIGHT]


@lru_cache(maxsize=20_000)
def cost(typed: str, meant: str) -> float:
    """Of typing one word for the other, without MISSPELT; 0 for the same word."""
    start = _common(typed, meant)
    end = _common(typed[start:][::-1], meant[start:][::-1])
    # One character more on the left, so that a doubled letter is seen.
    left = max(start - 1, 0)
    total = _aligned(typed[left : len(typed) - end], meant[left : len(meant) - end])
    return total + (FIRST if start == 0 and total > SOUND else 0.0)


def least(typed: str, meant: str) -> float:
    """No more than the cost of two words that differ: no edit costs less than SOUND."""
    return SOUND * max(OSA.distance(typed, meant), 1)


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _aligned(typed: str, meant: str) -> float:
    rows = [[0.0]]
    for j in range(len(meant)):
        rows[0].append(rows[0][j] + _single(meant, j, MISSING))
    for i in range(len(typed)):
        row = [rows[i][0] + _single(typed, i, ADDED)]
        for j in range(len(meant)):
            best = min(
                rows[i][j] + _substitution(typed[i], meant[j]),
                rows[i][j + 1] + _single(typed, i, ADDED),
                row[j] + _single(meant, j, MISSING),
            )
            if i and j and typed[i] == meant[j - 1] and typed[i - 1] == meant[j]:
                best = min(best, rows[i - 1][j - 1] + SWAP)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _single(word: str, position: int, otherwise: float) -> float:
    """Of one character missing or too many."""
    if word[position] in _LIGHT:
        return SOUND
    return DOUBLE if position and word[position] == word[position - 1] else otherwise


def _substitution(typed: str, meant: str) -> float:
    if typed == meant:
        return 0.0
    if (typed, meant) in _SOUND_PAIRS:
        return SOUND
    return SIMILAR if (typed, meant) in _SIMILAR_PAIRS else OTHER
