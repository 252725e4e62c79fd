"""Mistyped questions: what is searched for instead, what is left alone, and what is said about it."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kb.index.reader import open_index
from kb.knowledge_base import KnowledgeBase
from kb.search.repair import Repair
from kb.text import keyboard, lexicon
from kb.text.analyzer import Analyzer
from kb.text.word_counts import WordCounts

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="module")
def repair(kb_index: Path) -> Repair:
    """With the words of the real collection."""
    index = open_index(kb_index)
    return Repair(WordCounts.from_json(index.resource("word_counts")), Analyzer(index.resource("domain_words")), lexicon.shipped())


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer([])


FIRST = WordCounts({"มะกอก": 3, "ขยะ": 2}, {"makok": 3, "colourise": 1})
LATER = {
    "used more often": WordCounts({"ขยะ": 9, "มะกอก": 3}, {"colourise": 5, "makok": 3}),
    "a word more": WordCounts({**FIRST.thai, "ตลิ่งชัน": 4}, {**FIRST.english, "platypusses": 2, "taling": 1}),
    "a word less": WordCounts({"ขยะ": 2}, {"makok": 3}),
}
TYPED = ("มะกอกก", "ตลิงชัน", "makokk", "colourised", "colorised", "platypussed", "talingg", "gmL[k]", "wasteee")


@pytest.mark.parametrize("later", LATER.values(), ids=LATER.keys())
def test_what_is_taken_over_from_an_earlier_state_of_the_collection_changes_nothing(analyzer: Analyzer, later: WordCounts) -> None:
    before = Repair(FIRST, analyzer, lexicon.shipped())
    for text in TYPED:
        before.repair(text)
    one, other = Repair(later, analyzer, lexicon.shipped(), before), Repair(later, analyzer, lexicon.shipped())
    assert [one.repair(text) for text in TYPED] == [other.repair(text) for text in TYPED]
    assert [one.near_terms(text) for text in TYPED] == [other.near_terms(text) for text in TYPED]
    for text in TYPED:
        here, there = one._readings.english, other._readings.english
        assert here.cost(text) == there.cost(text)
    assert (here._forms.stems, here._forms.american) == (there._forms.stems, there._forms.american)


LAYOUT = {
    "Thai word on the English layout": ("gmL[k]", "เทศบาล"),
    "with caps lock": ("GMl[K]", "เทศบาล"),
    "short Thai word": ("-pt", "ขยะ"),
    "Thai question on the English layout": (keyboard.on_english("ลดขยะพลาสติกในเมือง"), "ลดขยะพลาสติกในเมือง"),
    "one word of a Thai question": ("ขยะของ gmL[k]", "ขยะของ เทศบาล"),
    "glued to a Thai word": ("โครงการgmL[k]", "โครงการเทศบาล"),
    "English word on the Thai layout": ("แระั", "city"),
    "with shift": ("ฉระั", "City"),
    "English question on the Thai layout": (keyboard.on_thai("plastic waste in the city"), "plastic waste in the city"),
    "one word of an English question": (f"plastic {keyboard.on_thai('waste')}", "plastic waste"),
}
SPELLING = {
    "tone mark missing": ("สิงแวดล้อม", "สิ่งแวดล้อม"),
    "tone mark wrong": ("การท่องเทื่ยว", "การท่องเที่ยว"),
    "tone mark of another kind": ("ท้องเที่ยว", "ท่องเที่ยว"),
    "thanthakhat missing": ("ซอฟแวร์ของเมือง", "ซอฟต์แวร์ของเมือง"),
    "ไ for ใ": ("เชียงไหม่", "เชียงใหม่"),
    "ส for ศ": ("เทสบาลนคร", "เทศบาลนคร"),
    "น for ล": ("เทศบาน", "เทศบาล"),
    "ณ for น": ("พลังงานหมุนเวียณ", "พลังงานหมุนเวียน"),
    "ร missing in a cluster": ("ส่งเสิมชุมชน", "ส่งเสริมชุมชน"),
    "ล missing": ("ขยะพาสติก", "ขยะพลาสติก"),
    "vowel shortened": ("ภูเก้ต", "ภูเก็ต"),
    "inside a sentence": ("โครงการของเทศบานในกรุงเทพ", "โครงการของเทศบาลในกรุงเทพ"),
    "key held down, Thai": ("ขยะพลาสติกกกก", "ขยะพลาสติก"),
    "double letter kept": ("ระบบบ", "ระบบ"),
    "letter missing": ("enviroment", "environment"),
    "double letter missing": ("air polution", "air pollution"),
    "letters exchanged": ("plsatic waste", "plastic waste"),
    "neighbouring key": ("clinate change", "climate change"),
    "capital kept": ("Surabya", "Surabaya"),
    "key held down, English": ("plastic wasteee", "plastic waste"),
    "both languages": ("polution ของเทศบาน", "pollution ของเทศบาล"),
}


@pytest.mark.parametrize(("typed", "meant"), LAYOUT.values(), ids=LAYOUT)
def test_the_other_layout(repair: Repair, typed: str, meant: str) -> None:
    found = repair.repair(typed)
    assert found.text == meant
    assert {change.kind for change in found.changes} == {"keyboard"}


@pytest.mark.parametrize(("typed", "meant"), SPELLING.values(), ids=SPELLING)
def test_misspelt_words(repair: Repair, typed: str, meant: str) -> None:
    found = repair.repair(typed)
    assert found.text == meant
    assert {change.kind for change in found.changes} == {"spelling"}
    assert all(change.before in typed and change.after in meant for change in found.changes)


LEFT_ALONE = {
    "British": "decarbonisation programmes of urban neighbourhoods",
    "American": "organization of neighborhoods",
    "acronyms": "ASCN AMUSE NDCs GIZ กทม. อปท. ททท. ททท สสส",
    "figures and units": "PM2.5 CO2 1,600 km2 III 5G",
    "names from elsewhere": "Esperanza Sajul, Uppsala, Nguyễn, eThekwini",
    "double letters of two words": "ระบบบำบัดน้ำเสีย ระบบบริหาร",
    "between quotation marks": '"enviroment" “เทศบาน”',
    "addresses": "www.enviroment.example info@polution.example https://x.example/managmnt",
    "loan words in two spellings": "พลาสติค พลาสติก",
    "www": "www",
    "nothing but signs": "?!… 🌱 ๆ ฯ ่ ้ \u200b",
    "spaces": "   ",
    "empty": "",
}


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_exists_is_left_alone(repair: Repair, text: str) -> None:
    assert repair.repair(text).changes == ()
    assert repair.repair(text).text == text


def _clean_texts() -> list[str]:
    lines = [line for path in sorted((CONTENT / "evaluation").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    glossary = (CONTENT / "glossary.tsv").read_text("utf-8").splitlines()[1:]
    return [json.loads(line)["question"] for line in lines] + [cell for line in glossary for cell in line.split("\t") if cell]


def test_no_question_of_the_evaluation_and_no_name_of_the_glossary_is_changed(repair: Repair, kb_index: Path) -> None:
    titles = [document.title for document in open_index(kb_index).store.documents().values()]
    changed = {text: repair.repair(text).changes for text in [*_clean_texts(), *titles]}
    assert {text: changes for text, changes in changed.items() if changes} == {}


@pytest.mark.parametrize(
    ("typed", "near"), [("เทศบานล", "เทศบาล"), ("plastik", "plastic"), ("SURABAYAA", "surabaya"), ("ขยะพลาสติค", "ขยะ")]
)
def test_near_terms_of_the_collection(repair: Repair, typed: str, near: str) -> None:
    assert near in repair.near_terms(typed)


@pytest.mark.parametrize("word", ["", "  ", "?", "🌱", "zzzzqqqq", "ก" * 900])
def test_no_near_terms_is_no_error(repair: Repair, word: str) -> None:
    assert len(repair.near_terms(word)) <= 5


# The way through search, API and page, over the small collection


@pytest.mark.parametrize(
    ("typed", "meant", "kind"), [("ขยะพาสติก", "ขยะพลาสติก", "spelling"), ("plsatic waste", "plastic waste", "spelling")]
)
def test_the_result_says_what_was_searched(small_kb: KnowledgeBase, typed: str, meant: str, kind: str) -> None:
    found = small_kb.search(typed)
    assert (found.query, found.reading.searched) == (typed, meant)
    assert [change.kind for change in found.reading.changes] == [kind]
    assert found.hits[0].document.id == "case-studies/waste-bank"


@pytest.mark.parametrize("typed", ["ขยะพาสติก", "plsatic waste", "gmL[k]"])
def test_as_written_is_the_way_back(small_kb: KnowledgeBase, typed: str) -> None:
    found = small_kb.search(typed, as_written=["spelling"])
    assert found.reading.searched == typed and found.reading.changes == ()


@pytest.mark.parametrize("question", ["   ", "???", "🌱🌱", "ๆ", "่", "\u200b", '""', "-", "ฯลฯ"])
def test_signs_are_no_error(client: TestClient, question: str) -> None:
    assert client.get("/api/v1/search", params={"q": question}).status_code == 200
    assert client.get("/search", params={"q": question}).status_code == 200


@pytest.mark.parametrize(("typed", "meant", "kind"), [("ขยะพาสติก", "ขยะพลาสติก", "spelling"), ("-pt", "ขยะ", "keyboard")])
def test_the_api_names_each_change(client: TestClient, typed: str, meant: str, kind: str) -> None:
    reading = client.get("/api/v1/search", params={"q": typed}).json()["reading"]
    assert reading["searched"] == meant
    assert reading["changes"][0]["kind"] == kind
    as_typed = client.get("/api/v1/search", params={"q": typed, "as_written": "spelling"}).json()["reading"]
    assert as_typed["changes"] == []


PAGES = [
    ("th", "ขยะพาสติก", "ขยะพลาสติก", "ตามที่พิมพ์"),
    ("en", "plsatic waste", "plastic waste", "as typed"),
    ("th", "-pt", "ขยะ", "ตามที่พิมพ์"),
    ("en", "แระั", "city", "as typed"),
]


@pytest.mark.parametrize(("ui", "typed", "meant", "notice"), PAGES)
def test_the_page_shows_what_was_searched_and_the_way_back(client: TestClient, ui: str, typed: str, meant: str, notice: str) -> None:
    page = client.get("/search", params={"q": typed, "ui": ui}).text
    instead = f"ค้นหา “{meant}” แทน<" if ui == "th" else f"Searched for “{meant}” instead.<"
    assert instead in page and notice in page
    assert "as_written=spelling" in page
    back = client.get("/search", params={"q": typed, "ui": ui, "as_written": "spelling"}).text
    assert instead not in back and notice not in back
