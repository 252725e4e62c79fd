"""Documents like a document, with what they share with it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import Lang, Message
from kb.knowledge_base import KnowledgeBase
from kb.search.catalogue import FACET_LABELS
from kb.types import Hit

SHARED = ("city", "theme", "organisation", "speaker")  # what says more than that both are of one country
VALUES = 3  # of one facet


@dataclass(frozen=True, slots=True)
class Alike:
    hit: Hit
    shared: tuple[tuple[Message, tuple[Message, ...]], ...]  # facet, values that both documents have


def alike(kb: KnowledgeBase, document_id: str, lang: Lang, limit: int) -> tuple[Alike, ...]:
    """Nearest first. Raises NotFound."""
    return tuple(Alike(hit, shared(kb, document_id, hit.document.id)) for hit in kb.similar(document_id, lang, limit))


def shared(kb: KnowledgeBase, one: str, other: str) -> tuple[tuple[Message, tuple[Message, ...]], ...]:
    here, there = (kb.catalogue.groups[each].keys for each in (one, other))
    both = {facet: [key for key in here[facet] if key in there[facet]][:VALUES] for facet in SHARED}
    return tuple((FACET_LABELS[facet], tuple(kb.catalogue.labels[facet][key] for key in keys)) for facet, keys in both.items() if keys)
