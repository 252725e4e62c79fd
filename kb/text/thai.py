"""Words of Thai: the only place, besides the model's tokenizer, that knows PyThaiNLP.

Cut by newmm (maximal matching at Thai character cluster boundaries) with PyThaiNLP's dictionary and the words of our own subject. Where
two neighbours can share their letters in another way (โครง|การเมือง or โครงการ|เมือง), the more frequent pair is taken, by the unigrams of
the Thai National Corpus.
"""

from __future__ import annotations

# isort: off
import kb.offline  # noqa: F401  first: PyThaiNLP reads the switches when it is imported

# isort: on
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

import pythainlp
from pythainlp.corpus import provinces as province_table
from pythainlp.corpus import thai_family_names, thai_female_names, thai_male_names, thai_words
from pythainlp.corpus.tnc import word_freqs
from pythainlp.tokenize.newmm import segment as newmm
from pythainlp.tokenize.tcc_p import _PAT_TCC as _CLUSTER  # its tcc_pos_array copies the rest of the text for every cluster
from pythainlp.util.keyboard import EN_TH_KEYB_PAIRS

from kb.text.dictionary import Dictionary, Words

VERSION = f"newmm pythainlp {pythainlp.__version__}"

# Words that say nothing about the subject: a list of our own, as PyThaiNLP's 1,030 hold words of content (การพัฒนา, ประชาชน).
_STOPWORDS = """
    ๆ ฯ การ ความ ของ ที่ ซึ่ง อัน และ หรือ กับ แก่ แด่ แต่ ก็ ใน โดย ด้วย จาก ถึง ต่อ เพื่อ ให้ ว่า ได้ ไม่ มี เป็น คือ อยู่ แล้ว จะ ไป มา นี้ นั้น
    นี่ นั่น เหล่านี้ เหล่านั้น ทั้ง ทั้งนี้ ดังกล่าว เช่น ได้แก่ โดยที่ เมื่อ ขณะ ถ้า หาก เพราะ จึง ดังนั้น ซึ่งกันและกัน อะไร อย่างไร ยังไง ทำไม ไหน
    ไหม หรือไม่ ใคร เท่าไร เท่าไหร่ กี่ บ้าง เมื่อไร เมื่อไหร่ ครับ ค่ะ คะ นะ ช่วย ขอ ทำ เกี่ยวกับ เรื่อง ทุก แต่ละ บาง ต่าง หลาย อีก ยัง เคย กำลัง ต้อง
    ควร อาจ สามารถ ถูก โดน ตาม ตั้งแต่ ระหว่าง ภายใน ภายใต้ สำหรับ เพียง เท่านั้น มาก น้อย เขา เรา ท่าน ผม ฉัน คุณ พวก ตน ตัวเอง ตนเอง กัน อย่าง แบบ
    ส่วน รวม รวมถึง รวมทั้ง อื่น เอง สิ่ง
"""
STOPWORDS = frozenset(_STOPWORDS.split())

LETTERS = "\u0e01-\u0e3a\u0e40-\u0e4e"  # with vowels, marks, ๆ and ฯ; without ฿ and digits
_CHUNK = re.compile(f"[{LETTERS}]+(?:\\.[{LETTERS}]*)*")
_ABBREVIATION = re.compile(f"(?:[ก-ฮ]{{1,5}}\\.)+(?:[ก-ฮ]{{1,2}}(?![{LETTERS}]))?")
_LONE_SIGNS = re.compile("[ๆฯ.]+$")
_DOMAIN_FREQUENCY = 500  # of a word that the corpus does not count but our glossary or content names: a middling one
_CACHED_WORDS = 100_000  # few words make up most of a text
_CACHED_CHUNKS = 32_768  # and a third of all stretches between spaces have been there before; about 15 MB
_SHORTEST_UNDOTTED = 3  # an abbreviation written without its dots is known from this many letters on


@cache
def _base_words() -> Words:
    return Words({word.strip() for word in thai_words()})  # as newmm reads them


@cache
def _frequencies() -> dict[str, int]:
    # The corpus lists some words twice, in an order that changes from process to process: the last one would win by chance.
    return dict(sorted(word_freqs()))


def counts() -> Mapping[str, int]:
    """How often words occur in the Thai National Corpus (33.5 million words of all kinds of text)."""
    return _frequencies()


@cache
def dictionary() -> frozenset[str]:
    """PyThaiNLP's words."""
    return frozenset(thai_words())


@cache
def personal_names() -> frozenset[str]:
    """Thai given and family names."""
    return frozenset(thai_male_names()) | frozenset(thai_female_names()) | frozenset(thai_family_names())


def keys() -> Mapping[str, str]:
    """What a key gives on the US layout -> what it gives on Thai Kedmanee; key 1, which PyThaiNLP leaves out, included."""
    return {**EN_TH_KEYB_PAIRS, "1": "ๅ", "!": "+"}


@cache
def _base_digest() -> str:
    counted = sorted(_frequencies().items())
    return hashlib.sha256("\n".join([*sorted(thai_words()), *map(str, counted)]).encode()).hexdigest()


def cluster_edges(text: str) -> bytearray:
    """1 for every place where a Thai character cluster ends, and for every place between other characters; len(text) + 1 of them."""
    edges = bytearray(len(text) + 1)
    end = 0
    for cluster in _CLUSTER.finditer(text):
        start = cluster.start()
        if start > end:
            edges[end + 1 : start + 1] = b"\1" * (start - end)
        end = cluster.end()
        edges[end] = 1
    edges[end + 1 :] = b"\1" * (len(text) - end)
    return edges


class Segmenter:
    """Thread-safe. `words` are names and terms to be kept whole; those of one syllable or not in Thai are passed over."""

    def __init__(self, words: Iterable[str]) -> None:
        self._keep(frozenset(part for word in words for part in domain_parts(word)))

    @classmethod
    def of_parts(cls, parts: frozenset[str]) -> Segmenter:
        """parts: words that went through `domain_parts` before."""
        segmenter = cls.__new__(cls)
        segmenter._keep(parts)
        return segmenter

    def _keep(self, own: frozenset[str]) -> None:
        self._own = own
        self._dictionary = Dictionary(_base_words(), Words(own))
        self.inner_words = lru_cache(maxsize=_CACHED_WORDS)(self._inner_words)
        self._best_pair = lru_cache(maxsize=_CACHED_WORDS)(self._choose_pair)
        self._chunk_words = lru_cache(maxsize=_CACHED_CHUNKS)(self._cut_chunk)

    @property
    def own(self) -> frozenset[str]:
        """The words that are kept whole beside the dictionary. A text that holds none of them is cut as if they were not there."""
        return self._own

    @property
    def digest(self) -> str:
        """sha256 over the words and frequencies that decide the cuts."""
        return hashlib.sha256("\n".join([_base_digest(), *sorted(self._own)]).encode()).hexdigest()

    def warm_up(self) -> None:
        self.segment("การจัดการขยะมูลฝอยของเทศบาล")

    def knows(self, word: str) -> bool:
        """A word of the dictionary or one of our own."""
        return word in dictionary() or word in self._own

    def prefixes(self, text: str, start: int) -> list[str]:
        """Known words that begin at a place of a text."""
        return self._dictionary.prefixes(text, start)

    def segment(self, text: str) -> list[tuple[int, int]]:
        """Ranges that cover the text; what is not Thai stands as one range between Thai words."""
        spans: list[tuple[int, int]] = []
        end = 0
        for chunk in _CHUNK.finditer(text):
            if chunk.start() > end:
                spans.append((end, chunk.start()))
            end = chunk.start()
            for word in self._chunk_words(chunk[0]):
                start, end = end, end + len(word)
                spans.append((start, end))
        return spans + ([(end, len(text))] if end < len(text) else [])

    def words(self, text: str, longest: int) -> list[str]:
        """The words that make up a text; a compound of more than `longest` letters in the words that it is made of, if it is of any."""
        return [part for start, end in self.segment(text) for part in self._shorter(text[start:end], longest)]

    def _shorter(self, word: str, longest: int) -> Iterator[str]:
        pieces = self._split(word) if len(word) > longest and is_thai(word[0]) else []
        if not pieces:
            yield word
        for piece in pieces:
            yield from self._shorter(piece, longest)

    def _cut_chunk(self, chunk: str) -> tuple[str, ...]:
        abbreviation = _ABBREVIATION.match(chunk)
        words = [abbreviation[0]] if abbreviation else []
        rest = chunk[abbreviation.end() :] if abbreviation else chunk
        return (*words, *self._recut(newmm(rest, self._dictionary)))

    def _recut(self, words: list[str]) -> list[str]:
        """newmm takes the first of several cuts with as few words; of two neighbours the more frequent pair is better."""
        for i in range(len(words) - 1):
            words[i : i + 2] = self._best_pair(words[i], words[i + 1])
        return words

    def _choose_pair(self, left: str, right: str) -> tuple[str, str]:
        if not (self.knows(left) and self.knows(right)):
            return left, right
        both = left + right
        ends = map(len, self.prefixes(both, 0))
        others = [end for end in ends if end != len(left) and self.knows(both[end:])]
        if not others:  # nearly always
            return left, right
        edges = cluster_edges(both)
        pairs = [(both[:cut], both[cut:]) for cut in others if edges[cut]]
        return max([(left, right), *pairs], key=lambda pair: self._frequency(pair[0]) * self._frequency(pair[1]))

    def _frequency(self, word: str) -> int:
        return _frequencies().get(word) or (_DOMAIN_FREQUENCY if word in self._own else 1)

    def _inner_words(self, word: str) -> tuple[tuple[int, int], ...]:
        """Ranges of the dictionary words that a word is made of, and of those they are made of in turn; empty if it is of one piece.

        Only words of a cut without remainder count: โครงการเมืองสีเขียว holds โครงการ, เมือง, สีเขียว, สี, เขียว, but not การเมือง.
        """
        pieces = self._split(word)
        found: list[tuple[int, int]] = []
        start = 0
        for piece in pieces:
            found.append((start, start + len(piece)))
            found += ((start + a, start + b) for a, b in self.inner_words(piece))
            start += len(piece)
        return tuple(found)

    def _split(self, word: str) -> list[str]:
        """The cut of a word into the fewest shorter words of at least two letters, the more frequent ones on a tie; [] if there is none."""
        edges = cluster_edges(word)
        best: dict[int, tuple[int, float, list[str]]] = {0: (0, 1.0, [])}
        for start in range(len(word)):
            if start not in best:
                continue
            count, weight, pieces = best[start]
            for piece in self.prefixes(word, start):
                end = start + len(piece)
                if len(piece) < 2 or piece == word or not edges[end]:
                    continue
                reached = (count + 1, weight / self._frequency(piece), [*pieces, piece])
                if end not in best or reached[:2] < best[end][:2]:
                    best[end] = reached
        return best[len(word)][2] if len(word) in best and len(word) > 0 else []


@lru_cache(maxsize=2)
def keeping(parts: frozenset[str]) -> Segmenter:
    """A segmenter for words that went through `domain_parts` before; the same one for the same words."""
    return Segmenter.of_parts(parts)


def load() -> None:
    """Dictionary and frequencies, which every segmenter needs."""
    _base_words()
    _frequencies()


@cache
def provinces() -> tuple[tuple[str, str], ...]:
    """(Thai name, English name) of the 77 provinces of Thailand, from PyThaiNLP's table."""
    table: list[dict[str, str]] = province_table(details=True)  # type: ignore[assignment]
    return tuple((each["name_th"], each["name_en"]) for each in table)


def term(word: str) -> str:
    """The index term of a word: without dots, repetition sign and abbreviation sign."""
    return _LONE_SIGNS.sub("", word).replace(".", "")


def is_thai(character: str) -> bool:
    """A letter, vowel or mark of Thai, not ฿ nor a digit."""
    return _CHUNK.match(character) is not None


def is_abbreviation(word: str) -> bool:
    return _ABBREVIATION.fullmatch(word) is not None


def domain_parts(word: str) -> list[str]:
    """The Thai words of a name or term that are worth keeping whole; an abbreviation also without its dots."""
    return [spelling for chunk in _CHUNK.finditer(word) if _worth_keeping(chunk[0]) for spelling in spellings(chunk[0])]


def spellings(name: str) -> tuple[str, ...]:
    """A name, and if it is an abbreviation of some length also without its dots: กทม. and กทม."""
    undotted = name.replace(".", "")
    return (name, undotted) if is_abbreviation(name) and len(undotted) >= _SHORTEST_UNDOTTED else (name,)


def _worth_keeping(part: str) -> bool:
    """One syllable as a word of its own would cut other words apart."""
    return is_abbreviation(part) or sum(cluster_edges(part)) > 1
