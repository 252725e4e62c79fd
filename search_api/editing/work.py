"""What an editor has before them: a text with the file it began as, shown as fields or as the whole file.

Nothing typed is dropped on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kb import frontmatter
from kb.errors import Lang
from kb.problems import Report
from kb.reading import naming
from search_api.editing import sheet as sheets
from search_api.editing.sheet import PersonRow, Sheet, SourceRow

MARK = "---"
Row = TypeVar("Row", PersonRow, SourceRow)


@dataclass(frozen=True, slots=True)
class Split:
    head: str  # everything up to and with the closing mark's line
    header: str  # between the marks
    body: str  # below them


@dataclass(frozen=True, slots=True)
class Work:
    """The state of the form between two requests; the server keeps none."""

    text: str  # the whole file as it would be saved
    path: str = ""  # relative to content/; "" while a new document has no name
    digest: str = ""  # of the file that is replaced; "" for a new one
    draft_digest: str = ""  # of the draft that was opened or written; "" for none
    base: str = ""  # the file's text when it was opened
    header: str = ""  # the header which the fields change
    sheet: Sheet | None = None  # None: shown as the whole file
    folder: str = ""  # of a new document, as chosen
    name: str = ""
    lang: Lang = "th"
    origin: str = ""  # path of the text in the other language from which a new one is written
    author: str = ""
    note: str = ""  # what was changed, for git

    @property
    def body(self) -> str:
        """The text of the document as the form shows it, without empty lines around it."""
        found = split(self.text)
        return found.body.strip("\n") if found else self.text

    @property
    def lines_above(self) -> int:
        """Empty lines of the body that the form does not show."""
        found = split(self.text)
        return len(found.body) - len(found.body.lstrip("\n")) if found else 0


def split(text: str) -> Split | None:
    """None when one cannot tell where the header ends."""
    page = frontmatter.read(text.encode("utf-8", "replace"), "", Report(""))
    if page is None:
        return None
    lines = text.split("\n")
    first = page.body_line - 1
    return Split("\n".join(lines[:first]), "\n".join(lines[1 : first - 1]), "\n".join(lines[first:]))


def opened(text: str, **given: object) -> Work:
    """A stored text as fields, or as the whole file where its header does not fit into fields."""
    return as_form(Work(text, base=text, **given))  # type: ignore[arg-type]


def as_form(work: Work) -> Work:
    found = split(work.text)
    fields = sheets.read(found.header) if found else None
    return replace(work, header=found.header if found else "", sheet=fields)


def as_file(work: Work) -> Work:
    return replace(work, sheet=None)


def composed(header: str, body: str, base: str) -> str:
    """The file of a header and a body; what is the same as in `base` stays to the byte."""
    before = split(base)
    head = before.head if before and before.header == header else "\n".join([MARK, *([header] if header else []), MARK])
    same = before and before.body.strip("\n") == body.strip("\n")
    return f"{head}\n{before.body}" if before and same else f"{head}\n\n{body.strip(chr(10))}\n"


# The form's values


Values = Mapping[str, Sequence[str]]


def posted(values: Values) -> Work:
    """The state that a form sends. Line ends as the file has them; browsers send those of Windows."""
    lang: Lang = "en" if one(values, "lang") == "en" else "th"
    path = one(values, "path") or _new_path(values, lang)
    lang = naming.name_of(path).lang or lang
    base, header = many_lines(values, "base"), many_lines(values, "header")
    fields = _sheet(values) if one(values, "view") == "form" else None
    if fields is None:
        text = many_lines(values, "text")
    else:
        header = sheets.write(header, fields, lang)
        text = composed(header, many_lines(values, "body"), base)
    return Work(
        text=text,
        path=path,
        digest=one(values, "digest"),
        draft_digest=one(values, "draft_digest"),
        base=base,
        header=header,
        sheet=fields,
        folder=one(values, "folder"),
        name=one(values, "name"),
        lang=lang,
        origin=one(values, "origin"),
        author=one(values, "author"),
        note=one(values, "note"),
    )


def one(values: Values, name: str) -> str:
    """The value of a field of one line."""
    return " ".join((values.get(name) or [""])[0].split())


def many_lines(values: Values, name: str) -> str:
    return (values.get(name) or [""])[0].replace("\r\n", "\n").replace("\r", "\n")


def _new_path(values: Values, lang: Lang) -> str:
    folder, name = one(values, "folder").strip("/"), one(values, "name").removesuffix(naming.ENDING)
    return f"{folder}/{name}.{lang}{naming.ENDING}".lstrip("/") if name else ""


def _sheet(values: Values) -> Sheet:
    found: dict[str, Any] = {key: one(values, key) for key in sheets.TEXTS}
    found |= {key: _listed(values, key) for key in sheets.NAMES}
    found |= {key: _rows(values, key, PersonRow) for key in sheets.PEOPLE}
    return Sheet(**found, sources=_rows(values, "sources", SourceRow))


def _listed(values: Values, key: str) -> tuple[str, ...]:
    """One name a line; ticked boxes come as several values."""
    lines = [line for value in (*values.get(key, ()), *values.get(f"{key}-other", ())) for line in value.splitlines()]
    return tuple(sheets.known(key, name) for line in lines if (name := " ".join(line.split())))


def _rows(values: Values, key: str, kind: type[Row]) -> tuple[Row, ...]:
    numbers = (name.removeprefix(f"{key}-").partition("-")[0] for name in values if name.startswith(f"{key}-"))
    known = sorted({int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 5})
    rows = (kind(**{part: one(values, f"{key}-{n}-{part}") for part in kind.__dataclass_fields__}) for n in known)
    return tuple(row for row in rows if row != kind())
