"""Abbreviations and names over the real content: they find the text that uses the other name."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def kb(kb_index: Path) -> KnowledgeBase:
    return KnowledgeBase.open(kb_index)


MINISTRY = "กระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม"
OTHER_NAMES = {
    "with its dot": ("ทส. ทำอะไร", {MINISTRY}),
    "without": ("ทส ทำอะไร", {MINISTRY}),
    "with two dots": ("ท.ส. ทำอะไร", {MINISTRY}),
    "the other way": (f"{MINISTRY} ทำอะไร", {"ทส."}),
    "ambiguous": ("สส. ทำอะไร", {"กรมส่งเสริมคุณภาพสิ่งแวดล้อม", "กรมการเปลี่ยนแปลงสภาพภูมิอากาศและสิ่งแวดล้อม"}),
    "ambiguous without dot": ("สส ทำอะไร", {"กรมส่งเสริมคุณภาพสิ่งแวดล้อม", "กรมการเปลี่ยนแปลงสภาพภูมิอากาศและสิ่งแวดล้อม"}),
    "local government": ("อปท ทำอะไรได้บ้าง", {"องค์กรปกครองส่วนท้องถิ่น"}),
    "English": ("what does MNRE do", {"Ministry of Natural Resources and Environment"}),
    "English the other way": ("Pollution Control Department projects", {"PCD"}),
    "English in a Thai question": ("เป้าหมายของ NDC", {"การมีส่วนร่วมที่ประเทศกำหนด"}),
    "Bangkok": ("ฝุ่นใน กทม.", {"กรุงเทพมหานคร"}),
}


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_abbreviations_both_ways(kb: KnowledgeBase, name: str) -> None:
    question, expected = OTHER_NAMES[name]
    assert expected <= {each for also in kb.search(question).reading.also for each in also.names}


FOUND = {
    "spelling of a place": ("Koh Mak", "case-studies/ko-mak-low-carbon-island"),
    "accents": ("Huế plastic", "case-studies/hue-plastic-smart-city"),
    "Thai name": ("เว้ พลาสติก", "case-studies/hue-plastic-smart-city"),
    "Latin name in Thai": ("ขยะอาหาร Phuket", "case-studies/phuket-food-waste"),
    "one word": ("Chiangrai forest", "case-studies/chiang-rai-urban-biodiversity"),
    "a person": ("what did Somsak hope for", "dialogues/sgac-high-level-policy-dialogue-2022"),
    "a person in Thai": ("สมศักดิ์ หวังอะไร", "dialogues/sgac-high-level-policy-dialogue-2022"),
    "by sound": ("ชัชชาติ ฝุ่น", "case-studies/bangkok-low-emission-zone"),
    "another spelling in Thai": ("วัฒนพงศ์ พูดอะไร", "dialogues/tgc-emc-low-carbon-transport-2024"),
    "a person's other name": ("Joy Belmonte", "case-studies/quezon-city-trash-to-cashback"),
}


@pytest.mark.parametrize("name", FOUND)
def test_names_find_their_documents_first(kb: KnowledgeBase, name: str) -> None:
    question, expected = FOUND[name]
    assert kb.search(question).hits[0].document.id == expected


@pytest.mark.parametrize("question", ["ลดขยะพลาสติกในเมืองท่องเที่ยว", "how do tourist towns cut plastic waste", "น้ำเสียชุมชนบำบัดอย่างไร"])
def test_plain_questions_stay_as_they_are(kb: KnowledgeBase, question: str) -> None:
    reading = kb.search(question).reading
    assert reading.searched == question and not reading.conditions and not reading.also
