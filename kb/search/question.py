"""What is asked: the language of a question, its terms, and their translations by the glossary and by the lexicon."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kb.errors import Lang, Message, QueryError
from kb.search import conditions
from kb.search.gazetteer import Gazetteer, Mention
from kb.search.repair import Repair
from kb.text import english
from kb.text.analyzer import Analyzer, Term
from kb.text.glossary import Glossary
from kb.text.language import detect
from kb.text.lexicon import Lexicon, Translations
from kb.types import LANGS, Also, Condition, Reading, Understanding

MAX_LENGTH = 1000  # characters of a question


@dataclass(frozen=True, slots=True)
class Translation:
    """A phrase of the question that the glossary knows in the other language."""

    surface: str  # as written in the question
    target: str  # the phrase in the other language
    terms: tuple[Term, ...]  # of the target
    weight: float = 1.0  # of each of its terms


@dataclass(frozen=True, slots=True)
class Carried:
    """A word of the question with the words of the other language that the lexicon gives for it."""

    term: Term
    translations: Translations  # index terms with their probabilities


@dataclass(frozen=True, slots=True)
class Question:
    text: str  # as asked
    clean: str  # normalised, white space collapsed: what is embedded
    lang: Lang
    terms: tuple[Term, ...]
    translations: tuple[Translation, ...]
    carried: tuple[Carried, ...]
    reading: Reading
    synonyms: tuple[Translation, ...] = ()  # other names in the question's own language

    def weights(self, doc_lang: Lang) -> dict[str, float]:
        """Index terms to look for in documents of that language, with weights.

        In the other language the question's own words still count: names, acronyms and figures are the same in both.
        """
        weights = term_weights(self.terms)
        for other in self.translations if doc_lang != self.lang else self.synonyms:
            for term, weight in term_weights(other.terms).items():
                weights[term] = max(weight * other.weight, weights.get(term, 0.0))
        return weights


def term_weights(asked: Iterable[Term]) -> dict[str, float]:
    """Index term -> weight; a term that is asked for twice has the greater weight, not the sum."""
    weights: dict[str, float] = {}
    for each in asked:
        for term, weight in each.weights.items():
            weights[term] = max(weight, weights.get(term, 0.0))
    return weights


SYNONYM = 0.8  # of another name's words together, beside 1 for the words as asked: exact matches come first
SOUND_ALIKE = 0.5


def understand(
    text: str,
    analyzer: Analyzer,
    glossary: Glossary,
    lexicon: Lexicon,
    repair: Repair | None = None,
    as_written: frozenset[Understanding] = frozenset(),
    gazetteer: Gazetteer | None = None,
    today: datetime.date | None = None,
) -> Question:
    """`as_written` names what is not to be read into the question. Raises QueryError for a question that is too long.

    repair: None takes every question as it is typed. gazetteer: None reads no operators and no names. today: what "last year" is
    measured by; None means this day.
    """
    if len(text) > MAX_LENGTH:
        raise _too_long(len(text))
    read = conditions.read(text, gazetteer, repair, as_written, today or datetime.date.today())
    clean = read.searched
    lang = detect(clean or text)
    terms = tuple(analyzer.query_terms(clean))
    given = [Translation(surface, target, tuple(analyzer.query_terms(target))) for surface, target in glossary.translations(clean, lang)]
    plain = Question(text, clean, lang, terms, tuple(given), tuple(carried(terms, lang, lexicon)), read)
    return plain if "names" in as_written else _with_names(plain, analyzer, glossary, lexicon, gazetteer)


def _with_names(question: Question, analyzer: Analyzer, glossary: Glossary, lexicon: Lexicon, gazetteer: Gazetteer | None) -> Question:
    """The question with the other names of what it names, in both languages, and with the conditions that they are."""

    def is_known(word: str) -> bool:
        found = analyzer.query_terms(word)
        one = len(found) == 1 and any(lexicon.translations(found[0].terms[0], lang) for lang in LANGS)
        return one or word.casefold() in english.STOPWORDS

    mentions = gazetteer.mentions(question.clean, is_known) if gazetteer else ()
    names = conditions.other_names(mentions)
    own = [(surface, name, SYNONYM) for surface, name in glossary.synonyms(question.clean, question.lang)]
    own += [(m.words, name, _weight(m)) for m, lang, name in names if lang == question.lang]
    known = {translation.target.casefold() for translation in question.translations}
    across = [(m.words, name, _weight(m)) for m, lang, name in names if lang != question.lang and name.casefold() not in known]
    also: dict[str, dict[str, None]] = {}
    for surface, name, _ in [*own, *across]:
        also.setdefault(surface, {})[name] = None
    return replace(
        question,
        translations=(*question.translations, *_named(across, analyzer)),
        synonyms=_named(own, analyzer),
        reading=replace(
            question.reading,
            conditions=(*question.reading.conditions, *_raising(mentions, question.reading)),
            also=tuple(Also(words, tuple(others)) for words, others in also.items()),
        ),
    )


def _raising(mentions: Iterable[Mention], reading: Reading) -> list[Condition]:
    chosen = {(each.facet, each.value) for each in reading.conditions}
    return [each for each in conditions.raising(mentions) if (each.facet, each.value) not in chosen]


def _weight(mention: Mention) -> float:
    return SOUND_ALIKE if mention.by_sound else SYNONYM


def _named(pairs: Iterable[tuple[str, str, float]], analyzer: Analyzer) -> tuple[Translation, ...]:
    """A name of several words has together the weight of one."""
    found = [(surface, name, tuple(analyzer.query_terms(name)), weight) for surface, name, weight in pairs]
    return tuple(Translation(surface, name, terms, weight / len(terms)) for surface, name, terms, weight in found if terms)


def carried(terms: Iterable[Term], lang: Lang, lexicon: Lexicon) -> Iterator[Carried]:
    """Words that the lexicon knows; of a compound that it does not know, the words inside, which share its weight."""
    for term in terms:
        whole, *parts = term.terms
        if found := lexicon.translations(whole, lang):
            yield Carried(term, found)
            continue
        for part in parts:
            if inside := lexicon.translations(part, lang):
                shared = tuple((target, probability / len(parts)) for target, probability in inside)
                yield Carried(Term(part, (part,), term.start, term.end), shared)


def _too_long(length: int) -> QueryError:
    return QueryError(
        Message(
            en=f"q: the question has {length:,} characters; at most {MAX_LENGTH:,} are searched. Ask with the words that matter most.",
            th=f"q: คำถามยาว {length:,} ตัวอักษร ค้นหาได้ไม่เกิน {MAX_LENGTH:,} ตัวอักษร โปรดใช้เฉพาะคำสำคัญ",
        )
    )
