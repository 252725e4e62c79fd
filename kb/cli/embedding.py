"""kb embed"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from kb.embedding import open_embedder
from kb.errors import Message

if TYPE_CHECKING:
    from kb.cli.main import Run


def run(run: Run, kind: str, output: Path, source: TextIO) -> None:
    """One vector a line, empty lines included, so that row i belongs to line i."""
    lines = [line.rstrip("\r\n") for line in source]
    embedder = open_embedder(run.settings.model, threads=run.settings.threads)
    vectors = embedder.queries(lines) if kind == "query" else embedder.passages(lines)
    rows = np.asarray(vectors, dtype=np.float32).reshape(len(lines), embedder.dim)
    with output.open("wb") as file:
        np.save(file, rows, allow_pickle=False)
    run.console.note(Message(f"{output}: float32 {rows.shape}", f"{output}: float32 {rows.shape}"))
