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
    from kb.embedding import open_embedder
    from search_api.mcp_server import create
    from search_api.newest import Newest

    settings = run.settings
    embedder = open_embedder(settings.model, threads=settings.threads)
    create(Newest(settings.index_dir, embedder, run.console.error, engine=settings.engine)).run("stdio")
