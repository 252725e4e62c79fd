"""The glossary: its file, its words, and what it carries over to the other language."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import Lang
from kb.text.glossary import Glossary
from kb.text.glossary_names import alternatives

FILE = Path(__file__).parents[2] / "content" / "glossary.tsv"
HEADER = "thai\tenglish\tabbreviation_th\tabbreviation_en\n"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary.load(FILE)[0]


def test_our_file_has_no_fault() -> None:
    found, problems = Glossary.load(FILE)
    assert problems == ()
    assert len(found.entries) == len(FILE.read_text("utf-8").splitlines()) - 1


TRANSLATIONS: dict[str, tuple[Lang, str, list[tuple[str, str]]]] = {
    "abbreviation with dots": ("th", "ทส. ทำอะไร", [("ทส.", "Ministry of Natural Resources and Environment"), ("ทส.", "MNRE")]),
    "abbreviation without dots": (
        "th",
        "ใน กทม มีอะไร",
        [("กทม", "Bangkok"), ("กทม", "Bangkok Metropolitan Administration"), ("กทม", "BMA")],
    ),
    "one abbreviation of two": (
        "th",
        "ทน.",
        [("ทน.", "Department of Water Resources"), ("ทน.", "DWR"), ("ทน.", "city municipality")],
    ),
    "the longest hides those inside": ("th", "เครือข่ายเมืองอัจฉริยะอาเซียน", [("เครือข่ายเมืองอัจฉริยะอาเซียน", "ASEAN Smart Cities Network")]),
    "between words only": ("th", "เมืองรองรับนักท่องเที่ยว", []),
    "a word of two": ("th", "เที่ยวเมืองรอง", [("เมืองรอง", "secondary city")]),
    "written with nikhahit": ("th", "จัดการนํ้าเสีย", [("นํ้าเสีย", "wastewater")]),
    "English abbreviation in a Thai question": ("th", "ASCN คือ", [("ASCN", "ASEAN Smart Cities Network")]),
    "any case and ending": ("en", "how do Waste Banks work", [("Waste Banks", "ธนาคารขยะ")]),
    "with or without a hyphen": ("en", "low carbon cities", [("low carbon cities", "เมืองคาร์บอนต่ำ")]),
    "abbreviation in any case": ("en", "bcg", [("bcg", "เศรษฐกิจชีวภาพ เศรษฐกิจหมุนเวียน เศรษฐกิจสีเขียว"), ("bcg", "บีซีจี")]),
    "an everyday word is no abbreviation": ("en", "do they set rules", []),
    "in capitals it is": ("en", "the SET", [("SET", "ตลาดหลักทรัพย์แห่งประเทศไทย"), ("SET", "ตลท.")]),
    "not inside a word": ("en", "semiwastewaterish", []),
    "nothing known": ("en", "unheard things", []),
}


@pytest.mark.parametrize(("lang", "question", "expected"), TRANSLATIONS.values(), ids=TRANSLATIONS)
def test_translations(glossary: Glossary, lang: Lang, question: str, expected: list[tuple[str, str]]) -> None:
    found = glossary.translations(question, lang)
    assert [pair for pair in found if pair in expected] == expected
    assert {surface for surface, _ in found} == {surface for surface, _ in expected}


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Bangkok; Bangkok Metropolitan Administration", ("Bangkok", "Bangkok Metropolitan Administration")),
        ("Department A (renamed Department B in 2023)", ("Department A", "Department B")),
        ("Department B (formerly DEQP)", ("Department B", "DEQP")),
        ("Melaka (Malacca)", ("Melaka", "Malacca")),
        ("local (subnational) finance", ("local finance", "subnational finance")),
        ("rai (1,600 square metres)", ("rai",)),
        ("องค์การบริหารจัดการก๊าซเรือนกระจก (องค์การมหาชน)", ("องค์การบริหารจัดการก๊าซเรือนกระจก",)),
        ("อาเซียน (สมาคมประชาชาติแห่งเอเชียตะวันออกเฉียงใต้)", ("อาเซียน", "สมาคมประชาชาติแห่งเอเชียตะวันออกเฉียงใต้")),
        ("plain name", ("plain name",)),
        ("", ()),
    ],
)
def test_alternatives(cell: str, names: tuple[str, ...]) -> None:
    assert alternatives(cell) == names


BAD = {
    "glossary-columns": ("ขยะ", 3),
    "glossary-language": ("waste\tขยะ", 3),
    "glossary-repeated": ("น้ำ\twater", 3),
}


@pytest.mark.parametrize(("code", "line", "number"), [(code, *rest) for code, rest in BAD.items()], ids=BAD)
def test_a_bad_line_is_named_and_the_others_count(tmp_path: Path, code: str, line: str, number: int) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text(f"{HEADER}น้ำ\twater\n{line}\nป่า\tforest\t\tF\n", "utf-8")
    found, problems = Glossary.load(path)
    assert [(p.path, p.line, p.severity, p.code) for p in problems] == [("glossary.tsv", number, "error", code)]
    assert [entry.english for entry in found.entries] == ["water", "forest"]


def test_header_and_encoding(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text("ขยะ\twaste\n", "utf-8")
    assert [p.code for p in Glossary.load(path)[1]] == ["glossary-header"]
    path.write_bytes((HEADER + "ขยะ\twaste\n").encode("cp874"))
    assert [p.code for p in Glossary.load(path)[1]] == ["glossary-encoding"]
    path.write_bytes(b"\xef\xbb\xbf" + (HEADER + "ขยะ\twaste\r\n").encode())
    found, problems = Glossary.load(path)
    assert (found.to_json(), problems) == ([["ขยะ", "waste", "", ""]], ())


def test_no_file_is_an_empty_glossary(tmp_path: Path) -> None:
    found, problems = Glossary.load(tmp_path / "glossary.tsv")
    assert (found.entries, problems, found.words(), found.translations("ขยะ", "th")) == ((), (), (), [])


def test_survives_json(glossary: Glossary) -> None:
    assert Glossary.from_json(glossary.to_json()).entries == glossary.entries


def test_words_and_terms(glossary: Glossary) -> None:
    assert {"เมืองอัจฉริยะ", "กทม.", "สมาคมประชาชาติแห่งเอเชียตะวันออกเฉียงใต้"} <= set(glossary.words())
    assert {("en", "ASCN"), ("th", "ขยะอาหาร"), ("en", "food waste")} <= set(glossary.terms())
