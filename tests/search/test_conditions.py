"""What a question says besides its words, through the whole search: every hit keeps the conditions, and there is a way back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest

from kb.knowledge_base import KnowledgeBase
from kb.types import Filters, Mode, SearchResult

TODAY = datetime.date(2023, 6, 1)
BANK, CANAL, FORUM, MANGROVE = "case-studies/waste-bank", "case-studies/canal", "dialogues/forum", "case-studies/mangrove"
MODES: Sequence[Mode] = ("hybrid", "terms", "vectors")


def ids(found: SearchResult) -> set[str]:
    return {hit.document.id for hit in found.hits}


def counted(found: SearchResult) -> int:
    return sum(value.count for facet in found.facets if facet.name == "kind" for value in facet.values)


ONLY_CONDITIONS = {
    "city": ("city:Makok", {BANK}),
    "city in Thai": ("เมือง:มะกอก", {BANK}),
    "city of two words": ("city:Lam Sai", {CANAL}),
    "province words": ("จังหวัด:มะกอก", {BANK}),
    "theme": ("theme:water", {CANAL}),
    "theme in Thai": ("หัวข้อ:น้ำ", {CANAL}),
    "year": ("year:2019", {BANK}),
    "Buddhist year": ("ปี:2562", {BANK}),
    "Thai digits": ("ปี:๒๕๖๒", {BANK}),
    "years": ("year:2019-2021", {BANK, CANAL}),
    "month": ("year:2021-03", {CANAL}),
    "open years": ("year:2020..", {CANAL, FORUM}),
    "a date in words": ("ปี:ก่อน2560", set()),
    "kind": ("kind:dialogue", {FORUM}),
    "kind in Thai": ("ประเภท:บันทึกการหารือ", {FORUM}),
    "country": ("country:Thailand", {BANK, CANAL, MANGROVE}),
    "country in Thai": ("ประเทศ:ไทย", {BANK, CANAL, MANGROVE}),
    "speaker": ("speaker:Ben", {FORUM}),
    "speaker in Thai": ("ผู้พูด:อนงค์", {FORUM}),
    "language": ("lang:en", {BANK, CANAL, FORUM}),
    "two conditions": ("country:TH year:2019", {BANK}),
    "alternatives": ("city:Makok city:บางปู", {BANK, MANGROVE}),
    "a date alone": ("ปี 2562", {BANK}),
    "last year": ("last year", {FORUM}),
    "excluded alone": ("-waste", {FORUM, MANGROVE}),
}


@pytest.mark.parametrize("name", ONLY_CONDITIONS)
def test_conditions_alone_list_their_documents(small_kb: KnowledgeBase, name: str) -> None:
    question, expected = ONLY_CONDITIONS[name]
    found = small_kb.search(question, today=TODAY)
    assert ids(found) == expected
    assert found.total == len(expected) == counted(found)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("question", "phrase", "expected"),
    [
        ('"sorted waste to the bank"', "sorted waste to the bank", BANK),
        ("“ได้รับเงิน” ขยะ", "ได้รับเงิน", BANK),
        ("«electric to cut PM2.5»", "electric to cut PM2.5", FORUM),
        ('"ๆ" "น้ำเสียจากบ้านเรือน"', "น้ำเสียจากบ้านเรือน", None),
    ],
)
def test_every_hit_holds_the_phrase(small_kb: KnowledgeBase, mode: Mode, question: str, phrase: str, expected: str | None) -> None:
    found = small_kb.search(question, mode=mode)
    assert ids(found) == ({expected} if expected else set())
    assert found.total == len(found.hits) == counted(found)
    for hit in found.hits:
        assert all(phrase in each.passage.text for each in hit.passages) and hit.passages


def test_a_hit_is_shown_in_the_version_that_holds_the_phrase(small_kb: KnowledgeBase) -> None:
    assert [hit.document.lang for hit in small_kb.search('"sorted waste"', lang="th").hits] == ["en"]
    assert not small_kb.search('"sorted waste" lang:th').hits
    assert not small_kb.search('"sorted waste"', filters=Filters(lang=("th",))).hits


@pytest.mark.parametrize(
    ("phrase", "holds"), [("wast", False), ("WASTE", True), ("Waste  bank", True), ("ธนาคารขยะ", True), ("PM2", False)]
)
def test_what_a_phrase_matches(small_kb: KnowledgeBase, phrase: str, holds: bool) -> None:
    """Case and spaces do not matter, part of a Latin word is none, and a title counts."""
    assert bool(small_kb.search(f'"{phrase}"').total) == holds


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("question", ["water -canal", "น้ำ -คลอง", 'water -"reached the canal"'])
def test_no_hit_holds_what_is_excluded(small_kb: KnowledgeBase, mode: Mode, question: str) -> None:
    assert CANAL in ids(small_kb.search(question.split(" -")[0], mode=mode))
    found = small_kb.search(question, mode=mode)
    assert CANAL not in ids(found) and found.total == counted(found)


DATED = {
    "Thai": ("ขยะ ปี 2562", BANK, "2019"),
    "English": ("waste in 2019", BANK, "2019"),
    "month": ("รถเมล์ไฟฟ้า ธ.ค. ๖๕", FORUM, "2022-12"),
    "English month": ("buses December 2022", FORUM, "2022-12"),
    "before": ("ป่าชายเลน ก่อนปี 2561", MANGROVE, "..2017"),
    "last year": ("electric buses last year", FORUM, "2022"),
}


@pytest.mark.parametrize("name", DATED)
def test_dates_filter(small_kb: KnowledgeBase, name: str) -> None:
    question, expected, value = DATED[name]
    found = small_kb.search(question, today=TODAY)
    (condition,) = (each for each in found.reading.conditions if each.facet == "year")
    assert (condition.value, condition.filters, condition.by) == (value, True, "dates")
    assert ids(found) == {expected} and not found.reading.notices
    literal = small_kb.search(question, today=TODAY, as_written=("dates",))
    assert literal.reading.searched == question.replace("๖๕", "65") and not literal.reading.notices
    assert not any(each.facet == "year" for each in literal.reading.conditions)


@pytest.mark.parametrize("question", ["ธนาคารขยะ ปี 2551", "waste bank in 2008"])
def test_dates_that_leave_nothing_are_not_required(small_kb: KnowledgeBase, question: str) -> None:
    found = small_kb.search(question, today=TODAY)
    assert BANK in ids(found)
    assert [each.filters for each in found.reading.conditions if each.facet == "year"] == [False]
    (notice,) = found.reading.notices
    assert "2008" in notice.en and "2551" in notice.th


BROKEN = [
    '"waste',
    "foo:bar waste",
    "city:Atlantis waste",
    "waste -",
    "year:soon waste",
    '"" waste',
    "city: waste",
    '-"" waste',
    "lang:fr waste",
]


@pytest.mark.parametrize("question", BROKEN)
def test_a_broken_question_is_read_as_words(small_kb: KnowledgeBase, question: str) -> None:
    found = small_kb.search(question)
    assert BANK in ids(found)
    assert not (found.reading.conditions or found.reading.phrases or found.reading.excluded)


@pytest.mark.parametrize("question", ["waste in Makok", "ขยะ มะกอก", "waste MAKOK"])
def test_a_place_raises_its_documents_and_says_so(small_kb: KnowledgeBase, question: str) -> None:
    found = small_kb.search(question)
    assert [(each.facet, each.value, each.filters) for each in found.reading.conditions] == [("city", "Makok", False)]
    best = found.hits[0]
    assert best.document.id == BANK and [label.en for label in best.why.about] == ["Makok"]
    assert "Makok" in best.why.message.en and "มะกอก" in best.why.message.th
    plain = small_kb.search(question, as_written=("names",))
    assert plain.hits[0].why.about == () and not plain.reading.conditions and not plain.reading.also
    assert best.score == pytest.approx(next(h.score for h in plain.hits if h.document.id == BANK) + 1.0, abs=2.0)


NAMES = {
    "a province across scripts": ("Pathum Thani", "ปทุมธานี"),
    "a province the other way": ("ขยะในปทุมธานี", "Pathum Thani"),
    "one word": ("Pathumthani", "ปทุมธานี"),
    "a person's first name": ("what did Anong say", "อนงค์"),
    "a first name in Thai": ("อนงค์ พูดอะไร", "Anong"),
    "by sound": ("what did Annong Chaidee say", "อนงค์ ใจดี"),
    "a country": ("ขยะในญี่ปุ่น", "Japan"),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_also_searched_in_the_other_script(small_kb: KnowledgeBase, name: str) -> None:
    question, other = NAMES[name]
    assert other in [each for also in small_kb.search(question).reading.also for each in also.names]
    assert not small_kb.search(question, as_written=("names",)).reading.also


@pytest.mark.parametrize("question", ["people bring waste to the bank", "ทำเลยดีไหม", "ตากแดดให้แห้ง", "ชาวบ้านนำขยะมาฝาก", "money problem"])
def test_ordinary_words_are_no_names(small_kb: KnowledgeBase, question: str) -> None:
    reading = small_kb.search(question).reading
    assert not reading.also and not reading.conditions


def test_everything_can_be_taken_as_written(small_kb: KnowledgeBase) -> None:
    question = 'waste "sorted" -canal city:Makok 2019'
    found = small_kb.search(question, as_written=("spelling", "dates", "operators", "names"))
    assert found.reading.searched == question
    assert not (found.reading.conditions or found.reading.phrases or found.reading.excluded or found.reading.also)


def test_pages_of_hits_keep_the_total(small_kb: KnowledgeBase) -> None:
    whole = small_kb.search("country:TH")
    pages = [small_kb.search("country:TH", limit=1, offset=n) for n in range(3)]
    assert [hit.document.id for page in pages for hit in page.hits] == [hit.document.id for hit in whole.hits]
    assert {page.total for page in pages} == {3}
