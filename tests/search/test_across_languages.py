"""The lexicon carries words of a question into the other language, and marks there what answers them."""

from __future__ import annotations

import pytest

from kb.errors import Lang
from kb.index import bm25
from kb.knowledge_base import KnowledgeBase
from kb.search.arms import across
from kb.search.question import carried, understand
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.text.lexicon import Lexicon
from kb.types import Filters, Hit

MANGROVE = "case-studies/mangrove"  # stands in Thai only


def first(kb: KnowledgeBase, question: str, lang: Lang) -> Hit:
    """The first of the documents of one language, as if there were no translations, by words alone."""
    return kb.search(question, filters=Filters(lang=(lang,)), mode="terms", through_translations=False).hits[0]


@pytest.mark.parametrize(
    ("question", "lang", "document"),
    [
        ("mangrove planting against erosion", "th", MANGROVE),
        ("shore", "th", MANGROVE),
        ("คลองและบ้านเรือน", "en", "case-studies/canal"),
        ("รถเมล์ไฟฟ้า", "en", "dialogues/forum"),
        ("people paid for plastic", "th", "case-studies/waste-bank"),
    ],
)
def test_words_find_documents_of_the_other_language(small_kb: KnowledgeBase, question: str, lang: Lang, document: str) -> None:
    assert first(small_kb, question, lang).document.id == document


@pytest.mark.parametrize(
    ("question", "lang", "pair"),
    [("คลองสะอาด", "en", ("คลอง", "canal")), ("houses by the canal", "th", ("canal", "คลอง")), ("ครึ่งหนึ่ง", "en", ("ครึ่งหนึ่ง", "half"))],
)
def test_the_words_that_answer_are_marked_and_named(small_kb: KnowledgeBase, question: str, lang: Lang, pair: tuple[str, str]) -> None:
    hit = first(small_kb, question, lang)
    assert pair in hit.why.translated_terms
    marked = {each.passage.text[mark.start : mark.end] for each in hit.passages for mark in each.highlights}
    assert pair[1] in marked
    assert f"{pair[0]} ↔ {pair[1]}" in hit.why.message.en and f"{pair[0]} ↔ {pair[1]}" in hit.why.message.th


def test_a_compound_that_the_lexicon_does_not_know_is_carried_by_the_words_inside() -> None:
    analyzer = Analyzer(["ธนาคารขยะ"])
    words = Lexicon({"th": {"ธนาคาร": (("bank", 1.0),), "ขยะ": (("wast", 0.6), ("garbag", 0.4))}})
    found = {each.term.text: dict(each.translations) for each in carried(analyzer.query_terms("ธนาคารขยะ"), "th", words)}
    assert found == {"ธนาคาร": {"bank": 0.5}, "ขยะ": {"wast": 0.3, "garbag": 0.2}}


def test_a_translation_is_named_once_whatever_its_case(small_kb: KnowledgeBase) -> None:
    pairs = [(here, there.casefold()) for here, there in first(small_kb, "ขยะ", "en").why.translated_terms]
    assert ("ขยะ", "waste") in pairs and len(pairs) == len(set(pairs))


def test_an_unlikely_translation_does_not_count_more_for_being_rare(small_kb: KnowledgeBase) -> None:
    """Both translations of a word share its rarity; else the rarer, less likely one would lead."""
    words = Lexicon({"th": {"ขยะ": (("wast", 0.9), ("canal", 0.1))}})
    engine = small_kb._index.engine
    weights = across(understand("ขยะ", Analyzer(()), Glossary(()), words), "en", engine)
    assert weights["wast"] * bm25.idf_of(engine, "wast", "en") > 5 * weights["canal"] * bm25.idf_of(engine, "canal", "en")
