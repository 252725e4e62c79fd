"""kb mcp"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from kb.errors import KbError, Message

if TYPE_CHECKING:
    from kb.cli.main import Run


class McpUnavailable(KbError):
    pass


def run(run: Run) -> None:
    """Serve until standard input ends. Raises McpUnavailable, IndexProblem, ModelError."""
    if importlib.util.find_spec("mcp") is None:
        raise McpUnavailable(Message('kb mcp needs one more package: pip install "kb[mcp]".', 'kb mcp ต้องติดตั้งเพิ่ม: pip install "kb[mcp]"'))
    from kb.knowledge_base import KnowledgeBase
    from search_api.mcp_server import create

    settings = run.settings
    kb = KnowledgeBase.open(settings.index_dir, model=settings.model, threads=settings.threads)
    create(kb).run("stdio")
