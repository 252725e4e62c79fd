"""What a request finds of the running server."""

from __future__ import annotations

from fastapi import Request

from kb.knowledge_base import KnowledgeBase


def knowledge(request: Request) -> KnowledgeBase:
    """The generation that answers now; a request that asks twice may be given two."""
    found: KnowledgeBase = request.app.state.kb
    return found


async def knowledge_base(request: Request) -> KnowledgeBase:
    """The same as a dependency; a coroutine, as FastAPI would send a plain function to a thread."""
    return knowledge(request)
