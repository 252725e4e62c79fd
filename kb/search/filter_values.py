"""What a filter takes: keys, and names in either language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

from kb import vocabulary
from kb.errors import Message, QueryError
from kb.search.filing import Filed
from kb.text import periods
from kb.text.folding import fold
from kb.text.normalise import normalise
from kb.text.periods import Period
from kb.types import LANGS, Filters

FACETS = tuple(f.name for f in fields(Filters))
FACET_LABELS = {
    "kind": Message("Kind", "ประเภท"),
    "lang": Message("Language", "ภาษา"),
    "country": Message("Country", "ประเทศ"),
    "city": Message("City", "เมือง"),
    "theme": Message("Theme", "หัวข้อ"),
    "year": Message("Year", "ปี"),
    "organisation": Message("Organisation", "หน่วยงาน"),
    "speaker": Message("Speaker", "ผู้พูด"),
}
CONDITION_LABELS = FACET_LABELS | {"subject": Message("About", "เกี่ยวกับ")}  # what conditions read from a question may name besides


def wanted(filed: Mapping[str, Filed], facet: str, values: Sequence[str]) -> set[str]:
    """The keys that are meant. Raises QueryError for a value outside the fixed vocabularies."""
    if facet == "year":
        return {key for value in values for key in _years(filed["year"], value)}
    found = (filed[facet].names.get(fold(value)) or _vocabulary_key(facet, value) for value in values)
    return {key for key in found if key is not None}


def key(filed: Mapping[str, Filed], facet: str, value: str) -> str | None:
    """What a filter takes for a value given by key or by name in either language; None where it is unknown."""
    try:
        return filed[facet].names.get(fold(value)) or _vocabulary_key(facet, value)
    except QueryError:
        return None


def _years(filed: Filed, value: str) -> list[str]:
    stretch = period(value)
    return [key for key in filed.labels if int(key) in stretch.years(int(key), int(key))]


def period(value: str) -> Period:
    found = periods.parse(normalise(value).text)
    if found is None:
        raise _unknown("year", value, periods.FORMS)
    return found


def _vocabulary_key(facet: str, value: str) -> str | None:
    """The key of a value that no document has; QueryError when the vocabulary does not know it either."""
    known: dict[str, Callable[[str], str | None]] = {
        "kind": lambda v: v if v in vocabulary.KINDS else None,
        "lang": lambda v: v if v in LANGS else None,
        "theme": vocabulary.theme_id,
        "country": vocabulary.country_code,
    }
    if facet not in known:
        return None
    key = known[facet](value)
    if key is None:
        choices = {"kind": ", ".join(vocabulary.KINDS), "lang": ", ".join(LANGS), "theme": ", ".join(vocabulary.THEMES)}
        raise _unknown(facet, value, choices.get(facet, "TH, Thailand, ไทย"))
    return key


def _unknown(facet: str, value: str, choices: str) -> QueryError:
    label = FACET_LABELS[facet]
    return QueryError(
        Message(
            en=f"{facet}={value!r}: there is no such {label.en.lower()}; use for example {choices}.",
            th=f"{facet}={value!r}: ไม่มี{label.th}นี้ ให้ใช้ค่าเช่น {choices}",
        )
    )
