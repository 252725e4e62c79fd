"""Text of both languages, mixed as it comes -> the terms that are indexed and asked for, and the places where they stand."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from kb.text import cuts, english, joined, normalise, occurrences, thai
from kb.text.cuts import Cuts
from kb.text.joined import Joined, Written
from kb.text.occurrences import Wanted
from kb.text.pieces import Group, Occurrences, Piece, Place, english_group, thai_group

VERSION = 1  # raise when terms change for a reason that the parts' own versions do not show
PART_WEIGHT = 0.2  # of a word inside a compound of the question, beside the compound's 1; measured in docs/text.md
CACHED_TEXTS = 1024  # about 30 MB of passages
CACHED_WORDS = 50_000  # about 6 MB
CACHED_NAMES, NAME_LENGTH = 8192, 80  # texts of at most so many code points; about 20 MB
CACHED_SPANS, SPAN_LENGTH = 65_536, 40  # Thai words and what stands between them
_PROBE = "โครงการเมืองสีเขียว กทม. ๒๕๖๕ นํ้าเสีย เทศบาลตำบล ต่าง ๆ PM 2.5 CO₂ (ASCN) e-waste WHO U.S. municipalities' 1,600"


class IndexWord(NamedTuple):
    term: str
    surface: str  # normalised and casefolded, but not stemmed
    inner: bool  # a word inside a compound


SpanWords = tuple[tuple[IndexWord, ...], tuple[tuple[int, int], ...]]  # of a span, and the ranges of those that are not inner


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question; the words of a compound belong to it."""

    text: str  # as written
    terms: tuple[str, ...]  # index terms: the whole first, then the words it is made of
    start: int  # code points of the question as written
    end: int  # exclusive

    @property
    def weights(self) -> dict[str, float]:
        """Index term -> how much it counts: the whole 1, its parts PART_WEIGHT."""
        return {term: PART_WEIGHT for term in self.terms} | {self.terms[0]: 1.0}


class Analyzer:
    """Thread-safe. Index and question must be analysed with the same `domain_words`: `fingerprint` tells."""

    def __init__(self, domain_words: Iterable[str]) -> None:
        self._segmenter = thai.Segmenter(normalise.normalise(word).text for word in domain_words)
        # The same passages are shown again and again, and each is read once for every group of terms.
        self._long = lru_cache(maxsize=CACHED_TEXTS)(self._analyse)
        # Names are read anew for every generation that is opened; they must not push the passages out.
        self._short = lru_cache(maxsize=CACHED_NAMES)(self._analyse)
        # Few words make up most of a collection.
        self._known_groups = lru_cache(maxsize=CACHED_SPANS)(self._span_groups)
        self._known_words = lru_cache(maxsize=CACHED_SPANS)(self._span_words)
        self._as_bytes = lru_cache(maxsize=CACHED_WORDS)(self._word_as_bytes)

    @cached_property
    def fingerprint(self) -> str:
        """Names everything that decides the terms; changes whenever they could change."""
        probe = hashlib.sha256(" ".join(self.index_terms(_PROBE)).encode()).hexdigest()[:8]
        dictionary = self._segmenter.digest[:12]
        return f"{engine()}; words {dictionary}; probe {probe}"

    @property
    def segmenter(self) -> thai.Segmenter:
        return self._segmenter

    def warm_up(self) -> None:
        """Load the dictionaries now, in one thread: the first call takes most of a second."""
        self._segmenter.warm_up()
        self.index_terms(_PROBE)

    def index_terms(self, text: str) -> list[str]:
        """What stands in the index for a passage, in order, with repetitions. Terms hold no white space."""
        return [word.term for word in self.index_words(text)]

    def index_words(self, text: str) -> list[IndexWord]:
        """The same terms, each with the word it stands for."""
        clean = normalise.normalise(text).text
        return [word for start, end in self._segmenter.segment(clean) for word in self._words(clean[start:end])[0]]

    def read_passage(self, text: str, shown_from: int = 0, clean: normalise.Normalised | None = None) -> tuple[list[IndexWord], bytes]:
        """Its `index_words`, and the cuts of text[shown_from:], which begins a line: see kb.text.cuts. Empty where they cannot be kept.

        clean: the text normalised, where that has been done.
        """
        clean = clean or normalise.normalise(text)
        words: list[IndexWord] = []
        places: list[tuple[int, int]] = []
        whole, known = clean.text, self._known_words
        for start, end in self._segmenter.segment(whole):
            found, outer = known(whole[start:end]) if end - start <= SPAN_LENGTH else self._span_words(whole[start:end])
            words += found
            for first, last in outer:
                places.append((start + first, start + last))
        return words, self._cuts(text, clean, places, shown_from)

    def _cuts(self, text: str, clean: normalise.Normalised, places: Iterable[tuple[int, int]], shown_from: int) -> bytes:
        begin = bisect_left(clean.offsets, shown_from)
        words = [(start - begin, end - begin) for start, end in places if end > begin]
        if words and words[0][0] < 0:
            return b""
        shown = clean.text[begin:]
        return cuts.encode(shown, words, shown == text[shown_from:], self._as_bytes)

    def query_terms(self, text: str) -> list[Term]:
        """The words of a question without stop words; with them if it has no others."""
        clean, groups = self._read(text)
        telling = [group for group in groups if not _is_stopword(group[0].term)] or groups
        return [self._term(text, clean, group) for group in telling]

    @staticmethod
    def _term(text: str, clean: normalise.Normalised, group: Group) -> Term:
        start, end = clean.span(group[0].start, group[0].end)
        parts = (piece.term for piece in _outermost(group[1:]) if not _is_stopword(piece.term))
        terms = dict.fromkeys([group[0].term, *parts])
        return Term(text[start:end], tuple(terms), start, end)

    def matches(self, passage_text: str, query: Iterable[Term]) -> list[tuple[int, int, str]]:
        """(start, end, word of the question) where a passage holds words of a question; whole grapheme clusters, ascending.

        Where a compound matches, the words in it are not named again; where only a part matches, the part is named.
        """
        surfaces = self.surfaces(query)
        return [(start, end, surfaces[term]) for start, end, term in self.places(passage_text, surfaces.keys())]

    def places(self, passage_text: str, wanted: Container[str]) -> list[Place]:
        """(start, end, index term) where a passage holds one of the terms, the outermost of a compound; as `matches`."""
        return Occurrences.of(passage_text, *self._read(passage_text)).places(wanted)

    def join(self, texts: Iterable[Written]) -> Joined:
        """Texts as one, of which the words are then known: those that are not are cut here."""
        return joined.join([each if each.cuts else Written(each.text, self.read_passage(each.text)[1]) for each in texts])

    @staticmethod
    def occurrences(texts: Joined, wanted: Wanted) -> Occurrences:
        """What `places` looks through, without reading the texts again."""
        return Occurrences(texts.text, texts.clean, occurrences.find(texts.clean.text, Cuts(texts.cuts), wanted))

    def surfaces(self, query: Iterable[Term]) -> dict[str, str]:
        """Index term -> the word of the question, or the part of it, that asks for it."""
        surfaces: dict[str, str] = {}
        for term in query:
            inside, groups = self._read(term.text)
            for piece in (piece for group in groups for piece in group):
                start, end = inside.span(piece.start, piece.end)
                surfaces.setdefault(piece.term, term.text[start:end])
            surfaces |= {each: surfaces.get(each, term.text) for each in term.terms} | {term.terms[0]: term.text}
        wanted = {each for term in query for each in term.terms}
        return {term: surface for term, surface in surfaces.items() if term in wanted}

    def _read(self, text: str) -> tuple[normalise.Normalised, tuple[Group, ...]]:
        return self._short(text) if len(text) <= NAME_LENGTH else self._long(text)

    def _analyse(self, text: str) -> tuple[normalise.Normalised, tuple[Group, ...]]:
        """The normalised text, and for each of its tokens in order: the token, then the words inside it."""
        clean = normalise.normalise(text)
        groups = [
            tuple(Piece(start + piece.start, start + piece.end, piece.term) for piece in group)
            for start, end in self._segmenter.segment(clean.text)
            for group in self._groups(clean.text[start:end])
        ]
        return clean, tuple(groups)

    def _groups(self, span: str) -> tuple[Group, ...]:
        return (self._known_groups if len(span) <= SPAN_LENGTH else self._span_groups)(span)

    def _words(self, span: str) -> SpanWords:
        return (self._known_words if len(span) <= SPAN_LENGTH else self._span_words)(span)

    def _span_words(self, span: str) -> SpanWords:
        groups = self._groups(span)
        words = (
            IndexWord(piece.term, span[piece.start : piece.end].casefold(), at > 0) for group in groups for at, piece in enumerate(group)
        )
        return tuple(words), tuple((group[0].start, group[0].end) for group in groups)

    def _span_groups(self, span: str) -> tuple[Group, ...]:
        """The tokens of a Thai word, or of what stands between Thai words: no token of another script goes over a Thai letter."""
        found = [self._thai_group(span)] if thai.is_thai(span[0]) else map(english_group, english.tokens(span))
        return tuple(group for group in found if group)

    def _thai_group(self, word: str) -> Group:
        return thai_group(word, [(0, len(word)), *self._inner(word)])

    def _inner(self, word: str) -> tuple[tuple[int, int], ...]:
        return self._segmenter.inner_words(word) if not thai.is_abbreviation(word) else ()

    def _word_as_bytes(self, word: str) -> bytes:
        if thai.is_thai(word[0]):
            return cuts.of_word(len(word), self._inner(word))
        return cuts.of_word(len(word), (), hyphened=english.is_compound(word))


def engine(fingerprint: str = "") -> str:
    """What decides the terms besides the words that are kept whole: of this version, or of the one that made a fingerprint."""
    if fingerprint:
        return fingerprint.partition("; words ")[0]
    return f"terms {VERSION}; {thai.VERSION}; {english.VERSION}; normaliser {normalise.VERSION}"


@lru_cache(maxsize=2)
def shared(domain_words: frozenset[str]) -> Analyzer:
    """One for all in this process that read with the same words: an index that is made and then opened needs it twice."""
    return Analyzer(domain_words)


def _outermost(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces that do not lie inside an earlier one."""
    end = -1
    for piece in pieces:
        if piece.start >= end:
            yield piece
            end = piece.end


def _is_stopword(term: str) -> bool:
    return term in thai.STOPWORDS or term in english.STOPWORDS
