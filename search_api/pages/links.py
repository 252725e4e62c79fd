"""Addresses within the site, and what the address of a list asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from kb.errors import Lang, Message, QueryError
from kb.types import UNDERSTANDINGS, Filters, Sort, Understanding

FACETS = tuple(f.name for f in fields(Filters))
MAX_VALUES = 50  # values of one filter
MAX_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of documents: a question, filters and a page. Its `url` is what people share."""

    path: str  # "/search" or "/browse"
    question: str = ""
    filters: Filters = field(default_factory=Filters)
    page: int = 1  # 1-based
    as_written: tuple[Understanding, ...] = ()  # what is not to be read into the question
    sort: Sort = "relevance"

    @property
    def url(self) -> str:
        pairs = [("q", self.question)] if self.question else []
        pairs += [(name, value) for name in FACETS for value in getattr(self.filters, name)]
        pairs += [("as_written", name) for name in self.as_written]
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @property
    def filtered(self) -> bool:
        return self.filters != Filters()

    def feed(self, lang: Lang) -> str:
        """The Atom feed of this list."""
        query = self.at(1).url[len(self.path) + 1 :]
        return f"/search.atom?{query}{'&' if query else ''}ui={lang}"

    def at(self, page: int) -> Asked:
        return replace(self, page=page)

    def unfiltered(self) -> Asked:
        return replace(self, filters=Filters(), page=1)

    def sorted_by(self, sort: Sort) -> Asked:
        return replace(self, sort=sort, page=1)

    def asking(self, question: str) -> Asked:
        """Another question from its first page."""
        return replace(self, question=question, page=1)

    def taken_as_written(self, by: Understanding) -> Asked:
        """The same question from its first page, without reading this into it."""
        return replace(self, as_written=tuple(each for each in UNDERSTANDINGS if each == by or each in self.as_written), page=1)

    def choosing(self, facet: str, values: Sequence[str]) -> Asked:
        """The same list from its first page with these values of one filter."""
        return replace(self, filters=replace(self.filters, **{facet: tuple(values)}), page=1)


def asked(path: str, parameters: QueryParams) -> Asked:
    """One list has one address: values are in order and named once.

    Raises QueryError for a page that is no number and for too many values; the search itself checks the rest.
    """
    values = {name: tuple(sorted({value for value in parameters.getlist(name) if value.strip()})) for name in FACETS}
    for name in FACETS:
        if len(parameters.getlist(name)) > MAX_VALUES:
            raise QueryError(
                Message(f"{name}: given more than {MAX_VALUES} times; choose fewer.", f"{name}: ใส่มาเกิน {MAX_VALUES} ค่า โปรดเลือกให้น้อยลง")
            )
    literal = tuple(each for each in UNDERSTANDINGS if each in parameters.getlist("as_written"))
    return Asked(
        path,
        parameters.get("q", "").strip(),
        Filters(**values),
        _page(parameters.get("page", "")),
        literal,
        _sort(parameters.get("sort", "")),
    )


def _sort(text: str) -> Sort:
    if text in ("", "relevance", "date"):
        return "date" if text == "date" else "relevance"
    raise QueryError(Message(f"sort={text[:20]}: give relevance or date.", f"sort={text[:20]}: ให้ใส่ relevance หรือ date"))


def _page(text: str) -> int:
    if not text:
        return 1
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_PAGE:
        return int(text)
    raise QueryError(
        Message(f"page={text[:20]}: give a number from 1 to {MAX_PAGE:,}.", f"page={text[:20]}: ให้ใส่จำนวนตั้งแต่ 1 ถึง {MAX_PAGE:,}")
    )


def document(document_id: str, lang: Lang, line: int | None = None) -> str:
    """The page of a document, at a line of its file if one is given."""
    return f"/documents/{quote(document_id)}?lang={lang}" + (f"#L{line}" if line else "")


def raw(document_id: str, lang: Lang) -> str:
    return f"/api/v1/documents/{quote(document_id)}/raw?lang={lang}"


def browse(facet: str, value: str) -> str:
    return f"/browse?{urlencode({facet: value})}"


def like(document_id: str) -> str:
    """The page of documents like a document."""
    return f"/search?{urlencode({'like': document_id})}"


def search(question: str) -> str:
    return f"/search?{urlencode({'q': question})}"


def with_parameters(path: str, parameters: QueryParams, **changes: str) -> str:
    """The same address with some parameters set anew."""
    pairs = [(name, value) for name, value in parameters.multi_items() if name not in changes]
    return f"{quote(path)}?{urlencode(pairs + list(changes.items()))}"
