"""What is asked: the language of a question, its terms, and their translations by the glossary and by the lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.errors import Lang, Message, QueryError
from kb.search.repair import Repair, Repaired
from kb.text.analyzer import Analyzer, Term
from kb.text.glossary import Glossary
from kb.text.language import detect
from kb.text.lexicon import Lexicon, Translations
from kb.text.normalise import normalise
from kb.types import Reading, Understanding

MAX_LENGTH = 1000  # characters of a question


@dataclass(frozen=True, slots=True)
class Translation:
    """A phrase of the question that the glossary knows in the other language."""

    surface: str  # as written in the question
    target: str  # the phrase in the other language
    terms: tuple[Term, ...]  # of the target


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

    def weights(self, doc_lang: Lang) -> dict[str, float]:
        """Index terms to look for in documents of that language, with weights.

        In the other language the question's own words still count: names, acronyms and figures are the same in both.
        """
        asked = [*self.terms]
        if doc_lang != self.lang:
            asked += [each for translation in self.translations for each in translation.terms]
        return term_weights(asked)


def term_weights(asked: Iterable[Term]) -> dict[str, float]:
    """Index term -> weight; a term that is asked for twice has the greater weight, not the sum."""
    weights: dict[str, float] = {}
    for each in asked:
        for term, weight in each.weights.items():
            weights[term] = max(weight, weights.get(term, 0.0))
    return weights


def understand(
    text: str,
    analyzer: Analyzer,
    glossary: Glossary,
    lexicon: Lexicon,
    repair: Repair | None = None,
    as_written: frozenset[Understanding] = frozenset(),
) -> Question:
    """`repair` None takes every question as it is typed.

    `as_written` names what is not to be read into the question. Raises QueryError for a question that is too long.
    """
    if len(text) > MAX_LENGTH:
        raise _too_long(len(text))
    meant = repair.repair(text) if repair and "spelling" not in as_written else Repaired(text)
    clean = " ".join(normalise(meant.text).text.split())
    lang = detect(clean)
    translations = tuple(
        Translation(surface, target, tuple(analyzer.query_terms(target))) for surface, target in glossary.translations(clean, lang)
    )
    terms = tuple(analyzer.query_terms(clean))
    return Question(text, clean, lang, terms, translations, tuple(carried(terms, lang, lexicon)), Reading(clean, meant.changes))


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
