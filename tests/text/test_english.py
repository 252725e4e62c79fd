"""English tokens: names, figures and compounds whole; words by their stem."""

from __future__ import annotations

import pytest

from kb.text import english

WHOLE = {
    "PM2.5": ["pm2.5"],
    "PM 2.5": ["pm2.5"],
    "pm10": ["pm10"],
    "CO2": ["co2"],
    "CO₂": ["co2"],
    "km²": ["km2"],
    "5G": ["5g"],
    "(ASCN)": ["ascn"],
    "2.5%": ["2.5"],
    "SDG 11.6": ["sdg", "11.6"],
    "SDGs": ["sdg"],
    "3Rs": ["3r"],
    "1,600 rai": ["1600", "rai"],
    "U.S.": ["US"],
    "the WHO": ["the", "WHO"],
    "who": ["who"],
    "R&D": ["r&d"],
    "São Paulo": ["sao", "paulo"],
    "Đà Nẵng": ["da", "nang"],
    "people's": ["peopl"],
    "people’s": ["peopl"],
    "Waste, WASTE": ["wast", "wast"],
    "ขยะ waste ขยะ": ["wast"],
    "": [],
}
COMPOUNDS = {
    "e-waste": ("ewast", ["e", "wast"]),
    "COVID-19": ("covid19", ["covid", "19"]),
    "low‑carbon": ("lowcarbon", ["low", "carbon"]),
    "UN-Habitat": ("unhabitat", ["un", "habitat"]),
    "waste-to-energy": ("wastetoenergi", ["wast", "to", "energi"]),
    "2019-2021": ("20192021", ["2019", "2021"]),
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.items(), ids=WHOLE)
def test_terms(text: str, expected: list[str]) -> None:
    assert [token.term for token in english.tokens(text)] == expected


@pytest.mark.parametrize(("text", "whole", "parts"), [(text, *rest) for text, rest in COMPOUNDS.items()], ids=COMPOUNDS)
def test_compounds_have_parts(text: str, whole: str, parts: list[str]) -> None:
    (token,) = english.tokens(text)
    assert (token.term, [part.term for part in token.parts]) == (whole, parts)
    assert [english.term(text[part.start : part.end]) for part in token.parts] == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [("cities", "city"), ("recycling", "recycled"), ("municipalities", "municipality"), ("banks", "bank"), ("Wastes", "waste")],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert english.term(one) == english.term(other)


def test_tokens_know_their_places() -> None:
    text = "ลด PM2.5 in low-carbon cities"
    assert [text[token.start : token.end] for token in english.tokens(text)] == ["PM2.5", "in", "low-carbon", "cities"]
