from __future__ import annotations

from string import ascii_uppercase

import pytest

from kb.errors import Message
from kb.vocabulary import KINDS, THEMES, country_code, country_label, nearest_country, nearest_kind, nearest_theme, theme_id


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Thailand", "TH"),
        ("ไทย", "TH"),
        ("ประเทศไทย", "TH"),
        ("Kingdom of Thailand", "TH"),
        ("ราชอาณาจักรไทย", "TH"),
        ("th", "TH"),
        ("Lao PDR", "LA"),
        ("สปป.ลาว", "LA"),
        ("สปป. ลาว", "LA"),
        ("ลาว", "LA"),
        ("Viet Nam", "VN"),
        ("VIETNAM", "VN"),
        ("เวียดนาม", "VN"),
        ("Myanmar", "MM"),
        ("พม่า", "MM"),
        ("Brunei Darussalam", "BN"),
        ("The Philippines", "PH"),
        ("Timor-Leste", "TL"),
        ("Republic of Korea", "KR"),
        ("USA", "US"),
        ("อังกฤษ", "GB"),
        ("NO", "NO"),
        ("Congo", None),
        ("EU", None),
        ("ASEAN", None),
        ("", None),
    ],
)
def test_countries_by_name_and_code(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_every_label_of_a_country_leads_back_to_it() -> None:
    codes = {code for a in ascii_uppercase for b in ascii_uppercase if (code := country_code(a + b))}
    assert len(codes) == 250  # ISO 3166-1 has 249; Kosovo's XK is in common use
    assert all(country_code(country_label(code).en) == country_code(country_label(code).th) == code for code in codes)


def test_labels_of_countries() -> None:
    assert country_label("TH") == Message(en="Thailand", th="ไทย")
    assert country_label("MM") == Message(en="Myanmar", th="เมียนมา")
    assert country_label("??") == Message(en="??", th="??")


@pytest.mark.parametrize("key", list(THEMES))
def test_themes_by_id_and_name(key: str) -> None:
    label = THEMES[key]
    assert theme_id(key) == theme_id(label.en.upper()) == theme_id(f" {label.th} ") == key


def test_theme_of_another_name() -> None:
    assert theme_id("circular_economy") == "circular-economy"
    assert theme_id("justice") is None


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("wast", "waste"),
        ("transport", "mobility"),
        ("ขยะ", "waste"),
        ("sea", "marine-coastal"),
        ("smartcity", "smart-city"),
        ("justice", None),
    ],
)
def test_the_nearest_theme(written: str, nearest: str | None) -> None:
    assert nearest_theme(written) == nearest


@pytest.mark.parametrize(
    ("written", "nearest"), [("case_study", "case-study"), ("dialog", "dialogue"), ("กรณีศึกษา", "case-study"), ("xyz", None)]
)
def test_the_nearest_kind(written: str, nearest: str | None) -> None:
    assert nearest_kind(written) == nearest
    assert nearest in {None, *KINDS}


@pytest.mark.parametrize(("written", "code"), [("Thialand", "TH"), ("อินโดนีเชีย", "ID"), ("Vietnan", "VN"), ("qqqqqq", None)])
def test_the_nearest_country(written: str, code: str | None) -> None:
    assert nearest_country(written) == (country_label(code) if code else None)
