"""The frame of a page: its language, its words, and how values are written in that language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from fastapi import Request
from markupsafe import Markup

from kb import vocabulary
from kb.errors import Lang, Message
from kb.knowledge_base import KnowledgeBase
from kb.text.dates import format_date
from kb.types import DocumentSummary, PartialDate
from search_api.language import COOKIE, asker_lang
from search_api.pages import links
from search_api.pages.typography import whole
from search_api.pages.words import WORDS

SCHEME_COOKIE = "scheme"


@dataclass(frozen=True, slots=True)
class Page:
    lang: Lang
    request: Request

    def word(self, key: str, **values: object) -> str:
        return WORDS[key].in_language(self.lang).format(**values)

    def word_in(self, key: str, lang: Lang) -> str:
        return WORDS[key].in_language(lang)

    def say(self, message: Message) -> str:
        return message.in_language(self.lang)

    def whole(self, text: str) -> Markup:
        """Text of a title or a label, whose lines do not break inside a Thai word."""
        kb: KnowledgeBase = self.request.app.state.kb
        return whole(text, kb.words)

    def date(self, date: PartialDate) -> str:
        return format_date(date, self.lang)

    def kind(self, key: str) -> str:
        return self.say(vocabulary.KINDS[key])

    def theme(self, key: str) -> str:
        return self.say(vocabulary.THEMES[key]) if key in vocabulary.THEMES else key

    def country(self, code: str) -> str:
        return self.say(vocabulary.country_label(code))

    def place(self, document: DocumentSummary) -> str:
        """Cities and countries as one line."""
        return ", ".join([*document.cities, *(self.country(code) for code in document.countries)])

    def foreign(self, lang: Lang) -> Lang | None:
        """The value of a `lang` attribute: None for text in the page's own language."""
        return None if lang == self.lang else lang

    def in_language(self, lang: Lang) -> str:
        """This page's address in a language; a document changes with it."""
        of_document = self.request.url.path.startswith("/documents/")
        changes: dict[str, str] = {"lang": lang, "ui": lang} if of_document else {"ui": lang}
        return links.with_parameters(self.request.url.path, self.request.query_params, **changes)

    @property
    def path(self) -> str:
        """This page's address within the site, as it was asked for."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def scheme(self) -> str:
        """The colours that the visitor chose: auto, light or dark."""
        chosen = self.request.cookies.get(SCHEME_COOKIE)
        return chosen if chosen in ("light", "dark") else "auto"

    def is_at(self, path: str) -> bool:
        return PurePosixPath(self.request.url.path) == PurePosixPath(path)

    @property
    def choice(self) -> Lang | None:
        """The language that the visitor chooses with this very request, to be remembered."""
        chosen = self.request.query_params.get("ui")
        return self.lang if chosen == self.lang and chosen != self.request.cookies.get(COOKIE) else None


def page_of(request: Request) -> Page:
    return Page(_lang(request), request)


def _lang(request: Request) -> Lang:
    """As everywhere; for a visitor who chose nothing, the page around a document speaks the document's language."""
    chosen = {request.query_params.get("ui"), request.cookies.get(COOKIE)} & {"th", "en"}
    wanted = request.query_params.get("lang")
    if not chosen and request.url.path.startswith("/documents/") and wanted in ("th", "en"):
        return "th" if wanted == "th" else "en"
    return asker_lang(request)
