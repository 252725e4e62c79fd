"""Words of English, and of any other script than Thai: tokens with their places, and the terms they are indexed under.

The stemmer is Snowball's "english" (Porter 2). Names with digits, acronyms and compounds stay whole: PM2.5, CO2, 5G, ASCN, e-waste.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

import regex
import Stemmer

VERSION = f"snowball-english {version('PyStemmer')}"

# Words that say nothing about the subject. Written in capitals they are names: WHO, IT, US.
_STOPWORDS = """
    a about above after again all also am an and any are as at be because been before being between both but by can could did do does doing
    during each eg etc few for from further had has have having he her here hers him his how i ie if in into is it its itself just me more
    most my no nor not of off on once only or other our out over own please same she should show so some such tell than that the their them
    then there these they this those through to too under until up us very was we were what when where which while who whom why will with
    would you your
"""
STOPWORDS = frozenset(_STOPWORDS.split())

_LETTER = r"[[\p{L}\p{M}\p{N}]--\p{Thai}]"
_NUMBER = r"\p{Nd}{1,3}(?:,\p{Nd}{3})+(?:\.\p{Nd}+)?(?![\p{Nd},])"
_WORD = rf"(?:{_NUMBER}|{_LETTER}+(?:(?<=\p{{Nd}})\.\p{{Nd}}+)*(?:['’]{_LETTER}+)?)"
_TOKEN = regex.compile(
    rf"""(?V1)
    (?P<dotted>(?<!{_LETTER})(?:\p{{Latin}}\.){{2,}}(?:\p{{Latin}}(?!{_LETTER}))?)  # U.S.
    | (?P<particles>(?<!{_LETTER})(?i:pm)\s?(?:2\.5|10|0\.1|1)(?!\.?\p{{Nd}}))      # PM 2.5
    | (?P<capitals>(?<!{_LETTER})\p{{Lu}}&\p{{Lu}}(?!{_LETTER}))                     # R&D
    | (?P<compound>{_WORD}(?:[-‐‑]{_WORD})+)                                        # low-carbon
    | (?P<word>{_WORD})
    """,
    regex.VERBOSE,
)
HYPHENS = "-‐‑"
_PART = regex.compile(rf"(?V1){_WORD}")
_PLURAL_ACRONYM = regex.compile(r"(?=.*\p{Lu})[\p{Lu}\p{Nd}]{2,}s")
_POSSESSIVE = regex.compile(r"['’]s?$")
# Letters that Unicode does not decompose.
_PLAIN = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "⁄": "/", "’": "'"})

_stemmer = Stemmer.Stemmer("english", 0)  # `stem` remembers
_stemming = threading.Lock()  # the stemmer keeps the word in itself


@dataclass(frozen=True, slots=True)
class Token:
    start: int  # code points of the text
    end: int  # exclusive
    term: str  # what it is indexed under
    parts: tuple[Token, ...] = ()  # of a hyphenated compound


def tokens(text: str) -> list[Token]:
    """Tokens in order of place; Thai is passed over."""
    return [_token(match) for match in _TOKEN.finditer(text)]


def _token(match: regex.Match[str]) -> Token:
    if match.lastgroup != "compound":
        return Token(match.start(), match.end(), term(match[0]))
    return compound(match[0], match.start())


def compound(surface: str, start: int) -> Token:
    """The token of a hyphenated compound that stands at a place of a text."""
    parts = tuple(Token(start + p.start(), start + p.end(), term(p[0])) for p in _PART.finditer(surface))
    # Without the hyphen, so that e-waste, E-waste and ewaste are one.
    return Token(start, start + len(surface), stem(fold(surface)), parts)


def is_compound(surface: str) -> bool:
    """Of a token as it stands in a text."""
    return any(hyphen in surface for hyphen in HYPHENS)


def leaves(found: list[Token]) -> Iterator[Token]:
    """Tokens with compounds taken apart."""
    for token in found:
        yield from token.parts or (token,)


@lru_cache(maxsize=50_000)
def term(surface: str) -> str:
    """The index term of one word as written. An acronym that reads like a stop word keeps its capitals."""
    bare = surface.replace(".", "") if surface[:1].isalpha() and "." in surface and not any(c.isdigit() for c in surface) else surface
    if _PLURAL_ACRONYM.fullmatch(bare):
        bare = bare[:-1]
    folded = fold(bare)
    if folded in STOPWORDS:
        return bare if bare.isupper() and len(bare) > 1 else folded
    return stem(folded)


def fold(word: str) -> str:
    """Lower case without accents, sub- and superscripts, possessive, hyphens, thousands separators: CO₂ -> co2, 1,600 -> 1600.

    Compatibility decomposition is right here and wrong for Thai: this function never sees Thai.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    folded = _POSSESSIVE.sub("", plain.casefold().translate(_PLAIN))
    return regex.sub(r"[-‐‑,\s]", "", folded)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Snowball's stem of a folded word; words with digits or of other scripts stay."""
    if not _has_stem(word):
        return word
    with _stemming:
        return str(_stemmer.stemWord(word))


def stems(words: Iterable[str]) -> frozenset[str]:
    """The stems of many words, none of which is remembered."""
    found = list(words)
    with _stemming:
        return frozenset(_stemmer.stemWords([word for word in found if _has_stem(word)])) | {word for word in found if not _has_stem(word)}


def _has_stem(word: str) -> bool:
    return word.isascii() and word.replace("'", "").isalpha()
