"""Text -> vectors. One protocol, three implementations: the built-in bilingual model, its static sibling, any of sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import Message, ModelError

BUILTIN, STATIC = "builtin", "builtin-static"
MODELS = Path(__file__).resolve().parent.parent / "models"
BUILTIN_FOLDER, STATIC_FOLDER = MODELS / BUILTIN, MODELS / STATIC
STATIC_MANIFEST = "kb_static.json"  # tells a static model's folder from others without loading anything


class Embedder(Protocol):
    """Rows have length 1, so that the inner product of two is their cosine."""

    @property
    def name(self) -> str:
        """As given in the settings."""

    @property
    def digest(self) -> str:
        """sha256, hex, of all that determines a vector; another digest means that vectors must not be mixed."""

    @property
    def dim(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Longer texts are cut there; special tokens included."""

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dim). A text without a word gives the vector of the special tokens alone."""

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dim)"""

    def count_tokens(self, text: str) -> int:
        """Length of a text in the model's tokens, special tokens included, before it is cut."""


def open_embedder(model: str, threads: int = 1) -> Embedder:
    """`builtin`, `builtin-static`, a folder, or the name of a sentence-transformers model that is on this machine or can be fetched.

    threads: texts embedded side by side; the static model cuts many texts on all cores. Raises ModelError with the remedy.
    """
    folder = MODELS / model if model in (BUILTIN, STATIC) else Path(model)
    # Imported where it is wanted: the static model starts without ONNX Runtime and PyThaiNLP.
    if model == STATIC or (folder / STATIC_MANIFEST).is_file():
        from kb.embedding import static

        return _shipped_static() if model == STATIC else static.StaticEmbedder(model, folder)
    from kb.embedding import builtin

    if model == BUILTIN or builtin.is_builtin_format(folder):
        return builtin.BuiltinEmbedder(model, folder, threads)
    if (folder.is_absolute() or model.startswith(".")) and not folder.is_dir():
        raise ModelError(
            Message(
                f"{model}: there is no model folder here. Set KB_MODEL to `builtin`, `builtin-static`, a folder or a name.",
                f"{model}: ไม่มีโฟลเดอร์แบบจำลองนี้ โปรดตั้ง KB_MODEL เป็น `builtin`, `builtin-static` โฟลเดอร์ หรือชื่อแบบจำลอง",
            )
        )
    from kb.embedding import sentence_transformers

    return sentence_transformers.load(model, threads)


@cache
def _shipped_static() -> Embedder:
    """One a process: the search asks it how alike two words are, whatever model embeds the passages."""
    from kb.embedding import static

    return static.StaticEmbedder(STATIC, STATIC_FOLDER)
