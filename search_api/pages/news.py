"""What is new in the collection: documents by the day they came in or changed, then by their own date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from kb.index.columns import Times
from kb.knowledge_base import KnowledgeBase
from kb.types import NO_FILTERS, DocumentSummary, Filters, Lang, PartialDate

SECONDS_A_DAY = 86_400


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
    numbers = kb.listed(lang=lang, filters=filters)
    columns = kb.catalogue.columns
    days = columns.changed[columns.number.searchsorted(numbers)] // SECONDS_A_DAY
    order = np.argsort(-days, kind="stable")[:limit]
    return len(numbers), [_news(kb, kb.catalogue.summary(number)) for number in numbers[order].tolist()]


def newest(kb: KnowledgeBase, documents: Sequence[DocumentSummary]) -> list[News]:
    """The same documents, the last changed first; those of one day stay in the order given."""
    return sorted((_news(kb, each) for each in documents), key=lambda each: each.times.changed.date(), reverse=True)


def _news(kb: KnowledgeBase, document: DocumentSummary) -> News:
    return News(document, kb.times(document.id, document.lang))
