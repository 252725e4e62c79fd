"""What is new in the collection: documents by the day they came in or changed, then by their own date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb.index.history import Times
from kb.knowledge_base import KnowledgeBase
from kb.types import NO_FILTERS, DocumentSummary, Filters, Lang, PartialDate

EVERYTHING = 1_000_000  # documents; a list without pages


@dataclass(frozen=True, slots=True)
class News:
    document: DocumentSummary
    times: Times

    @property
    def day(self) -> PartialDate:
        return day_of(self.times.changed)

    @property
    def is_change(self) -> bool:
        return self.times.changed.date() > self.times.added.date()


def day_of(time: datetime) -> PartialDate:
    return PartialDate(time.year, time.month, time.day)


def news(kb: KnowledgeBase, lang: Lang, limit: int, filters: Filters = NO_FILTERS) -> tuple[int, list[News]]:
    """(number of all documents that pass the filters, the newest of them)."""
    total, documents = kb.documents(lang=lang, filters=filters, limit=EVERYTHING)
    return total, newest(kb, documents)[:limit]


def newest(kb: KnowledgeBase, documents: tuple[DocumentSummary, ...]) -> list[News]:
    """The same documents, the last changed first; those of one day stay in the order given."""
    found = [News(each, kb.history.of(each.path)) for each in documents]
    return sorted(found, key=lambda each: each.times.changed.date(), reverse=True)
