"""The fixed words of the collection: kinds, themes and countries, with their names in Thai and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale
from rapidfuzz import fuzz, process

from kb.errors import Message

KINDS: Mapping[str, Message] = {
    "case-study": Message(en="Case study", th="กรณีศึกษา"),
    "dialogue": Message(en="Dialogue", th="บันทึกการหารือ"),
}
THEMES: Mapping[str, Message] = {
    "waste": Message(en="Waste", th="ขยะและของเสีย"),
    "water": Message(en="Water", th="น้ำ"),
    "air": Message(en="Air", th="อากาศ"),
    "climate": Message(en="Climate change", th="การเปลี่ยนแปลงสภาพภูมิอากาศ"),
    "biodiversity": Message(en="Biodiversity", th="ความหลากหลายทางชีวภาพ"),
    "forest": Message(en="Forests", th="ป่าไม้"),
    "marine-coastal": Message(en="Sea and coast", th="ทะเลและชายฝั่ง"),
    "chemicals": Message(en="Chemicals", th="สารเคมี"),
    "energy": Message(en="Energy", th="พลังงาน"),
    "mobility": Message(en="Transport and mobility", th="การเดินทางและขนส่ง"),
    "finance": Message(en="Finance", th="การเงิน"),
    "circular-economy": Message(en="Circular economy", th="เศรษฐกิจหมุนเวียน"),
    "education": Message(en="Education", th="การศึกษา"),
    "governance": Message(en="Governance", th="การบริหารจัดการ"),
    "smart-city": Message(en="Smart city", th="เมืองอัจฉริยะ"),
}

ASEAN = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")  # ISO 3166-1, by English name

# CLDR lists these two-letter codes, but ISO 3166-1 does not know them as countries.
NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
# CLDR's names carry the older name in brackets.
LABELS: Mapping[str, Message] = {"MM": Message(en="Myanmar", th="เมียนมา")}
# Names in common use that CLDR does not list; folded as `_fold` does.
OTHER_NAMES: Mapping[str, str] = {
    "lao pdr": "LA",
    "lao people's democratic republic": "LA",
    "สปป.ลาว": "LA",
    "สปป. ลาว": "LA",
    "สปป ลาว": "LA",
    "สาธารณรัฐประชาธิปไตยประชาชนลาว": "LA",
    "viet nam": "VN",
    "socialist republic of viet nam": "VN",
    "สาธารณรัฐสังคมนิยมเวียดนาม": "VN",
    "burma": "MM",
    "พม่า": "MM",
    "เมียนมาร์": "MM",
    "สาธารณรัฐแห่งสหภาพเมียนมา": "MM",
    "republic of the union of myanmar": "MM",
    "brunei darussalam": "BN",
    "บรูไนดารุสซาลาม": "BN",
    "เนการาบรูไนดารุสซาลาม": "BN",
    "ราชอาณาจักรไทย": "TH",
    "ราชอาณาจักรกัมพูชา": "KH",
    "สาธารณรัฐอินโดนีเซีย": "ID",
    "สาธารณรัฐสิงคโปร์": "SG",
    "สาธารณรัฐฟิลิปปินส์": "PH",
    "timor leste": "TL",
    "east timor": "TL",
    "ติมอร์เลสเต": "TL",
    "ติมอร์ตะวันออก": "TL",
    "republic of korea": "KR",
    "korea": "KR",
    "สาธารณรัฐเกาหลี": "KR",
    "เกาหลี": "KR",
    "people's republic of china": "CN",
    "สาธารณรัฐประชาชนจีน": "CN",
    "hong kong": "HK",
    "ฮ่องกง": "HK",
    "macao": "MO",
    "macau": "MO",
    "มาเก๊า": "MO",
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "อเมริกา": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "อังกฤษ": "GB",
    "uae": "AE",
    "turkey": "TR",
    "czech republic": "CZ",
    "holland": "NL",
    "russian federation": "RU",
    "สหพันธ์สาธารณรัฐเยอรมนี": "DE",
}
FORMAL_PREFIX = re.compile(r"ประเทศ|(?:the )?(?:(?:federal |socialist )?(?:kingdom|republic) of )?(?:the )?")


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFC", name).replace("’", "'").replace("_", " ").replace("-", " ").casefold()
    return " ".join(text.split())


def theme_id(name: str) -> str | None:
    """The id of a theme given by id or by its name in either language; None if there is no such theme."""
    return _theme_names().get(_fold(name))


@cache
def _theme_names() -> dict[str, str]:
    return {_fold(name): key for key, label in THEMES.items() for name in (key, label.en, label.th)}


def country_code(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given by code or name in either language; None if it is unknown."""
    if len(name.strip()) == 2 and name.strip().upper() in _territories():
        return name.strip().upper()
    names, folded = _country_names(), _fold(name)
    return names.get(folded) or names.get(FORMAL_PREFIX.sub("", folded, count=1).strip())


def country_label(code: str) -> Message:
    """The names of a country; the code itself for a code that is not in ISO 3166-1."""
    return _territories().get(code, Message(en=code, th=code))


def countries() -> tuple[tuple[str, Message], ...]:
    """(ISO code, names) of all countries."""
    return tuple(_territories().items())


@cache
def _territories() -> dict[str, Message]:
    english: dict[str, str] = dict(Locale("en").territories)
    thai: dict[str, str] = dict(Locale("th").territories)
    codes = [code for code in english if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES]
    return {code: LABELS.get(code) or Message(en=english[code], th=thai.get(code, english[code])) for code in codes}


@cache
def _country_names() -> dict[str, str]:
    names = {_fold(name): code for code, label in _territories().items() for name in (label.en, label.th)}
    return names | {_fold(name): code for name, code in OTHER_NAMES.items()}


def nearest(word: str, choices: Iterable[str], cutoff: float = 65) -> str | None:
    """The choice most like `word`, also when it is only a part of it; None when none is alike.

    `cutoff`: 0–100, rapidfuzz's weighted ratio.
    """
    found = process.extractOne(word, list(choices), scorer=fuzz.WRatio, processor=_fold, score_cutoff=cutoff)
    return found[0] if found else None


def nearest_spelling(word: str, choices: Iterable[str], cutoff: float = 65) -> str | None:
    """The choice that differs least from `word` as a whole; None when all differ much. `cutoff`: 0–100, rapidfuzz's ratio."""
    found = process.extractOne(word, list(choices), scorer=fuzz.ratio, processor=_fold, score_cutoff=cutoff)
    return found[0] if found else None


def nearest_kind(word: str) -> str | None:
    return _nearest_key(word, KINDS)


def nearest_theme(word: str) -> str | None:
    return _nearest_key(word, THEMES)


def _nearest_key(word: str, table: Mapping[str, Message]) -> str | None:
    names = {name: key for key, label in table.items() for name in (key, label.en, label.th)}
    found = nearest(word, names)
    return names[found] if found else None


def nearest_country(word: str) -> Message | None:
    """The names of the country whose name in either language is most like `word`."""
    found = nearest(word, _country_names(), cutoff=75)
    return country_label(_country_names()[found]) if found else None
