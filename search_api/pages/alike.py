"""Documents like a document, with what they share with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import Lang, Message
from kb.knowledge_base import KnowledgeBase
from kb.search.filter_values import FACET_LABELS
from kb.types import Hit

SHARED = ("city", "theme", "organisation", "speaker")  # what says more than that both are of one country
VALUES = 3  # of one facet


@dataclass(frozen=True, slots=True)
class Alike:
    hit: Hit
    shared: tuple[tuple[Message, tuple[Message, ...]], ...]  # facet, values that both documents have


def alike(kb: KnowledgeBase, document_id: str, lang: Lang, limit: int) -> tuple[Alike, ...]:
    """Nearest first. Raises NotFound."""
    hits, of = kb.similar(document_id, lang, limit), kb.group(document_id)
    return tuple(Alike(hit, shared(kb, of, kb.group(hit.document.id))) for hit in hits)


def shared(kb: KnowledgeBase, one: int, other: int) -> tuple[tuple[Message, tuple[Message, ...]], ...]:
    both = {facet: _both(kb.catalogue.keys(facet, one), kb.catalogue.keys(facet, other)) for facet in SHARED}
    return tuple(
        (FACET_LABELS[facet], tuple(kb.catalogue.filed[facet].labels[key] for key in keys)) for facet, keys in both.items() if keys
    )


def _both(here: Sequence[str], there: Sequence[str]) -> list[str]:
    return [key for key in here if key in there][:VALUES]
