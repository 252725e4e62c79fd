"""A header as the fields of a form, and the form's values back into the header, where only what changed is written anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kb import vocabulary
from kb.documents import READERS
from kb.errors import Lang
from kb.problems import Report
from kb.reading import header, writing
from kb.reading.fields import PERSON_KEYS, SOURCE_KEYS
from kb.reading.header import Items, Scalar, Table, Value
from kb.reading.writing import Written

MOST_ROWS = 500  # people or sources that the form shows; a longer list is edited in the file
ALIAS_MARK = ";"  # between the other names of a person


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str = ""
    role: str = ""
    organisation: str = ""
    aliases: str = ""  # separated by ";"


@dataclass(frozen=True, slots=True)
class SourceRow:
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The fields of the form, as people type them. Names are those of the header's keys."""

    kind: str = ""
    title: str = ""
    date: str = ""
    country: tuple[str, ...] = ()  # ISO codes, or what stands there where no country is known by that name
    city: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()  # keys of THEMES, or what stands there
    organisations: tuple[str, ...] = ()
    people: tuple[PersonRow, ...] = ()
    participants: tuple[PersonRow, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    aliases: tuple[str, ...] = ()
    summary: str = ""


KEYS = tuple(field.name for field in fields(Sheet))
TEXTS = ("kind", "title", "date", "summary")
NAMES = ("country", "city", "themes", "organisations", "aliases")
TICKED = ("country", "themes")
PEOPLE = ("people", "participants")


class _UnreadableError(Exception):
    """A value that the form has no field for."""


def read(text: str) -> Sheet | None:
    """The fields of a header (without its marks); None when it has faults or parts for which the form has no field."""
    report = Report("")
    table = header.parse(text, report)
    if table is None or report.problems or not writing.is_lined(text, table):
        return None
    try:
        return Sheet(**{entry.key: _value(entry.key, entry.value) for entry in table.entries if entry.key in KEYS})
    except _UnreadableError:
        return None


def other_keys(text: str) -> tuple[str, ...]:
    """Keys that stay as they are, because the form has no field for them."""
    table = header.parse(text, Report(""))
    return tuple(entry.key for entry in table.entries if entry.key not in KEYS) if table else ()


def write(text: str, sheet: Sheet, lang: Lang) -> str:
    """The header `text` (one that `read` accepts, or "") with the values of the form. `lang`: in which countries are named."""
    before = read(text) or Sheet()
    table = header.parse(text, Report("")) or Table((), 1)
    values = {key: _in_order(key, getattr(before, key), getattr(sheet, key)) for key in KEYS}
    changes = {key: _written(key, value, lang) for key, value in values.items() if value != getattr(before, key)}
    return writing.rewrite(text, table, changes, tuple(READERS))


def _in_order(key: str, before: object, value: object) -> object:
    """What is ticked has no order of its own: what stood there stays where it was, the rest follows."""
    if key not in TICKED or not isinstance(before, tuple) or not isinstance(value, tuple):
        return value
    return tuple(dict.fromkeys([*(each for each in before if each in value), *value]))


def _value(key: str, value: Value) -> Any:
    if key in TEXTS:
        return _text(value)
    if key in NAMES:
        return tuple(known(key, name) for each in _items(value) if (name := _text(each)))
    if len(_items(value)) > MOST_ROWS:
        raise _UnreadableError
    rows = _person if key in PEOPLE else _source
    return tuple(rows(each) for each in _items(value) if not (isinstance(each, Scalar) and not _text(each)))


def known(key: str, name: str) -> str:
    """The code of a country and the key of a theme; the name itself for all else, and where none is known by it."""
    if key == "country":
        return vocabulary.country_code(name) or name
    return (vocabulary.theme_id(name) if key == "themes" else None) or name


def _items(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, Items) else (value,)


def _text(value: Value) -> str:
    if not isinstance(value, Scalar):
        raise _UnreadableError
    return "" if value.kind == "null" and value.text != "null" else " ".join(value.text.split())


def _parts(value: Table, keys: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    for entry in value.entries:
        if entry.key not in keys:
            raise _UnreadableError
        yield entry.key, entry.value


def _person(value: Value) -> PersonRow:
    if not isinstance(value, Table):
        return PersonRow(name=_text(value))
    found = {}
    for key, part in _parts(value, PERSON_KEYS):
        names = [_text(each) for each in _items(part)] if key == "aliases" else [_text(part)]
        if key == "aliases" and any(ALIAS_MARK in name for name in names):
            raise _UnreadableError
        found[key] = f"{ALIAS_MARK} ".join(names)
    return PersonRow(**found)


def _source(value: Value) -> SourceRow:
    if not isinstance(value, Table):
        return SourceRow(url=_text(value))
    return SourceRow(**{key: _text(part) for key, part in _parts(value, SOURCE_KEYS)})


def _written(key: str, value: object, lang: Lang) -> Written:
    if isinstance(value, str):
        return value
    assert isinstance(value, tuple)
    if key == "country":
        names = [vocabulary.country_label(each).in_language(lang) for each in value]
        return names[0] if len(names) == 1 else names
    if key == "city" and len(value) == 1:
        return str(value[0])
    if key in NAMES:
        return [str(each) for each in value]
    return [_row(each) for each in value]


def _row(row: PersonRow | SourceRow) -> Mapping[str, str | list[str]]:
    found: dict[str, str | list[str]] = {f.name: getattr(row, f.name) for f in fields(row) if getattr(row, f.name)}
    if isinstance(row, PersonRow) and row.aliases:
        found["aliases"] = [name.strip() for name in row.aliases.split(ALIAS_MARK) if name.strip()]
    return found
