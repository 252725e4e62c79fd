"""Whether readers find what stands in the folder now, and if not yet, why."""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.reading import naming
from search_api.editing import files
from search_api.editing.gate import Visit
from search_api.live import LastRun


@dataclass(frozen=True, slots=True)
class Standing:
    searchable: bool
    said: str  # the sentence for the page


def standing(visit: Visit, path: str) -> Standing:
    """Of a saved document. Raises Refused for a path that is none."""
    if _is_searchable(visit, path):
        return Standing(True, visit.word("searchable"))
    if not visit.request.app.state.watching:
        return Standing(False, visit.word("index_ask"))
    last: LastRun | None = visit.request.app.state.last_run
    if last and last.failure:
        return Standing(False, visit.word("index_failed", reason=visit.page.say(last.failure)))
    return Standing(False, visit.word("index_soon"))


def _is_searchable(visit: Visit, path: str) -> bool:
    knowledge: KnowledgeBase = visit.request.app.state.kb
    stored, name = files.read(visit.desk.content_dir, path), naming.name_of(path)
    try:
        return stored is not None and knowledge.document(name.id, name.lang).digest == stored.digest
    except NotFound:
        return False
