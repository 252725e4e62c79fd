"""What one cell of the glossary says: alternatives, remarks in brackets, and abbreviations that look like ordinary words."""

from __future__ import annotations

import re

_REMARK = re.compile(r"\s*\(([^()]*)\)\s*")
_OTHER_NAME = re.compile(r"^(?:renamed|formerly|also|now|previously|เดิม|เดิมชื่อ|ปัจจุบันคือ|หรือ)\s+(.+?)(?:\s+in\s+\d{4})?$", re.IGNORECASE)
_ONE_NAME = re.compile(r"[A-Z][\w-]+|[ก-๎]{8,}")

# Legal forms: they name no other thing.
_FORMS = frozenset({"องค์การมหาชน"})
# Abbreviations that are also everyday words: they count only in capitals.
_EVERYDAY = frozenset({"be", "bot", "do", "it", "lao", "pea", "re", "rid", "sea", "sec", "sep", "set", "sup", "tat", "us"})


def alternatives(cell: str) -> tuple[str, ...]:
    """The names a cell gives, without remarks.

    "Bangkok; BMA" gives both; "DEQP (renamed DCCE in 2023)" and "Melaka (Malacca)" give both; "local (subnational) finance" gives local
    finance and subnational finance; "rai (1,600 square metres)" gives rai.
    """
    names = [name for part in cell.split(";") for name in _without_remark(part.strip())]
    return tuple(dict.fromkeys(name for name in names if name))


def reads_as_a_word(surface: str) -> bool:
    """Written like this it is an everyday word (sea, set, do) rather than an abbreviation."""
    return surface.casefold() in _EVERYDAY and not surface.replace(".", "").isupper()


def _without_remark(name: str) -> list[str]:
    remark = _REMARK.search(name)
    if not remark:
        return [name]
    before, after = name[: remark.start()].strip(), name[remark.end() :].strip()
    if after:
        replaced = " ".join([*before.split()[:-1], remark[1], after])
        return [f"{before} {after}", replaced]
    return [before, *_inside(remark[1].strip())]


def _inside(remark: str) -> list[str]:
    other = _OTHER_NAME.match(remark)
    if other:
        return [other[1]]
    return [remark] if _ONE_NAME.fullmatch(remark) and remark not in _FORMS else []
