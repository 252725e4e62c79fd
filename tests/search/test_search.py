"""What the real content answers, through the real model: the promise of the first page."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import NotFound, QueryError
from kb.knowledge_base import KnowledgeBase
from kb.text.graphemes import snap
from kb.types import Filters


@pytest.fixture(scope="module")
def kb(kb_index: Path) -> KnowledgeBase:
    return KnowledgeBase.open(kb_index)


TOURIST_PLASTIC = {"case-studies/hue-plastic-smart-city", "case-studies/phuket-food-waste", "dialogues/amuse-kickoff-bali-2023"}
TOURIST_PLASTIC |= {"case-studies/ko-mak-low-carbon-island", "case-studies/krabi-carbon-neutral-tourism"}


@pytest.mark.parametrize("question", ["ลดขยะพลาสติกในเมืองท่องเที่ยว", "how do tourist towns cut plastic waste"])
@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_two_questions_of_the_first_page_find_the_same_good_documents(kb: KnowledgeBase, question: str, lang: str) -> None:
    hits = kb.search(question, filters=Filters(lang=(lang,)), limit=10).hits
    ids = [hit.document.id for hit in hits]
    assert "case-studies/hue-plastic-smart-city" in ids[:3]
    assert len(TOURIST_PLASTIC & set(ids[:6])) >= 2
    assert {hit.document.lang for hit in hits} == {lang}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("น้ำเสียชุมชนบำบัดอย่างไร", "case-studies/nakhon-sawan-clean-water"),
        ("reclaimed drinking water from sewage", "case-studies/singapore-newater"),
        ("เงินทุนสำหรับท้องถิ่น UNCDF", "dialogues/sgac-subnational-finance-manila-2024"),
        ("PM2.5 กรุงเทพ รถบรรทุก", "case-studies/bangkok-low-emission-zone"),
        ("compost baskets for households", "case-studies/surabaya-compost-waste-banks"),
    ],
)
def test_pointed_questions(kb: KnowledgeBase, question: str, expected: str) -> None:
    for lang in ("th", "en"):
        assert expected in [hit.document.id for hit in kb.search(question, filters=Filters(lang=(lang,)), limit=3).hits], lang


def test_why_names_words_of_both_languages(kb: KnowledgeBase) -> None:
    hit = kb.search("ขยะอาหาร", filters=Filters(lang=("en",)), limit=1).hits[0]
    assert ("ขยะอาหาร", "food waste") in [(here, there.lower()) for here, there in hit.why.translated_terms]
    assert hit.why.similarity is not None and 0 < hit.why.similarity <= 1
    assert "food waste" in hit.why.message.en.lower() and "ขยะอาหาร" in hit.why.message.th


def test_a_document_shown_in_the_other_language_names_the_words_of_its_translation(kb: KnowledgeBase) -> None:
    hit = kb.search("ลดขยะพลาสติกในเมืองท่องเที่ยว", lang="en", limit=1).hits[0]
    assert hit.document.lang == "en" and not hit.why.matched_terms
    assert {"พลาสติก", "เมืองท่องเที่ยว"} <= set(hit.why.terms_in_translation)
    assert "in its translation" in hit.why.message.en and "ในฉบับแปล" in hit.why.message.th
    assert kb.search("ลดขยะพลาสติกในเมืองท่องเที่ยว", limit=1).hits[0].why.terms_in_translation == ()


def test_marks_and_answers_stand_at_whole_grapheme_clusters(kb: KnowledgeBase) -> None:
    for question in ("น้ำเสีย ลำคลอง", "การทำปุ๋ยหมัก", "waste banks", "กำจัดขยะ"):
        for hit in kb.search(question, limit=10).hits:
            for passage in hit.passages:
                for mark in (*passage.highlights, *([passage.answer] if passage.answer else [])):
                    text = passage.passage.text
                    assert 0 <= mark.start < mark.end <= len(text)
                    assert snap(text, mark.start, mark.end) == (mark.start, mark.end)


def test_the_answer_is_a_sentence_of_the_passage(kb: KnowledgeBase) -> None:
    hit = kb.search("how much does a plastic bag cost in Penang", limit=1).hits[0]
    best = hit.passages[0]
    assert best.answer is not None
    assert hit.why.nearest_sentence == best.passage.text[best.answer.start : best.answer.end].strip()
    assert len(hit.why.nearest_sentence) <= len(best.passage.text)


def test_lines_point_into_the_file(kb: KnowledgeBase) -> None:
    for question in ("ป่าชายเลนและความหลากหลายทางชีวภาพ", "canal boats"):
        for hit in kb.search(question, limit=5).hits:
            source = kb.document(hit.document.id, hit.document.lang).source.split("\n")
            for each in hit.passages:
                lines = each.passage.lines
                stretch = "\n".join(source[lines.first - 1 : lines.last])
                assert each.passage.text.split()[0].strip("“\"'(")[:10] in stretch


def test_unrelated_questions_find_little_or_nothing(kb: KnowledgeBase) -> None:
    related = kb.search("การคัดแยกขยะ").hits[0].score
    for question in ("สูตรทำต้มยำกุ้ง", "quantum chromodynamics lattice", "asdf qwer zxcv"):
        found = kb.search(question)
        assert found.total <= 5 and all(hit.score < related / 2 for hit in found.hits), question


def test_limits_are_stated_and_kept(kb: KnowledgeBase) -> None:
    for bad in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"offset": 10_001}, {"passages": 11}):
        with pytest.raises(QueryError, match=next(iter(bad))):
            kb.search("ขยะ", **bad)
    with pytest.raises(QueryError, match="1,000"):
        kb.search("ก" * 1001)
    with pytest.raises(NotFound, match="nothing"):
        kb.document("case-studies/nothing")


def test_similar_documents_are_about_the_same(kb: KnowledgeBase) -> None:
    ids = [hit.document.id for hit in kb.similar("case-studies/surabaya-compost-waste-banks", "en", 5)]
    assert {"case-studies/penang-segregation-at-source", "case-studies/nonthaburi-waste-separation"} & set(ids)
    assert "case-studies/surabaya-compost-waste-banks" not in ids


def test_every_document_is_found_by_its_own_title(kb: KnowledgeBase) -> None:
    _, documents = kb.documents(limit=1000)
    for document in documents:
        for lang in ("th", "en"):
            title = kb.document(document.id, lang).title
            assert kb.search(title[:300], limit=1).hits[0].document.id == document.id, title
