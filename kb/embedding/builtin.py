"""The built-in bilingual model through ONNX Runtime: no torch, no download.

Every text is run by itself: without padding its vector does not depend on what else is asked, and two texts run side by side on
two cores as fast as a batch would.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from kb.embedding import manifest, tokenizer
from kb.embedding.manifest import Layout
from kb.embedding.tokenizer import BilingualTokenizer

MANIFEST, GRAPH = "kb_model.json", "model.onnx"
FORMAT = 1
LAYOUT = Layout(MANIFEST, FORMAT, frozenset({GRAPH, tokenizer.PIECES, tokenizer.WORDS}))


def is_builtin_format(folder: Path) -> bool:
    return LAYOUT.stands_in(folder)


class BuiltinEmbedder:
    """See kb.embedding.Embedder. Raises ModelError naming the file when the folder is damaged."""

    def __init__(self, name: str, folder: Path, threads: int = 1) -> None:
        described = read_manifest(folder)
        self.name = name
        self.dim: int = described["dim"]
        self.max_tokens: int = described["max_tokens"]
        self.digest = hashlib.sha256(json.dumps([described["files"], tokenizer.VERSION], sort_keys=True).encode()).hexdigest()
        self._tokenizer = _tokenizer(folder, self.max_tokens)
        self._session = _session(folder / GRAPH)
        self._threads = threads

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count(text)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tokens = map(self._tokenizer.ids, texts)
        if self._threads == 1 or len(texts) == 1:
            rows = [self._row(ids) for ids in tokens]
        else:
            # ONNX Runtime lets go of Python's lock while it computes. Words are cut in this thread alone: PyThaiNLP would load its
            # dictionary in each of them at once, which takes ten times as long.
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(self._row, tokens))
        return np.concatenate(rows) if rows else np.zeros((0, self.dim), np.float32)

    def _row(self, ids: Sequence[int]) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})[0]
        return row


def read_manifest(folder: Path) -> dict[str, Any]:
    """The folder's manifest, all files compared with it before any library parses them."""
    return manifest.read(folder, LAYOUT)


def _tokenizer(folder: Path, max_tokens: int) -> BilingualTokenizer:
    try:
        return BilingualTokenizer(folder, max_tokens)
    except Exception as fault:
        # The words are read by Python, the pieces by a library that raises bare Exceptions.
        path = folder / (tokenizer.WORDS if isinstance(fault, ValueError) else tokenizer.PIECES)
        raise manifest.damaged(path, f"cannot be loaded ({type(fault).__name__})", f"เปิดไม่ได้ ({type(fault).__name__})") from fault


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as fault:
        raise manifest.damaged(path, f"cannot be loaded ({type(fault).__name__})", f"เปิดไม่ได้ ({type(fault).__name__})") from fault
